//! Mailboxes: subjects of streams, one message of which is one message.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use async_nats::jetstream::{Context, context::PublishErrorKind};
use bytes::Bytes;
use chatting_time_core::state::{Fill, Generation, Message};
use chatting_time_core::{Body, Identity, Limits, Username};
use futures_util::StreamExt as _;
use lru::LruCache;
use tokio::time::timeout;

use super::Unavailable;
use super::bucket::PATIENCE;
use super::error::error_text;
use super::publishing::until_heard;
use super::reader::Reader;
use super::records::{self, MessageRecord};
use super::subjects::{mailbox_of, partition_of};
use super::turns::Turns;

/// How long what was found of a mailbox's fill is good for.
const FILL_GOOD_FOR: Duration = Duration::from_secs(5);
/// Mailboxes whose fill is remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(100_000).expect("it is not 0");
/// How often a message is offered before the sender is told that it was not taken.
const ATTEMPTS: usize = 3;

/// Bytes that a message takes at most beside its text, with the headers.
pub(super) const AROUND_MESSAGE: usize = 512;

/// All mailboxes.
pub(super) struct Mailboxes {
    context: Context,
    /// By partition.
    streams: Vec<Stream<()>>,
    fills: Mutex<LruCache<Username, Looked>>,
    texts: Mutex<LruCache<Username, Counted>>,
    /// Of those who count the text of one mailbox.
    turns: Turns,
}

/// How much text a stretch of a mailbox holds.
#[derive(Clone, Copy)]
struct Counted {
    /// The place of its first message in its stream.
    first: u64,
    /// Everything before this place has been counted.
    place: u64,
    bytes: u64,
}

/// What was found of a mailbox, and what came of this server since.
#[derive(Clone, Copy)]
struct Looked {
    at: Instant,
    fill: Fill,
    added: u64,
}

/// The messages in front of a mailbox.
#[derive(Debug, Default)]
pub(super) struct Front {
    pub(super) messages: Vec<Message>,
    /// The place of the last one looked at in its stream.
    pub(super) through: u64,
    /// How many are behind it.
    pub(super) remaining: u64,
}

/// Why a message was not taken.
#[derive(Debug)]
pub(super) enum PublishError {
    /// The mailbox has as many as it may.
    Full,
    /// Nobody knows whether it was taken.
    Unavailable(Unavailable),
}

impl Mailboxes {
    pub(super) fn new(context: Context, streams: Vec<Stream<()>>) -> Self {
        Self {
            context,
            streams,
            fills: Mutex::new(LruCache::new(REMEMBERED)),
            texts: Mutex::new(LruCache::new(REMEMBERED)),
            turns: Turns::default(),
        }
    }

    /// Puts a message at the end of a mailbox, once however often it has to be tried: `id` names it.
    pub(super) async fn publish(
        &self,
        recipient: &Username,
        record: &MessageRecord,
        id: &str,
    ) -> Result<(), PublishError> {
        let payload = Bytes::from(records::encode(record));
        let mut problem = Unavailable::Slow;
        for _ in 0..ATTEMPTS {
            let acknowledged = || async {
                let mut headers = HeaderMap::new();
                headers.insert(NATS_MESSAGE_ID, id);
                self.context
                    .publish_with_headers(mailbox_of(recipient), headers, payload.clone())
                    .await?
                    .await
            };
            match until_heard(acknowledged).await {
                // One that it refused, JetStream calls a duplicate when it is offered again.
                Ok(Ok(taken)) if taken.duplicate => {
                    if self.is_stored(recipient, taken.sequence, id).await {
                        return Ok(());
                    }
                }
                Ok(Ok(_)) => {
                    self.added(recipient, record.text.len() as u64);
                    return Ok(());
                }
                Ok(Err(error)) => {
                    let text = error_text(&error);
                    if text.contains("per subject") {
                        self.forget(recipient);
                        return Err(PublishError::Full);
                    }
                    let is_for_good = error.kind() == PublishErrorKind::MaxPayloadExceeded;
                    problem = Unavailable::Failed(text);
                    if is_for_good {
                        break;
                    }
                }
                Err(_) => problem = Unavailable::Slow,
            }
        }
        Err(PublishError::Unavailable(problem))
    }

