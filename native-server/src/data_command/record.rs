//! The lines of an export.

use chatting_time_core::{Event, Timestamp, Token};
use serde::{Deserialize, Serialize};

use super::contents::Contents;

/// The version of the lines that this release writes, and the latest that it reads.
pub(super) const VERSION: u32 = 1;

/// The kind of the first line.
pub(super) const FIRST_KIND: &str = "chatting_time_export";

/// What every version of the first line has.
#[derive(Deserialize)]
pub(super) struct FirstLine {
    pub(super) kind: String,
    pub(super) version: u64,
}

/// A line. Texts are not checked yet. Times are milliseconds since 1970 (UTC).
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Record {
    ChattingTimeExport {
        version: u32,
        /// The event up to which the exported data folder was read.
        sequence: u64,
    },
    User {
        username: String,
        name: String,
        country: String,
        password_hash: String,
    },
    Session {
        token: String,
        username: String,
        opened: u64,
    },
    SessionUsed {
        token: String,
        at: u64,
    },
    Message {
        from: String,
        from_name: String,
        to: String,
        text: String,
        at: u64,
    },
    End(Contents),
}

impl Record {
    /// What stands for an event that is left of a state; `None` for one that only matters within a journal.
    pub(super) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::UserAdded {
                username,
                name,
                country,
                password,
                ..
            } => Some(Self::User {
                username: username.to_string(),
                name: name.to_string(),
                country: country.to_string(),
                password_hash: password.as_str().to_owned(),
            }),
            Event::SessionOpened {
                token,
                username,
                at: Timestamp(opened),
            } => Some(Self::Session {
                token: text(token),
                username: username.to_string(),
                opened: *opened,
            }),
            Event::SessionUsed {
                token,
                at: Timestamp(at),
            } => Some(Self::SessionUsed {
                token: text(token),
                at: *at,
            }),
            Event::MessageAccepted {
                sender,
                recipient,
                text,
                at: Timestamp(at),
            } => Some(Self::Message {
                from: sender.username().to_string(),
                from_name: sender.name().to_owned(),
                to: recipient.to_string(),
                text: text.as_str().to_owned(),
                at: *at,
            }),
            // The first line of a user has the latest password. The rest is gone, or gives numbers that an import gives anew.
            Event::PasswordChanged { .. }
            | Event::UserRemoved { .. }
            | Event::SessionEnded { .. }
            | Event::MessagesDelivered { .. }
            | Event::GenerationReached { .. } => None,
        }
    }

    /// Whether it tells of a session.
    pub(super) fn is_of_session(&self) -> bool {
        matches!(self, Self::Session { .. } | Self::SessionUsed { .. })
    }
}

fn text(token: &Token) -> String {
    token.to_wire(&mut [0; Token::TEXT_BYTES]).to_owned()
}
