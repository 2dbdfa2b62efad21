//! The chat state as the journal sees it: something that events add up to.

use chatting_time_core::{Event, State};

use crate::journal::{Fold, JournalError};

/// A sink that applies encoded events to `state`.
pub(super) fn into(state: &mut State) -> impl FnMut(u64, &[u8]) -> Result<(), String> {
    |_, bytes| apply(state, bytes)
}

/// A state to fold the journal with, beside the one that is being served.
#[derive(Default)]
pub(super) struct Folding(State);

impl Fold for Folding {
    fn apply(&mut self, event: &[u8]) -> Result<(), String> {
        apply(&mut self.0, event)
    }

    fn compacted(
        &self,
        emit: &mut dyn FnMut(&[u8]) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let mut bytes = Vec::new();
        for event in self.0.compacted() {
            bytes.clear();
            event.encode(&mut bytes);
            emit(&bytes)?;
        }
        Ok(())
    }
}

fn apply(state: &mut State, bytes: &[u8]) -> Result<(), String> {
    let event = Event::decode(bytes).map_err(|error| error.to_string())?;
    state.apply(&event);
    Ok(())
}
