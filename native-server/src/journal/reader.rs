//! Reads one file of the journal frame by frame, and judges how it ends.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::disk::File;
use super::error::{During, JournalError};
use super::folder::Folder;
use super::frame::{self, ALIGNMENT, CLOSING_FRAME_BYTES, FRAME_HEADER_BYTES, Frame};
use super::header::{FileKind, HEADER_BYTES, Header, HeaderFault};

/// How much is read at once unless one frame is larger.
const READ_AHEAD_BYTES: usize = 256 * 1024;

static ZEROS: [u8; READ_AHEAD_BYTES] = [0; READ_AHEAD_BYTES];

/// A file whose header has been read.
pub(super) struct JournalFile {
    pub(super) path: PathBuf,
    pub(super) file: Box<dyn File>,
    pub(super) header: Header,
}

/// Up to where a file has to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// To the event before this sequence, with which the next segment begins. What follows does not count.
    Sequence(u64),
    /// To its closing frame.
    Closed,
    /// As far as a crash left it: the last frame may be torn.
    Tail,
}

/// Where the good frames of a file end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ending {
    /// The sequence after the last event.
    pub(super) next_sequence: u64,
    /// Where the last events frame ends, in bytes from the start of the file.
    pub(super) offset: u64,
    /// Whether a closing frame ends it.
    pub(super) closed: bool,
    /// How many bytes after `offset` look like the remains of a torn frame.
    pub(super) torn_bytes: u64,
}

impl JournalFile {
    /// Opens the file and reads its header.
    pub(super) fn open(folder: &Folder, kind: FileKind, number: u64) -> Result<Self, JournalError> {
        let path = folder.file_path(kind, number);
        let file = folder.disk.open(&path).during("open", &path)?;
        let opened = Self::of(path.clone(), file, kind)?;
        if opened.header.number != number {
            return Err(JournalError::damaged(
                &path,
                0,
                "the number in the header is not the one in the file's name",
            ));
        }
        Ok(opened)
    }

    /// The same for a file that is open and whose name says nothing.
    pub(super) fn of(
        path: PathBuf,
        file: Box<dyn File>,
        kind: FileKind,
    ) -> Result<Self, JournalError> {
        let mut bytes = [0; HEADER_BYTES];
        let header = if read_full(&*file, &mut bytes, 0).during("read", &path)? {
            Header::decode(&bytes, kind)
        } else {
            Err(HeaderFault::Damaged("the file is shorter than its header"))
        };
        match header {
            Ok(header) => Ok(Self { path, file, header }),
            Err(fault) => Err(fault.at(&path)),
        }
    }

    /// Hands every events frame up to `until` to `visit`, in order, each with its offset.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] when the frames do not reach as far as `until` asks, or not without a gap;
    /// [`JournalError::Missing`] when they end, whole, before the sequence with which the next segment begins.
    pub(super) fn read(
        &self,
        until: Until,
        visit: &mut dyn FnMut(u64, &Frame<'_>) -> Result<(), JournalError>,
    ) -> Result<Ending, JournalError> {
        let mut frames =
            FrameReader::new(&*self.file, Some(self.header.identity), HEADER_BYTES as u64)
                .during("read", &self.path)?;
        let mut next_sequence = self.header.first_sequence;
        let mut looked_again_at = None;
        loop {
            let offset = frames.offset;
            if until == Until::Sequence(next_sequence) {
                return Ok(Ending {
                    next_sequence,
                    offset,
                    closed: false,
                    torn_bytes: 0,
                });
            }
            let damaged = |what: String| Err(JournalError::damaged(&self.path, offset, what));
            let Some(frame) = frames.next().during("read", &self.path)? else {
                let rest = frames.rest().during("read", &self.path)?;
                match until {
                    Until::Tail => {}
                    Until::Sequence(end) if rest.used_bytes == 0 => {
                        return Err(JournalError::missing(
                            &self.path,
                            format!(
                                "the one with the events from {next_sequence} to {}, after {}, which ends before them",
                                end - 1,
                                self.path.display()
                            ),
                        ));
                    }
                    Until::Sequence(_) | Until::Closed => {
                        return damaged(format!(
                            "there is no whole frame with event {next_sequence}"
                        ));
                    }
                }
                if let Some(later) = rest.later_frame {
                    // A running server may have finished this frame since it was read. It finishes one before it
                    // begins the next, so now that a whole one was seen, one more look shows whether this is.
                    if looked_again_at != Some(offset) {
                        looked_again_at = Some(offset);
                        frames.drop_window();
                        continue;
                    }
                    return damaged(format!(
                        "the frame with event {next_sequence} is not whole, \
                         but a later one at byte {later} is"
                    ));
                }
                return Ok(Ending {
                    next_sequence,
                    offset,
                    closed: false,
                    torn_bytes: rest.used_bytes,
                });
            };
            if frame.first_sequence != next_sequence {
                return damaged(format!(
                    "the frame begins with event {}, where event {next_sequence} is expected",
                    frame.first_sequence
                ));
            }
            if frame.closing {
                if let Until::Sequence(end) = until {
                    return damaged(format!(
                        "the file is closed before event {next_sequence}, but has to reach event {}",
                        end - 1
                    ));
                }
                if frames.rest().during("read", &self.path)?.used_bytes > 0 {
                    return Err(JournalError::damaged(
                        &self.path,
                        frames.offset,
                        "something follows the closing frame",
                    ));
                }
                return Ok(Ending {
                    next_sequence,
                    offset,
                    closed: true,
                    torn_bytes: 0,
                });
            }
            next_sequence = frame.end_sequence();
            if let Until::Sequence(end) = until
                && next_sequence > end
            {
                return damaged(format!(
                    "the frame reaches over event {end}, with which the next segment begins"
                ));
            }
            visit(offset, &frame)?;
        }
    }

    /// Whether the file ends in a closing frame, to the byte, as a clean stop leaves it.
    pub(super) fn ends_closed(&self) -> Result<bool, JournalError> {
        let closing = || -> io::Result<bool> {
            let length = self.file.length()?;
            let Some(start) = length.checked_sub(CLOSING_FRAME_BYTES as u64) else {
                return Ok(false);
            };
            let mut bytes = [0; CLOSING_FRAME_BYTES];
            Ok(read_full(&*self.file, &mut bytes, start)?
                && frame::claimed_length(&bytes, Some(self.header.identity))
                    == Some(CLOSING_FRAME_BYTES as u64)
                && frame::check(&bytes).is_some_and(|frame| frame.closing))
        };
        closing().during("read", &self.path)
    }
}

/// Whether the file holds a whole frame anywhere, of whatever identity.
pub(super) fn holds_a_frame(path: &Path, file: &dyn File) -> Result<bool, JournalError> {
    FrameReader::new(file, None, 0)
        .and_then(|mut frames| frames.rest())
        .map(|rest| rest.later_frame.is_some())
        .during("read", path)
}

/// What follows the last good frame.
struct Rest {
    /// Up to the last byte that is not zero.
    used_bytes: u64,
    /// Where a whole frame begins nevertheless.
    later_frame: Option<u64>,
}

struct FrameReader<'a> {
    file: &'a dyn File,
    /// `None` takes frames of any identity.
    identity: Option<u64>,
    length: u64,
    /// Where the next frame begins.
    offset: u64,
    window: Vec<u8>,
    window_start: u64,
}

