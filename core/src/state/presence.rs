//! Who is online (PROTOCOL.md, section "Presence"): soft state, derived from sessions.
//!
//! Kept so that `list` need not look at every user: the set of who is online, and for each of
//! them the time until which that is certain. Whatever changes a user's sessions makes them due
//! at once; [`super::State::advance`] looks at who is due.

use alloc::vec::Vec;

use hashbrown::HashMap;

use super::Hasher;
use super::ordered::{Entry, Ordered, by_name, by_time};
use crate::decision::ConnectionId;
use crate::identity::Username;
use crate::time::Timestamp;
use crate::token::Token;

#[derive(Clone, Debug)]
pub(super) struct Presence {
    /// Who is online, and when that has to be looked at again.
    online: Ordered,
    /// The same in the order of time, with those whose sessions changed, who are due at once.
    due: Ordered,
    /// The sessions attached to each connection; some may have ended since.
    attachments: HashMap<ConnectionId, Vec<Token>, Hasher>,
}

const AT_ONCE: Timestamp = Timestamp(0);

impl Default for Presence {
    fn default() -> Self {
        Self {
            online: Ordered::new(by_name),
            due: Ordered::new(by_time),
            attachments: HashMap::default(),
        }
    }
}

impl Presence {
    /// Who is online, in alphabetical order. Exact for the time of the last look at who is due.
    pub(super) fn online(&self) -> impl Iterator<Item = Username> {
        self.online.iter().map(|entry| entry.username)
    }

    /// How many are online.
    pub(super) fn online_count(&self) -> usize {
        self.online.len()
    }

    pub(super) fn is_online(&self, username: Username) -> bool {
        let at = AT_ONCE;
        self.online.contains(&Entry { at, username })
    }

    /// The user's sessions changed.
    pub(super) fn changed(&mut self, username: Username) {
        let at = AT_ONCE;
        self.due.insert(Entry { at, username });
    }

    /// Takes out one user who is due.
    pub(super) fn next_due(&mut self, now: Timestamp) -> Option<Username> {
        let due = *self.due.first()?;
        if due.at > now {
            return None;
        }
        self.due.remove(&due);
        if let Some(online) = self.online.remove(&due) {
            self.due.remove(&online);
        }
        Some(due.username)
    }

    /// The user is online, and stays so at least until then.
    pub(super) fn is_online_until(&mut self, username: Username, until: Timestamp) {
        let entry = Entry {
            at: until,
            username,
        };
        self.online.insert(entry);
        self.due.insert(entry);
    }

    /// Notes the attachment and says whether it is new. `is_over` tells sessions that ended.
    pub(super) fn attach(
        &mut self,
        connection: ConnectionId,
        token: Token,
        is_over: impl Fn(&Token) -> bool,
    ) -> bool {
        let tokens = self.attachments.entry(connection).or_default();
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
        self.attachments.remove(&connection).unwrap_or_default()
    }

    pub(super) fn attachments(&self) -> impl Iterator<Item = (ConnectionId, &[Token])> {
        let attachments = self.attachments.iter();
        attachments.map(|(connection, tokens)| (*connection, tokens.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_user_who_comes_and_goes_is_due_only_once() {
        let mut presence = Presence::default();
        let messi = Username::parse("messi").unwrap();
        for now in 1..1_000 {
            presence.changed(messi);
            presence.changed(messi);
            assert_eq!(presence.next_due(Timestamp(now)), Some(messi));
            assert_eq!(presence.next_due(Timestamp(now)), None);
            presence.is_online_until(messi, Timestamp(now + 60_000));
        }
        assert_eq!((presence.online.len(), presence.due.len()), (1, 1));
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
