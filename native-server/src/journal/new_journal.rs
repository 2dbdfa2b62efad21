//! A journal that begins with a state from elsewhere: a restored backup, an import.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::disk::Disk;
use super::error::{During, JournalError};
use super::folder::{Folder, TemporaryFile};
use super::header::FileKind;
use super::segment::{self, Segment};
use super::snapshot::SnapshotWriter;

/// What the snapshot is called until it is whole, without the suffix; one that a crash left does not make a folder less empty.
const LABEL: &str = "new";
const LEFT_BEHIND: &str = "new.temporary";

/// What may be in a folder that counts as empty: the lock, what a crash left of such a journal, and what file systems put there.
const NOTHING: [&str; 4] = [
    "lock",
    LEFT_BEHIND,
    "00000000000000000001.segment.temporary",
    "lost+found",
];

/// Makes a journal in an empty folder. `fill` writes the events that give its state and says up to which sequence they do; the
/// next event gets the one after it. A crash in the middle leaves an empty folder, or one that no server starts on.
///
/// The caller holds the [`FolderLock`](super::FolderLock).
///
/// # Errors
/// [`JournalError::NotEmpty`]; [`JournalError::Storage`] when the disk fails or is full; those of `fill`. After any error the folder
/// is as empty as it was, unless the very last steps failed: then no server starts on it.
pub fn create_journal<E: From<JournalError>>(
    folder: &Path,
    disk: Arc<dyn Disk>,
    fill: impl FnOnce(&mut SnapshotWriter<'_>) -> Result<u64, E>,
) -> Result<(), E> {
    let folder = Folder {
        disk,
        path: folder.to_owned(),
    };
    check_empty(&folder.path, &*folder.disk)?;
    let temporary = TemporaryFile::create(&folder, LABEL)?;
    let mut snapshot = SnapshotWriter::begin(temporary.file(), temporary.path())?;
    let sequence = fill(&mut snapshot)?;
    snapshot.finish(sequence, &*folder.disk)?;

    // First the segment that follows the snapshot: it alone is a journal whose beginning is missing.
    let next_sequence = sequence.saturating_add(1);
    let size = segment::size_for(0, 0);
    Segment::create(&folder, 1, next_sequence, size)?.close(next_sequence)?;
    temporary.publish(FileKind::Snapshot, sequence)?;
    Ok(())
}

/// Removes what a process leaves that ends while [`create_journal`] is being filled; it takes up room.
///
/// The caller holds the [`FolderLock`](super::FolderLock).
///
/// # Errors
/// Those of the operating system, also when there is no such file.
pub fn remove_unfinished(folder: &Path) -> io::Result<()> {
    fs::remove_file(folder.join(LEFT_BEHIND))
}

/// Whether a journal may be made in a folder: there is none yet, or it has nothing in it.
///
/// # Errors
/// [`JournalError::NotEmpty`]; [`JournalError::Storage`] when the folder is there and cannot be listed.
pub fn check_empty(folder: &Path, disk: &dyn Disk) -> Result<(), JournalError> {
    let mut names = match disk.list(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        listed => listed.during("list", folder)?,
    };
    // The same one whatever the order.
    names.sort_unstable();
    let mut others = names
        .into_iter()
        .filter(|name| !NOTHING.contains(&name.as_str()));
    match others.next() {
        Some(name) => Err(JournalError::NotEmpty {
            folder: folder.to_owned(),
            name,
        }),
        None => Ok(()),
    }
}
