//! The one end of the journal that appends to it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::batch::{Batch, MAXIMUM_BATCH_BYTES};
use super::error::{During, JournalError};
use super::preparation::Preparer;
use super::recovery::{Sealed, SealedFiles, Sink};
use super::segment::{self, Segment};
use super::{Recovered, Shared};

/// What a segment shrinks to when nothing larger fits on the disk.
const LEAST_SEGMENT_BYTES: u64 = 64 * 1024;

/// Appends batches of events. There is one for a folder; it blocks, so it belongs on a thread of its own.
pub struct Writer {
    shared: Arc<Shared>,
    /// The segment being written, or `None` after a failure until a reopening succeeds.
    segment: Option<Segment>,
    /// The segment that failed, as long as there is none after it: only the header of that one makes it known what counts in
    /// this one, so until then it is not sealed, and no fold may take it.
    failed: Option<Sealed>,
    next_sequence: u64,
    /// The number of the next segment; never one that a file has or had.
    next_number: u64,
    preparer: Option<Preparer>,
    /// Whether the segment that follows the present one has been asked for.
    next_is_requested: bool,
}

impl Writer {
    /// Begins a segment after everything recovered.
    pub(super) fn start(shared: Arc<Shared>, recovered: &Recovered) -> Result<Self, JournalError> {
        let preparer = if shared.options.prepare_ahead {
            let preparer = Preparer::start(
                shared.folder.clone(),
                Arc::clone(&shared.prepared),
                segment::size_for(shared.options.segment_bytes, 0),
            )
            .during("start a thread for", &shared.folder.path)?;
            Some(preparer)
        } else {
            None
        };
        let mut writer = Self {
            segment: None,
            failed: None,
            next_sequence: recovered.recovery.last_sequence + 1,
            next_number: recovered.highest_number + 1,
            preparer,
            next_is_requested: false,
            shared,
        };
        writer.begin_segment(0)?;
        Ok(writer)
    }

