//! What the buckets hold. Each value begins with its version, and is read for ever once it has been written.

use chatting_time_core::state::{Generation, Session, User};
use chatting_time_core::{Identity, Name, PasswordHash, Timestamp, Token, Username};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct UserRecord {
    pub(super) name: Name,
    pub(super) country: Name,
    pub(super) password: PasswordHash,
    /// The present one; sessions of another are dead.
    pub(super) generation: Generation,
    /// The one with which the user was added: tells the mailbox from another of the same name, before or after.
    pub(super) mailbox: Generation,
}

/// The sessions of one user: in one record, so that each decision about them is one write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionsRecord {
    /// Of the user when these were opened.
    pub(super) generation: Generation,
    pub(super) sessions: Vec<SessionRecord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SessionRecord {
    pub(super) token: Token,
    pub(super) opened: Timestamp,
    pub(super) recorded_use: Timestamp,
}

/// A message in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MessageRecord {
    pub(super) mailbox: Generation,
    pub(super) sender: Username,
    pub(super) name: Name,
    pub(super) text: String,
    pub(super) at: Timestamp,
}

/// The bytes are no record that this version knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnknownRecord;

const VERSION: u8 = 1;

pub(super) fn encode(record: &impl Serialize) -> Vec<u8> {
    postcard::to_extend(record, vec![VERSION]).expect("a record always has an encoding")
}

pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, UnknownRecord> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => postcard::from_bytes(rest).map_err(|_| UnknownRecord),
        _ => Err(UnknownRecord),
    }
}

impl UserRecord {
    pub(super) fn to_user(&self, username: &Username) -> User {
        User {
            identity: Identity::new(username, &self.name),
            country: self.country.clone(),
            password: self.password.clone(),
            generation: self.generation,
        }
    }
}

impl SessionRecord {
    pub(super) fn to_session(self, last_used: Timestamp) -> Session {
        Session {
            opened: self.opened,
            last_used: last_used.max(self.recorded_use),
            recorded_use: self.recorded_use,
            attached: 0,
        }
    }
}
