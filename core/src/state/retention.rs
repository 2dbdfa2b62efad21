//! Messages that have waited too long, for a host that keeps them only for a time.

use alloc::vec::Vec;

use super::{Event, State};
use crate::place::Place;
use crate::time::Timestamp;

/// What to remove, and where to look next.
#[derive(Debug)]
pub struct Expired {
    /// The host applies them and makes them durable.
    pub events: Vec<Event>,
    /// How many messages they remove.
    pub messages: u64,
    /// Where the next look begins; 0 after the last account.
    pub next: usize,
}

impl State {
    /// The messages in front of mailboxes that were accepted too long ago. Looks at some accounts from a place on, and finds
    /// at most so many messages; a mailbox that is being drained is left for another time, since what is in front of it is
    /// already on its way.
    pub fn expired(
        &self,
        is_too_old: impl Fn(Timestamp) -> bool,
        from: usize,
        accounts: usize,
        most: u64,
    ) -> Expired {
        let mut expired = Expired {
            events: Vec::new(),
            messages: 0,
            next: 0,
        };
        let end = self.accounts.capacity();
        for place in from..end {
            expired.next = place;
            let left = most - expired.messages;
            if place - from == accounts || left == 0 {
                return expired;
            }
            let Some(account) = self.accounts.get(place) else {
                continue;
            };
            if self.drains.get(Place::of(place)).is_some() {
                continue;
            }
            let old = account
                .mailbox
                .messages()
                .take_while(|message| is_too_old(message.at));
            let count = old
                .take(usize::try_from(left).unwrap_or(usize::MAX))
                .count() as u64;
            if count > 0 {
                let username = account.user.identity.username();
                expired
                    .events
                    .push(Event::MessagesDelivered { username, count });
                expired.messages += count;
            }
        }
        expired.next = 0;
        expired
    }
}
