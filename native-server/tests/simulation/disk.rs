//! The simulated disk as one process sees it: a process that has died changes nothing any more, and while it folds its
//! journal the rest of it goes on between any two operations of the disk.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, File, Room};

/// One process at the disk. Clones are the same process.
#[derive(Clone)]
pub(crate) struct ProcessDisk {
    disk: SimulatedDisk,
    process: Arc<Process>,
}

/// When a fold lets others do something.
#[derive(Clone, Copy)]
pub(crate) enum Gap {
    /// It holds no lock.
    Anybody,
    /// It removes files, and keeps the rest of its process from reading any.
    NobodyReads,
}

struct Process {
    is_alive: AtomicBool,
    /// What uses the disk now is a fold, beside which others work.
    is_folding: AtomicBool,
    meanwhile: Box<dyn Fn(Gap) + Send + Sync>,
}

impl ProcessDisk {
    /// `meanwhile` lets the rest of the process do something.
    pub(crate) fn new(disk: SimulatedDisk, meanwhile: Box<dyn Fn(Gap) + Send + Sync>) -> Self {
        let process = Arc::new(Process {
            is_alive: AtomicBool::new(true),
            is_folding: AtomicBool::new(false),
            meanwhile,
        });
        Self { disk, process }
    }

    pub(crate) fn end_process(&self) {
        self.process.is_alive.store(false, Ordering::Relaxed);
    }

    pub(crate) fn set_folding(&self, is_folding: bool) {
        self.process.is_folding.store(is_folding, Ordering::Relaxed);
    }

    fn file(&self, file: Box<dyn File>) -> Box<dyn File> {
        let process = self.process.clone();
        Box::new(ProcessFile { file, process })
    }
}

impl Process {
    fn check(&self) -> io::Result<()> {
        match self.is_alive.load(Ordering::Relaxed) {
            true => Ok(()),
            false => Err(io::Error::other("the process has ended")),
        }
    }

    /// Where a fold holds no lock, so that others can work.
    fn yields(&self) -> io::Result<()> {
        self.yields_in(Gap::Anybody)
    }

    fn yields_in(&self, gap: Gap) -> io::Result<()> {
        self.check()?;
        if self.is_folding.swap(false, Ordering::Relaxed) {
            (self.meanwhile)(gap);
            self.is_folding.store(true, Ordering::Relaxed);
        }
        self.check()
    }
}

impl Disk for ProcessDisk {
    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.process.check()?;
        self.disk.create_folder(folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.process.check()?;
        self.disk.list(folder)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.process.yields()?;
        Ok(self.file(self.disk.create(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.process.yields()?;
        Ok(self.file(self.disk.open(path)?))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.process.yields()?;
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.process.yields_in(Gap::NobodyReads)?;
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.process.yields()?;
        self.disk.sync_folder(folder)
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        self.process.check()?;
        self.disk.room(folder)
    }
}

struct ProcessFile {
    file: Box<dyn File>,
    process: Arc<Process>,
}

impl File for ProcessFile {
    fn length(&self) -> io::Result<u64> {
        self.process.check()?;
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.process.yields()?;
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.process.yields()?;
        self.file.write_at(bytes, offset)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.process.yields()?;
        self.file.truncate(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.process.yields()?;
        self.file.sync()
    }
}
