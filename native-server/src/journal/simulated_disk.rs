//! A disk in memory that fails on purpose and loses what a real one may lose, the same each time for the same seed.
//!
//! It is always compiled, so that tests of every package can run the journal on it; nothing else uses it.
//!
//! Files have two contents: the one that reads show, and the one that survives [`SimulatedDisk::lose_power`]. A sync
//! carries the first over to the second. What was not synced survives or not at random, sector by sector of 512 bytes;
//! unsynced changes of a folder survive up to a random one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, File, Room};
use super::folder::is_whole;

const SECTOR_BYTES: usize = 512;

/// The disk. Clones are the same disk.
#[derive(Clone)]
pub struct SimulatedDisk {
    inner: Arc<Mutex<Inner>>,
}

impl SimulatedDisk {
    /// An empty disk without bounds or faults.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            inner: Arc::new(Mutex::new(Inner {
                random: seed,
                files: Vec::new(),
                names: BTreeMap::new(),
                durable_names: BTreeMap::new(),
                unsynced_changes: Vec::new(),
                capacity: u64::MAX,
                operations: 0,
                stops_at: None,
                failing_syncs: 0,
                failing_writes: 0,
                open_files: 0,
                most_open_files: 0,
                boot: 0,
            })),
        }
    }

    /// Bounds what the files may take together, in bytes. Files that are there already stay, even if they take more.
    pub fn set_capacity(&self, bytes: u64) {
        self.inner().capacity = bytes;
    }

    /// What the files take together, in bytes.
    #[must_use]
    pub fn used(&self) -> u64 {
        self.inner().used()
    }

    /// Makes the next syncs of a file fail. What they should have made durable still reads well, and is lost with
    /// the power, even if a later sync succeeds.
    pub fn fail_syncs(&self, count: u64) {
        self.inner().failing_syncs = count;
    }

    /// Makes the next writes fail after a part of their bytes.
    pub fn fail_writes(&self, count: u64) {
        self.inner().failing_writes = count;
    }

    /// How many operations that change something the disk has carried out, a stopped one included.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.inner().operations
    }

    /// The most files that were open at a time since this was asked last.
    #[must_use]
    pub fn most_open_files(&self) -> usize {
        let mut inner = self.inner();
        let now = inner.open_files;
        std::mem::replace(&mut inner.most_open_files, now)
    }

    /// Stops the disk in the middle of the operation after so many more: it and all later ones fail, until
    /// [`lose_power`](Self::lose_power) or [`kill`](Self::kill).
    pub fn stop_after(&self, operations: u64) {
        let mut inner = self.inner();
        inner.stops_at = Some(inner.operations + operations);
    }

    /// Ends every process that uses the disk: open files are gone, and all that was written is still there.
    pub fn kill(&self) {
        let mut inner = self.inner();
        inner.boot += 1;
        inner.stops_at = None;
    }

    /// Takes the power away and gives it back: open files are gone, and so is, at random, what was not synced.
    pub fn lose_power(&self) {
        self.kill();
        self.inner().lose_unsynced();
    }

    /// The paths of all files.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        self.inner().names.keys().cloned().collect()
    }

    /// What a file reads as.
    ///
    /// # Errors
    /// When there is no such file.
    pub fn contents(&self, path: &Path) -> io::Result<Vec<u8>> {
        let inner = self.inner();
        Ok(inner.files[inner.find(path)?].shown.clone())
    }

    /// Puts a file there, durably, past all faults: for damaging a journal.
    pub fn put(&self, path: &Path, contents: &[u8]) {
        let mut inner = self.inner();
        inner.files.push(Content {
            shown: contents.to_vec(),
            durable: contents.to_vec(),
            unsynced: BTreeSet::new(),
        });
        let file = inner.files.len() - 1;
        inner.names.insert(path.to_owned(), file);
        inner.durable_names = inner.names.clone();
        inner.unsynced_changes.clear();
    }

    /// Takes a file away, durably, past all faults.
    pub fn take_away(&self, path: &Path) {
        let mut inner = self.inner();
        inner.names.remove(path);
        inner.durable_names = inner.names.clone();
        inner.unsynced_changes.clear();
    }

    /// A disk with the same files, all durable, and no faults.
    #[must_use]
    pub fn copy(&self, seed: u64) -> Self {
        let copy = Self::new(seed);
        let inner = self.inner();
        for (path, file) in &inner.names {
            copy.put(path, &inner.files[*file].shown);
        }
        copy
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, inner: &mut Inner, file: usize) -> Box<dyn File> {
        inner.open_files += 1;
        inner.most_open_files = inner.most_open_files.max(inner.open_files);
        Box::new(SimulatedFile {
            disk: self.clone(),
            file,
            boot: inner.boot,
        })
    }
}

