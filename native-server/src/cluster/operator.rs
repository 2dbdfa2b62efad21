//! What an operator asks of the shared state: accounts and sessions.

use chatting_time_core::state::{Event, Generation, Missing, SessionId, SessionSummary, User};
use chatting_time_core::{AdminCommand, AdminRefusal, Name, Username, decide_admin};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::bucket::WriteError;
use super::fetched::Fetched;
use super::moving::ImportRecord;
use super::records::{self, UserRecord};
use super::{ATTEMPTS, Cluster, Unavailable, subjects};
use crate::engine::AdminError;

/// Entries that are fetched at a time where many are wanted.
const AT_A_TIME: usize = 64;

impl Cluster {
    /// Changes accounts, and returns when that is durable. Several users are added one after the other.
    ///
    /// # Errors
    /// When it does not fit the accounts that there are, or JetStream does not answer: nothing was done then but what the
    /// error says.
    pub async fn administer(&self, command: &AdminCommand) -> Result<(), AdminError> {
        if self.is_being_filled().await.map_err(unavailable)? {
            return Err(AdminError::Importing);
        }
        let AdminCommand::AddUsers(users) = command else {
            return self.change(command).await;
        };
        if users.len() > 1 {
            // Who cannot be added is told before anybody is.
            self.decide_admin(command).await?;
        }
        for (added, user) in users.iter().enumerate() {
            let one = AdminCommand::AddUsers(vec![user.clone()]);
            self.change(&one).await.map_err(|cause| match added {
                0 => cause,
                _ => AdminError::Interrupted {
                    added,
                    before: user.username,
                    cause: Box::new(cause),
                },
            })?;
        }
        Ok(())
    }

    /// Makes one change.
    async fn change(&self, command: &AdminCommand) -> Result<(), AdminError> {
        for _ in 0..ATTEMPTS {
            let (fetched, events) = self.decide_admin(command).await?;
            match self.carry_out_admin(&fetched, &events).await {
                Ok(()) => return Ok(()),
                Err(WriteError::Conflict) => {}
                Err(WriteError::Unavailable(problem)) => return Err(unavailable(problem)),
            }
        }
        Err(unavailable(Unavailable::contended()))
    }

    async fn decide_admin(
        &self,
        command: &AdminCommand,
    ) -> Result<(Fetched, Vec<Event>), AdminError> {
        let latest = self.users.last_revision().await.map_err(unavailable)?;
        let mut fetched = Fetched::default();
        loop {
            match decide_admin(&fetched, Generation(latest), command) {
                Ok(decided) => return Ok((fetched, decided.map_err(AdminError::Refused)?)),
                Err(Missing::User(username)) => {
                    let account = self.account(&username).await.map_err(unavailable)?;
                    fetched.users.insert(username, account);
                }
                Err(other) => unreachable!("accounts are all it looks at: {other:?}"),
            }
        }
    }

    /// Whether an import has begun and is not finished: it writes users and must find them as it left them.
    async fn is_being_filled(&self) -> Result<bool, Unavailable> {
        let entry = self.users.get(ImportRecord::KEY).await?;
        let Some(value) = &entry.value else {
            return Ok(false);
        };
        let record: ImportRecord = records::decode(value)
            .map_err(|_| Unavailable::unreadable(ImportRecord::KEY, entry.revision))?;
        Ok(!record.is_done())
    }

    async fn carry_out_admin(&self, fetched: &Fetched, events: &[Event]) -> Result<(), WriteError> {
        for event in events {
            let (username, value) = match event {
                Event::UserAdded {
                    username,
                    name,
                    country,
                    password,
                    generation,
                } => {
                    let record = UserRecord {
                        name: name.clone(),
                        country: country.clone(),
                        password: password.clone(),
                        generation: *generation,
                        mailbox: *generation,
                    };
                    (username, Some(record))
                }
                Event::PasswordChanged {
                    username,
                    password,
                    generation,
                } => {
                    let account = fetched.users.get(username).and_then(Option::as_ref);
                    let record = account.map(|account| UserRecord {
                        name: Name::parse(account.user.identity.name()).expect("it was one"),
                        country: account.user.country.clone(),
                        password: password.clone(),
                        generation: *generation,
                        mailbox: account.mailbox,
                    });
                    (username, record)
                }
                Event::UserRemoved { username } => (username, None),
                other => unreachable!("no change of accounts decides that: {other:?}"),
            };
            let key = subjects::word_of(username);
            let entry = match fetched.users.get(username).and_then(Option::as_ref) {
                Some(account) => account.entry.clone(),
                // There was none; what it left behind has a revision all the same.
                None => self.users.get(&key).await?,
            };
            let is_there = matches!(event, Event::UserAdded { .. }) && entry.value.is_some();
            // A generation has to be later than all that the name ever had, none of which is later than its entry.
            let is_late = value
                .as_ref()
                .is_some_and(|record| record.generation.0 <= entry.revision);
            if is_there || is_late {
                return Err(WriteError::Conflict);
            }
            let last = match event {
                Event::UserRemoved { .. } => self.mailboxes.last(username).await?,
                _ => None,
            };
            let value = value.map(|record| records::encode(&record).into());
            self.users.replace(&key, &entry, value).await?;
            // What came before that can be of nobody else, and would only be in the way of who gets the name.
            if let Some(last) = last
                && let Err(unavailable) = self.mailboxes.remove_through(username, last).await
            {
                self.trouble.met(format_args!(
                    "the messages of {username}, who was removed, stay for the next of that name to pass over: {unavailable}"
                ));
            }
        }
        Ok(())
    }