impl<'a> FrameReader<'a> {
    fn new(file: &'a dyn File, identity: Option<u64>, offset: u64) -> io::Result<Self> {
        Ok(Self {
            file,
            identity,
            length: file.length()?,
            offset,
            window: Vec::new(),
            window_start: 0,
        })
    }

    /// The next frame; `None`, and no step further, when there is no whole one.
    fn next(&mut self) -> io::Result<Option<Frame<'_>>> {
        let Some(range) = self.frame_range(self.offset)? else {
            return Ok(None);
        };
        let bytes = range.len() as u64;
        let frame = frame::check(&self.window[range]);
        if frame.is_some() {
            self.offset += bytes;
        }
        Ok(frame)
    }

    /// Makes the next look at the file read it anew.
    fn drop_window(&mut self) {
        self.window.clear();
    }

    /// Looks through everything from here to the end of the file.
    fn rest(&mut self) -> io::Result<Rest> {
        let mut rest = Rest {
            used_bytes: 0,
            later_frame: None,
        };
        let mut start = self.offset;
        while start < self.length {
            let bytes = (self.length - start).min(READ_AHEAD_BYTES as u64);
            let Some(range) = self.fill(start, bytes)? else {
                break;
            };
            let chunk = &self.window[range];
            // One comparison, because a preallocated segment is mostly zeros.
            if *chunk != ZEROS[..chunk.len()] {
                let last = chunk.iter().rposition(|byte| *byte != 0).unwrap_or(0);
                rest.used_bytes = start + last as u64 + 1 - self.offset;
                let candidates: Vec<u64> = (0..chunk.len())
                    .step_by(ALIGNMENT)
                    .filter(|at| frame::begins_like_a_frame(&chunk[*at..]))
                    .map(|at| start + at as u64)
                    .collect();
                for candidate in candidates {
                    if let Some(range) = self.frame_range(candidate)?
                        && frame::check(&self.window[range]).is_some()
                    {
                        rest.later_frame = Some(candidate);
                        return Ok(rest);
                    }
                }
            }
            start += bytes;
        }
        Ok(rest)
    }

    /// Brings what claims to be a frame at `offset` into the window; `None` when nothing there does, or not within the file.
    fn frame_range(&mut self, offset: u64) -> io::Result<Option<Range<usize>>> {
        let Some(header) = self.fill(offset, FRAME_HEADER_BYTES as u64)? else {
            return Ok(None);
        };
        match frame::claimed_length(&self.window[header], self.identity) {
            Some(bytes) => self.fill(offset, bytes),
            None => Ok(None),
        }
    }

    /// Brings a part of the file into the window, and more behind it; `None` when the file is shorter.
    fn fill(&mut self, offset: u64, bytes: u64) -> io::Result<Option<Range<usize>>> {
        // Checked before anything is allocated: a damaged length must not cost memory.
        let available = self.length.saturating_sub(offset);
        if bytes > available {
            return Ok(None);
        }
        let window_end = self.window_start + self.window.len() as u64;
        if offset < self.window_start || offset + bytes > window_end {
            let wanted = bytes.max(READ_AHEAD_BYTES as u64).min(available);
            self.window.resize(to_usize(wanted)?, 0);
            self.window_start = offset;
            if !read_full(self.file, &mut self.window, offset)? {
                self.window.clear();
                // A running server has given the room back that no frame of it will take any more.
                let before = std::mem::replace(&mut self.length, self.file.length()?);
                return match self.length < before {
                    true => self.fill(offset, bytes),
                    false => Ok(None),
                };
            }
        }
        let start = to_usize(offset - self.window_start)?;
        Ok(Some(start..start + to_usize(bytes)?))
    }
}

fn to_usize(bytes: u64) -> io::Result<usize> {
    usize::try_from(bytes).map_err(io::Error::other)
}

/// Fills the buffer; false when the file ends before.
fn read_full(file: &dyn File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<bool> {
    while !buffer.is_empty() {
        let read = file.read_at(buffer, offset)?;
        if read == 0 {
            return Ok(false);
        }
        buffer = &mut buffer[read..];
        offset += read as u64;
    }
    Ok(true)
}
