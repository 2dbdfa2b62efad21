//! Somebody who reads the data folder while a server works on it, to back it up or to verify it: another process, which gets
//! its turn an operation of the disk at a time.

use std::io;
use std::panic;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use chatting_time::engine::Folding;
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{
    Disk, File, JournalError, PointInTime, Room, SnapshotWriter, VerifyReport, read_snapshot,
    verify,
};
use chatting_time_core::{Event, State};

/// A process that reads. Dropping it ends it.
pub(crate) struct Reader {
    /// `None` once it has ended.
    turns: Option<Sender<()>>,
    news: Receiver<News>,
    thread: Option<JoinHandle<()>>,
}

enum News {
    WaitsForItsTurn,
    Ended(Box<Result<Outcome, JournalError>>),
}

/// What came of it.
pub(crate) enum Outcome {
    BackedUp(Restored),
    Verified(VerifyReport),
}

/// What came out when a backup was restored.
pub(crate) struct Restored {
    pub(crate) sequence: u64,
    /// The fewest events that give its state.
    pub(crate) events: Vec<Event>,
}

impl Reader {
    /// Begins a backup; `durable` is what the server says to be durable.
    pub(crate) fn back_up(folder: &'static Path, disk: SimulatedDisk, durable: u64) -> Self {
        Self::begin(disk, move |disk| {
            back_up(folder, disk, Some(durable)).map(Outcome::BackedUp)
        })
    }

    /// Begins to verify the journal.
    pub(crate) fn verify(folder: &'static Path, disk: SimulatedDisk) -> Self {
        Self::begin(disk, move |disk| {
            verify(folder, disk).map(Outcome::Verified)
        })
    }

    fn begin(
        disk: SimulatedDisk,
        work: impl FnOnce(Arc<dyn Disk>) -> Result<Outcome, JournalError> + Send + 'static,
    ) -> Self {
        let (turns, taken) = mpsc::channel();
        let (tell, news) = mpsc::channel();
        let thread = thread::spawn(move || {
            let turns = Arc::new(Turns {
                turns: Mutex::new(taken),
                news: tell.clone(),
            });
            let ended = work(Arc::new(ReadDisk { disk, turns }));
            // Nobody listens when the process was ended.
            let _ = tell.send(News::Ended(Box::new(ended)));
        });
        let mut begun = Self {
            turns: Some(turns),
            news,
            thread: Some(thread),
        };
        assert!(begun.hear().is_none(), "it begins with the disk");
        begun
    }

    /// Lets so many operations of the disk happen, and says how it ended if it has.
    pub(crate) fn go_on(&mut self, operations: usize) -> Option<Result<Outcome, JournalError>> {
        (0..operations).find_map(|_| {
            let turns = self.turns.as_ref().expect("it has not ended");
            turns.send(()).expect("it waits for its turn");
            self.hear()
        })
    }

    fn hear(&mut self) -> Option<Result<Outcome, JournalError>> {
        match self.news.recv() {
            Ok(News::WaitsForItsTurn) => None,
            Ok(News::Ended(ended)) => {
                self.turns = None;
                Some(*ended)
            }
            Err(_) => {
                let thread = self.thread.take().expect("it ends once");
                panic::resume_unwind(thread.join().expect_err("it panicked"))
            }
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.turns = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Backs up, as the command does it, and restores that elsewhere. Without `durable` nobody writes the journal.
pub(crate) fn back_up(
    folder: &Path,
    disk: Arc<dyn Disk>,
    durable: Option<u64>,
) -> Result<Restored, JournalError> {
    let path = Path::new("/backup");
    let elsewhere = SimulatedDisk::new(0);
    let point = PointInTime::open(folder, disk, durable)?;
    let file = elsewhere.create(path).expect("there is room");
    let mut backup = SnapshotWriter::begin(&*file, path)?;
    point.compact(&mut Folding::default(), &mut |event| backup.push(event))?;
    backup.finish(point.sequence(), &elsewhere)?;

    let mut state = State::default();
    let sequence = read_snapshot(path, file, &mut |_, event| {
        state.apply(&Event::decode(event).map_err(|error| error.to_string())?);
        Ok(())
    })?;
    let events = state.compacted().collect();
    Ok(Restored { sequence, events })
}

struct Turns {
    turns: Mutex<Receiver<()>>,
    news: Sender<News>,
}

impl Turns {
    fn wait(&self) -> io::Result<()> {
        let ended = || io::Error::other("the process has ended");
        self.news.send(News::WaitsForItsTurn).map_err(|_| ended())?;
        let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.recv().map_err(|_| ended())
    }
}

/// A disk that is only read.
struct ReadDisk {
    disk: SimulatedDisk,
    turns: Arc<Turns>,
}

impl Disk for ReadDisk {
    /// As systems list a folder: piece by piece and in any order, so that it may have neither what was removed meanwhile nor
    /// what came for it.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.turns.wait()?;
        let mut behind = self.disk.list(folder)?;
        let Some(middle) = behind.get(behind.len().saturating_sub(1) / 2).cloned() else {
            return Ok(behind);
        };
        self.turns.wait()?;
        let mut names = self.disk.list(folder)?;
        names.retain(|name| *name <= middle);
        behind.retain(|name| *name > middle);
        names.append(&mut behind);
        Ok(names)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.turns.wait()?;
        let (file, turns) = (self.disk.open(path)?, self.turns.clone());
        Ok(Box::new(ReadFile { file, turns }))
    }

    fn create_folder(&self, _: &Path) -> io::Result<()> {
        changes()
    }

    fn create(&self, _: &Path) -> io::Result<Box<dyn File>> {
        changes()
    }

    fn rename(&self, _: &Path, _: &Path) -> io::Result<()> {
        changes()
    }

    fn remove(&self, _: &Path) -> io::Result<()> {
        changes()
    }

    fn sync_folder(&self, _: &Path) -> io::Result<()> {
        changes()
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        self.disk.room(folder)
    }
}

struct ReadFile {
    file: Box<dyn File>,
    turns: Arc<Turns>,
}

impl File for ReadFile {
    fn length(&self) -> io::Result<u64> {
        self.turns.wait()?;
        self.file.length()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.turns.wait()?;
        self.file.read_at(buffer, offset)
    }

    fn write_at(&self, _: &[u8], _: u64) -> io::Result<()> {
        changes()
    }

    fn truncate(&self, _: u64) -> io::Result<()> {
        changes()
    }

    fn sync(&self) -> io::Result<()> {
        changes()
    }
}

fn changes<T>() -> io::Result<T> {
    Err(io::Error::other("a reader changes nothing in the folder"))
}
