//! Fetches what a decision lacks.

use std::time::Instant;

use chatting_time_core::state::Missing;
use chatting_time_core::{Timestamp, Token, Username};
use tokio::time::timeout;

use super::bucket::PATIENCE;
use super::fetched::{Account, Fetched, Sessions};
use super::records::{self, SessionsRecord, UserRecord};
use super::{Cluster, Owner, Unavailable, subjects};
use crate::engine::Caller;

impl Cluster {
    /// Fetches what a decision lacks.
    pub(super) async fn fetch(
        &self,
        missing: &Missing,
        fetched: &mut Fetched,
        caller: &Caller,
    ) -> Result<(), Unavailable> {
        let began = Instant::now();
        let done = self.fetch_now(missing, fetched, caller).await;
        self.metrics.fetched(began.elapsed());
        done
    }

    async fn fetch_now(
        &self,
        missing: &Missing,
        fetched: &mut Fetched,
        caller: &Caller,
    ) -> Result<(), Unavailable> {
        match missing {
            Missing::User(username) => {
                let account = self.account(username).await?;
                fetched.users.insert(*username, account);
            }
            Missing::Session(token) => {
                let owner = self.owner(token).await?;
                fetched.owners.insert(*token, owner);
                if let Some(username) = owner {
                    self.fetch_sessions(&username, fetched).await?;
                    if !fetched.sessions[&username].is_live(token) {
                        // Another server may have opened it a moment ago, and told its owner.
                        self.forget(&username);
                        self.fetch_sessions(&username, fetched).await?;
                    }
                }
            }
            Missing::Sessions(username) => self.fetch_sessions(username, fetched).await?,
            Missing::Mailbox(username) => {
                let fill = self.mailboxes.fill(username, &self.limits).await?;
                fetched.fills.insert(*username, fill);
            }
            Missing::Waiting(username) => {
                fetched.waiting = Some(self.hand_over(username, fetched, caller).await?);
            }
            Missing::Online => {
                tokio::try_join!(self.users.catch_up(), self.sessions.catch_up())?;
                self.presence.gather(self.now()).await?;
                fetched.online = Some(self.presence.clone());
            }
        }
        Ok(())
    }

    /// Has the leaders asked next time for what is remembered of a user.
    pub(super) fn forget(&self, username: &Username) {
        let key = subjects::word_of(username);
        self.users.forget(&key);
        self.sessions.forget(&key);
    }

    pub(super) async fn account(
        &self,
        username: &Username,
    ) -> Result<Option<Account>, Unavailable> {
        let key = subjects::word_of(username);
        let entry = self.users.get(&key).await?;
        let Some(value) = &entry.value else {
            return Ok(None);
        };
        let record: UserRecord =
            records::decode(value).map_err(|_| Unavailable::unreadable(&key, entry.revision))?;
        Ok(Some(Account {
            user: record.to_user(username),
            mailbox: record.mailbox,
            entry,
        }))
    }

    pub(super) async fn fetch_sessions(
        &self,
        username: &Username,
        fetched: &mut Fetched,
    ) -> Result<(), Unavailable> {
        let key = subjects::word_of(username);
        let (account, entry) = tokio::try_join!(self.account(username), self.sessions.get(&key))?;
        let record: SessionsRecord = match &entry.value {
            Some(value) => {
                records::decode(value).map_err(|_| Unavailable::unreadable(&key, entry.revision))?
            }
            None => SessionsRecord::default(),
        };
        let generation = account.as_ref().map(|account| account.user.generation);
        let live = match Some(record.generation) == generation {
            true => {
                let owners = self.owners();
                let live = record.sessions.iter().map(|session| {
                    let owner = owners.peek(&session.token);
                    let used = owner.map(|owner| owner.last_used).unwrap_or_default();
                    (session.token, session.to_session(used))
                });
                live.collect()
            }
            // Of a password that is no longer valid.
            false => Vec::new(),
        };
        fetched.users.insert(*username, account);
        fetched.sessions.insert(
            *username,
            Sessions {
                live,
                record,
                entry,
            },
        );
        Ok(())
    }

    /// Whose a token is or was. That never changes.
    pub(super) async fn owner(&self, token: &Token) -> Result<Option<Username>, Unavailable> {
        if let Some(owner) = self.owners().get(token) {
            return Ok(Some(owner.username));
        }
        let get = self.tokens.get(subjects::key_of(token));
        let got = timeout(PATIENCE, get)
            .await
            .map_err(|_| Unavailable::Slow)?;
        let value = got.map_err(|error| Unavailable::Failed(error.to_string()))?;
        let owner = value.and_then(|value| Username::parse(std::str::from_utf8(&value).ok()?));
        if let Some(username) = owner {
            self.owners().put(
                *token,
                Owner {
                    username,
                    last_used: Timestamp(0),
                },
            );
        }
        Ok(owner)
    }
}
