//! A segment that takes frames: how it comes to be, and the one place where it is written.

use std::path::PathBuf;

use super::batch::Batch;
use super::disk::File;
use super::error::{During, JournalError};
use super::folder::{Folder, TemporaryFile, file_name};
use super::frame::{self, CLOSING_FRAME_BYTES};
use super::header::{self, FileKind, HEADER_BYTES, Header};

/// What a segment needs beside its events frames.
const OVERHEAD_BYTES: u64 = (HEADER_BYTES + CLOSING_FRAME_BYTES) as u64;

/// Segment sizes are multiples of this, as disks allocate.
const SIZE_STEP_BYTES: u64 = 4096;

/// How many zeros are written at once.
const ZEROS_BYTES: usize = 256 * 1024;

static ZEROS: [u8; ZEROS_BYTES] = [0; ZEROS_BYTES];

/// The segment being written.
pub(super) struct Segment {
    pub(super) header: Header,
    path: PathBuf,
    file: Box<dyn File>,
    /// Where the next frame goes.
    offset: u64,
    size: u64,
}

impl Segment {
    /// Makes a segment of `size` bytes, durable under its name, that begins with event `first_sequence`.
    pub(super) fn create(
        folder: &Folder,
        number: u64,
        first_sequence: u64,
        size: u64,
    ) -> Result<Self, JournalError> {
        let temporary = TemporaryFile::create(folder, &file_name(FileKind::Segment, number))?;
        preallocate(&temporary, size, &mut || true)?;
        Self::begin(folder, temporary, number, first_sequence, size)
    }

    /// Turns a preallocated file into a segment.
    pub(super) fn begin(
        folder: &Folder,
        temporary: TemporaryFile,
        number: u64,
        first_sequence: u64,
        size: u64,
    ) -> Result<Self, JournalError> {
        let header = Header {
            kind: FileKind::Segment,
            identity: header::random_identity()
                .during("draw a random number for", temporary.path())?,
            number,
            first_sequence,
        };
        temporary.write_at(&header.encode(), 0)?;
        let path = folder.file_path(FileKind::Segment, number);
        match temporary.publish(FileKind::Segment, number) {
            Ok(file) => Ok(Self {
                header,
                path,
                file,
                offset: HEADER_BYTES as u64,
                size,
            }),
            Err(error) => {
                // Left behind, it would be an empty segment, which harms nothing but takes room.
                let _ = folder.disk.remove(&path);
                Err(error)
            }
        }
    }

    pub(super) fn has_room_for(&self, batch: &Batch) -> bool {
        self.offset + (batch.frame_bytes() + CLOSING_FRAME_BYTES) as u64 <= self.size
    }

    pub(super) fn is_half_full(&self) -> bool {
        self.offset > self.size / 2
    }

    /// How many bytes of frames it holds.
    pub(super) fn used_bytes(&self) -> u64 {
        self.offset - HEADER_BYTES as u64
    }

    /// Writes the batch as one frame, and returns once it is durable.
    ///
    /// # Errors
    /// After one the segment must not be written or synced again.
    pub(super) fn append(
        &mut self,
        batch: &mut Batch,
        first_sequence: u64,
    ) -> Result<(), JournalError> {
        let bytes = batch.frame_bytes() as u64;
        batch
            .with_frame(self.header.identity, first_sequence, |frame| {
                self.file.write_at(frame, self.offset)
            })
            .during("write", &self.path)?;
        self.file.sync().during("sync", &self.path)?;
        self.offset += bytes;
        Ok(())
    }

    /// Gives the room back that no frame will take any more; a segment that keeps it is as good.
    pub(super) fn cut_to_size(&self) {
        let _ = self.file.truncate(self.offset);
    }

    /// Ends the segment with a closing frame and gives the rest of its room back.
    pub(super) fn close(&self, next_sequence: u64) -> Result<(), JournalError> {
        let closing = frame::closing_frame(self.header.identity, next_sequence);
        self.file
            .write_at(&closing, self.offset)
            .during("write", &self.path)?;
        self.file.sync().during("sync", &self.path)?;
        self.file
            .truncate(self.offset + closing.len() as u64)
            .and_then(|()| self.file.sync())
            .during("cut", &self.path)
    }
}

/// The size of a segment of at least `size` bytes that has room for a frame of `frame_bytes`.
pub(super) fn size_for(size: u64, frame_bytes: usize) -> u64 {
    size.max(OVERHEAD_BYTES + frame_bytes as u64)
        .next_multiple_of(SIZE_STEP_BYTES)
}

/// Fills the file with zeros, durably, as long as `go_on` says so; false when it did not.
///
/// They are really written, because space that is merely reserved makes each later sync wait for the file
/// system's own journal, which is several times slower.
pub(super) fn preallocate(
    temporary: &TemporaryFile,
    size: u64,
    go_on: &mut dyn FnMut() -> bool,
) -> Result<bool, JournalError> {
    let mut offset = 0;
    while offset < size {
        if !go_on() {
            return Ok(false);
        }
        let bytes = (size - offset).min(ZEROS_BYTES as u64);
        temporary.write_at(&ZEROS[..bytes as usize], offset)?;
        offset += bytes;
        // Each piece by itself, so that none is left at the end: a larger sync would hold up those of the segment in use.
        temporary.sync()?;
    }
    Ok(true)
}