impl Disk for SimulatedDisk {
    fn create_folder(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let inner = self.inner();
        inner.running()?;
        Ok(inner
            .names
            .keys()
            .filter(|path| path.parent() == Some(folder))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect())
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let mut inner = self.inner();
        inner.step()?;
        inner.files.push(Content::default());
        let file = inner.files.len() - 1;
        inner.change(Change::Add(path.to_owned(), file));
        Ok(self.handle(&mut inner, file))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        let mut inner = self.inner();
        inner.running()?;
        let file = inner.find(path)?;
        Ok(self.handle(&mut inner, file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.step()?;
        inner.find(from)?;
        inner.change(Change::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.step()?;
        inner.find(path)?;
        inner.change(Change::Remove(path.to_owned()));
        Ok(())
    }

    fn sync_folder(&self, _folder: &Path) -> io::Result<()> {
        let mut inner = self.inner();
        inner.step()?;
        if inner.failing_syncs > 0 {
            inner.failing_syncs -= 1;
            return Err(io::Error::other("simulated failure of a sync"));
        }
        inner.durable_names = inner.names.clone();
        inner.unsynced_changes.clear();
        Ok(())
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        let inner = self.inner();
        inner.running()?;
        let is_there = |path: &Path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.parent() == Some(folder) && is_whole(&name)
        };
        let files = inner.names.iter().filter(|(path, _)| is_there(path));
        let used = files.map(|(_, file)| inner.files[*file].shown.len() as u64);
        Ok(Room {
            free: inner.capacity.saturating_sub(inner.used()),
            used: used.sum(),
        })
    }
}

struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
    boot: u64,
}

impl Drop for SimulatedFile {
    fn drop(&mut self) {
        self.disk.inner().open_files -= 1;
    }
}

impl SimulatedFile {
    fn inner(&self) -> io::Result<MutexGuard<'_, Inner>> {
        let inner = self.disk.inner();
        if inner.boot != self.boot {
            return Err(io::Error::other(
                "this file was opened before the disk stopped",
            ));
        }
        Ok(inner)
    }
}

impl File for SimulatedFile {
    fn length(&self) -> io::Result<u64> {
        let inner = self.inner()?;
        inner.running()?;
        Ok(inner.files[self.file].shown.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let inner = self.inner()?;
        inner.running()?;
        let shown = &inner.files[self.file].shown;
        let start = usize::try_from(offset).map_or(shown.len(), |start| start.min(shown.len()));
        let count = buffer.len().min(shown.len() - start);
        buffer[..count].copy_from_slice(&shown[start..start + count]);
        Ok(count)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut inner = self.inner()?;
        let stopped = inner.step();
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let mut count = bytes.len();
        let mut result = Ok(());
        if stopped.is_err() {
            count = inner.below(bytes.len() + 1);
            result = stopped;
        } else if inner.failing_writes > 0 {
            inner.failing_writes -= 1;
            count = inner.below(bytes.len() + 1);
            result = Err(io::Error::other("simulated failure of a write"));
        }
        let length = inner.files[self.file].shown.len();
        let growth = ((offset + count).saturating_sub(length)) as u64;
        let room = inner.capacity.saturating_sub(inner.used());
        if growth > room {
            let fitting = length.saturating_sub(offset) as u64 + room;
            count = usize::try_from(fitting).unwrap_or(count).min(count);
            result = Err(io::ErrorKind::StorageFull.into());
        }
        inner.files[self.file].write(&bytes[..count], offset);
        result
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut inner = self.inner()?;
        inner.step()?;
        let length = usize::try_from(length).map_err(io::Error::other)?;
        let content = &mut inner.files[self.file];
        content.shown.truncate(length);
        content
            .unsynced
            .retain(|sector| sector * SECTOR_BYTES < length);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut inner = self.inner()?;
        inner.step()?;
        if inner.failing_syncs > 0 {
            inner.failing_syncs -= 1;
            inner.files[self.file].unsynced.clear();
            return Err(io::Error::other("simulated failure of a sync"));
        }
        inner.files[self.file].sync();
        Ok(())
    }
}

struct Inner {
    random: u64,
    /// Never shrinks, so that an open file outlives its name.
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    unsynced_changes: Vec<Change>,
    capacity: u64,
    operations: u64,
    stops_at: Option<u64>,
    failing_syncs: u64,
    failing_writes: u64,
    open_files: usize,
    most_open_files: usize,
    /// How often the disk was stopped: a file opened before is of no use after.
    boot: u64,
}

/// One change of a folder.
enum Change {
    Add(PathBuf, usize),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Self::Add(path, file) => {
                names.insert(path.clone(), *file);
            }
            Self::Rename(from, to) => {
                if let Some(file) = names.remove(from) {
                    names.insert(to.clone(), file);
                }
            }
            Self::Remove(path) => {
                names.remove(path);
            }
        }
    }
}