    /// The sequence of the last durable event, 0 before the first.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.next_sequence - 1
    }

    /// How many bytes of events the segment being written has, 0 after a failure.
    #[must_use]
    pub fn open_bytes(&self) -> u64 {
        self.segment.as_ref().map_or(0, Segment::used_bytes)
    }

    /// Whether a failure has closed the journal for writing; [`reopen`](Self::reopen) opens it again.
    #[must_use]
    pub fn is_poisoned(&self) -> bool {
        self.segment.is_none()
    }

    /// Appends a batch and returns once it is durable. Its events get the sequences that follow
    /// [`last_sequence`](Self::last_sequence). The batch keeps its events; an empty one costs nothing.
    ///
    /// # Errors
    /// [`JournalError::BatchTooLarge`] changes nothing. After any other error the batch may or may not have reached the
    /// disk, the journal is poisoned, and [`reopen`](Self::reopen) makes sure that the batch has not happened.
    pub fn append(&mut self, batch: &mut Batch) -> Result<(), JournalError> {
        if batch.is_empty() {
            return Ok(());
        }
        if batch.bytes() > MAXIMUM_BATCH_BYTES {
            return Err(JournalError::BatchTooLarge {
                bytes: batch.bytes(),
            });
        }
        let result = self.append_durably(batch);
        if result.is_err() {
            self.poison();
        }
        result
    }

    fn append_durably(&mut self, batch: &mut Batch) -> Result<(), JournalError> {
        let first_sequence = self.next_sequence;
        if !self.present()?.has_room_for(batch) {
            self.begin_segment(batch.frame_bytes())?;
        }
        let segment = self.present()?;
        segment.append(batch, first_sequence)?;
        let is_half_full = segment.is_half_full();
        self.next_sequence += batch.len() as u64;
        self.shared
            .durable
            .store(self.last_sequence(), Ordering::Release);
        if is_half_full && !self.next_is_requested {
            self.next_is_requested = true;
            if let Some(preparer) = &self.preparer {
                preparer.request();
            }
        }
        Ok(())
    }

    /// Seals the segment being written, so that a fold takes in everything up to now, and begins another.
    ///
    /// # Errors
    /// As [`append`](Self::append): the journal is poisoned, though nothing is lost.
    pub fn seal(&mut self) -> Result<(), JournalError> {
        if self.present()?.used_bytes() == 0 {
            return Ok(());
        }
        self.present()?.cut_to_size();
        let result = self.begin_segment(0);
        if result.is_err() {
            self.poison();
        }
        result
    }

    /// Opens the journal for writing again after a failure, and hands everything durable to `sink`, so that the state can be
    /// rebuilt without the batch that failed. Call it again, with a new sink, until it succeeds.
    ///
    /// A new segment is begun whose header names the last durable event. By that, and for ever, whatever the failed write
    /// left behind in the old one does not count.
    ///
    /// # Errors
    /// While the disk is still full or failing; nothing has changed then. An error of the sink ends the reading.
    pub fn reopen(&mut self, sink: &mut Sink<'_>) -> Result<(), JournalError> {
        if self.segment.is_none() {
            self.begin_segment(0)?;
        }
        let _nothing_is_removed = self
            .shared
            .reading
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (snapshot, sealed) = {
            let catalogue = self.shared.catalogue();
            (catalogue.snapshot, catalogue.sealed.clone())
        };
        let files = SealedFiles {
            folder: &self.shared.folder,
            snapshot: snapshot.map(|(sequence, _)| sequence),
            segments: &sealed,
        };
        files.read(&mut |origin, event| {
            sink(origin.sequence, event).map_err(|reason| origin.rejected(reason))
        })
    }

    /// Ends the journal cleanly: from now on nothing in it can pass for the traces of a crash.
    ///
    /// # Errors
    /// When the closing frame cannot be written; the next start then finds a journal that was not closed, and loses nothing.
    pub fn close(mut self) -> Result<(), JournalError> {
        let next_sequence = self.next_sequence;
        self.present()?.close(next_sequence)
    }

    fn present(&mut self) -> Result<&mut Segment, JournalError> {
        self.segment.as_mut().ok_or(JournalError::Poisoned)
    }

    /// Gives up the segment being written.
    fn poison(&mut self) {
        if let Some(segment) = self.segment.take() {
            self.failed = Some(self.sealed(&segment));
        }
    }

    /// Goes on in a new segment with room for a frame of `frame_bytes`, which seals the one before.
    fn begin_segment(&mut self, frame_bytes: usize) -> Result<(), JournalError> {
        let begun = self.new_segment(frame_bytes)?;
        let before = self.segment.replace(begun);
        let sealed = match before {
            Some(segment) => Some(self.sealed(&segment)),
            None => self.failed.take(),
        };
        self.shared.catalogue().sealed.extend(sealed);
        Ok(())
    }

    fn sealed(&self, segment: &Segment) -> Sealed {
        Sealed {
            number: segment.header.number,
            first_sequence: segment.header.first_sequence,
            end_sequence: self.next_sequence,
            bytes: segment.used_bytes(),
        }
    }

    /// A durable segment for the events after the last durable one, with room for a frame of `frame_bytes`.
    fn new_segment(&mut self, frame_bytes: usize) -> Result<Segment, JournalError> {
        self.next_is_requested = false;
        let folder = &self.shared.folder;
        let first_sequence = self.next_sequence;
        if let Some(prepared) = self.shared.prepared.take()
            && prepared.size >= segment::size_for(0, frame_bytes)
        {
            // A failure removes the file, and with it what may have filled the disk: go on with the small one.
            let number = next(&mut self.next_number);
            let begun =
                Segment::begin(folder, prepared.file, number, first_sequence, prepared.size);
            if let Ok(segment) = begun {
                return Ok(segment);
            }
        }
        let options = &self.shared.options;
        let first_segment_bytes = options.first_segment_bytes.min(options.segment_bytes);
        let size = segment::size_for(first_segment_bytes, frame_bytes);
        let number = next(&mut self.next_number);
        match Segment::create(folder, number, first_sequence, size) {
            Err(error) if error.is_storage_full() => {
                let size = segment::size_for(LEAST_SEGMENT_BYTES, frame_bytes).min(size);
                let number = next(&mut self.next_number);
                Segment::create(folder, number, first_sequence, size)
            }
            result => result,
        }
    }
}

fn next(number: &mut u64) -> u64 {
    let taken = *number;
    *number += 1;
    taken
}
