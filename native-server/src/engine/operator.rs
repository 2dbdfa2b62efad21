//! What an operator asks of the engine: accounts, sessions and totals.

use std::fmt;

use chatting_time_core::state::{Fill, SessionId, SessionSummary, Undelivered, User};
use chatting_time_core::{AdminCommand, AdminRefusal, Event, Username, decide_admin};

use super::{Engine, Shared};

/// Why accounts or sessions were not changed.
#[derive(Debug)]
pub enum AdminError {
    /// It does not fit the accounts that there are.
    Refused(AdminRefusal),
    /// It was not made durable, and may still have happened.
    StorageUnavailable,
    /// NATS did not carry it out, in words; it may still have happened.
    NatsUnavailable(String),
    /// What several servers share is being filled by an import.
    Importing,
    /// Of several users some were added, and then something went wrong.
    Interrupted {
        /// How many.
        added: usize,
        /// Of those in front of this one all were added, of those behind it none.
        before: Username,
        /// What went wrong.
        cause: Box<AdminError>,
    },
}

impl fmt::Display for AdminError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(formatter),
            Self::StorageUnavailable => formatter.write_str(
                "the data folder cannot be written to at the moment, see the server's log",
            ),
            Self::NatsUnavailable(problem) => write!(
                formatter,
                "{problem}; a change that was asked for may still have been made"
            ),
            Self::Importing => formatter.write_str(
                "an import into it is not finished, and accounts stay as they are until it is: carry it on with \
                 `chatting-time import` and the same file",
            ),
            Self::Interrupted {
                added,
                before,
                cause,
            } => write!(
                formatter,
                "{cause}. That was at {before}: the {added} before it were added, those behind it were not"
            ),
        }
    }
}

impl std::error::Error for AdminError {}

impl Engine {
    /// Changes accounts, and returns when that is durable.
    pub async fn administer(&self, command: &AdminCommand) -> Result<(), AdminError> {
        let decide = |shared: &mut Shared| {
            let latest = shared.state.generation();
            decide_admin(&shared.state, latest, command)
                .unwrap_or_else(|missing| unreachable!("the whole state is in memory: {missing:?}"))
        };
        let grows = matches!(command, AdminCommand::AddUsers(_));
        self.change(grows, decide).await.map(|_| ())
    }

    /// Ends the session of a user that is called so, or all, and returns how many those were
    /// when that is durable.
    pub async fn end_sessions(
        &self,
        username: &Username,
        id: Option<SessionId>,
    ) -> Result<usize, AdminError> {
        let decide = |shared: &mut Shared| {
            let now = shared.clock.now();
            let ended = shared.state.end_sessions(username, id, now, &self.limits);
            ended.ok_or(AdminRefusal::UserNotFound(*username))
        };
        self.change(false, decide).await
    }

    /// Carries out what an operator decides, and returns how many events that took when they are
    /// durable. A refusal waits as well: what it rests on may not be durable yet. What `grows` is not
    /// done while there is too little room.
    async fn change(
        &self,
        grows: bool,
        decide: impl FnOnce(&mut Shared) -> Result<Vec<Event>, AdminRefusal>,
    ) -> Result<usize, AdminError> {
        let (decided, commit) = {
            let mut shared = self.lock();
            if !shared.is_serving() || (grows && shared.refuses_growth) {
                return Err(AdminError::StorageUnavailable);
            }
            let decided = decide(&mut shared).map(|events| {
                shared.apply(&events);
                events.len()
            });
            let latest = shared.pending.latest();
            self.release(shared);
            (decided, latest)
        };
        match commit {
            Some(commit) if !commit.wait().await => Err(AdminError::StorageUnavailable),
            _ => decided.map_err(AdminError::Refused),
        }
    }

    /// Reads something, and returns when what was read is durable: what is being lost is not told.
    pub async fn once_durable<T>(&self, read: impl FnOnce(&Self) -> T) -> Result<T, AdminError> {
        let read = read(self);
        let commit = {
            let shared = self.lock();
            if !shared.is_serving() {
                return Err(AdminError::StorageUnavailable);
            }
            shared.pending.latest()
        };
        match commit {
            Some(commit) if !commit.wait().await => Err(AdminError::StorageUnavailable),
            _ => Ok(read),
        }
    }

    /// All users in alphabetical order. What is not durable yet is among them.
    pub fn users(&self) -> Vec<User> {
        let shared = self.lock();
        shared.state.users().into_iter().cloned().collect()
    }

    /// The live sessions of one user, or of all in alphabetical order. What is not durable yet is among them.
    ///
    /// # Errors
    ///
    /// When there is no such user.
    pub fn sessions(
        &self,
        username: Option<Username>,
    ) -> Result<Vec<SessionSummary>, AdminRefusal> {
        let of_user = |username: &Username| {
            let mut shared = self.lock();
            let now = shared.clock.now();
            let sessions = shared.state.session_summaries(username, now, &self.limits);
            sessions.ok_or(AdminRefusal::UserNotFound(*username))
        };
        if let Some(username) = username {
            return of_user(&username);
        }
        let names = |user: &User| user.identity.username();
        let usernames: Vec<_> = self.lock().state.users().into_iter().map(names).collect();
        // One by one, so that nobody waits for all; who was removed meanwhile has none.
        Ok(usernames
            .iter()
            .filter_map(|username| of_user(username).ok())
            .flatten()
            .collect())
    }

    /// How much there is in all.
    pub fn totals(&self) -> Totals {
        let Undelivered { mailboxes, fill } = self.undelivered();
        let mut shared = self.lock();
        let now = shared.clock.now();
        let state = &mut shared.state;
        Totals {
            users: state.user_count(),
            sessions: state.session_count(),
            online: state.online_count(now, &self.limits),
            undelivered: fill,
            mailboxes,
        }
    }

    /// Looks at some mailboxes at a time, so that requests get their turn in between.
    pub(super) fn undelivered(&self) -> Undelivered {
        const ACCOUNTS: usize = 1_000;
        let pieces = (0..).step_by(ACCOUNTS).map_while(|place| {
            let shared = self.lock();
            shared.state.undelivered_at(place..place + ACCOUNTS)
        });
        pieces.fold(Undelivered::default(), Undelivered::and)
    }
}

/// How much there is in all.
#[derive(Clone, Copy, Debug)]
pub struct Totals {
    /// Users.
    pub users: usize,
    /// Sessions, some of which may have died of age.
    pub sessions: usize,
    /// Users who are online.
    pub online: usize,
    /// Undelivered messages. Others may come and go while these are counted.
    pub undelivered: Fill,
    /// Mailboxes that hold them.
    pub mailboxes: u64,
}
