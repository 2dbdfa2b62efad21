//! How requests and replies are cut out of a client's byte stream: as lines, or as messages of a
//! WebSocket. Nothing else about a connection depends on which of the two it is.

use chatting_time_core::{Command, Connection, Refusal, Reply};
use tungstenite::protocol::frame::coding::CloseCode;

use super::messages::Messages;

pub(super) enum Framing {
    Lines(Connection),
    Messages(Box<Messages>),
}

impl Framing {
    /// Takes in what the client sent.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        match self {
            Self::Lines(connection) => connection.receive(bytes),
            Self::Messages(messages) => messages.receive(bytes),
        }
    }

    /// The next complete request, or why it is none. Each wants exactly one reply.
    pub(super) fn next_request(&mut self) -> Option<Result<Command, Refusal>> {
        match self {
            Self::Lines(connection) => connection.next_request(),
            Self::Messages(messages) => messages.next_request(),
        }
    }

    /// Whether the client has begun a request and not ended it.
    pub(super) fn is_inside_request(&self) -> bool {
        match self {
            Self::Lines(connection) => connection.is_inside_line(),
            Self::Messages(messages) => messages.is_inside_message(),
        }
    }

    /// Whether the client has begun anything, be it no request, and not ended it.
    pub(super) fn is_inside_anything(&self) -> bool {
        match self {
            Self::Lines(connection) => connection.is_inside_line(),
            Self::Messages(messages) => messages.is_inside_frame(),
        }
    }

    /// Whether something that is no request has ended between requests since this was asked last.
    pub(super) fn take_between_requests(&mut self) -> bool {
        match self {
            Self::Lines(_) => false,
            Self::Messages(messages) => messages.take_between_messages(),
        }
    }

    /// Whether the request that the client is inside of has had its reply already.
    pub(super) fn has_replied_to_request(&self) -> bool {
        match self {
            Self::Lines(connection) => connection.has_replied_to_line(),
            Self::Messages(messages) => messages.has_replied_to_message(),
        }
    }

    /// Whether the client has ended the stream by its own means, or broken it. Nothing more is
    /// read from it then.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Lines(_) => false,
            Self::Messages(messages) => messages.is_over(),
        }
    }

    /// Appends a reply to the output.
    pub(super) fn reply(&mut self, reply: &Reply) {
        match self {
            Self::Lines(connection) => connection.reply(reply),
            Self::Messages(messages) => messages.reply(reply),
        }
    }

    /// Appends what says that the server ends the stream, where there is such a thing.
    pub(super) fn close(&mut self, code: CloseCode) {
        match self {
            Self::Lines(_) => {}
            Self::Messages(messages) => messages.close(code),
        }
    }

    /// What is to be written to the client.
    pub(super) fn output(&self) -> &[u8] {
        match self {
            Self::Lines(connection) => connection.output(),
            Self::Messages(messages) => messages.output(),
        }
    }

    /// Takes what is to be written to the client.
    pub(super) fn take_output(&mut self) -> Vec<u8> {
        match self {
            Self::Lines(connection) => connection.take_output(),
            Self::Messages(messages) => messages.take_output(),
        }
    }
}
