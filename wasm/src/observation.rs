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
#[expect(
    missing_docs,
    reason = "each variant says what happens; its fields are what their names and types say"
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
    /// A person had a client write exactly these bytes.
    Typed { client: u32, bytes: Bytes },
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
    /// That reached the other end, behind everything sent before it.
    EndArrived {
        connection: u32,
        direction: Direction,
    },
    /// One end closed the connection: it reads no more, and sends no more than it has written.
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
        change: Box<Administration>,
        /// Why it was refused: `badUsername`, `badName`, `badCountry`, `badPassword`, `userExists`, `userNotFound` or
        /// `tooManyUsers`.
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
    /// The client.
    Client,
    /// The server.
    Server,
    /// Neither: the path between them.
    Network,
}

/// The bytes that a `What` holds, to be read or changed as the reference allows.
macro_rules! bytes_of {
    ($what:expr) => {
        match $what {
            What::Typed { bytes, .. }
            | What::Written { bytes, .. }
            | What::Arrived { bytes, .. }
            | What::Request { bytes, .. }
            | What::Reply { bytes, .. }
            | What::ReplyRead { bytes, .. }
            | What::Lost { bytes, .. } => Some(bytes),
            _ => None,
        }
    };
}

/// About what an observation takes, beside what it points to. A constant, for sizes differ between platforms, and the input
/// at which a history is full must not.
const OBSERVATION_BYTES: usize = 160;

impl Observation {
    /// About how much memory it takes. What several share is counted with each.
    pub(crate) fn memory(&self) -> usize {
        OBSERVATION_BYTES + 4 * self.causes.len() + self.what.heap_bytes()
    }
}

impl What {
    /// The client that it names.
    pub fn client(&self) -> Option<u32> {
        match self {
            Self::ClientAdded { client }
            | Self::Connected { client, .. }
            | Self::ConnectionRefused { client }
            | Self::Entered { client, .. }
            | Self::Typed { client, .. }
            | Self::Shown { client, .. }
            | Self::ReplyRead { client, .. }
            | Self::NetworkSet { client, .. }
            | Self::ReplyWillBeLost { client }
            | Self::ReaderSet { client, .. } => Some(*client),
            _ => None,
        }
    }

    /// The connection that it happened on.
    pub fn connection(&self) -> Option<u32> {
        match self {
            Self::Connected { connection, .. }
            | Self::Written { connection, .. }
            | Self::Arrived { connection, .. }
            | Self::Request { connection, .. }
            | Self::MailboxBusy { connection, .. }
            | Self::Reply { connection, .. }
            | Self::GivenBack { connection, .. }
            | Self::ReplyRead { connection, .. }
            | Self::SendingEnded { connection, .. }
            | Self::EndArrived { connection, .. }
            | Self::Closed { connection, .. }
            | Self::BrokeOff { connection, .. }
            | Self::Lost { connection, .. } => Some(*connection),
            _ => None,
        }
    }

    /// Which way it goes.
    pub fn direction(&self) -> Option<Direction> {
        match self {
            Self::Written { direction, .. }
            | Self::Arrived { direction, .. }
            | Self::EndArrived { direction, .. }
            | Self::Lost { direction, .. }
            | Self::NetworkSet { direction, .. } => Some(*direction),
            Self::Entered { .. } | Self::Typed { .. } | Self::Request { .. } => {
                Some(Direction::ToServer)
            }
            Self::Reply { .. } | Self::ReplyRead { .. } | Self::Shown { .. } => {
                Some(Direction::ToClient)
            }
            Self::SendingEnded { by, .. } | Self::Closed { by, .. } => match by {
                Endpoint::Client => Some(Direction::ToServer),
                Endpoint::Server => Some(Direction::ToClient),
                Endpoint::Network => None,
            },
            _ => None,
        }
    }

    /// The bytes that it holds.
    pub fn bytes(&self) -> Option<&Bytes> {
        bytes_of!(self)
    }

    /// How many bytes of texts and other content it holds, as if it shared them with nobody.
    pub(crate) fn heap_bytes(&self) -> usize {
        let optional = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let content = self.bytes().map_or(0, |bytes| bytes.len());
        content
            + match self {
                Self::Entered { line: text, .. }
                | Self::Shown { text, .. }
                | Self::MailboxBusy { username: text, .. }
                | Self::GivenBack { username: text, .. } => text.len(),
                Self::Request { command: text, .. } | Self::Reply { code: text, .. } => {
                    optional(text)
                }
                Self::StateChanged { event, username } => event.len() + optional(username),
                Self::Administered { change, refusal } => change.heap_bytes() + optional(refusal),
                _ => 0,
            }
    }

    /// The same with at most so many bytes.
    pub fn preview(&self, bound: usize) -> Self {
        let mut preview = self.clone();
        if let Some(bytes) = bytes_of!(&mut preview) {
            *bytes = bytes.first(bound);
        }
        preview
    }

    /// Whether it is about bytes on their way.
    pub fn is_piece(&self) -> bool {
        matches!(
            self,
            Self::Written { .. } | Self::Arrived { .. } | Self::Lost { .. }
        )
    }

    /// Whether it is about requests, replies and who makes and reads them.
    pub fn is_message(&self) -> bool {
        matches!(
            self,
            Self::Entered { .. }
                | Self::Typed { .. }
                | Self::Request { .. }
                | Self::MailboxBusy { .. }
                | Self::Reply { .. }
                | Self::GivenBack { .. }
                | Self::ReplyRead { .. }
        )
    }

    /// Whether it is about a connection or the server coming and going.
    pub fn is_life(&self) -> bool {
        matches!(
            self,
            Self::Connected { .. }
                | Self::ConnectionRefused { .. }
                | Self::SendingEnded { .. }
                | Self::EndArrived { .. }
                | Self::Closed { .. }
                | Self::BrokeOff { .. }
                | Self::ServerStopped
                | Self::ServerStarted { .. }
        )
    }

    /// What a search for text looks through.
    pub fn text(&self) -> String {
        match self {
            Self::Entered { line: text, .. }
            | Self::Shown { text, .. }
            | Self::MailboxBusy { username: text, .. }
            | Self::GivenBack { username: text, .. } => text.clone(),
            Self::StateChanged { event, username } => {
                format!("{event} {}", username.as_deref().unwrap_or_default())
            }
            Self::Administered { change, .. } => match change.as_ref() {
                Administration::AddUser { username, name, .. } => format!("{username} {name}"),
                Administration::ChangePassword { username, .. }
                | Administration::RemoveUser { username } => username.clone(),
            },
            _ => self.bytes().map(Bytes::escaped).unwrap_or_default(),
        }
    }
}
