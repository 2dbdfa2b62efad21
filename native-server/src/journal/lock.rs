//! One process for a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::disk::{Disk, RealDisk};
use super::error::{During, JournalError};

/// Held as long as a process works on a data folder. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

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
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked {
                    folder: folder.to_owned(),
                    pid: read_pid(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(error).during("lock", &path),
        }
        // Only to name the holder to whoever comes second; a full disk must not keep the first one out.
        let _ = write_pid(&mut file);
        Ok(Self { _file: file })
    }
}

fn read_pid(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_pid(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}
