//! Events where they lie, in the bytes by which they are stored: for whoever looks at many and keeps few.

use serde::Deserialize;

use super::event::UnknownEvent;
use super::user::Generation;
use crate::identity::Username;
use crate::password::PasswordHash;
use crate::time::Timestamp;
use crate::token::Token;

/// An [`Event`](super::Event), with the same encoding, variants and fields. Texts that are only passed on are not checked
/// for more than being texts.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "all fields stand in the encoding")]
pub(super) enum BorrowedEvent<'a> {
    UserAdded {
        username: Username,
        name: &'a str,
        country: &'a str,
        password: &'a str,
        generation: Generation,
    },
    PasswordChanged {
        username: Username,
        password: PasswordHash,
        generation: Generation,
    },
    UserRemoved {
        username: Username,
    },
    SessionOpened {
        token: Token,
        username: Username,
        at: Timestamp,
    },
    SessionUsed {
        token: Token,
        at: Timestamp,
    },
    SessionEnded {
        token: Token,
    },
    MessageAccepted {
        #[serde(borrow)]
        sender: BorrowedIdentity<'a>,
        recipient: Username,
        text: &'a str,
        at: Timestamp,
    },
    MessagesDelivered {
        username: Username,
        count: u64,
    },
    GenerationReached {
        generation: Generation,
    },
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "all fields stand in the encoding")]
pub(super) struct BorrowedIdentity<'a> {
    username: &'a str,
    name: &'a str,
}

impl<'a> BorrowedEvent<'a> {
    pub(super) fn decode(bytes: &'a [u8]) -> Result<Self, UnknownEvent> {
        match postcard::take_from_bytes(bytes) {
            Ok((event, [])) => Ok(event),
            _ => Err(UnknownEvent),
        }
    }
}
