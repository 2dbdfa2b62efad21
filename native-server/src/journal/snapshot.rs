//! Writes a snapshot: durable, read back and found whole before it gets its name. Reads one that lies anywhere.

use std::io::{self, Write};
use std::path::Path;

use super::batch::Batch;
use super::disk::{Disk, File};
use super::error::{During, JournalError};
use super::fold::{Fold, hand_over_left};
use super::folder::{Folder, TemporaryFile, file_name};
use super::frame::{self, CLOSING_FRAME_BYTES};
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

/// Hands every event of a snapshot to `sink`, whatever the file is and wherever it lies; returns the sequence up to which it holds
/// the state. `path` is what errors call it.
///
/// # Errors
/// [`JournalError::Damaged`] when it is not a snapshot, the whole and nothing else; [`JournalError::NewerFormat`];
/// [`JournalError::Rejected`] when `sink` refuses an event; [`JournalError::Storage`] when it cannot be read. By then `sink` may have
/// been given some events.
pub fn read_snapshot(
    path: &Path,
    file: Box<dyn File>,
    sink: &mut Sink<'_>,
) -> Result<u64, JournalError> {
    let file = JournalFile::of(path.to_owned(), file, FileKind::Snapshot)?;
    let sequence = file.header.number;
    let ending = file.read(Until::Closed, &mut |offset, frame| {
        hand_over(
            &file,
            offset,
            frame,
            &mut |_| Some(sequence),
            &mut |origin, event| sink(sequence, event).map_err(|reason| origin.rejected(reason)),
        )
    })?;
    // The reader minds no zeros there, which segments are filled with in advance; a snapshot is not.
    let end = ending.offset + CLOSING_FRAME_BYTES as u64;
    match file.file.length().during("read", path)?.checked_sub(end) {
        Some(0) => Ok(sequence),
        more => Err(JournalError::damaged(
            path,
            end,
            format!("{} bytes follow the closing frame", more.unwrap_or(0)),
        )),
    }
}

/// Writes the content of a snapshot into a file that is empty so far. What is not finished is no snapshot.
pub struct SnapshotWriter<'a> {
    file: &'a dyn File,
    path: &'a Path,
    frames: Frames,
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
            frames: Frames::new().during("draw a random number for", path)?,
        })
    }

    /// How many events it holds.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.frames.next_sequence - 1 + self.frames.batch.len() as u64
    }

    /// Adds an event.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the disk fails or is full.
    pub fn push(&mut self, event: &[u8]) -> Result<(), JournalError> {
        match self.frames.push(event) {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Makes it a snapshot up to `sequence`, durable, and reads it back from `disk`, where it lies; returns its size in bytes.
    ///
    /// # Errors
    /// [`JournalError::Storage`] when the disk fails or is full; [`JournalError::Damaged`] when it does not read back.
    pub fn finish(mut self, sequence: u64, disk: &dyn Disk) -> Result<u64, JournalError> {
        self.flush()?;
        let header = self.frames.header(sequence);
        // Only now: what is not finished is not even begun.
        self.write(&header.encode(), 0)?;
        let closing = self.frames.closing();
        self.write(&closing, self.frames.offset)?;
        self.sync()?;
        self.read_back(header, disk)?;
        Ok(self.frames.offset + closing.len() as u64)
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        let (file, path) = (self.file, self.path);
        let write = |frame: &[u8], offset| {
            file.write_at(frame, offset).during("write", path)?;
            // Each frame by itself: a larger sync would hold up those of the segment in use.
            file.sync().during("sync", path)
        };
        self.frames.flush(write)
    }

    fn read_back(&self, header: Header, disk: &dyn Disk) -> Result<(), JournalError> {
        let path = self.path.to_owned();
        let file = disk.open(&path).during("open", &path)?;
        let written = JournalFile { path, file, header };
        let ending = written.read(Until::Closed, &mut |_, _| Ok(()))?;
        if ending.next_sequence != self.frames.next_sequence {
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

/// Writes a snapshot to whatever takes bytes one after the other, such as a pipe, where it cannot be read back. What is not
/// finished lacks its end, and is refused by whoever reads it.
pub struct SnapshotStream<'a> {
    output: &'a mut dyn Write,
    frames: Frames,
}

impl<'a> SnapshotStream<'a> {
    /// Begins a snapshot up to `sequence`.
    ///
    /// # Errors
    /// When the output fails, or the system has no random number to give.
    pub fn begin(output: &'a mut dyn Write, sequence: u64) -> io::Result<Self> {
        let frames = Frames::new()?;
        output.write_all(&frames.header(sequence).encode())?;
        Ok(Self { output, frames })
    }

    /// Adds an event.
    ///
    /// # Errors
    /// When the output fails.
    pub fn push(&mut self, event: &[u8]) -> io::Result<()> {
        match self.frames.push(event) {
            true => self.flush(),
            false => Ok(()),
        }
    }

    /// Ends it; returns its size in bytes.
    ///
    /// # Errors
    /// When the output fails.
    pub fn finish(mut self) -> io::Result<u64> {
        self.flush()?;
        let closing = self.frames.closing();
        self.output.write_all(&closing)?;
        self.output.flush()?;
        Ok(self.frames.offset + closing.len() as u64)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.frames.flush(|frame, _| self.output.write_all(frame))
    }
}

/// The frames of a snapshot one after the other, each when its events are together.
struct Frames {
    identity: u64,
    batch: Batch,
    /// The sequence after the last event that was flushed.
    next_sequence: u64,
    /// Where the next frame goes.
    offset: u64,
}

impl Frames {
    fn new() -> io::Result<Self> {
        Ok(Self {
            identity: header::random_identity()?,
            batch: Batch::new(),
            next_sequence: 1,
            offset: HEADER_BYTES as u64,
        })
    }

    fn header(&self, sequence: u64) -> Header {
        Header {
            kind: FileKind::Snapshot,
            identity: self.identity,
            number: sequence,
            first_sequence: 1,
        }
    }

    /// Adds an event; true when it is time to flush.
    fn push(&mut self, event: &[u8]) -> bool {
        self.batch.push(|buffer| buffer.extend_from_slice(event));
        self.batch.bytes() >= FRAME_TARGET_BYTES
    }

    /// Hands the frame of the events that wait to `write`, if there are any, with the place that it goes to.
    fn flush<E>(&mut self, write: impl FnOnce(&[u8], u64) -> Result<(), E>) -> Result<(), E> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let offset = self.offset;
        self.batch
            .with_frame(self.identity, self.next_sequence, |frame| {
                write(frame, offset)
            })?;
        self.next_sequence += self.batch.len() as u64;
        self.offset += self.batch.frame_bytes() as u64;
        self.batch.clear();
        Ok(())
    }

    fn closing(&self) -> [u8; CLOSING_FRAME_BYTES] {
        frame::closing_frame(self.identity, self.next_sequence)
    }
}
