//! Who is online (PROTOCOL.md, section "Presence"): soft state, derived from sessions.
//!
//! Kept so that `list` need not look at every user: the set of who is online, and for each of
//! them the time until which that is certain. Whatever changes a user's sessions makes them due
//! at once; [`super::State::advance`] looks at who is due.

use alloc::vec::Vec;
use core::cmp::Ordering;

use slab::Slab;

use super::Account;
use super::ordered::Ordered;
use crate::decision::ConnectionId;
use crate::place::{Place, Places, hash};
use crate::time::Timestamp;
use crate::token::Token;

#[derive(Clone, Debug, Default)]
pub(super) struct Presence {
    /// Who is online, in alphabetical order.
    online: Ordered,
    /// Who has to be looked at again: those whose sessions changed, and who is online. The latest first, so that who is
    /// due is taken from the end.
    due: Ordered,
    /// The sessions attached to each connection; some may have ended since.
    attachments: Slab<Attachment>,
    /// The place of each connection's attachment.
    connections: Places,
}

#[derive(Clone, Debug)]
struct Attachment {
    connection: ConnectionId,
    tokens: Vec<Token>,
}

/// What presence keeps of one user, with the account.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    is_online: bool,
    /// When the user has to be looked at.
    due: Timestamp,
}

const AT_ONCE: Timestamp = Timestamp(0);
/// Not among those who are due.
const NEVER: Timestamp = Timestamp(u64::MAX);

impl Default for Standing {
    fn default() -> Self {
        Self {
            is_online: false,
            due: NEVER,
        }
    }
}

impl Standing {
    pub(super) fn is_online(&self) -> bool {
        self.is_online
    }
}

impl Presence {
    /// Who is online, in alphabetical order. Exact for the time of the last look at who is due.
    pub(super) fn online(&self) -> impl Iterator<Item = Place> {
        self.online.iter()
    }

    /// How many are online.
    pub(super) fn online_count(&self) -> usize {
        self.online.len()
    }

    /// The user's sessions changed.
    pub(super) fn changed(&mut self, accounts: &mut Slab<Account>, place: Place) {
        self.make_due(accounts, place, AT_ONCE);
    }

    /// Takes out one user who is due.
    pub(super) fn next_due(
        &mut self,
        accounts: &mut Slab<Account>,
        now: Timestamp,
    ) -> Option<Place> {
        let place = self.due.last()?;
        let due = &mut accounts[place.key()].standing.due;
        if *due > now {
            return None;
        }
        *due = NEVER;
        self.due.remove_last();
        Some(place)
    }

    /// The user is online, and stays so at least until then; `None` is offline.
    pub(super) fn is_online_until(
        &mut self,
        accounts: &mut Slab<Account>,
        place: Place,
        until: Option<Timestamp>,
    ) {
        let is_online = until.is_some();
        if accounts[place.key()].standing.is_online != is_online {
            match is_online {
                true => self.online.insert(place, &by_name(accounts, place)),
                false => self.online.remove(&by_name(accounts, place)),
            }
            accounts[place.key()].standing.is_online = is_online;
        }
        self.make_due(accounts, place, until.unwrap_or(NEVER));
    }

    fn make_due(&mut self, accounts: &mut Slab<Account>, place: Place, due: Timestamp) {
        let before = accounts[place.key()].standing.due;
        if before == due {
            return;
        }
        if before != NEVER {
            self.due.remove(&by_time(accounts, place));
        }
        accounts[place.key()].standing.due = due;
        if due != NEVER {
            self.due.insert(place, &by_time(accounts, place));
        }
    }

