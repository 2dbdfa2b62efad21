//! Writes a snapshot: durable, read back and found whole before it gets its name.

use super::batch::Batch;
use super::disk::File;
use super::error::{During, JournalError};
use super::fold::Fold;
use super::folder::{Folder, TemporaryFile, file_name};
use super::frame;
use super::header::{self, FileKind, HEADER_BYTES, Header};
use super::reader::{JournalFile, Until};
use super::recovery::SealedFiles;

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
    let header = Header {
        kind: FileKind::Snapshot,
        identity: header::random_identity().during("draw a random number for", temporary.path())?,
        number: sequence,
        first_sequence: 1,
    };
    temporary.write_at(&header.encode(), 0)?;
    let mut frames = FrameWriter {
        file: &temporary,
        identity: header.identity,
        batch: Batch::new(),
        next_sequence: 1,
        offset: HEADER_BYTES as u64,
    };
    for event in state.first() {
        frames.push(&event)?;
    }
    let mut places = 0..;
    files.read(&mut |origin, event| {
        let place = places.next().expect("an endless range");
        let left = state.left_of(place, event);
        match left.map_err(|reason| origin.rejected(reason))? {
            Some(event) => frames.push(&event),
            None => Ok(()),
        }
    })?;
    frames.flush()?;
    let (next_sequence, offset) = (frames.next_sequence, frames.offset);
    temporary.write_at(
        &frame::closing_frame(header.identity, next_sequence),
        offset,
    )?;
    temporary.sync()?;

    read_back(folder, &temporary, header, next_sequence)?;
    temporary.publish(FileKind::Snapshot, sequence)?;
    Ok(offset)
}

fn read_back(
    folder: &Folder,
    temporary: &TemporaryFile,
    header: Header,
    next_sequence: u64,
) -> Result<(), JournalError> {
    let path = temporary.path().to_owned();
    let file: Box<dyn File> = folder.disk.open(&path).during("open", &path)?;
    let written = JournalFile { path, file, header };
    let ending = written.read(Until::Closed, &mut |_, _| Ok(()))?;
    if ending.next_sequence != next_sequence {
        return Err(JournalError::damaged(
            &written.path,
            ending.offset,
            "it does not read back as it was written",
        ));
    }
    Ok(())
}

struct FrameWriter<'a> {
    file: &'a TemporaryFile,
    identity: u64,
    batch: Batch,
    next_sequence: u64,
    offset: u64,
}

impl FrameWriter<'_> {
    fn push(&mut self, event: &[u8]) -> Result<(), JournalError> {
        self.batch.push(|buffer| buffer.extend_from_slice(event));
        if self.batch.bytes() >= FRAME_TARGET_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        self.batch
            .with_frame(self.identity, self.next_sequence, |frame| {
                self.file.write_at(frame, self.offset)
            })?;
        self.next_sequence += self.batch.len() as u64;
        self.offset += self.batch.frame_bytes() as u64;
        self.batch.clear();
        // Each frame by itself: a larger sync would hold up those of the segment in use.
        self.file.sync()
    }
}
