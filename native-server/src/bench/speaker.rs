//! What a connection of the load says to a chat server, and whether the answers are right.

use std::io;
use std::sync::Arc;

use super::BenchError;
use super::generator::{Heard, Speaker};
use super::ledger::{Account, Ledger, Sent};
use super::mix::{INBOX, LIST, Mix, RECONNECT, SEND, Shares};

/// One connection of a user with a session.
pub struct ChatSpeaker {
    script: Arc<Script>,
    /// Which connection of the ledger it is.
    connection: usize,
    token: String,
    shares: Shares,
    sent: Sent,
    text: String,
}

/// What all connections have in common.
pub struct Script {
    mix: Mix,
    /// Who is written to.
    users: Vec<String>,
    message_bytes: usize,
    ledger: Ledger,
}

impl Script {
    /// Requests in these shares, with messages of so many bytes to these users, from so many connections.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random number for the run's name.
    pub fn new(
        mix: Mix,
        users: Vec<String>,
        message_bytes: usize,
        connections: usize,
    ) -> Result<Self, BenchError> {
        let mut run = [0; 2];
        getrandom::fill(&mut run).map_err(|error| BenchError::System(io::Error::other(error)))?;
        Ok(Self {
            mix,
            users,
            message_bytes,
            ledger: Ledger::new(u16::from_le_bytes(run), connections),
        })
    }

    /// Takes note of the messages in the reply to an `inbox`. Returns how many there are.
    pub fn hand_over(&self, reply: &[u8]) -> usize {
        self.ledger.note(reply)
    }
}

impl ChatSpeaker {
    /// The connection of this number, with the token of its user's session.
    pub fn new(script: Arc<Script>, connection: usize, token: String) -> Self {
        Self {
            shares: Shares::new(script.mix, connection as u64),
            script,
            connection,
            token,
            sent: Sent::default(),
            text: String::new(),
        }
    }

    /// What became of the messages that it sent.
    pub fn settle(&self) -> Account {
        self.script.ledger.settle(self.connection, &self.sent)
    }
}

impl Speaker for ChatSpeaker {
    fn choose(&mut self) -> usize {
        self.shares.next_kind()
    }

    fn takes_new_connection(&self, kind: usize) -> bool {
        kind == RECONNECT
    }

    fn ask(&mut self, kind: usize, output: &mut Vec<u8>) {
        let word = match kind {
            SEND => "send ",
            INBOX => "inbox ",
            _ => "list ",
        };
        output.extend_from_slice(word.as_bytes());
        output.extend_from_slice(self.token.as_bytes());
        if kind == SEND {
            let users = &self.script.users;
            let to = self.shares.below(users.len() as u32) as usize;
            self.text.clear();
            self.script
                .ledger
                .name(self.connection, &mut self.sent, &mut self.text);
            output.push(b' ');
            output.extend_from_slice(users[to].as_bytes());
            output.push(b' ');
            output.extend_from_slice(self.text.as_bytes());
            let rest = self.script.message_bytes.saturating_sub(self.text.len());
            output.extend(std::iter::repeat_n(b'.', rest));
        }
        output.push(b'\n');
    }

    fn hear(&mut self, kind: usize, input: &[u8], seen: usize) -> Result<Heard, String> {
        let Some(reply) = whole_reply(input, seen) else {
            return Ok(Heard::Part);
        };
        let heard = judge(kind, reply)?;
        match (&heard, kind) {
            (Heard::Reply(_), SEND) => self.sent.was_acknowledged(),
            (Heard::Refusal(..), SEND) => self.sent.was_refused(),
            (Heard::Reply(_), INBOX) => {
                self.script.hand_over(reply);
            }
            _ => {}
        }
        Ok(heard)
    }
}

/// The reply at the start of the input with its end, once that is there.
pub(super) fn whole_reply(input: &[u8], seen: usize) -> Option<&[u8]> {
    // Its end may have begun in what was seen.
    let from = seen.saturating_sub(END.len() - 1);
    let end = from + memchr::memmem::find(&input[from..], END)? + END.len();
    Some(&input[..end])
}

/// PROTOCOL.md, section 2.5.
const END: &[u8] = b"\r\n\r\n";

/// Whether a reply answers a request of this kind.
fn judge(kind: usize, reply: &[u8]) -> Result<Heard, String> {
    let begins: &[u8] = match kind {
        SEND => b"{\"status\": \"OK\", \"message\": \"Message Sent\"}\r\n\r\n",
        INBOX => b"{\"status\": \"OK\", \"messages\": {",
        LIST | RECONNECT => b"{\"status\": \"OK\", \"user\": [",
        _ => b"",
    };
    if reply.starts_with(begins) {
        return Ok(Heard::Reply(reply.len()));
    }
    refusal_code(reply)
        .map(|code| Heard::Refusal(reply.len(), code))
        .ok_or_else(|| shown(reply))
}

/// The code of a refusal.
pub(super) fn refusal_code(reply: &[u8]) -> Option<String> {
    let reply: serde_json::Value = serde_json::from_slice(reply).ok()?;
    let is_error = reply.get("status")?.as_str()? == "ERROR";
    is_error.then(|| reply.get("code")?.as_str().map(str::to_owned))?
}

/// The beginning of a reply, for a person.
pub(super) fn shown(reply: &[u8]) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(&reply[..reply.len().min(SHOWN)]);
    text.escape_default().to_string()
}
