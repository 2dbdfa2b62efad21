//! A disk whose files a server works on while they are read.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, File, Room};

/// What the reader has just done with a file.
pub(super) enum Moment {
    Opened,
    LengthTold,
    Read { offset: u64 },
}

type Work = dyn Fn(Moment, &dyn File) -> io::Result<()> + Send + Sync;

pub(super) struct BusyDisk {
    disk: SimulatedDisk,
    work: Arc<Work>,
    /// What the folder seems to hold the next times.
    lists: Mutex<Vec<Vec<String>>>,
}

impl BusyDisk {
    /// `work` is what the server does.
    pub(super) fn new(
        disk: SimulatedDisk,
        work: impl Fn(Moment, &dyn File) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let work = Arc::new(work);
        let lists = Mutex::default();
        Self { disk, work, lists }
    }

    /// The next times the folder is listed, this comes of it.
    pub(super) fn with_lists(self, lists: Vec<Vec<String>>) -> Self {
        Self {
            lists: Mutex::new(lists),
            ..self
        }
    }
}

struct BusyFile {
    file: Box<dyn File>,
    work: Arc<Work>,
}

impl File for BusyFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let count = self.file.read_at(buffer, offset)?;
        (self.work)(Moment::Read { offset }, &*self.file)?;
        Ok(count)
    }

    fn length(&self) -> io::Result<u64> {
        let length = self.file.length()?;
        (self.work)(Moment::LengthTold, &*self.file)?;
        Ok(length)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_at(bytes, offset)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.file.truncate(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }
}

impl Disk for BusyDisk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let (file, work) = (self.disk.open(path)?, Arc::clone(&self.work));
        work(Moment::Opened, &*file)?;
        Ok(Box::new(BusyFile { file, work }))
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.create_folder(folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let list = self.lists.lock().expect("no panic").pop();
        list.map_or_else(|| self.disk.list(folder), Ok)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.disk.create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        self.disk.room(folder)
    }
}
