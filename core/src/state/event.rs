//! Events: the only thing that is ever made durable.
//!
//! Events are versioned data. An old journal opens for ever, so the variants below and their
//! fields never change and never move: a new kind of event, or a new field of an old one, is a
//! new variant at the end. The golden bytes in the tests hold each variant to that.

use alloc::vec::Vec;
use core::fmt;

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use super::Generation;
use crate::body::Body;
use crate::identity::{Identity, Name, Username};
use crate::password::PasswordHash;
use crate::time::Timestamp;
use crate::token::Token;

/// One change of state. `Debug` shows no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// A user exists from now on, with an empty mailbox. A name that was in use before inherits nothing.
    UserAdded {
        /// The unique name.
        username: Username,
        /// The display name.
        name: Name,
        /// The country.
        country: Name,
        /// The stored password.
        password: PasswordHash,
        /// The user's first generation.
        generation: Generation,
    },
    /// The password is another; sessions of earlier generations are dead.
    PasswordChanged {
        /// Whose.
        username: Username,
        /// The new stored password.
        password: PasswordHash,
        /// The user's next generation.
        generation: Generation,
    },
    /// The user is gone, with mailbox and sessions.
    UserRemoved {
        /// Who.
        username: Username,
    },
    /// A session of the user's present generation is open.
    SessionOpened {
        /// Its token.
        token: Token,
        /// Whose.
        username: Username,
        /// When it was opened, and last used.
        at: Timestamp,
    },
    /// The session was used; recorded only now and then.
    SessionUsed {
        /// Its token.
        token: Token,
        /// When.
        at: Timestamp,
    },
    /// The session is over.
    SessionEnded {
        /// Its token.
        token: Token,
    },
    /// A message stands at the end of a mailbox.
    MessageAccepted {
        /// The sender's names as they were.
        sender: Identity,
        /// Whose mailbox.
        recipient: Username,
        /// The text.
        text: Body,
        /// When it was accepted.
        at: Timestamp,
    },
    /// The first messages of a mailbox were handed over.
    MessagesDelivered {
        /// Whose mailbox.
        username: Username,
        /// How many.
        count: u64,
    },
    /// Generations up to this one have been given out, even if no user has them any more.
    GenerationReached {
        /// The latest one.
        generation: Generation,
    },
}

/// The bytes are no event that this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEvent;

impl fmt::Display for UnknownEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not an event known to this version")
    }
}

impl core::error::Error for UnknownEvent {}

impl Event {
    /// When it happened, for those that tell.
    pub fn time(&self) -> Option<Timestamp> {
        match self {
            Self::SessionOpened { at, .. }
            | Self::SessionUsed { at, .. }
            | Self::MessageAccepted { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Appends the event's one durable encoding.
    pub fn encode(&self, output: &mut Vec<u8>) {
        postcard::serialize_with_flavor(self, Appended(output))
            .expect("an event always has an encoding");
    }

    /// Reads what [`Event::encode`] wrote, now or in any earlier version.
    pub fn decode(bytes: &[u8]) -> Result<Self, UnknownEvent> {
        match postcard::take_from_bytes(bytes) {
            Ok((event, [])) => Ok(event),
            _ => Err(UnknownEvent),
        }
    }
}

/// Lets the encoder append to a buffer that it does not own.
struct Appended<'a>(&'a mut Vec<u8>);

impl Flavor for Appended<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
