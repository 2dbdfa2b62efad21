//! A simulated client, and what the server's connection task does for it: run requests, wait until what the replies rest on
//! is durable, hand them over, confirm.

use std::collections::VecDeque;
use std::sync::Arc;

use chatting_time::engine::{Answer, Caller, Signal};
use chatting_time_core::command::Auth;
use chatting_time_core::{Command, Connection, Drain, Limits, PasswordCheck, Refusal};

use super::futures::settled;
use super::model::{ConnectionNumber, Handover, Operation, SessionNumber, Username};

pub(crate) struct Client {
    pub(crate) number: ConnectionNumber,
    pub(crate) caller: Caller,
    pub(crate) connection: Connection,
    /// The session bound to the connection, as its client knows it.
    pub(crate) bound: Option<SessionNumber>,
    /// Not run yet, as the client meant them and as the server parsed them.
    pub(crate) lines: VecDeque<Line>,
    pub(crate) requests: VecDeque<Result<Command, Refusal>>,
    pub(crate) stage: Stage,
}

/// What the connection waits for.
pub(crate) enum Stage {
    /// For its client, or for its turn.
    Ready,
    /// Until replies may be told.
    Telling(Box<Replies>),
    /// Until the client has taken its replies.
    Taking {
        drains: Vec<(Drain, Handover)>,
        next: Next,
    },
    /// Until another connection has been handed the same messages.
    MailboxBusy(Arc<Signal>),
    /// For its turn to log in.
    LoggingIn(Auth),
    /// For a password check.
    Checking(Box<PasswordCheck>),
}

pub(crate) struct Replies {
    pub(crate) answers: Vec<Answer>,
    pub(crate) drains: Vec<(Drain, Handover)>,
    pub(crate) commit: Arc<Signal>,
    /// The binding before them, as the server and as the client know it.
    pub(crate) binding: (Option<chatting_time_core::Token>, Option<SessionNumber>),
    pub(crate) next: Next,
}

/// What comes behind the replies.
pub(crate) enum Next {
    Ready,
    MailboxBusy(Arc<Signal>),
    LoggingIn(Auth),
}

impl Next {
    pub(crate) fn stage(self) -> Stage {
        match self {
            Self::Ready => Stage::Ready,
            Self::MailboxBusy(signal) => Stage::MailboxBusy(signal),
            Self::LoggingIn(auth) => Stage::LoggingIn(auth),
        }
    }
}

/// A request. Without a session it means the one that is bound.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    Auth(Username, &'static str),
    Send(Option<SessionNumber>, Username, Arc<str>),
    Inbox(Option<SessionNumber>),
    List(Option<SessionNumber>),
    Logout(Option<SessionNumber>),
}

impl Line {
    /// As it is typed; `token` gives the text of a session's token.
    pub(crate) fn text(&self, token: impl Fn(SessionNumber) -> String) -> String {
        let token = |session: &Option<SessionNumber>| match session {
            Some(number) => format!(" {}", token(*number)),
            None => String::new(),
        };
        match self {
            Self::Auth(username, password) => format!("auth {username} {password}\n"),
            Self::Send(session, to, text) => format!("send{} {to} {text}\n", token(session)),
            Self::Inbox(session) => format!("inbox{}\n", token(session)),
            Self::List(session) => format!("list{}\n", token(session)),
            Self::Logout(session) => format!("logout{}\n", token(session)),
        }
    }

    /// What the server is asked to do, on a connection to which `bound` is bound.
    pub(crate) fn operation(&self, bound: Option<SessionNumber>) -> Operation {
        match self {
            Self::Auth(username, password) => Operation::BeginAuth { username, password },
            Self::Send(session, recipient, text) => Operation::Send {
                session: session.or(bound),
                recipient,
                text: text.clone(),
            },
            Self::Inbox(session) => Operation::Inbox(session.or(bound)),
            Self::List(session) => Operation::List(session.or(bound)),
            Self::Logout(session) => Operation::Logout(session.or(bound)),
        }
    }
}

impl Client {
    pub(crate) fn new(number: ConnectionNumber, caller: Caller, limits: Arc<Limits>) -> Self {
        Self {
            number,
            caller,
            connection: Connection::new(limits),
            bound: None,
            lines: VecDeque::new(),
            requests: VecDeque::new(),
            stage: Stage::Ready,
        }
    }

    /// Whether what it waits for has come.
    pub(crate) fn can_go_on(&self) -> bool {
        match &self.stage {
            Stage::Telling(replies) => settled(&replies.commit).is_some(),
            Stage::MailboxBusy(signal) => settled(signal).is_some(),
            Stage::Ready | Stage::Taking { .. } | Stage::LoggingIn(_) | Stage::Checking(_) => true,
        }
    }

    /// Takes what the next line asks for.
    pub(crate) fn next_operation(&mut self) -> Operation {
        let line = self.lines.pop_front().expect("a line for each request");
        line.operation(self.bound)
    }

    /// The client sends lines, all at once.
    pub(crate) fn send(&mut self, lines: Vec<Line>, token: impl Fn(SessionNumber) -> String) {
        for line in lines {
            self.connection.receive(line.text(&token).as_bytes());
            self.lines.push_back(line);
        }
        while let Some(request) = self.connection.next_request() {
            self.requests.push_back(request);
        }
        assert_eq!(self.lines.len(), self.requests.len());
    }
}
