//! What a host may show of the state. No decision looks here.

use core::ops::Range;

use super::{Fill, Message, State};
use crate::decision::ConnectionId;
use crate::identity::Username;
use crate::limits::Limits;
use crate::time::Timestamp;

/// What some mailboxes hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undelivered {
    /// Mailboxes that are not empty.
    pub mailboxes: u64,
    /// The messages in them.
    pub fill: Fill,
}

impl Undelivered {
    /// What both hold together.
    pub fn and(self, other: Self) -> Self {
        Self {
            mailboxes: self.mailboxes + other.mailboxes,
            fill: Fill {
                messages: self.fill.messages + other.fill.messages,
                text_bytes: self.fill.text_bytes + other.fill.text_bytes,
            },
        }
    }
}

impl State {
    /// How many users count as online.
    pub fn online_count(&mut self, now: Timestamp, limits: &Limits) -> usize {
        self.advance(now, limits);
        self.presence.online_count()
    }

    /// What waits for the accounts that stand at these places; nothing when they are beyond the
    /// last account. In pieces, so that a host need not hold its lock for all at once.
    pub fn undelivered_at(&self, places: Range<usize>) -> Option<Undelivered> {
        if places.start >= self.accounts.capacity() {
            return None;
        }
        let accounts = places.filter_map(|place| self.accounts.get(place));
        let each = accounts.map(|account| {
            let fill = account.mailbox.fill();
            Undelivered {
                mailboxes: u64::from(fill.messages > 0),
                fill,
            }
        });
        Some(each.fold(Undelivered::default(), Undelivered::and))
    }

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