    /// Whether the message that is named so stands there.
    async fn is_stored(&self, recipient: &Username, sequence: u64, id: &str) -> bool {
        let get = self.stream(recipient).get_raw_message(sequence);
        let message = timeout(PATIENCE, get).await;
        message.is_ok_and(|message| {
            message.is_ok_and(|message| {
                let found = message.headers.get(NATS_MESSAGE_ID);
                found.is_some_and(|found| found.as_str() == id)
            })
        })
    }

    /// How full a mailbox is: its messages as they were a moment ago, its bytes not less than they were.
    pub(super) async fn fill(
        &self,
        username: &Username,
        limits: &Limits,
    ) -> Result<Fill, Unavailable> {
        let remembered = self.fills().get(username).copied();
        if let Some(looked) = remembered
            && looked.is_good(limits)
        {
            return Ok(looked.fill);
        }
        let messages = self.count(username).await?;
        // More than there can be, where that is not too much or does not matter.
        let bound = messages.saturating_mul(limits.message_text_bytes);
        let is_room_for_all =
            bound.saturating_add(limits.message_text_bytes) <= limits.mailbox_bytes;
        let text_bytes = match is_room_for_all || messages >= limits.mailbox_messages {
            true => bound,
            false => self.text_bytes(username).await?,
        };
        let fill = Fill {
            messages,
            text_bytes,
        };
        let looked = Looked {
            at: Instant::now(),
            fill,
            added: 0,
        };
        self.fills().put(*username, looked);
        Ok(fill)
    }

    /// Whether nothing is there, neither of this user nor of another who had the name.
    pub(super) async fn is_empty(&self, username: &Username) -> Result<bool, Unavailable> {
        Ok(self.next(username, 1).await?.is_none())
    }

    /// What stands in front of a mailbox, as much as one reply may hold. Messages to a user of that name who was there before
    /// are passed over.
    pub(super) async fn front(
        &self,
        username: &Username,
        mailbox: Generation,
        limits: &Limits,
    ) -> Result<Front, Unavailable> {
        let mut front = Front::default();
        let mut bytes = 0;
        let mut is_enough = false;
        let mut reader = Reader::new(self, username);
        while let Some((sequence, record)) = reader.next().await? {
            // To somebody who has the name since, of whom nothing is known here yet: it is theirs.
            if record.mailbox > mailbox {
                break;
            }
            if record.mailbox == mailbox {
                let text = Body::parse(&record.text, u64::MAX);
                let text =
                    text.ok_or_else(|| Unavailable::unreadable(&mailbox_of(username), sequence))?;
                bytes += text.bytes();
                is_enough = front.messages.len() as u64 == limits.inbox_messages
                    || (!front.messages.is_empty() && bytes > limits.inbox_bytes);
                if is_enough {
                    break;
                }
                front.messages.push(Message {
                    sender: Identity::new(&record.sender, &record.name),
                    text,
                    at: record.at,
                });
            }
            front.through = sequence;
        }
        if is_enough {
            let all = self.count(username).await?;
            front.remaining = all.saturating_sub(front.messages.len() as u64).max(1);
        }
        Ok(front)
    }

