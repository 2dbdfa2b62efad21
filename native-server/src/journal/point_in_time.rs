//! What a journal held at one moment, read without touching it: also while a server writes and folds it.

use std::path::Path;
use std::sync::Arc;

use super::chain::Chain;
use super::disk::Disk;
use super::error::JournalError;
use super::fold::{Fold, hand_over_left};
use super::folder::Folder;
use super::reader::Until;
use super::recovery::{TornTail, Visit, hand_over};
use super::verify::while_files_vanish;

/// The events of a journal up to one sequence. Its files are open, so that a fold which removes them meanwhile does no harm.
pub struct PointInTime {
    chain: Chain,
    /// The sequence after the last event.
    end: u64,
    torn_tail: Option<TornTail>,
}

impl PointInTime {
    /// Opens the journal in a folder. `durable` is what the server that writes it last said to be durable, see
    /// [`Journal::durable_sequence`](super::Journal::durable_sequence); a fold since then may have made it a later moment. `None` when
    /// nobody writes the journal: then this is what the next start would find.
    ///
    /// # Errors
    /// When the folder cannot be read, or its files are damaged or do not join.
    pub fn open(
        folder: &Path,
        disk: Arc<dyn Disk>,
        durable: Option<u64>,
    ) -> Result<Self, JournalError> {
        let folder = Folder {
            disk,
            path: folder.to_owned(),
        };
        let chain = while_files_vanish(&folder, || {
            let chain = Chain::open(&folder)?;
            match durable {
                // Whoever writes it has a segment open: the list has neither what was removed nor what came for it.
                Some(durable) if chain.segments.is_empty() => Err(JournalError::Missing {
                    folder: folder.path.clone(),
                    what: format!("the segment with the events up to {durable}"),
                }),
                _ => Ok(chain),
            }
        })?;
        let mut torn_tail = None;
        let end = match (durable, chain.segments.last()) {
            (Some(durable), _) => chain.first_sequence().max(durable.saturating_add(1)),
            (None, Some(last)) => {
                let ending = last.read(Until::Tail, &mut |_, _| Ok(()))?;
                chain.check_end(last, ending.next_sequence)?;
                torn_tail = TornTail::of(last, &ending);
                ending.next_sequence
            }
            (None, None) => chain.first_sequence(),
        };
        Ok(Self {
            chain,
            end,
            torn_tail,
        })
    }

    /// What a crash left unfinished behind the last event.
    #[must_use]
    pub fn torn_tail(&self) -> Option<&TornTail> {
        self.torn_tail.as_ref()
    }

    /// The sequence of the last event, 0 when there is none.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.end - 1
    }

    /// Hands the fewest events that rebuild the state to `take`. `state` has not taken in any event yet.
    ///
    /// # Errors
    /// When the journal cannot be read, `state` refuses an event, or `take` fails; by then `take` may have been given some.
    pub fn compact(
        &self,
        state: &mut dyn Fold,
        take: &mut dyn FnMut(&[u8]) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        self.read(&mut |origin, event| {
            state.apply(event).map_err(|reason| origin.rejected(reason))
        })?;
        hand_over_left(&|visit| self.read(visit), state, take)
    }

    fn read(&self, visit: &mut Visit<'_>) -> Result<(), JournalError> {
        let first_wanted = self.chain.first_sequence();
        if let Some(snapshot) = &self.chain.snapshot {
            snapshot.read(Until::Closed, &mut |offset, frame| {
                let mut reached = |_| Some(first_wanted - 1);
                hand_over(snapshot, offset, frame, &mut reached, visit)
            })?;
        }
        for (index, segment) in self.chain.segments.iter().enumerate() {
            if segment.header.first_sequence >= self.end {
                break;
            }
            let until = match self.chain.until(index) {
                Until::Sequence(next) => next.min(self.end),
                _ => self.end,
            };
            segment.read(Until::Sequence(until), &mut |offset, frame| {
                let mut wanted = |sequence| (sequence >= first_wanted).then_some(sequence);
                hand_over(segment, offset, frame, &mut wanted, visit)
            })?;
        }
        Ok(())
    }
}
