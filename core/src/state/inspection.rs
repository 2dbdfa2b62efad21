//! What a host may show of the state. No decision looks here.

use super::{Message, State};
use crate::decision::ConnectionId;
use crate::identity::Username;
use crate::limits::Limits;
use crate::time::Timestamp;

impl State {
    /// Whether the user counts as online, and does so without asking.
    pub fn is_online(&self, username: &Username, now: Timestamp, limits: &Limits) -> bool {
        let Some(place) = self.place_of(username) else {
            return false;
        };
        let mut sessions = self.sessions.of(self.accounts[place.key()].sessions);
        sessions.any(|owned| owned.session.online_until(now, limits).is_some())
    }

    /// The user's undelivered messages in order of arrival, each with its number among all that
    /// ever stood in this mailbox, counted from 0.
    pub fn messages(&self, username: &Username) -> impl Iterator<Item = (u64, &Message)> {
        let place = self.place_of(username);
        let mailbox = place.map(|place| &self.accounts[place.key()].mailbox);
        mailbox.into_iter().flat_map(|mailbox| mailbox.numbered())
    }

    /// How many messages in front are being handed over, and to which connection.
    pub fn handing_over(&self, username: &Username) -> Option<(u64, ConnectionId)> {
        let place = self.place_of(username)?;
        let drain = self.drains.get(place)?;
        let count = self.accounts[place.key()].mailbox.in_flight(drain);
        Some((count, drain.connection))
    }
}
