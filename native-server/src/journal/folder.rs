//! The files of a data folder: how they are named, and how one comes to be there all at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, File};
use super::error::{During, JournalError};
use super::header::FileKind;

/// What a file is called until it is whole. Recovery removes whatever still ends so.
const TEMPORARY_SUFFIX: &str = ".temporary";

/// A data folder on a disk.
#[derive(Clone)]
pub(super) struct Folder {
    pub(super) disk: Arc<dyn Disk>,
    pub(super) path: PathBuf,
}

/// The files of the journal that a folder holds, each kind sorted by number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) segments: Vec<u64>,
    pub(super) snapshots: Vec<u64>,
    pub(super) temporary: Vec<PathBuf>,
}

impl Folder {
    pub(super) fn file_path(&self, kind: FileKind, number: u64) -> PathBuf {
        self.path.join(file_name(kind, number))
    }

    pub(super) fn list(&self) -> Result<Listing, JournalError> {
        let names = self.disk.list(&self.path).during("list", &self.path)?;
        let mut listing = Listing::default();
        for name in names {
            if !is_whole(&name) {
                listing.temporary.push(self.path.join(name));
            } else if let Some((kind, number)) = parse_file_name(&name) {
                match kind {
                    FileKind::Segment => listing.segments.push(number),
                    FileKind::Snapshot => listing.snapshots.push(number),
                }
            }
        }
        listing.segments.sort_unstable();
        listing.snapshots.sort_unstable();
        Ok(listing)
    }

    pub(super) fn remove(&self, path: &Path) -> Result<(), JournalError> {
        self.disk.remove(path).during("remove", path)
    }

    pub(super) fn sync(&self) -> Result<(), JournalError> {
        self.disk
            .sync_folder(&self.path)
            .during("sync the folder", &self.path)
    }
}

/// A file that does not exist under its own name before it is whole, and is gone if it never becomes so.
pub(super) struct TemporaryFile {
    folder: Folder,
    path: PathBuf,
    /// `None` once it has its own name.
    file: Option<Box<dyn File>>,
}

impl TemporaryFile {
    pub(super) fn create(folder: &Folder, label: &str) -> Result<Self, JournalError> {
        let path = folder.path.join(format!("{label}{TEMPORARY_SUFFIX}"));
        let file = folder.disk.create(&path).during("create", &path)?;
        Ok(Self {
            folder: folder.clone(),
            path,
            file: Some(file),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &dyn File {
        self.file
            .as_deref()
            .expect("only publishing takes the file, and it takes self")
    }

    pub(super) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<(), JournalError> {
        self.file()
            .write_at(bytes, offset)
            .during("write", &self.path)
    }

    pub(super) fn sync(&self) -> Result<(), JournalError> {
        self.file().sync().during("sync", &self.path)
    }

    /// Makes the content durable and then, at once, the file's name.
    ///
    /// When only the last step fails the file stays under its name, and it is not known whether a crash would undo that.
    pub(super) fn publish(
        mut self,
        kind: FileKind,
        number: u64,
    ) -> Result<Box<dyn File>, JournalError> {
        self.sync()?;
        let path = self.folder.file_path(kind, number);
        self.folder
            .disk
            .rename(&self.path, &path)
            .during("name", &path)?;
        let file = self
            .file
            .take()
            .expect("only publishing takes the file, and it takes self");
        self.folder.sync()?;
        Ok(file)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            // What cannot be removed now is removed by the next recovery.
            let _ = self.folder.disk.remove(&self.path);
        }
    }
}

/// Whether the file of that name is as large as it will be, or the one being written.
pub(super) fn is_whole(name: &str) -> bool {
    !name.ends_with(TEMPORARY_SUFFIX)
}

pub(super) fn file_name(kind: FileKind, number: u64) -> String {
    format!("{number:020}.{}", extension(kind))
}

fn parse_file_name(name: &str) -> Option<(FileKind, u64)> {
    let (digits, suffix) = name.split_once('.')?;
    let kind = [FileKind::Segment, FileKind::Snapshot]
        .into_iter()
        .find(|kind| extension(*kind) == suffix)?;
    let number = digits.parse().ok()?;
    // Only the one spelling: a stray `1.segment` is not ours.
    (file_name(kind, number) == name).then_some((kind, number))
}

fn extension(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Segment => "segment",
        FileKind::Snapshot => "snapshot",
    }
}
