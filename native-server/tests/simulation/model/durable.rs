//! What survives whatever happens to the server.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::{Handover, Position, SessionNumber, Username};

/// What outlives the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Durable {
    pub(crate) users: BTreeMap<Username, User>,
    pub(super) sessions: BTreeMap<SessionNumber, Session>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(super) password: &'static str,
    /// When the password was set.
    pub(super) password_set: Position,
    pub(super) created: Position,
    pub(super) mailbox: VecDeque<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) accepted: Position,
    pub(super) at: u64,
    pub(super) sender: Username,
    pub(super) text: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) owner: Username,
    pub(super) opened: u64,
    /// The last use on record.
    pub(super) recorded: u64,
}

/// Users, sessions and mailboxes as whoever reads a backup finds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    /// By name.
    pub(crate) users: BTreeMap<String, Account>,
    /// Whose each is, when it was opened and when it was used last, as far as that is on record.
    pub(crate) sessions: BTreeMap<SessionNumber, (String, u64, u64)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) password: String,
    /// The sender and the text of each, and when it was accepted.
    pub(crate) messages: Vec<(String, String, u64)>,
}

impl Durable {
    /// How many users, sessions and messages there are.
    pub(crate) fn counts(&self) -> [usize; 3] {
        let messages = self.users.values().map(|user| user.mailbox.len());
        [self.users.len(), self.sessions.len(), messages.sum()]
    }

    /// These have left their mailbox, whatever else was lost.
    pub(crate) fn deliver(&mut self, handover: Handover) {
        if let Some(user) = self.users.get_mut(handover.username) {
            user.mailbox
                .retain(|message| message.accepted > handover.through);
        }
    }

    pub(super) fn end_sessions(&mut self, is_over: impl Fn(SessionNumber, &Session) -> bool) {
        self.sessions
            .retain(|number, session| !is_over(*number, session));
    }

    /// The latest time that anything tells of.
    pub(crate) fn latest_time(&self) -> u64 {
        let mailboxes = self.users.values().map(|user| &user.mailbox);
        let messages = mailboxes.flatten().map(|message| message.at);
        let sessions = self.sessions.values().map(|session| session.recorded);
        messages.chain(sessions).max().unwrap_or(0)
    }

    /// What can be seen of it from outside.
    pub(crate) fn contents(&self) -> Contents {
        let user = |user: &User| Account {
            password: user.password.into(),
            messages: (user.mailbox.iter())
                .map(|one| (one.sender.into(), (*one.text).into(), one.at))
                .collect(),
        };
        let session = |session: &Session| (session.owner.into(), session.opened, session.recorded);
        let (users, sessions) = (self.users.iter(), self.sessions.iter());
        Contents {
            users: users
                .map(|(name, one)| ((*name).into(), user(one)))
                .collect(),
            sessions: sessions
                .map(|(number, one)| (*number, session(one)))
                .collect(),
        }
    }
}
