//! Brings a folder back to what was durable: reads everything, repairs the tail that a crash left.

use std::path::PathBuf;

use super::chain::Chain;
use super::error::JournalError;
use super::folder::{Folder, TemporaryFile, file_name};
use super::frame::{self, Frame};
use super::header::{FileKind, HEADER_BYTES};
use super::reader::{Ending, JournalFile, Until};

/// Takes the events of a journal in order, each with its sequence; those of a snapshot come first, all with the
/// sequence up to which it holds the state. An `Err` says why an event cannot be applied, and ends the reading.
pub type Sink<'a> = dyn FnMut(u64, &[u8]) -> Result<(), String> + 'a;

/// What recovery found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// The last event's sequence, 0 when there is none. The next event gets the one after it.
    pub last_sequence: u64,
    /// The sequence up to which a snapshot held the state.
    pub snapshot: Option<u64>,
    /// How many events the sink was given.
    pub events: u64,
    /// Whether the journal was closed before; if not, a crash or a kill ended its last use.
    pub was_closed: bool,
    /// The torn frame that was cut off: a batch that was never acknowledged.
    pub torn_tail: Option<TornTail>,
}

/// The remains of a batch whose write a crash cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// The segment that it was cut from.
    pub path: PathBuf,
    /// Where it began, in bytes from the start of the file.
    pub offset: u64,
    /// How long it was in bytes.
    pub bytes: u64,
}

impl TornTail {
    pub(super) fn of(segment: &JournalFile, ending: &Ending) -> Option<Self> {
        (ending.torn_bytes > 0).then(|| Self {
            path: segment.path.clone(),
            offset: ending.offset,
            bytes: ending.torn_bytes,
        })
    }
}

/// A segment that takes no more frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) number: u64,
    pub(super) first_sequence: u64,
    /// The sequence after its last event; later frames in it do not count.
    pub(super) end_sequence: u64,
    /// How many bytes its frames take.
    pub(super) bytes: u64,
}

impl Sealed {
    pub(super) fn is_empty(&self) -> bool {
        self.first_sequence == self.end_sequence
    }
}

/// What a recovered folder holds.
pub(super) struct Recovered {
    pub(super) recovery: Recovery,
    /// The sequence and the size in bytes of the snapshot.
    pub(super) snapshot: Option<(u64, u64)>,
    pub(super) sealed: Vec<Sealed>,
    pub(super) highest_number: u64,
}

/// Hands every event to `sink`, and leaves a folder in which each segment is whole and none is written any more.
pub(super) fn recover(folder: &Folder, sink: &mut Sink<'_>) -> Result<Recovered, JournalError> {
    let chain = Chain::open(folder)?;
    let mut recovered = Recovered {
        recovery: Recovery {
            last_sequence: chain.first_sequence() - 1,
            snapshot: None,
            events: 0,
            was_closed: true,
            torn_tail: None,
        },
        snapshot: None,
        sealed: Vec::new(),
        highest_number: chain.highest_number,
    };
    for path in &chain.temporary {
        folder.remove(path)?;
    }
    if let Some(path) = &chain.unborn {
        // Before a segment with a higher number exists: in front of one it would be damage.
        folder.remove(path)?;
        recovered.recovery.was_closed = false;
    }

    let mut count = 0;
    let mut visit = |origin: &Origin<'_>, event: &[u8]| {
        count += 1;
        sink(origin.sequence, event).map_err(|reason| origin.rejected(reason))
    };
    if let Some(snapshot) = &chain.snapshot {
        let sequence = snapshot.header.number;
        let ending = snapshot.read(Until::Closed, &mut |offset, frame| {
            hand_over(snapshot, offset, frame, &mut |_| Some(sequence), &mut visit)
        })?;
        recovered.recovery.snapshot = Some(sequence);
        recovered.snapshot = Some((sequence, ending.offset));
    }
    for (index, segment) in chain.segments.iter().enumerate() {
        let until = chain.until(index);
        if until == Until::Tail {
            // All before it has proved good, so these are needed no more, and the copy of the tail may need their room.
            for path in &chain.obsolete {
                folder.remove(path)?;
            }
        }
        let sealed = recover_segment(folder, &chain, segment, until, &mut visit, &mut recovered)?;
        recovered.sealed.push(sealed);
    }
    recovered.recovery.events = count;
    Ok(recovered)
}

fn recover_segment(
    folder: &Folder,
    chain: &Chain,
    segment: &JournalFile,
    until: Until,
    visit: &mut Visit<'_>,
    recovered: &mut Recovered,
) -> Result<Sealed, JournalError> {
    let first_wanted = chain.first_sequence();
    let mut wanted = |sequence| (sequence >= first_wanted).then_some(sequence);
    let was_open = until == Until::Tail && !segment.ends_closed()?;
    let mut copy = TailCopy::new(folder, segment);
    let ending = segment.read(until, &mut |offset, frame| {
        if was_open {
            copy.append(frame)?;
        }
        hand_over(segment, offset, frame, &mut wanted, visit)
    })?;
    if until == Until::Tail {
        chain.check_end(segment, ending.next_sequence)?;
    }
    if was_open {
        recovered.recovery.was_closed = false;
        recovered.recovery.torn_tail = TornTail::of(segment, &ending);
        copy.publish(ending.next_sequence)?;
    }
    recovered.recovery.last_sequence = ending.next_sequence - 1;
    Ok(Sealed {
        number: segment.header.number,
        first_sequence: segment.header.first_sequence,
        end_sequence: ending.next_sequence,
        bytes: ending.offset - HEADER_BYTES as u64,
    })
}

