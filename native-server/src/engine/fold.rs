//! The chat state as the journal sees it: something that events add up to.

use std::borrow::Cow;

use chatting_time_core::{Compaction, Event, State};

use crate::journal::Fold;

/// A sink that applies encoded events to `state`.
pub(super) fn into(state: &mut State) -> impl FnMut(u64, &[u8]) -> Result<(), String> {
    |_, bytes| {
        let event = Event::decode(bytes).map_err(|error| error.to_string())?;
        state.apply(&event);
        Ok(())
    }
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
