//! What one instant looks like: everything a person may want to see, and nothing they must compute.

use std::sync::Arc;

use serde::Serialize;
use tsify::Tsify;

use crate::{Bytes, Direction, Network, Reader};

/// One instant of a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// The branch, by its number.
    pub branch: u32,
    /// Inputs applied so far.
    pub step: u32,
    /// Inputs in the whole branch.
    pub steps: u32,
    /// Milliseconds from the start.
    pub time: u64,
    /// Observations so far.
    pub observations: u32,
    /// The first observation of this step. Those of it are the last ones.
    pub first_of_step: u32,
    /// In how many milliseconds the next bytes under way arrive.
    #[tsify(optional)]
    pub next_due: Option<u64>,
    /// In how many milliseconds the server's patience ends with somebody.
    #[tsify(optional)]
    pub next_deadline: Option<u64>,
    /// A fingerprint of everything observed so far, as 16 hex digits.
    pub hash: String,
    /// Every client, by its number.
    pub clients: Vec<ClientView>,
    /// Every connection that is not over and the latest one of each client, by their numbers.
    pub connections: Vec<ConnectionView>,
    /// What the server holds.
    pub server: ServerView,
}

/// One client as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ClientView {
    /// Its number.
    pub client: u32,
    /// What its card is called.
    pub name: String,
    /// Its latest connection, open or not.
    #[tsify(optional)]
    pub connection: Option<u32>,
    /// What became of that connection.
    pub state: ConnectionState,
    /// What stands in front of the next line.
    pub prompt: String,
    /// The session that its terminal remembers.
    #[tsify(optional)]
    pub token: Option<String>,
    #[tsify(optional)]
    /// Whose session that is.
    pub username: Option<String>,
    /// The latest lines of the dialogue, at most 200.
    #[tsify(type = "DialogueLine[]")]
    pub dialogue: Vec<Arc<DialogueLine>>,
    /// Bytes that arrived and are no whole reply yet; the first 400.
    pub received: Bytes,
    /// How many there are.
    pub received_length: u32,
    /// Requests without a reply so far.
    pub unanswered: u32,
    /// How it finds the end of a reply.
    pub reader: Reader,
    /// The network from it to the server.
    pub to_server: Network,
    /// The network from the server to it.
    pub to_client: Network,
    /// Its next reply will be lost.
    pub loses_reply: bool,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum ConnectionState {
    /// There was none yet.
    #[default]
    Never,
    /// Both ends may send.
    Open,
    /// The client sends no more and still reads.
    HalfClosed,
    /// The client has closed it.
    Closed,
    /// It broke.
    Broken,
}

impl ConnectionState {
    /// Whether the client still reads.
    pub fn is_connected(self) -> bool {
        matches!(self, Self::Open | Self::HalfClosed)
    }
}

/// One line of a dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DialogueLine {
    /// Who speaks.
    pub kind: DialogueKind,
    /// For `entered` with the prompt in front of it.
    pub text: String,
    /// The observation that it came from.
    pub observation: u32,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum DialogueKind {
    /// The person, at the terminal.
    Entered,
    /// The person, as raw bytes.
    Typed,
    /// What the terminal shows of a request before it goes out.
    Echo,
    /// The reply, as the terminal shows it.
    Answer,
    /// A refusal.
    Refusal,
    /// What the reader took for a reply and was none.
    Unreadable,
}

/// One connection and what is under way on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// Its number.
    pub connection: u32,
    /// Whose it is.
    pub client: u32,
    /// What became of it, as the client sees it.
    pub state: ConnectionState,
    /// The session bound to it.
    #[tsify(optional)]
    pub bound: Option<String>,
    #[tsify(optional)]
    /// Whose session that is.
    pub username: Option<String>,
    /// The line that the server has begun to read; its first 400 bytes.
    pub unfinished_line: Bytes,
    /// How long it is so far.
    pub unfinished_length: u32,
    /// Whether an `inbox` on it waits for another connection.
    pub waits_for_mailbox: bool,
    /// Bytes of replies that the network has not taken yet.
    pub waiting_output: u32,
    /// What is under way, at most the first 100 pieces of each direction.
    pub in_flight: Vec<InFlight>,
    /// What the step did to it.
    pub change: Change,
}

/// A piece on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct InFlight {
    /// Which way it goes.
    pub direction: Direction,
    /// The first 400 of its bytes. None for the end of the stream.
    pub bytes: Bytes,
    /// How many there are.
    pub length: u32,
    /// It says that the other end sends no more.
    pub is_end: bool,
    /// When the first byte of it was written.
    pub sent: u64,
    /// When it arrives; nothing while it is stalled.
    #[tsify(optional)]
    pub arrives: Option<u64>,
    /// The observations of the writes that it holds bytes of.
    pub causes: Vec<u32>,
}

/// What the server holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ServerView {
    /// Whether it accepts connections.
    pub running: bool,
    /// In alphabetical order.
    pub users: Vec<UserView>,
    /// In the order in which they were opened, at most 500.
    pub sessions: Vec<SessionView>,
    /// How many there are.
    pub session_count: u32,
    /// Those of all users, also empty ones.
    pub mailboxes: Vec<MailboxView>,
    /// Events in its journal.
    pub events: u32,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// The unique name.
    pub username: String,
    /// The display name (`nama`).
    pub name: String,
    /// The country (`negara`).
    pub country: String,
    /// Whether `list` names the user.
    pub online: bool,
    /// What the step did to it.
    pub change: Change,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// The secret that stands for it.
    pub token: String,
    /// Whose it is.
    pub username: String,
    /// When it was opened.
    pub opened: u64,
    /// When it was last used.
    pub last_used: u64,
    /// When it dies if it is not used again.
    pub dies: u64,
    /// How many connections it is attached to.
    pub attached: u32,
    /// The observation that it was opened by.
    pub observation: u32,
    /// What the step did to it.
    pub change: Change,
}

/// One mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MailboxView {
    /// Whose it is.
    pub username: String,
    /// The first messages, at most 100.
    pub messages: Vec<MessageView>,
    /// How many there are.
    pub count: u32,
    /// How many in front are being handed over.
    pub handing_over: u32,
    /// What the step did to it.
    pub change: Change,
}

/// One undelivered message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Counts all messages that stood in this mailbox since the server started.
    pub number: u32,
    /// The username of the sender.
    pub from: String,
    /// The first 400 characters.
    pub text: String,
    /// Length of the whole text, in bytes.
    pub length: u32,
    /// When it was accepted.
    pub accepted: u64,
    /// The observation that it was accepted by.
    #[tsify(optional)]
    pub observation: Option<u32>,
    /// What the step did to it.
    pub change: Change,
}

/// What this step did to a row of the state. Rows that went are shown once more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    #[default]
    /// Nothing.
    None,
    /// It is new.
    Added,
    /// It is not as it was.
    Changed,
    /// It is gone.
    Removed,
}