    /// All users in alphabetical order.
    ///
    /// # Errors
    /// When JetStream does not answer.
    pub async fn users(&self) -> Result<Vec<User>, AdminError> {
        let usernames = self.usernames().await?;
        let accounts = stream::iter(usernames).map(async |username| self.account(&username).await);
        let accounts: Vec<_> = accounts
            .buffered(AT_A_TIME)
            .try_collect()
            .await
            .map_err(unavailable)?;
        Ok(accounts
            .into_iter()
            .flatten()
            .map(|account| account.user)
            .collect())
    }

    /// The live sessions of one user, or of all in alphabetical order. How many connections a session is attached to is not
    /// known here.
    ///
    /// # Errors
    /// When there is no such user, or JetStream does not answer.
    pub async fn sessions(
        &self,
        username: Option<Username>,
    ) -> Result<Vec<SessionSummary>, AdminError> {
        if let Some(username) = username {
            let sessions = self.sessions_of(&username).await?;
            return sessions.ok_or(AdminError::Refused(AdminRefusal::UserNotFound(username)));
        }
        let usernames = self.usernames().await?;
        let sessions =
            stream::iter(usernames).map(async |username| self.sessions_of(&username).await);
        let sessions: Vec<_> = sessions.buffered(AT_A_TIME).try_collect().await?;
        Ok(sessions.into_iter().flatten().flatten().collect())
    }

    /// Ends the session of a user that is called so, or all, and returns how many those were when that is durable.
    ///
    /// # Errors
    /// When there is no such user, or JetStream does not answer.
    pub async fn end_sessions(
        &self,
        username: &Username,
        id: Option<SessionId>,
    ) -> Result<usize, AdminError> {
        for _ in 0..ATTEMPTS {
            let mut fetched = Fetched::default();
            self.fetch_sessions(username, &mut fetched)
                .await
                .map_err(unavailable)?;
            if fetched.users[username].is_none() {
                return Err(AdminError::Refused(AdminRefusal::UserNotFound(*username)));
            }
            let (now, sessions) = (self.now(), &fetched.sessions[username]);
            let live = sessions.live.iter();
            let live = live.filter(|(_, session)| session.is_live(now, &self.limits));
            let named = live.filter(|(token, _)| id.is_none_or(|id| id == SessionId::of(token)));
            let ended: Vec<_> = named.map(|(token, _)| *token).collect();
            if ended.is_empty() {
                return Ok(0);
            }
            let mut record = sessions.record.clone();
            record
                .sessions
                .retain(|session| !ended.contains(&session.token));
            let key = subjects::word_of(username);
            let value = records::encode(&record).into();
            match self
                .sessions
                .replace(&key, &sessions.entry, Some(value))
                .await
            {
                Ok(()) => return Ok(ended.len()),
                Err(WriteError::Conflict) => {}
                Err(WriteError::Unavailable(problem)) => return Err(unavailable(problem)),
            }
        }
        Err(unavailable(Unavailable::contended()))
    }

    /// The usernames of all in alphabetical order.
    ///
    /// # Errors
    /// When JetStream does not answer.
    pub async fn usernames(&self) -> Result<Vec<Username>, AdminError> {
        let keys = self.users.keys().await.map_err(unavailable)?;
        let mut usernames: Vec<_> = keys
            .iter()
            .filter_map(|key| subjects::username_of(key))
            .collect();
        usernames.sort_unstable();
        Ok(usernames)
    }

    async fn sessions_of(
        &self,
        username: &Username,
    ) -> Result<Option<Vec<SessionSummary>>, AdminError> {
        let mut fetched = Fetched::default();
        self.fetch_sessions(username, &mut fetched)
            .await
            .map_err(unavailable)?;
        if fetched.users[username].is_none() {
            return Ok(None);
        }
        let now = self.now();
        self.presence.gather(now).await.map_err(unavailable)?;
        let online = self.presence.everywhere();
        let live = fetched.sessions[username].live.iter();
        let live = live.filter(|(_, session)| session.is_live(now, &self.limits));
        let summaries = live.map(|(token, session)| SessionSummary {
            username: *username,
            id: SessionId::of(token),
            opened: session.opened,
            last_used: session.last_used,
            connections: 0,
            is_online: online.contains(username),
        });
        Ok(Some(summaries.collect()))
    }
}

fn unavailable(problem: Unavailable) -> AdminError {
    AdminError::NatsUnavailable(problem.to_string())
}
