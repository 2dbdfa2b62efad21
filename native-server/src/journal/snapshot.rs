//! Writes a snapshot: durable, read back and found whole before it gets its name. Reads one that lies anywhere.

use std::path::Path;
use std::sync::Arc;

use super::batch::Batch;
use super::disk::{Disk, File};
use super::error::{During, JournalError};
use super::fold::{Fold, hand_over_left};
use super::folder::{Folder, TemporaryFile, file_name};
use super::frame;
use super::header::{self, FileKind, HEADER_BYTES, Header};
use super::reader::{JournalFile, Until};
use super::recovery::{SealedFiles, Sink, hand_over};

/// A frame is written when its events take so much.
const FRAME_TARGET_BYTES: usize = 256 * 1024;

/// Writes the snapshot up to `sequence` of what `state` has left of `files`; returns its size in bytes.
pub(super) fn write(
    folder: &Folder,
    sequence: u64,
    files: &SealedFiles<'_>,
    state: &dyn Fold,
) -> Result<u64, JournalError> {
    let temporary = TemporaryFile::create(folder, &file_name(FileKind::Snapshot, sequence))?;
    let mut snapshot = SnapshotWriter::begin(temporary.file(), temporary.path())?;
    hand_over_left(&|visit| files.read(visit), state, &mut |event| {
        snapshot.push(event)
    })?;
    let bytes = snapshot.finish(sequence, &*folder.disk)?;
    temporary.publish(FileKind::Snapshot, sequence)?;
    Ok(bytes)
}

/// Hands every event of a snapshot to `sink`, whatever the file is called and wherever it lies; returns the sequence up to which
/// it holds the state.
///
/// # Errors
/// [`JournalError::Damaged`] when it is not a whole snapshot, [`JournalError::NewerFormat`], [`JournalError::Rejected`] when
/// `sink` refuses an event, [`JournalError::Storage`] when it cannot be read. By then `sink` may have been given some events.
pub fn read_snapshot(
    path: &Path,
    disk: &Arc<dyn Disk>,
    sink: &mut Sink<'_>,
) -> Result<u64, JournalError> {
    let file = JournalFile::open_anywhere(path, &**disk, FileKind::Snapshot)?;
    let sequence = file.header.number;
    file.read(Until::Closed, &mut |offset, frame| {
        hand_over(
            &file,
            offset,
            frame,
            &mut |_| Some(sequence),
            &mut |origin, event| sink(sequence, event).map_err(|reason| origin.rejected(reason)),
        )
    })?;
    Ok(sequence)
}

/// Writes the content of a snapshot into a file that is empty so far. What is not finished is no snapshot.
pub struct SnapshotWriter<'a> {
    file: &'a dyn File,
    path: &'a Path,
    identity: u64,
    batch: Batch,
    next_sequence: u64,
    offset: u64,
}

impl<'a> SnapshotWriter<'a> {
    /// Begins in `file`, which lies at `path`.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the system has no random number to give.
    pub fn begin(file: &'a dyn File, path: &'a Path) -> Result<Self, JournalError> {
        Ok(Self {
            file,
            path,
            identity: header::random_identity().during("draw a random number for", path)?,
            batch: Batch::new(),
            next_sequence: 1,
            offset: HEADER_BYTES as u64,
        })
    }

    /// How many events it holds.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.next_sequence - 1 + self.batch.len() as u64
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the disk fails or is full.
    pub fn push(&mut self, event: &[u8]) -> Result<(), JournalError> {
        self.batch.push(|buffer| buffer.extend_from_slice(event));
        if self.batch.bytes() >= FRAME_TARGET_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// Makes it a snapshot up to `sequence`, durable, and reads it back from `disk`, where it lies; returns its size in bytes.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the disk fails or is full; [`JournalError::Damaged`] when it does not read back.
    pub fn finish(mut self, sequence: u64, disk: &dyn Disk) -> Result<u64, JournalError> {
        self.flush()?;
        let header = Header {
            kind: FileKind::Snapshot,
            identity: self.identity,
            number: sequence,
            first_sequence: 1,
        };
        // Only now: what is not finished is not even begun.
        self.write(&header.encode(), 0)?;
        let closing = frame::closing_frame(self.identity, self.next_sequence);
        self.write(&closing, self.offset)?;
        self.sync()?;
        self.read_back(header, disk)?;
        Ok(self.offset + closing.len() as u64)
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (file, path, offset) = (self.file, self.path, self.offset);
        self.batch
            .with_frame(self.identity, self.next_sequence, |frame| {
                file.write_at(frame, offset).during("write", path)
            })?;
        self.next_sequence += self.batch.len() as u64;
        self.offset += self.batch.frame_bytes() as u64;
        self.batch.clear();
        // Each frame by itself: a larger sync would hold up those of the segment in use.
        self.sync()
    }

    fn read_back(&self, header: Header, disk: &dyn Disk) -> Result<(), JournalError> {
        let path = self.path.to_owned();
        let file = disk.open(&path).during("open", &path)?;
        let written = JournalFile { path, file, header };
        let ending = written.read(Until::Closed, &mut |_, _| Ok(()))?;
        if ending.next_sequence != self.next_sequence {
            return Err(JournalError::damaged(
                &written.path,
                ending.offset,
                "it does not read back as it was written",
            ));
        }
        Ok(())
    }

    fn write(&self, bytes: &[u8], offset: u64) -> Result<(), JournalError> {
        self.file.write_at(bytes, offset).during("write", self.path)
    }

    fn sync(&self) -> Result<(), JournalError> {
        self.file.sync().during("sync", self.path)
    }
}
