//! What a decision may look at.

use alloc::vec::Vec;
use core::ops::Deref;

use super::{Generation, Message, Session, User};
use crate::decision::{ConnectionId, Context};
use crate::identity::Username;
use crate::reply::List;
use crate::token::Token;

/// An answer of a view, or what has to be fetched before it can answer.
pub type Fetched<T> = Result<T, Missing>;

/// What a host has to fetch before a decision can be made. A [`crate::State`] lacks nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A user by name.
    User(Username),
    /// A session by token, with its user.
    Session(Token),
    /// All sessions of a user.
    Sessions(Username),
    /// How full the mailbox of a user is.
    Mailbox(Username),
    /// What `inbox` hands over to a user.
    Waiting(Username),
    /// Who is online.
    Online,
}

/// The state as a decision sees it. Where the whole state is in memory, [`crate::State`] is the
/// view; a host that keeps it elsewhere answers from what it fetched and names what it lacks.
pub trait View {
    /// The user of that name.
    fn user(&self, username: &Username) -> Fetched<Option<&User>>;

    /// The session of that token, of its user's present generation. It may have died of age.
    fn session(&self, token: &Token) -> Fetched<Option<LiveSession<'_>>>;

    /// All sessions of the user's present generation, in the order in which they were opened. Some may have died of age.
    fn sessions(&self, username: &Username) -> Fetched<Vec<LiveSession<'_>>>;

    /// How full the user's mailbox is.
    fn mailbox(&self, username: &Username) -> Fetched<Fill>;

    /// What `inbox` hands over on this connection: what waits behind the messages that this
    /// connection is being handed already, within the bounds of one reply.
    fn waiting(&self, username: &Username, context: &Context<'_>) -> Fetched<Waiting>;

    /// Who is online, the asker counted in any case; the names that fit into one reply.
    fn online(&self, asker: &Username, context: &Context<'_>) -> Fetched<List>;
}

/// A session as a view finds it, with its user.
#[derive(Clone, Copy, Debug)]
pub struct LiveSession<'a> {
    /// Its token.
    pub token: Token,
    /// Whose it is.
    pub user: &'a User,
    /// Its times.
    pub session: &'a Session,
}

impl LiveSession<'_> {
    /// Whether it has died neither of being unused nor of age.
    pub fn is_live(&self, context: &Context<'_>) -> bool {
        self.session.is_live(context.now, context.limits)
    }
}

impl Deref for LiveSession<'_> {
    type Target = Session;

    fn deref(&self) -> &Session {
        self.session
    }
}

/// How full a mailbox is; messages being handed over count until that is confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// Undelivered messages.
    pub messages: u64,
    /// Their text, in bytes.
    pub text_bytes: u64,
}

/// What `inbox` finds.
#[derive(Debug)]
pub enum Waiting {
    /// Another connection is being handed this user's messages.
    Busy,
    /// These are to be handed over.
    Messages(Taken),
}

/// The messages for one reply.
#[derive(Debug)]
pub struct Taken {
    /// In order of arrival.
    pub messages: Vec<Message>,
    /// How many wait behind them.
    pub remaining: u64,
    /// What to confirm or give back; `None` when there is nothing to hand over.
    pub drain: Option<Drain>,
}

/// Messages being handed over to one connection, until they are confirmed or given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drain {
    /// Whose messages.
    pub username: Username,
    pub(crate) connection: ConnectionId,
    pub(crate) mailbox: Generation,
    /// Position in the mailbox behind the last message handed over.
    pub(crate) through: u64,
}

impl Drain {
    /// Of a host that keeps mailboxes itself: `through` is the position behind the last message handed over, as it counts them.
    pub fn new(
        username: Username,
        connection: ConnectionId,
        mailbox: Generation,
        through: u64,
    ) -> Self {
        Self {
            username,
            connection,
            mailbox,
            through,
        }
    }

    /// The position behind the last message handed over.
    pub fn through(&self) -> u64 {
        self.through
    }
}
