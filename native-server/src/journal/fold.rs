//! Folding: the previous snapshot and the sealed segments become a new snapshot, and are then removed.

use std::borrow::Cow;
use std::sync::PoisonError;

use super::error::JournalError;
use super::header::FileKind;
use super::recovery::{SealedFiles, Visit};
use super::snapshot;
use super::{Journal, Shared};

/// What folding needs to know of the state that events add up to: which of them it still rests on.
///
/// A fold reads all events twice, in the same order. So whoever implements this need not hold what it only passes on.
pub trait Fold {
    /// Takes in one event. First this is called for all of them.
    ///
    /// # Errors
    /// Says why the event cannot be applied; the fold is then given up.
    fn apply(&mut self, event: &[u8]) -> Result<(), String>;

    /// The events that the snapshot begins with, for what is left out of others.
    fn first(&self) -> Vec<Vec<u8>>;

    /// What the snapshot holds of the event that was taken in after `place` others. All that is left, in this order, rebuilds
    /// the state from nothing, in the fewest events.
    ///
    /// # Errors
    /// Says why the event is not what was taken in; the fold is then given up.
    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String>;
}

/// What a fold did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folded {
    /// The sequence up to which the new snapshot holds the state.
    pub sequence: u64,
    /// The size of the new snapshot in bytes.
    pub snapshot_bytes: u64,
    /// How many bytes of segments it replaces.
    pub folded_bytes: u64,
}

impl Journal {
    /// How many bytes of events wait in sealed segments for the next fold.
    #[must_use]
    pub fn sealed_bytes(&self) -> u64 {
        self.shared.catalogue().sealed_bytes()
    }

    /// Whether a fold is worth its effort: when the sealed segments hold at least as much as the last snapshot, so that
    /// over time no more is written for snapshots than for events, and at least
    /// [`Options::fold_after_bytes`](super::Options::fold_after_bytes).
    #[must_use]
    pub fn fold_is_due(&self) -> bool {
        let catalogue = self.shared.catalogue();
        let snapshot_bytes = catalogue.snapshot.map_or(0, |(_, bytes)| bytes);
        let least = self.shared.options.fold_after_bytes.max(snapshot_bytes);
        catalogue.sealed_bytes() >= least
    }

    /// Folds everything sealed into a new snapshot. `state` has not taken in any event yet. `None` means that nothing was sealed.
    ///
    /// It reads as much as there is twice, writes what is left of it, and takes accordingly long; the segment being written is
    /// not touched, and appending goes on meanwhile. A second fold waits for the first.
    ///
    /// # Errors
    /// After any error all is as it was, and a later fold may succeed.
    pub fn fold(&self, state: &mut dyn Fold) -> Result<Option<Folded>, JournalError> {
        let shared = &*self.shared;
        let _one_at_a_time = shared
            .folding
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let (previous, sealed) = {
            let catalogue = shared.catalogue();
            (catalogue.snapshot, catalogue.sealed.clone())
        };
        let Some(last) = sealed.last().copied() else {
            return Ok(None);
        };
        let sequence = last.end_sequence - 1;
        let previous_sequence = previous.map(|(sequence, _)| sequence);
        if previous_sequence.unwrap_or(0) == sequence {
            return Ok(None);
        }

        let files = SealedFiles {
            folder: &shared.folder,
            snapshot: previous_sequence,
            segments: &sealed,
        };
        files.read(&mut |origin, event| {
            state.apply(event).map_err(|reason| origin.rejected(reason))
        })?;
        let write = || snapshot::write(&shared.folder, sequence, &files, state);
        let snapshot_bytes = match write() {
            Err(error) if error.is_storage_full() && shared.prepared.take().is_some() => {
                // The room of the segment that waited to be used may be all that was wanting.
                write()?
            }
            result => result?,
        };

        {
            // Not while somebody reads the files that are about to go.
            let _nobody_reads = shared
                .reading
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let mut catalogue = shared.catalogue();
            catalogue.snapshot = Some((sequence, snapshot_bytes));
            catalogue
                .sealed
                .retain(|segment| segment.number > last.number);
            drop(catalogue);
            remove_replaced(shared, sequence, last.number);
        }
        Ok(Some(Folded {
            sequence,
            snapshot_bytes,
            folded_bytes: sealed.iter().map(|segment| segment.bytes).sum(),
        }))
    }
}

/// Hands what `state`, which has taken in all that `read` reads, has left of it to `take`.
pub(super) fn hand_over_left(
    read: &dyn Fn(&mut Visit<'_>) -> Result<(), JournalError>,
    state: &dyn Fold,
    take: &mut dyn FnMut(&[u8]) -> Result<(), JournalError>,
) -> Result<(), JournalError> {
    for event in state.first() {
        take(&event)?;
    }
    let mut places = 0..;
    read(&mut |origin, event| {
        let place = places.next().expect("an endless range");
        let left = state.left_of(place, event);
        match left.map_err(|reason| origin.rejected(reason))? {
            Some(event) => take(&event),
            None => Ok(()),
        }
    })
}

/// Removes what the snapshot replaces. A file that cannot be removed now only takes room until the next fold or recovery.
fn remove_replaced(shared: &Shared, sequence: u64, last_number: u64) {
    let folder = &shared.folder;
    let Ok(listing) = folder.list() else {
        return;
    };
    let snapshots = listing.snapshots.iter().filter(|older| **older < sequence);
    let segments = listing
        .segments
        .iter()
        .filter(|number| **number <= last_number);
    for path in snapshots
        .map(|number| folder.file_path(FileKind::Snapshot, *number))
        .chain(segments.map(|number| folder.file_path(FileKind::Segment, *number)))
    {
        if let Err(error) = folder.remove(&path) {
            tracing::warn!("a fold left a superfluous file behind: {error}");
        }
    }
}
