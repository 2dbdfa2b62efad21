//! What can be seen happening: the trace.

use serde::Serialize;
use tsify::Tsify;

use crate::{Administration, Bytes, Direction, Network, Reader};

/// One thing that happened. Its number is its place in the trace, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Observation {
    /// The input that brought it about, counted from 1.
    pub step: u32,
    /// When, in milliseconds from the start.
    pub time: u64,
    /// The earlier observations that led to it, by number. What it led to is the inverse.
    pub causes: Vec<u32>,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum What {
    /// A client joined the scene.
    ClientAdded { client: u32 },
    /// A connection is open.
    Connected { client: u32, connection: u32 },
    /// Nobody listens: the server is stopped.
    ConnectionRefused { client: u32 },
    /// A person entered this at a terminal.
    Entered { client: u32, line: String },
    /// A terminal or reader showed this to the person.
    Shown { client: u32, text: String },
    /// A program handed these bytes to its operating system, in one write.
    Written {
        connection: u32,
        direction: Direction,
        bytes: Bytes,
    },
    /// A piece arrived at the other end.
    Arrived {
        connection: u32,
        direction: Direction,
        bytes: Bytes,
        /// When the first byte of it was written.
        sent: u64,
    },
    /// The server found a whole line: one request.
    Request {
        connection: u32,
        /// The line, with its terminator.
        bytes: Bytes,
        /// The command word, in lower case, when it is one of the protocol.
        #[tsify(optional)]
        command: Option<String>,
    },
    /// An `inbox` waits, because another connection is being handed this mailbox.
    MailboxBusy { connection: u32, username: String },
    /// The server decided its reply to a request, or to a connection that it cuts off.
    Reply {
        connection: u32,
        /// The whole reply, with its terminator.
        bytes: Bytes,
        /// The code of a refusal.
        #[tsify(optional)]
        code: Option<String>,
    },
    /// The server's state changed durably.
    StateChanged {
        /// The name of the event in the journal, such as `messageAccepted`.
        event: String,
        /// Whom it is about, when there is somebody.
        #[tsify(optional)]
        username: Option<String>,
    },
    /// Messages that had been handed over are back in their mailbox: their reply was not taken.
    GivenBack { connection: u32, username: String },
    /// The client cut this out of the bytes that arrived and took it for one reply.
    ReplyRead {
        client: u32,
        connection: u32,
        bytes: Bytes,
        /// Whether it is one reply exactly.
        whole: bool,
    },
    /// One end sends no more.
    SendingEnded { connection: u32, by: Endpoint },
    /// The connection is closed.
    Closed { connection: u32, by: Endpoint },
    /// The connection broke.
    BrokeOff { connection: u32, by: Endpoint },
    /// Bytes under way that will never arrive, for the connection is gone.
    Lost {
        connection: u32,
        direction: Direction,
        bytes: Bytes,
    },
    /// Time passed.
    Advanced { milliseconds: u64 },
    /// The network changed.
    NetworkSet {
        client: u32,
        direction: Direction,
        network: Network,
    },
    /// The next reply to this client will be lost.
    ReplyWillBeLost { client: u32 },
    /// A client reads another way from now on.
    ReaderSet { client: u32, reader: Reader },
    /// The operator changed an account, or was refused.
    Administered {
        change: Administration,
        /// Why it was refused.
        #[tsify(optional)]
        refusal: Option<String>,
    },
    /// The server stopped.
    ServerStopped,
    /// The server started again from its journal.
    ServerStarted {
        /// How many events it read.
        events: u32,
    },
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Endpoint {
    Client,
    Server,
    /// Neither: the path between them.
    Network,
}