impl Inner {
    fn running(&self) -> io::Result<()> {
        match self.stops_at {
            Some(stop) if self.operations > stop => Err(io::Error::other("the disk has stopped")),
            _ => Ok(()),
        }
    }

    /// Counts an operation; an error when the disk stops at it or has stopped before.
    fn step(&mut self) -> io::Result<()> {
        self.running()?;
        self.operations += 1;
        self.running()
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        self.names
            .get(path)
            .copied()
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        self.unsynced_changes.push(change);
    }

    fn used(&self) -> u64 {
        self.names
            .values()
            .map(|file| self.files[*file].shown.len() as u64)
            .sum()
    }

    fn lose_unsynced(&mut self) {
        let surviving = self.below(self.unsynced_changes.len() + 1);
        let mut names = std::mem::take(&mut self.durable_names);
        for change in self.unsynced_changes.drain(..).take(surviving) {
            change.apply(&mut names);
        }
        self.names = names;
        self.durable_names = self.names.clone();
        // Now and then all or nothing survives, which independent draws would hardly ever show.
        let survival = [0, 128, 256][self.below(3)];
        for file in 0..self.files.len() {
            let mut content = std::mem::take(&mut self.files[file]);
            if content.shown.len() < content.durable.len() && self.below(256) < survival {
                content.durable.truncate(content.shown.len());
            }
            for sector in std::mem::take(&mut content.unsynced) {
                if self.below(256) < survival {
                    content.carry_over(sector);
                }
            }
            content.shown.clone_from(&content.durable);
            self.files[file] = content;
        }
    }

    /// A random number below `bound`, which is not 0 (SplitMix64).
    fn below(&mut self, bound: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.random;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (value ^ (value >> 31)) as usize % bound
    }
}

#[derive(Default)]
struct Content {
    /// What reads show.
    shown: Vec<u8>,
    /// What survives a loss of power.
    durable: Vec<u8>,
    /// The sectors that were written since the last sync.
    unsynced: BTreeSet<usize>,
}

impl Content {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len();
        if end > self.shown.len() {
            self.shown.resize(end, 0);
        }
        self.shown[offset..end].copy_from_slice(bytes);
        self.unsynced
            .extend(offset / SECTOR_BYTES..end.div_ceil(SECTOR_BYTES));
    }

    fn sync(&mut self) {
        for sector in std::mem::take(&mut self.unsynced) {
            self.carry_over(sector);
        }
        self.durable.resize(self.shown.len(), 0);
    }

    fn carry_over(&mut self, sector: usize) {
        let start = sector * SECTOR_BYTES;
        let end = (start + SECTOR_BYTES).min(self.shown.len());
        if end > self.durable.len() {
            self.durable.resize(end, 0);
        }
        self.durable[start..end].copy_from_slice(&self.shown[start..end]);
    }
}