/// A fresh copy of the good frames of a segment that was not closed.
///
/// Why not trust the file itself: if a sync of it failed before the stop, it may read well from memory and yet not be
/// on the disk, and syncing it now would succeed without writing anything. So what was read, and only that,
/// is written anew, and the copy takes the place of the file once it is durable.
struct TailCopy<'a> {
    folder: &'a Folder,
    segment: &'a JournalFile,
    /// Made with the first frame: a segment without frames has nothing to save.
    copy: Option<TemporaryFile>,
    offset: u64,
}

impl<'a> TailCopy<'a> {
    fn new(folder: &'a Folder, segment: &'a JournalFile) -> Self {
        Self {
            folder,
            segment,
            copy: None,
            offset: 0,
        }
    }

    fn append(&mut self, frame: &Frame<'_>) -> Result<(), JournalError> {
        if self.copy.is_none() {
            let name = file_name(FileKind::Segment, self.segment.header.number);
            let copy = TemporaryFile::create(self.folder, &name)?;
            copy.write_at(&self.segment.header.encode(), 0)?;
            self.offset = HEADER_BYTES as u64;
            self.copy = Some(copy);
        }
        self.write(frame.bytes)
    }

    fn publish(mut self, next_sequence: u64) -> Result<(), JournalError> {
        let identity = self.segment.header.identity;
        if self.copy.is_some() {
            self.write(&frame::closing_frame(identity, next_sequence))?;
        }
        match self.copy {
            Some(copy) => copy
                .publish(FileKind::Segment, self.segment.header.number)
                .map(drop),
            None => Ok(()),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        if let Some(copy) = &self.copy {
            copy.write_at(bytes, self.offset)?;
            self.offset += bytes.len() as u64;
        }
        Ok(())
    }
}

/// The files that hold all durable events but those of the segment being written. They are there as often as they are
/// read, as long as nobody removes them: the caller keeps others from folding.
pub(super) struct SealedFiles<'a> {
    pub(super) folder: &'a Folder,
    /// The sequence of the snapshot.
    pub(super) snapshot: Option<u64>,
    pub(super) segments: &'a [Sealed],
}

impl SealedFiles<'_> {
    /// Hands their events to `visit`, in order. One file is open at a time: there may be more of them than the process has
    /// room for beside its connections.
    pub(super) fn read(&self, visit: &mut Visit<'_>) -> Result<(), JournalError> {
        let open = |kind, number| JournalFile::open(self.folder, kind, number);
        let after = self.snapshot.unwrap_or(0);
        if self.snapshot.is_some() {
            let file = open(FileKind::Snapshot, after)?;
            file.read(Until::Closed, &mut |offset, frame| {
                hand_over(&file, offset, frame, &mut |_| Some(after), visit)
            })?;
        }
        let mut wanted = |sequence| (sequence > after).then_some(sequence);
        for segment in self.segments {
            let file = open(FileKind::Segment, segment.number)?;
            let until = Until::Sequence(segment.end_sequence);
            file.read(until, &mut |offset, frame| {
                hand_over(&file, offset, frame, &mut wanted, visit)
            })?;
        }
        Ok(())
    }
}

/// Takes an event and where it stands.
pub(super) type Visit<'a> = dyn FnMut(&Origin<'_>, &[u8]) -> Result<(), JournalError> + 'a;

/// Where an event stands.
pub(super) struct Origin<'a> {
    file: &'a JournalFile,
    /// Of the frame that holds it.
    offset: u64,
    pub(super) sequence: u64,
}

impl Origin<'_> {
    /// The error that this event cannot be applied.
    pub(super) fn rejected(&self, reason: String) -> JournalError {
        JournalError::Rejected {
            path: self.file.path.clone(),
            offset: self.offset,
            sequence: self.sequence,
            reason,
        }
    }
}

/// `name` says under which sequence an event is handed over, and of which not at all.
pub(super) fn hand_over(
    file: &JournalFile,
    offset: u64,
    frame: &Frame<'_>,
    name: &mut dyn FnMut(u64) -> Option<u64>,
    visit: &mut Visit<'_>,
) -> Result<(), JournalError> {
    for (sequence, event) in (frame.first_sequence..).zip(frame.events()) {
        let Some(sequence) = name(sequence) else {
            continue;
        };
        let origin = Origin {
            file,
            offset,
            sequence,
        };
        visit(&origin, event)?;
    }
    Ok(())
}
