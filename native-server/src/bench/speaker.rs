//! What a connection of the load says to a chat server, and whether the answers are right.

use std::sync::Arc;

use super::generator::{Heard, Speaker};
use super::ledger::{Account, Ledger, Sent};
use super::mix::{INBOX, LIST, Mix, RECONNECT, SEND};

/// One connection of a user with a session.
pub(super) struct ChatSpeaker {
    script: Arc<Script>,
    /// Which connection of the ledger it is.
    connection: usize,
    token: String,
    random: Random,
    sent: Sent,
    text: String,
}

/// What all connections have in common.
pub(super) struct Script {
    pub(super) mix: Mix,
    /// Who is written to.
    pub(super) users: Vec<String>,
    pub(super) message_bytes: usize,
    pub(super) ledger: Ledger,
}

impl ChatSpeaker {
    pub(super) fn new(script: Arc<Script>, connection: usize, token: String) -> Self {
        Self {
            script,
            connection,
            token,
            random: Random::new(connection as u64),
            sent: Sent::default(),
            text: String::new(),
        }
    }

    /// What became of the messages that it sent.
    pub(super) fn settle(&self) -> Account {
        self.script.ledger.settle(self.connection, &self.sent)
    }
}

impl Speaker for ChatSpeaker {
    fn choose(&mut self) -> usize {
        let mix = self.script.mix;
        mix.at(self.random.below(mix.total()))
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
            let to = self.random.below(users.len() as u32) as usize;
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
                self.script.ledger.note(reply);
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

/// Numbers that are the same in every run: xorshift64*.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        // Spread, since neighbours would begin alike; and never 0, which stays 0.
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        ((high * u64::from(bound)) >> 32) as u32
    }
}