    /// The place of the last message of a mailbox, or of one of somebody who had the name before.
    pub(super) async fn last(&self, username: &Username) -> Result<Option<u64>, Unavailable> {
        let subject = mailbox_of(username);
        let get = self
            .stream(username)
            .get_last_raw_message_by_subject(&subject);
        let got = timeout(PATIENCE, get)
            .await
            .map_err(|_| Unavailable::Slow)?;
        match got {
            Ok(message) => Ok(Some(message.sequence)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(Unavailable::Failed(error.to_string())),
        }
    }

    /// Removes the messages of a mailbox up to this place.
    pub(super) async fn remove_through(
        &self,
        username: &Username,
        through: u64,
    ) -> Result<(), Unavailable> {
        let purge = self
            .stream(username)
            .purge()
            .sequence(through + 1)
            .filter(mailbox_of(username));
        let purged = timeout(PATIENCE, purge)
            .await
            .map_err(|_| Unavailable::Slow)?;
        purged.map_err(|error| Unavailable::Failed(error.to_string()))?;
        self.forget(username);
        Ok(())
    }

    /// The first message of a mailbox from this place on, as the leader of the stream has it: the sender of one may be the one
    /// who reads.
    pub(super) async fn next(
        &self,
        username: &Username,
        sequence: u64,
    ) -> Result<Option<(u64, MessageRecord)>, Unavailable> {
        let subject = mailbox_of(username);
        let get = self
            .stream(username)
            .get_first_raw_message_by_subject(&subject, sequence);
        let message = match timeout(PATIENCE, get)
            .await
            .map_err(|_| Unavailable::Slow)?
        {
            Ok(message) => message,
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(None),
            Err(error) => return Err(Unavailable::Failed(error.to_string())),
        };
        let record = records::decode(&message.payload)
            .map_err(|_| Unavailable::unreadable(&subject, message.sequence))?;
        Ok(Some((message.sequence, record)))
    }

    async fn count(&self, username: &Username) -> Result<u64, Unavailable> {
        let subject = mailbox_of(username);
        let count = async {
            let info = self.stream(username).info_with_subjects(&subject).await;
            let mut subjects = info.map_err(|error| Unavailable::Failed(error.to_string()))?;
            let mut count = 0;
            while let Some(subject) = subjects.next().await {
                let (_, messages) =
                    subject.map_err(|error| Unavailable::Failed(error.to_string()))?;
                count += messages as u64;
            }
            Ok(count)
        };
        timeout(PATIENCE, count)
            .await
            .map_err(|_| Unavailable::Slow)?
    }

    /// The text in a mailbox. What was counted before is not read again as long as the same message stands in front.
    async fn text_bytes(&self, username: &Username) -> Result<u64, Unavailable> {
        let Some((first, _)) = self.next(username, 1).await? else {
            return Ok(0);
        };
        // Whoever comes second has only to count what has come since.
        let _turn = self.turns.wait(username).await;
        let known = self.texts().get(username).copied();
        let known = known.filter(|counted| counted.first == first);
        let mut counted = known.unwrap_or(Counted {
            first,
            place: first,
            bytes: 0,
        });
        let mut reader = Reader::behind(self, username, counted.place);
        while let Some((sequence, record)) = reader.next().await? {
            counted.place = sequence + 1;
            counted.bytes += record.text.len() as u64;
        }
        self.texts().put(*username, counted);
        Ok(counted.bytes)
    }

    fn stream(&self, username: &Username) -> &Stream<()> {
        &self.streams[partition_of(username) as usize]
    }

    fn added(&self, username: &Username, bytes: u64) {
        if let Some(looked) = self.fills().get_mut(username) {
            looked.fill.messages += 1;
            looked.fill.text_bytes += bytes;
            looked.added += bytes;
        }
    }

    fn forget(&self, username: &Username) {
        self.fills().pop(username);
    }

    fn fills(&self) -> std::sync::MutexGuard<'_, LruCache<Username, Looked>> {
        self.fills.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn texts(&self) -> std::sync::MutexGuard<'_, LruCache<Username, Counted>> {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Looked {
    /// Whether nobody has to look again yet: what others may have added meanwhile is little beside what there is room for.
    fn is_good(&self, limits: &Limits) -> bool {
        let room = limits.mailbox_bytes.saturating_sub(self.fill.text_bytes);
        self.at.elapsed() < FILL_GOOD_FOR
            && self.added <= room / 16
            && self.fill.messages < limits.mailbox_messages
            && room > 2 * limits.message_text_bytes
    }
}
