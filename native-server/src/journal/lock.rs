//! One process for a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

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
    /// [`JournalError::Locked`] when another process, or another value in this one, holds it.
    pub fn acquire(folder: &Path) -> Result<Self, JournalError> {
        RealDisk
            .create_folder(folder)
            .during("create the data folder", folder)?;
        let path = folder.join("lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            // Its content may be that of the process that holds it.
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .during("open", &path)?;
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
        // Only to name the holder to whoever comes second; a full disk must not keep the first one out.
        let _ = write_pid(&mut file);
        Ok(Self { file })
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Nobody claims the folder any more, whoever may still have the file for a moment.
        let _ = self.file.set_len(0);
    }
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

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
