//! The few things the journal asks of a disk, so that tests can hand it one that fails on purpose.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::folder::is_whole;

/// A disk: files in folders. Every error is the operating system's own.
pub trait Disk: Send + Sync {
    /// Creates a folder, and those above it, that only its owner may enter. An existing one is left as it is.
    fn create_folder(&self, folder: &Path) -> io::Result<()>;

    /// The names of everything in a folder, in no particular order.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;

    /// Creates an empty file that only its owner may read, in place of one that is there, open for reading and writing.
    fn create(&self, path: &Path) -> io::Result<Box<dyn File>>;

    /// Opens a file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>>;

    /// Gives a file another name in the same folder, in place of a file that has it; at once or not at all.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Returns once every creation, renaming and removal in the folder is durable.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;

    /// How much room there is for the files of a folder.
    fn room(&self, folder: &Path) -> io::Result<Room>;
}

/// The room for the files of a folder, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What this process may still write to the disk that the folder is on.
    pub free: u64,
    /// What the files in the folder take of it, but for those that are not whole yet.
    pub used: u64,
}

/// An open file. It stays usable when it is renamed or removed.
pub trait File: Send + Sync {
    /// The length in bytes.
    fn length(&self) -> io::Result<u64>;

    /// Reads what there is at `offset`, at most a bufferful; 0 bytes only at the end.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` at `offset`.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Cuts the file to `length` bytes.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Returns once everything written is durable.
    ///
    /// # Errors
    /// After a failure the written bytes may read well and yet never reach the disk, and a later
    /// success proves nothing about them.
    fn sync(&self) -> io::Result<()>;
}

/// The computer's own disk.
#[derive(Debug, Default, Clone, Copy)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)?;
        match folder.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => self.sync_folder(parent),
            _ => Ok(()),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        fs::read_dir(folder)?
            // A name that is not UTF-8 is none of the journal's, so its replacement characters do no harm.
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        Ok(Box::new(file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        fs::File::open(folder)?.sync_all()
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        /// The unit in which files tell what they take, whatever the disk.
        const BLOCK_BYTES: u64 = 512;
        let disk = rustix::fs::statvfs(folder)?;
        let mut used = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if is_whole(&entry.file_name().to_string_lossy()) {
                // One that is removed meanwhile takes nothing.
                used += entry
                    .metadata()
                    .map_or(0, |file| file.blocks() * BLOCK_BYTES);
            }
        }
        Ok(Room {
            free: disk.f_bavail.saturating_mul(disk.f_frsize),
            used,
        })
    }
}

impl File for fs::File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match FileExt::read_at(self, buffer, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
