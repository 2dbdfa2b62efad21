//! How much a backup or an export holds.

use std::fmt;

use chatting_time_core::Event;
use serde::{Deserialize, Serialize};

/// Counted as the events go by that are left of a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) users: u64,
    pub(super) sessions: u64,
    pub(super) messages: u64,
}

impl Contents {
    pub(super) fn count(&mut self, event: &Event) {
        match event {
            Event::UserAdded { .. } => self.users += 1,
            Event::SessionOpened { .. } => self.sessions += 1,
            Event::MessageAccepted { .. } => self.messages += 1,
            _ => {}
        }
    }
}

impl fmt::Display for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count| if count == 1 { "" } else { "s" };
        write!(
            formatter,
            "{} user{}, {} session{} and {} undelivered message{}",
            self.users,
            plural(self.users),
            self.sessions,
            plural(self.sessions),
            self.messages,
            plural(self.messages)
        )
    }
}
