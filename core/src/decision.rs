//! What goes into a decision and what comes out.

use alloc::vec::Vec;

use crate::command::Command;
use crate::identity::Username;
use crate::limits::Limits;
use crate::password::PasswordCheck;
use crate::reply::{Refusal, Reply};
use crate::state::{Drain, Event, LiveSession, Missing, View};
use crate::time::Timestamp;
use crate::token::Token;

/// One client's byte stream, as its host numbers it: never the same number twice while a
/// [`crate::State`] lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// What a decision is given beside the state.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time of the decision; never earlier than that of an earlier decision.
    pub now: Timestamp,
    /// The bounds in force.
    pub limits: &'a Limits,
    /// The connection that the request came on.
    pub connection: ConnectionId,
    /// The session bound to that connection.
    pub binding: Option<Token>,
}

/// What comes of a request.
#[derive(Debug)]
pub enum Outcome {
    /// It is decided: hand it to [`crate::State::commit`], make its events durable, reply.
    Decided(Decision),
    /// A password has to be compared first; [`crate::finish_auth`] then decides.
    CheckPassword(PasswordCheck),
    /// Another connection is being handed this user's messages: ask again once that ended.
    MailboxBusy(Username),
    /// The view lacks something: fetch it and ask again.
    Missing(Missing),
}

/// A decided request: nothing has happened yet.
#[derive(Debug)]
pub struct Decision {
    /// The answer, to be sent when `events` are durable.
    pub reply: Reply,
    /// The changes, to be applied and made durable all together.
    pub events: Vec<Event>,
    /// What becomes of the connection's bound session.
    pub binding: Binding,
    /// The session that counts as used, and becomes attached to the connection.
    pub used: Option<Token>,
    /// The messages that this reply hands over: confirm or give back.
    pub drain: Option<Drain>,
}

/// What becomes of the session bound to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// It stays.
    Keep,
    /// This one takes its place.
    Bind(Token),
    /// None is bound any more.
    Clear,
}

impl Binding {
    /// The binding after the decision, given the one before.
    pub fn after(self, before: Option<Token>) -> Option<Token> {
        match self {
            Self::Keep => before,
            Self::Bind(token) => Some(token),
            Self::Clear => None,
        }
    }
}

/// Decides one request. Same inputs, same outcome; nothing is changed.
pub fn decide(view: &(impl View + ?Sized), context: &Context<'_>, command: &Command) -> Outcome {
    command
        .decide(view, context)
        .unwrap_or_else(Outcome::Missing)
}

impl Decision {
    pub(crate) fn reply(reply: Reply) -> Self {
        Self {
            reply,
            events: Vec::new(),
            binding: Binding::Keep,
            used: None,
            drain: None,
        }
    }

    pub(crate) fn refuse(refusal: Refusal) -> Self {
        Self::reply(Reply::Refused(refusal))
    }

    /// The last use is soft state, recorded only so often that a restart forgets little of it.
    pub(crate) fn use_session(&mut self, session: &LiveSession<'_>, context: &Context<'_>) {
        let token = session.token;
        self.used = Some(token);
        let recorded = session.recorded_use;
        if context.now.since(recorded) >= context.limits.session_use_recording {
            let at = context.now;
            self.events.insert(0, Event::SessionUsed { token, at });
        }
    }
}

impl From<Decision> for Outcome {
    fn from(decision: Decision) -> Self {
        Self::Decided(decision)
    }
}
