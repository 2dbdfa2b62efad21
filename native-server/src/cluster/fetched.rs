//! What was fetched for one decision.

use std::collections::HashMap;
use std::sync::Arc;

use chatting_time_core::reply::List;
use chatting_time_core::state::{
    Drain, Fetched as Answered, Fill, Generation, LiveSession, Message, Missing, Session, Taken,
    User, View, Waiting,
};
use chatting_time_core::{Context, Token, Username};

use super::bucket::Entry;
use super::presence::Presence;
use super::records::SessionsRecord;

/// The state as far as it was needed up to now.
#[derive(Default)]
pub(super) struct Fetched {
    pub(super) users: HashMap<Username, Option<Account>>,
    pub(super) sessions: HashMap<Username, Sessions>,
    /// Whose a token is, dead or alive.
    pub(super) owners: HashMap<Token, Option<Username>>,
    pub(super) fills: HashMap<Username, Fill>,
    pub(super) waiting: Option<Handed>,
    /// Everybody who is online has been gathered there.
    pub(super) online: Option<Arc<Presence>>,
}

/// A user, and what tells their mailbox from another of that name.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) user: User,
    pub(super) mailbox: Generation,
    pub(super) entry: Entry,
}

/// All sessions of one user, and the entry that holds them.
#[derive(Debug)]
pub(super) struct Sessions {
    pub(super) live: Vec<(Token, Session)>,
    pub(super) record: SessionsRecord,
    pub(super) entry: Entry,
}

/// What stands in front of a mailbox, or that another is being handed it.
#[derive(Debug)]
pub(super) enum Handed {
    Busy,
    Messages {
        messages: Vec<Message>,
        remaining: u64,
        through: u64,
    },
}

impl Sessions {
    pub(super) fn is_live(&self, token: &Token) -> bool {
        self.live.iter().any(|(other, _)| other == token)
    }
}

impl Handed {
    pub(super) fn nothing() -> Self {
        Self::Messages {
            messages: Vec::new(),
            remaining: 0,
            through: 0,
        }
    }
}

impl View for Fetched {
    fn user(&self, username: &Username) -> Answered<Option<&User>> {
        let account = self.users.get(username).ok_or(Missing::User(*username))?;
        Ok(account.as_ref().map(|account| &account.user))
    }

    fn session(&self, token: &Token) -> Answered<Option<LiveSession<'_>>> {
        let owner = self.owners.get(token).ok_or(Missing::Session(*token))?;
        let Some(username) = owner else {
            return Ok(None);
        };
        let Some(user) = self.user(username)? else {
            return Ok(None);
        };
        let sessions = self.sessions.get(username);
        let sessions = sessions.ok_or(Missing::Session(*token))?;
        let found = sessions.live.iter().find(|(other, _)| other == token);
        Ok(found.map(|(token, session)| LiveSession {
            token: *token,
            user,
            session,
        }))
    }

    fn sessions(&self, username: &Username) -> Answered<Vec<LiveSession<'_>>> {
        let Some(user) = self.user(username)? else {
            return Ok(Vec::new());
        };
        let sessions = self.sessions.get(username);
        let sessions = sessions.ok_or(Missing::Sessions(*username))?;
        let live = sessions.live.iter().map(|(token, session)| LiveSession {
            token: *token,
            user,
            session,
        });
        Ok(live.collect())
    }

    fn mailbox(&self, username: &Username) -> Answered<Fill> {
        let fill = self.fills.get(username).copied();
        fill.ok_or(Missing::Mailbox(*username))
    }

    fn waiting(&self, username: &Username, context: &Context<'_>) -> Answered<Waiting> {
        let waiting = self.waiting.as_ref().ok_or(Missing::Waiting(*username))?;
        Ok(match waiting {
            Handed::Busy => Waiting::Busy,
            Handed::Messages {
                messages,
                remaining,
                through,
            } => Waiting::Messages(Taken {
                messages: messages.clone(),
                remaining: *remaining,
                drain: (!messages.is_empty()).then(|| {
                    let account = self.users.get(username).and_then(Option::as_ref);
                    let mailbox =
                        account.map_or_else(Generation::default, |account| account.mailbox);
                    Drain::new(*username, context.connection, mailbox, *through)
                }),
            }),
        })
    }

    fn online(&self, asker: &Username, context: &Context<'_>) -> Answered<List> {
        let online = self.online.as_ref().ok_or(Missing::Online)?.everywhere();
        let is_counted = online.contains(asker);
        let bound = context.limits.list_names as usize;
        let mut names: Vec<_> = online.users().take(bound).copied().collect();
        if !is_counted {
            let place = names.partition_point(|name| name < asker);
            names.insert(place, *asker);
            names.truncate(bound);
        }
        Ok(List {
            names,
            total: (online.count() + usize::from(!is_counted)) as u64,
        })
    }
}
