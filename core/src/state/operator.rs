//! Sessions as an operator sees them, and ends them: by numbers that are no secrets.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::sessions::OwnedSession;
use super::{Event, State};
use crate::identity::Username;
use crate::limits::Limits;
use crate::time::Timestamp;

/// A live session, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Whose it is.
    pub username: Username,
    /// Tells it from the user's others for as long as it lives. It is the time at which it was
    /// opened, and one more where another was opened in the same millisecond before it.
    pub number: u64,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last used, as far as is known.
    pub last_used: Timestamp,
    /// Open connections that it is attached to.
    pub connections: u32,
    /// Whether it makes its user count as online.
    pub is_online: bool,
}

impl State {
    /// The live sessions of a user, the one that was opened first in front; `None` when there is
    /// no such user.
    pub fn session_summaries(
        &self,
        username: &Username,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<Vec<SessionSummary>> {
        let numbered = self.numbered_sessions(username)?;
        let live = numbered.filter(|(_, owned)| owned.session.is_live(now, limits));
        let summary = |(number, owned): (u64, &OwnedSession)| SessionSummary {
            username: *username,
            number,
            opened: owned.session.opened,
            last_used: owned.session.last_used,
            connections: owned.session.attached,
            is_online: owned.session.online_until(now, limits).is_some(),
        };
        Some(live.map(summary).collect())
    }

    /// Ends the live session of a user that has this number, or all; `None` when there is no such
    /// user. The host applies the events and makes them durable.
    pub fn end_sessions(
        &self,
        username: &Username,
        number: Option<u64>,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<Vec<Event>> {
        let numbered = self.numbered_sessions(username)?;
        let is_meant = |(other, owned): &(u64, &OwnedSession)| {
            owned.session.is_live(now, limits) && number.is_none_or(|number| number == *other)
        };
        let ended = numbered.filter(is_meant).map(|(_, owned)| owned.token);
        Some(ended.map(|token| Event::SessionEnded { token }).collect())
    }

    fn numbered_sessions(
        &self,
        username: &Username,
    ) -> Option<impl Iterator<Item = (u64, &OwnedSession)>> {
        let place = self.place_of(username)?;
        let sessions = self.sessions.of(self.accounts[place.key()].sessions);
        // They were opened in this order, and time never ran backwards.
        Some(sessions.scan(0, |next, owned| {
            let number = owned.session.opened.0.max(*next);
            *next = number + 1;
            Some((number, owned))
        }))
    }
}
