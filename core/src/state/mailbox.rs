//! Mailboxes: undelivered messages in order of arrival, and the one drain of them.

use alloc::collections::VecDeque;

use super::Generation;
use super::view::{Drain, Fill, Taken, Waiting};
use crate::body::Body;
use crate::decision::{ConnectionId, Context};
use crate::identity::{Identity, Username};
use crate::time::Timestamp;

/// An undelivered message.
#[derive(Clone, Debug)]
pub struct Message {
    /// The sender's names as they were.
    pub sender: Identity,
    /// The text.
    pub text: Body,
    /// When it was accepted.
    pub at: Timestamp,
}

/// One user's undelivered messages. Positions count all messages that ever stood in it, so that
/// they stay valid while messages in front are confirmed.
#[derive(Clone, Debug, Default)]
pub(super) struct Mailbox {
    /// The generation with which its user was added: tells it from another mailbox of the same
    /// name, before or after.
    created: Generation,
    messages: VecDeque<Message>,
    text_bytes: u64,
    /// Position of the message in front.
    first: u64,
}

/// Soft state: whom the messages in front are being handed over to, and up to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    pub(super) connection: ConnectionId,
    through: u64,
}

impl Mailbox {
    pub(super) fn new(created: Generation) -> Self {
        Self {
            created,
            ..Self::default()
        }
    }

    pub(super) fn fill(&self) -> Fill {
        Fill {
            messages: self.messages.len() as u64,
            text_bytes: self.text_bytes,
        }
    }

    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter()
    }

    /// Each with its position.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (u64, &Message)> {
        (self.first..).zip(&self.messages)
    }

    /// How many of the messages that there are `drain` hands over.
    pub(super) fn in_flight(&self, drain: &InFlight) -> u64 {
        self.count_before(drain.through)
    }

    pub(super) fn push(&mut self, message: Message) {
        self.text_bytes += message.text.bytes();
        // Most mailboxes of many are short: grow from one instead of from the usual four. Long ones grow by half.
        let length = self.messages.len();
        if length == self.messages.capacity() {
            let more = length.min(32.max(length / 2));
            self.messages.reserve_exact(more.max(1));
        }
        self.messages.push_back(message);
    }

    pub(super) fn remove_front(&mut self, count: u64) {
        let count = self
            .messages
            .len()
            .min(usize::try_from(count).unwrap_or(usize::MAX));
        for message in self.messages.drain(..count) {
            self.text_bytes -= message.text.bytes();
        }
        self.first += count as u64;
        if self.messages.is_empty() {
            self.messages = VecDeque::new();
        }
    }

    /// How many messages are delivered once `drain` is confirmed.
    pub(super) fn delivered_by(&self, drain: &Drain) -> u64 {
        match drain.mailbox == self.created {
            true => self.count_before(drain.through),
            false => 0,
        }
    }

    fn count_before(&self, through: u64) -> u64 {
        through
            .saturating_sub(self.first)
            .min(self.messages.len() as u64)
    }

    pub(super) fn waiting(
        &self,
        username: &Username,
        in_flight: Option<&InFlight>,
        context: &Context<'_>,
    ) -> Waiting {
        let start = match in_flight {
            Some(other) if other.connection != context.connection => return Waiting::Busy,
            Some(own) => self.count_before(own.through),
            None => 0,
        };
        let limits = context.limits;
        let mut bytes = 0;
        let waiting = self.messages.range(start as usize..);
        let messages: alloc::vec::Vec<_> = waiting
            .take(limits.inbox_messages as usize)
            .enumerate()
            .take_while(|(index, message)| {
                bytes += message.text.bytes();
                *index == 0 || bytes <= limits.inbox_bytes
            })
            .map(|(_, message)| message.clone())
            .collect();
        let end = start + messages.len() as u64;
        Waiting::Messages(Taken {
            remaining: self.messages.len() as u64 - end,
            drain: (!messages.is_empty()).then(|| Drain {
                username: *username,
                connection: context.connection,
                mailbox: self.created,
                through: self.first + end,
            }),
            messages,
        })
    }

    /// Whether it is the same mailbox in two states of one service.
    pub(super) fn is(&self, other: &Mailbox) -> bool {
        self.created == other.created
    }

    pub(super) fn created(&self) -> Generation {
        self.created
    }

    /// Goes on with the positions of a mailbox that held the same messages, and more behind them.
    pub(super) fn continue_positions_of(&mut self, other: &Mailbox) {
        self.first = other.first;
    }

    /// What is in flight of the messages that there are.
    pub(super) fn still_in_flight(&self, in_flight: &InFlight) -> InFlight {
        InFlight {
            through: self.first + self.count_before(in_flight.through),
            ..*in_flight
        }
    }
}

impl InFlight {
    pub(super) fn begin(drain: &Drain) -> Self {
        Self {
            connection: drain.connection,
            through: drain.through,
        }
    }

    /// Whether nothing of it is left after messages in front were removed.
    pub(super) fn is_over(&self, mailbox: &Mailbox) -> bool {
        self.through <= mailbox.first
    }
}
