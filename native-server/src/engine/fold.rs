//! The chat state as the journal sees it: something that events add up to.

use std::borrow::Cow;
use std::panic;
use std::sync::mpsc;
use std::thread;

use chatting_time_core::{Compaction, Event, State};

use crate::journal::{Fold, JournalError, Sink};

/// How many events change threads at once, and how many such lots may wait: enough that none waits for the other at
/// every turn, few enough that they stay in the processor's cache.
const LOT_EVENTS: usize = 256;
const LOTS_WAITING: usize = 16;

/// The state that the events which `read` hands to its sink add up to, and what `read` returns.
///
/// Events are read, checked and decoded on this thread, where one that cannot be is refused with its place; they are
/// applied on another.
pub(super) fn state_of<T>(
    read: impl FnOnce(&mut Sink<'_>) -> Result<T, JournalError>,
) -> Result<(State, T), JournalError> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<Event>>(LOTS_WAITING);
        let applying = scope.spawn(move || {
            let mut state = State::default();
            for event in receiver.into_iter().flatten() {
                state.apply(&event);
            }
            state
        });
        let mut lot = Vec::with_capacity(LOT_EVENTS);
        // Sending fails only when the other thread has panicked, which joining it tells.
        let read = read(&mut |_, bytes| {
            lot.push(Event::decode(bytes).map_err(|error| error.to_string())?);
            if lot.len() == LOT_EVENTS {
                let full = std::mem::replace(&mut lot, Vec::with_capacity(LOT_EVENTS));
                let _ = sender.send(full);
            }
            Ok(())
        });
        let _ = sender.send(lot);
        drop(sender);
        let state = applying.join();
        let state = state.unwrap_or_else(|cause| panic::resume_unwind(cause));
        Ok((state, read?))
    })
}

/// What to fold the journal with, beside the state that is being served.
#[derive(Default)]
pub(super) struct Folding(Compaction);

impl Fold for Folding {
    fn apply(&mut self, event: &[u8]) -> Result<(), String> {
        self.0.apply(event).map_err(|error| error.to_string())
    }

    fn first(&self) -> Vec<Vec<u8>> {
        let mut bytes = Vec::new();
        self.0.first().encode(&mut bytes);
        vec![bytes]
    }

    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        let left = self.0.left_of(place, event);
        left.map_err(|error| error.to_string())
    }
}
