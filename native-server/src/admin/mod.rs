//! Administering the server while it runs: a Unix socket in the data folder.
//!
//! Whoever may open the socket may administer; it belongs to the user that runs the server and
//! has mode 0600. A client sends one line of JSON and gets one back, both carrying the version
//! of this protocol, and that ends the conversation. Passwords cross it as hashes only.

mod client;
mod holder;
mod server;
mod socket;

pub use client::{AdminClient, ClientError};
pub(crate) use holder::Holder;
pub use server::serve;
pub use socket::{AdminListener, bind};

use chatting_time_core::state::{SessionId, SessionSummary, User};
use chatting_time_core::{AdminCommand, AdminRefusal, Name, Username};
use serde::{Deserialize, Serialize};

/// The version of the protocol; client and server are usually the same executable, but an
/// upgrade may have replaced it under a running server.
const VERSION: u32 = 1;

/// Longest request, in bytes: enough to import 100,000 users whose names are as long as allowed.
pub const REQUEST_BYTES: usize = 64 << 20;

/// A line of either direction.
#[derive(Serialize, Deserialize)]
struct Line<T> {
    version: u32,
    content: T,
}

/// The part of a [`Line`] that every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Serialize, Deserialize)]
enum Request {
    Administer(AdminCommand),
    ListUsers,
    /// Up to which event everything is durable.
    DurableSequence,
    /// Of one user, or of all.
    ListSessions(Option<Username>),
    /// The one that is called so, or all.
    EndSessions(Username, Option<SessionId>),
}

#[derive(Serialize, Deserialize)]
enum Response {
    Done,
    Users(Vec<UserSummary>),
    DurableSequence(u64),
    Sessions(Vec<SessionSummary>),
    /// So many sessions.
    Ended(usize),
    Refused(AdminRefusal),
    StorageUnavailable,
    /// The request is not one of this version; why, in words.
    NotUnderstood(String),
}

/// What an operator is told about a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSummary {
    /// The unique name.
    pub username: Username,
    /// The display name.
    pub name: Name,
    /// The country.
    pub country: Name,
}

impl From<&User> for UserSummary {
    fn from(user: &User) -> Self {
        Self {
            username: user.identity.username(),
            name: user.identity.to_name(),
            country: user.country.clone(),
        }
    }
}

/// Reads the version before anything else, because only that is sure to be understood.
fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, String> {
    let Version { version } =
        serde_json::from_slice(line).map_err(|error| format!("not a line of JSON: {error}"))?;
    if version != VERSION {
        return Err(format!(
            "version {version} of the administration protocol instead of {VERSION}"
        ));
    }
    serde_json::from_slice(line)
        .map(|line: Line<T>| line.content)
        .map_err(|error| error.to_string())
}

fn encode(content: impl Serialize) -> Vec<u8> {
    let version = VERSION;
    let mut line = serde_json::to_vec(&Line { version, content })
        .expect("these types have nothing that JSON cannot say");
    line.push(b'\n');
    line
}
