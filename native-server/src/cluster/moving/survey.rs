//! Looks through an export before anything of it is written: whether all of it fits, and what has to be gathered from it.

use std::collections::HashMap;

use chatting_time_core::{Event, Token, Username};

use super::super::Unavailable;
use super::super::records::SessionRecord;
use super::super::subjects::{mailbox_of, partition_of, stream_of};
use super::mailbox_chain::message_of;
use super::{Moving, answer};
use crate::cluster::mailboxes::AROUND_MESSAGE;
use crate::user::Failure;
use chatting_time_core::state::Generation;

/// Users that are named where many have the same trouble.
const NAMED: usize = 10;

/// What JetStream keeps of a message beside its subject and its payload, or a little more.
const KEPT_BESIDE: u64 = 64;

/// What fits.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    /// In one mailbox.
    messages: u64,
    /// In one message, as it is sent to JetStream.
    message_bytes: usize,
    /// In all mailboxes of each partition.
    partition_bytes: Vec<u64>,
}

/// Takes in an export, event by event. It holds what accounts and sessions take, and no message.
pub(crate) struct Survey {
    bounds: Bounds,
    mailboxes: HashMap<Username, u64>,
    /// What JetStream will keep of the messages of each partition, about.
    partition_bytes: Vec<u64>,
    sessions: HashMap<Username, Vec<SessionRecord>>,
    /// Whose a session is, and which of theirs.
    tokens: HashMap<Token, (Username, usize)>,
}

/// What is gathered before anything is written.
pub(crate) struct Surveyed {
    /// In the order in which they were opened.
    pub(super) sessions: HashMap<Username, Vec<SessionRecord>>,
}

impl Moving {
    /// What fits into it.
    pub(crate) async fn bounds(&self) -> Result<Bounds, Unavailable> {
        // Less than one is none.
        let bound = |most| u64::try_from(most).ok().filter(|&most| most > 0);
        let mut messages = u64::MAX;
        let mut partition_bytes = Vec::new();
        for stream in &self.mailboxes {
            let config = answer(stream.get_info()).await?.config;
            messages = messages.min(bound(config.max_messages_per_subject).unwrap_or(u64::MAX));
            partition_bytes.push(bound(config.max_bytes).unwrap_or(u64::MAX));
        }
        let payload = self.context.client().server_info().max_payload;
        Ok(Bounds {
            messages,
            message_bytes: payload.saturating_sub(AROUND_MESSAGE),
            partition_bytes,
        })
    }
}

impl Survey {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            partition_bytes: vec![0; bounds.partition_bytes.len()],
            bounds,
            mailboxes: HashMap::new(),
            sessions: HashMap::new(),
            tokens: HashMap::new(),
        }
    }

    /// The next event, or why it does not fit.
    pub(crate) fn take(&mut self, event: &Event) -> Result<(), String> {
        match event {
            Event::SessionOpened {
                token,
                username,
                at,
            } => {
                let sessions = self.sessions.entry(*username).or_default();
                self.tokens.insert(*token, (*username, sessions.len()));
                sessions.push(SessionRecord {
                    token: *token,
                    opened: *at,
                    recorded_use: *at,
                });
            }
            Event::SessionUsed { token, at } => {
                let session = self
                    .tokens
                    .get(token)
                    .and_then(|(username, place)| self.sessions.get_mut(username)?.get_mut(*place));
                if let Some(session) = session {
                    session.recorded_use = session.recorded_use.max(*at);
                }
            }
            Event::MessageAccepted { recipient, .. } => {
                *self.mailboxes.entry(*recipient).or_default() += 1;
                let bytes =
                    message_of(event, Generation(u64::MAX)).map_or(0, |(_, payload)| payload.len());
                if bytes > self.bounds.message_bytes {
                    return Err(format!(
                        "the message takes {bytes} bytes, and NATS takes {} at most; raise max_payload there",
                        self.bounds.message_bytes
                    ));
                }
                self.partition_bytes[partition_of(recipient) as usize] +=
                    (mailbox_of(recipient).len() + bytes) as u64 + KEPT_BESIDE;
            }
            _ => {}
        }
        Ok(())
    }

    /// After the last one: what was gathered, unless a mailbox or a partition holds more than it may.
    pub(crate) fn finish(self) -> Result<Surveyed, Failure> {
        let bytes = self
            .partition_bytes
            .iter()
            .zip(&self.bounds.partition_bytes);
        if let Some((partition, (bytes, most))) =
            (0..).zip(bytes).find(|(_, (bytes, most))| bytes > most)
        {
            return Err(Failure(format!(
                "the messages of {name} take {bytes} bytes there, and it holds {most}; nothing was imported; raise max_bytes of \
                 all mailbox streams (nats stream edit {name} --max-bytes …), then the servers' store-message-bytes to as much \
                 for all eight together",
                name = stream_of(partition)
            )));
        }
        let most = self.bounds.messages;
        let mut full: Vec<_> = self.mailboxes.into_iter().collect();
        full.retain(|(_, messages)| *messages > most);
        full.sort_unstable();
        if full.is_empty() {
            return Ok(Surveyed {
                sessions: self.sessions,
            });
        }
        let mut problems: Vec<_> = full
            .iter()
            .take(NAMED)
            .map(|(username, messages)| {
                format!(
                    "{username} has {messages} messages waiting, and a mailbox there holds {most}"
                )
            })
            .collect();
        if full.len() > NAMED {
            problems.push(format!("so it is with {} others", full.len() - NAMED));
        }
        let (username, _) = full[0];
        problems.push(format!(
            "nothing was imported; let them read first, or raise max_msgs_per_subject of the streams ({} is that of {}) \
             and the servers' mailbox-messages",
            stream_of(partition_of(&username)),
            mailbox_of(&username)
        ));
        Err(Failure(problems.join("\n")))
    }
}
