//! What a connection and the engine tell each other.

use std::sync::Arc;

use chatting_time_core::command::Auth;
use chatting_time_core::{
    ConnectionId, Context, Decision, Drain, Limits, Refusal, Reply, Timestamp, Token,
};

use super::signal::Signal;
use crate::metrics::RequestKind;

/// Where one connection stands with the engine.
#[derive(Debug)]
pub struct Caller {
    pub(super) connection: ConnectionId,
    pub(super) binding: Option<Token>,
}

/// The answer to one request, not to be told before its commit is durable.
#[derive(Debug)]
pub struct Answer {
    /// What to reply.
    pub reply: Reply,
    /// What was asked for.
    pub(crate) kind: RequestKind,
    /// Whether the reply says anything about the state, and so must not be told if that is lost.
    pub is_about_state: bool,
    /// What to confirm when the reply has been taken.
    pub drain: Option<Drain>,
}

/// Why no further request was run.
#[derive(Debug)]
pub enum Pause {
    /// Somebody wants to log in, which takes its time: [`Engine::begin_auth`](super::Engine::begin_auth).
    LogIn(Auth),
    /// Run the request again after this: its mailbox is being drained by another connection, or
    /// the disk has to catch up.
    Wait(Arc<Signal>),
}

/// What came of some requests.
#[derive(Debug, Default)]
pub struct Run {
    /// The answers so far, in order.
    pub answers: Vec<Answer>,
    /// What has to be durable before they may be told; `None` when it is already.
    pub commit: Option<Arc<Signal>>,
    /// Why the next request was not run; `None` when there is none, or the answers are enough for once.
    pub pause: Option<Pause>,
}

impl Caller {
    pub(crate) fn on(connection: ConnectionId) -> Self {
        Self {
            connection,
            binding: None,
        }
    }

    pub(crate) fn connection(&self) -> ConnectionId {
        self.connection
    }

    pub(crate) fn bind(&mut self, binding: Option<Token>) {
        self.binding = binding;
    }

    /// The session bound to the connection, to be put back if what bound another was lost.
    pub fn binding(&self) -> Option<Token> {
        self.binding
    }

    /// Puts back what [`Caller::binding`] gave.
    pub fn restore_binding(&mut self, binding: Option<Token>) {
        self.binding = binding;
    }

    pub(crate) fn context<'a>(&self, now: Timestamp, limits: &'a Limits) -> Context<'a> {
        Context {
            now,
            limits,
            connection: self.connection,
            binding: self.binding,
        }
    }
}

impl Run {
    /// One request that is answered, and nothing to wait for.
    pub(crate) fn answered(answer: Answer) -> Self {
        Self {
            answers: vec![answer],
            ..Self::default()
        }
    }

    /// One request that is refused, whatever becomes of the state.
    pub(crate) fn refused(kind: RequestKind, refusal: Refusal) -> Self {
        Self {
            answers: vec![Answer::refuse(kind, refusal)],
            ..Self::default()
        }
    }
}

impl Answer {
    /// An answer that is right whatever becomes of the state.
    pub(crate) fn about_nothing(kind: RequestKind, reply: Reply) -> Self {
        Self {
            reply,
            kind,
            is_about_state: false,
            drain: None,
        }
    }

    pub(crate) fn about_state(kind: RequestKind, decision: Decision) -> Self {
        Self {
            reply: decision.reply,
            kind,
            is_about_state: true,
            drain: decision.drain,
        }
    }

    pub(super) fn refuse(kind: RequestKind, refusal: Refusal) -> Self {
        Self::about_nothing(kind, Reply::Refused(refusal))
    }
}
