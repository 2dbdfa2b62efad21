//! What can happen from outside. A list of these, with a seed, is a whole history.

use serde::Serialize;
use tsify::Tsify;

use crate::Bytes;

/// One thing that somebody does. Clients and connections go by number, counted from 0 in the order in which they came.
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
pub enum Input {
    /// One more client comes, up to six.
    AddClient {
        /// What its card is called: at most 32 characters.
        name: String,
    },
    /// A client opens a connection; the one it had is closed first.
    Connect { client: u32 },
    /// A person enters a line at a client's terminal, which puts the request on the wire as the documented dialogue
    /// does. Connects first when there is no open connection.
    Enter { client: u32, line: String },
    /// A client writes exactly these bytes, in one write. Connects first when there is no open connection.
    Type { client: u32, bytes: Bytes },
    /// A client will send no more, and still reads.
    EndSending { client: u32 },
    /// A client closes its connection.
    Close { client: u32 },
    /// A client's connection breaks: whatever is under way in either direction is lost.
    Reset { client: u32 },
    /// Time passes.
    Advance { milliseconds: u64 },
    /// Exactly so many bytes of those under way arrive now, however slow or stalled the network is; none where only the end
    /// of the stream is left, which then arrives.
    Deliver {
        connection: u32,
        direction: Direction,
        bytes: u32,
    },
    /// The network between a client and the server is like this from now on.
    SetNetwork {
        client: u32,
        direction: Direction,
        network: Network,
    },
    /// The next reply to this client takes effect and is lost: the connection breaks before a byte of it arrives.
    LoseReply { client: u32 },
    /// How a client cuts what it receives into replies.
    SetReader { client: u32, reader: Reader },
    /// The operator changes an account.
    Administrate { change: Administration },
    /// The server is killed and started again on what it had made durable.
    RestartServer,
    /// The server is asked to stop, and stays away until it is restarted.
    StopServer,
}

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// How one direction of a client's network behaves. TCP stays honest: no byte is dropped, doubled or overtaken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// How long a piece is under way, in milliseconds; at most 60,000.
    pub latency: u32,
    /// Up to how much longer, by chance, in milliseconds; at most 60,000.
    pub jitter: u32,
    /// A piece has at most so many bytes.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub piece_bytes: Option<u32>,
    /// Every write is cut behind so many bytes.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_at: Option<u32>,
    /// Writes wait so many milliseconds for others and go on together as one piece.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<u32>,
    /// Nothing arrives until this is lifted.
    pub stalled: bool,
}

/// How a client finds the end of a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Reader {
    /// It collects bytes up to CR LF CR LF.
    #[default]
    Framed,
    /// It takes each piece that arrives for one whole reply, as many first programs do.
    EachPiece,
}

/// What an operator does to an account.
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
pub enum Administration {
    /// There is one more account.
    AddUser {
        username: String,
        name: String,
        country: String,
        password: String,
    },
    /// An account has another password, and none of its sessions lives on.
    ChangePassword { username: String, password: String },
    /// An account is gone, with its mailbox and its sessions.
    RemoveUser { username: String },
}

impl Input {
    /// The client that does it, or whose network or program changes.
    pub fn client(&self) -> Option<u32> {
        match self {
            Self::Connect { client }
            | Self::Enter { client, .. }
            | Self::Type { client, .. }
            | Self::EndSending { client }
            | Self::Close { client }
            | Self::Reset { client }
            | Self::SetNetwork { client, .. }
            | Self::LoseReply { client }
            | Self::SetReader { client, .. } => Some(*client),
            Self::AddClient { .. }
            | Self::Advance { .. }
            | Self::Deliver { .. }
            | Self::Administrate { .. }
            | Self::RestartServer
            | Self::StopServer => None,
        }
    }

    /// How many bytes of texts and other content it holds.
    pub(crate) fn heap_bytes(&self) -> usize {
        match self {
            Self::AddClient { name: text } | Self::Enter { line: text, .. } => text.len(),
            Self::Type { bytes, .. } => bytes.len(),
            Self::Administrate { change } => change.heap_bytes(),
            _ => 0,
        }
    }
}

impl Administration {
    /// How many bytes of texts it holds.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.texts().iter().map(|text| text.len()).sum()
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::AddUser {
                username,
                name,
                country,
                password,
            } => vec![username, name, country, password],
            Self::ChangePassword { username, password } => vec![username, password],
            Self::RemoveUser { username } => vec![username],
        }
    }
}

impl Default for Network {
    /// A quiet network in one city.
    fn default() -> Self {
        Self {
            latency: 20,
            jitter: 0,
            piece_bytes: None,
            split_at: None,
            join: None,
            stalled: false,
        }
    }
}
