//! The users of all servers who are online, in order, as pieces of them are told and told again.
//!
//! It is kept as it changes and not put together for each `list`, which would cost the more the more are online.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chatting_time_core::{Timestamp, Username};

/// Who is online, and until when that is known.
#[derive(Debug, Default)]
pub(super) struct Online {
    /// In how many pieces each is.
    users: BTreeMap<Username, u32>,
    pieces: HashMap<Arc<str>, HashMap<Username, Timestamp>>,
    /// What will be over, the soonest first.
    ends: BTreeSet<(Timestamp, Username, Arc<str>)>,
}

impl Online {
    /// A piece holds these users now, and none that it held before.
    pub(super) fn tell(&mut self, piece: &str, users: Vec<(Username, Timestamp)>) {
        self.remove(piece);
        let piece: Arc<str> = piece.into();
        let mut held = HashMap::new();
        for (username, until) in users {
            // Named twice, the one told last counts.
            if let Some(before) = held.insert(username, until) {
                self.ends.remove(&(before, username, piece.clone()));
            } else {
                *self.users.entry(username).or_default() += 1;
            }
            self.ends.insert((until, username, piece.clone()));
        }
        self.pieces.insert(piece, held);
    }

    /// There is no such piece any more.
    pub(super) fn remove(&mut self, piece: &str) {
        let Some((piece, users)) = self.pieces.remove_entry(piece) else {
            return;
        };
        for (username, until) in users {
            self.ends.remove(&(until, username, piece.clone()));
            self.leave(&username);
        }
    }

    /// From now on only those count who are online still.
    pub(super) fn advance(&mut self, now: Timestamp) {
        while self.ends.first().is_some_and(|(until, ..)| *until <= now) {
            let Some((_, username, piece)) = self.ends.pop_first() else {
                return;
            };
            if let Some(users) = self.pieces.get_mut(&piece) {
                users.remove(&username);
                if users.is_empty() {
                    self.pieces.remove(&piece);
                }
            }
            self.leave(&username);
        }
    }

    /// Everybody in alphabetical order.
    pub(super) fn users(&self) -> impl Iterator<Item = &Username> {
        self.users.keys()
    }

    pub(super) fn contains(&self, username: &Username) -> bool {
        self.users.contains_key(username)
    }

    pub(super) fn count(&self) -> usize {
        self.users.len()
    }

    fn leave(&mut self, username: &Username) {
        if let Some(pieces) = self.users.get_mut(username) {
            *pieces -= 1;
            if *pieces == 0 {
                self.users.remove(username);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    fn names(online: &Online) -> Vec<&str> {
        online.users().map(Username::as_str).collect()
    }

    #[test]
    fn everybody_is_there_once_until_the_last_piece_says_no_more() {
        let mut online = Online::default();
        online.tell(
            "a.1",
            vec![(user("budi"), Timestamp(9)), (user("ani"), Timestamp(9))],
        );
        online.tell("b.1", vec![(user("ani"), Timestamp(9))]);
        assert_eq!(names(&online), ["ani", "budi"]);
        online.tell("a.1", Vec::new());
        assert_eq!(names(&online), ["ani"]);
        assert!(online.contains(&user("ani")));
        online.remove("b.1");
        assert_eq!(online.count(), 0);
        online.remove("b.1");
        assert!(online.ends.is_empty(), "{online:?}");
    }

    #[test]
    fn who_is_not_told_again_in_time_is_gone_and_comes_back_when_told() {
        let mut online = Online::default();
        online.tell(
            "a.1",
            vec![(user("ani"), Timestamp(5)), (user("budi"), Timestamp(7))],
        );
        online.tell("b.1", vec![(user("ani"), Timestamp(6))]);
        online.advance(Timestamp(5));
        assert_eq!(names(&online), ["ani", "budi"]);
        online.advance(Timestamp(6));
        assert_eq!(names(&online), ["budi"]);
        online.tell("a.1", vec![(user("ani"), Timestamp(9))]);
        assert_eq!(names(&online), ["ani"]);
        online.advance(Timestamp(9));
        assert!(
            online.pieces.is_empty() && online.users.is_empty(),
            "{online:?}"
        );
    }
}