    /// Notes the attachment and says whether it is new. `is_over` tells sessions that ended.
    pub(super) fn attach(
        &mut self,
        connection: ConnectionId,
        token: Token,
        is_over: impl Fn(&Token) -> bool,
    ) -> bool {
        let place = self
            .place_of(connection)
            .unwrap_or_else(|| self.add(connection));
        let tokens = &mut self.attachments[place.key()].tokens;
        if tokens.contains(&token) {
            return false;
        }
        // Only when there is no room, so that logging in again and again stays cheap and bounded.
        if tokens.len() == tokens.capacity() {
            tokens.retain(|token| !is_over(token));
            tokens.reserve_exact(tokens.len().max(1));
        }
        tokens.push(token);
        true
    }

    pub(super) fn detach(&mut self, connection: ConnectionId) -> Vec<Token> {
        let Some(place) = self.place_of(connection) else {
            return Vec::new();
        };
        self.connections.remove(place, hash(&connection));
        self.attachments.remove(place.key()).tokens
    }

    pub(super) fn attachments(&self) -> impl Iterator<Item = (ConnectionId, &[Token])> {
        let attachments = self.attachments.iter();
        attachments.map(|(_, attachment)| (attachment.connection, attachment.tokens.as_slice()))
    }

    fn place_of(&self, connection: ConnectionId) -> Option<Place> {
        self.connections.find(hash(&connection), &|place| {
            self.attachments[place.key()].connection == connection
        })
    }

    fn add(&mut self, connection: ConnectionId) -> Place {
        let tokens = Vec::new();
        let attachment = Attachment { connection, tokens };
        let place = Place::of(self.attachments.insert(attachment));
        let attachments = &self.attachments;
        let connection_of = |place: Place| attachments[place.key()].connection;
        self.connections
            .insert(place, &|place| hash(&connection_of(place)));
        place
    }
}

/// How others compare with this user in alphabetical order.
fn by_name(accounts: &Slab<Account>, place: Place) -> impl Fn(Place) -> Ordering {
    let name = |place: Place| accounts[place.key()].user.identity.username_text();
    let own = name(place);
    move |other| name(other).cmp(own)
}

/// How others compare with this user where the latest who is due comes first.
fn by_time(accounts: &Slab<Account>, place: Place) -> impl Fn(Place) -> Ordering {
    let due = |place: Place| accounts[place.key()].standing.due;
    let own = (due(place), place);
    move |other| own.cmp(&(due(other), other))
}

#[cfg(test)]
mod tests {
    use super::super::{Event, Generation, State};
    use super::*;
    use crate::documented_accounts::documented_accounts;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_user_who_comes_and_goes_is_due_only_once() {
        let mut state = State::default();
        let account = documented_accounts(None).remove(0);
        state.apply(&Event::UserAdded {
            username: account.username,
            name: account.name,
            country: account.country,
            password: account.password,
            generation: Generation(1),
        });
        let messi = state.place_of(&account.username).unwrap();
        let State {
            accounts, presence, ..
        } = &mut state;
        for now in 1..1_000 {
            presence.changed(accounts, messi);
            presence.changed(accounts, messi);
            assert_eq!(presence.next_due(accounts, Timestamp(now)), Some(messi));
            assert_eq!(presence.next_due(accounts, Timestamp(now)), None);
            presence.is_online_until(accounts, messi, Some(Timestamp(now + 60_000)));
            assert!(presence.online().eq([messi]));
        }
        assert_eq!((presence.online.len(), presence.due.len()), (1, 1));
        presence.is_online_until(accounts, messi, None);
        assert_eq!((presence.online.len(), presence.due.len()), (0, 0));
    }

    #[test]
    fn a_connection_forgets_sessions_that_ended_before_it_takes_more_memory() {
        let mut presence = Presence::default();
        let connection = ConnectionId(1);
        for number in 0..100 {
            let token = Token::from_random([number; 16]);
            assert!(presence.attach(connection, token, |other| *other != token));
            assert!(!presence.attach(connection, token, |other| *other != token));
        }
        assert!(presence.detach(connection).len() <= 2);
        assert_eq!(presence.attachments().count(), 0);
    }
}
