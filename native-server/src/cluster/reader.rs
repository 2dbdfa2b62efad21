//! Reads the messages of one mailbox, which lie in a stream among those of others.
//!
//! JetStream is asked for the next message of a subject from a place on, one at a time. Asked so one after the other, a
//! thousand messages take a thousand times the way to its leader and back. Thus, where there are many, several stretches of
//! the stream are read side by side, as long as the distance of the messages up to now suggests.

use std::collections::VecDeque;

use chatting_time_core::Username;
use futures_util::future::try_join_all;

use super::Unavailable;
use super::mailboxes::Mailboxes;
use super::records::MessageRecord;

/// Stretches that are read side by side at most.
const MOST_STRETCHES: u64 = 16;
/// Messages that a stretch is meant to hold.
const MEANT: u64 = 8;
/// Messages after which a stretch is cut short, where it holds more than it was meant to.
const MOST_MESSAGES: usize = 32;
/// The same for bytes of text.
const MOST_BYTES: usize = 64 << 10;

/// Reads from the first message on.
pub(super) struct Reader<'a> {
    mailboxes: &'a Mailboxes,
    username: &'a Username,
    ahead: VecDeque<(u64, MessageRecord)>,
    /// Everything before this place has been read.
    place: u64,
    first: u64,
    messages: u64,
    stretches: u64,
    is_over: bool,
}

/// What one stretch holds.
#[derive(Debug, Default)]
struct Stretch {
    messages: Vec<(u64, MessageRecord)>,
    /// Where it was cut short, if it was: before this place it is whole.
    cut: Option<u64>,
    /// There is nothing behind it.
    is_last: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(mailboxes: &'a Mailboxes, username: &'a Username) -> Self {
        Self::behind(mailboxes, username, 1)
    }

    /// Reads from the first message on that is at this place or behind it.
    pub(super) fn behind(mailboxes: &'a Mailboxes, username: &'a Username, place: u64) -> Self {
        Self {
            mailboxes,
            username,
            ahead: VecDeque::new(),
            place,
            first: place,
            messages: 0,
            stretches: 0,
            is_over: false,
        }
    }

    /// The next message and its place, or none.
    pub(super) async fn next(&mut self) -> Result<Option<(u64, MessageRecord)>, Unavailable> {
        while self.ahead.is_empty() && !self.is_over {
            self.read_ahead().await?;
        }
        Ok(self.ahead.pop_front())
    }

    async fn read_ahead(&mut self) -> Result<(), Unavailable> {
        if self.messages < MEANT {
            return self.read_one().await;
        }
        // Twice as many as before: most mailboxes are short.
        self.stretches = (self.stretches * 2).clamp(1, MOST_STRETCHES);
        let span = ((self.place - self.first) / self.messages).max(1) * MEANT;
        let begin = self.place;
        let stretches = (0..self.stretches)
            .map(|number| self.stretch(begin + number * span, begin + (number + 1) * span));
        for stretch in try_join_all(stretches).await? {
            self.messages += stretch.messages.len() as u64;
            self.ahead.extend(stretch.messages);
            self.place += span;
            if let Some(cut) = stretch.cut {
                self.place = cut;
                break;
            }
            // What a later stretch holds came after that, maybe with something before it that nobody has read.
            if stretch.is_last {
                self.is_over = true;
                break;
            }
        }
        Ok(())
    }

    async fn read_one(&mut self) -> Result<(), Unavailable> {
        match self.mailboxes.next(self.username, self.place).await? {
            Some((sequence, record)) => {
                if self.messages == 0 {
                    self.first = sequence;
                }
                self.messages += 1;
                self.place = sequence + 1;
                self.ahead.push_back((sequence, record));
            }
            None => self.is_over = true,
        }
        Ok(())
    }

    /// The messages from `begin` on and before `end`.
    async fn stretch(&self, begin: u64, end: u64) -> Result<Stretch, Unavailable> {
        let mut stretch = Stretch::default();
        let mut place = begin;
        let mut bytes = 0;
        while place < end {
            let Some((sequence, record)) = self.mailboxes.next(self.username, place).await? else {
                stretch.is_last = true;
                break;
            };
            if sequence >= end {
                break;
            }
            bytes += record.text.len();
            stretch.messages.push((sequence, record));
            place = sequence + 1;
            if place < end && (stretch.messages.len() == MOST_MESSAGES || bytes > MOST_BYTES) {
                stretch.cut = Some(place);
                break;
            }
        }
        Ok(stretch)
    }
}
