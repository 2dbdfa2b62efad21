//! One process for a data folder.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, geteuid, test_kill_process};

use super::disk::{Disk, RealDisk};
use super::error::{During, JournalError};

/// Held as long as a process works on a data folder. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    file: File,
}

/// The system lets go of the files of a killed process a moment after the process is gone, and a
/// process that is being started by the holder has them for a moment too: so long a lock is waited
/// for that no running process claims.
const LETTING_GO: Duration = Duration::from_secs(2);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(5);

impl FolderLock {
    /// Locks a folder for this process, and creates it, for its owner only, when there is none.
    ///
    /// # Errors
    /// [`JournalError::Locked`] when another process, or another value in this one, holds it; otherwise
    /// [`JournalError::NotOwner`] when it belongs to somebody else. Nothing is made in it then.
    pub fn acquire(folder: &Path) -> Result<Self, JournalError> {
        create(folder)?;
        let other_owner = other_owner(folder).during("look at", folder)?;
        let not_owner = |owner| JournalError::NotOwner {
            folder: folder.to_owned(),
            owner: name_of(owner),
        };
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(other_owner.is_none())
            .create(other_owner.is_none())
            // Its content may be that of the process that holds it.
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|error| match other_owner {
                Some(owner) => not_owner(owner),
                None => JournalError::Storage {
                    doing: "open",
                    path: path.clone(),
                    source: error,
                },
            })?;
        let until = Instant::now() + LETTING_GO;
        while let Err(error) = file.try_lock() {
            if let TryLockError::Error(error) = error {
                return Err(error).during("lock", &path);
            }
            let pid = read_pid(&mut file);
            if pid.is_some_and(is_running) || Instant::now() >= until {
                let folder = folder.to_owned();
                return Err(JournalError::Locked { folder, pid });
            }
            thread::sleep(TRY_AGAIN_AFTER);
        }
        if let Some(owner) = other_owner {
            return Err(not_owner(owner));
        }
        // Whoever made the folder and failed to fill it may have removed it, lock and all, after this one was opened.
        if !is_at(&file, &path) {
            return Self::acquire(folder);
        }
        // Only to name the holder to whoever comes second; a full disk must not keep the first one out.
        let _ = write_pid(&mut file);
        Ok(Self { file })
    }

    /// Whether there is something in the place of the folder, or of one that it lies in, that is none. Nothing is made, and who may work on a folder is not
    /// asked: that may be somebody else than who asks.
    ///
    /// # Errors
    /// That of [`FolderLock::acquire`].
    pub fn check_place(folder: &Path) -> Result<(), JournalError> {
        let is_no_folder = |path: &Path| fs::metadata(path).is_ok_and(|found| !found.is_dir());
        match folder.ancestors().any(is_no_folder) {
            // It fails as it would at a start.
            true => create(folder),
            false => Ok(()),
        }
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Nobody claims the folder any more, whoever may still have the file for a moment.
        let _ = self.file.set_len(0);
    }
}

/// Whether that file is the one of that name.
fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), fs::metadata(path)) {
        (Ok(file), Ok(there)) => (file.dev(), file.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

fn create(folder: &Path) -> Result<(), JournalError> {
    RealDisk
        .create_folder(folder)
        .during("create the data folder", folder)
}

/// Who a folder belongs to, if not to this process. What belongs to root is for whomever its mode lets in, as some systems
/// hand out disks.
fn other_owner(folder: &Path) -> io::Result<Option<u32>> {
    const ROOT: u32 = 0;
    let owner = fs::metadata(folder)?.uid();
    Ok((owner != geteuid().as_raw() && owner != ROOT).then_some(owner))
}

/// As whom `sudo -u` knows a user.
fn name_of(user: u32) -> String {
    let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(user)).then(|| name.to_owned())
    });
    found.unwrap_or_else(|| format!("#{user}"))
}

/// Whether there is such a process.
fn is_running(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    // One that belongs to somebody else may not be signalled, but is there.
    pid.is_none_or(|pid| test_kill_process(pid) != Err(Errno::SRCH))
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
