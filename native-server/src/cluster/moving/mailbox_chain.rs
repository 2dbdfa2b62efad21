//! Puts the messages of an export into the mailbox streams, each at the one place that is its own.
//!
//! The n-th message of a partition goes to the n-th place behind what the stream held before the import, and JetStream takes
//! it there only if the one before it was the last. So many can be under way at a time: of those behind one that is lost none
//! is taken, and however often and by however many the same export is put there, no message is there twice, missing or in
//! another order. How far an import came is what the stream says its last place is, for ever.

use std::collections::VecDeque;

use async_nats::jetstream::context::{PublishAckFuture, PublishErrorKind};
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::RawMessageErrorKind;
use bytes::Bytes;
use chatting_time_core::state::Generation;
use chatting_time_core::{Event, Username};
use tokio::time::timeout;

use super::super::Unavailable;
use super::super::bucket::PATIENCE;
use super::super::error::error_text;
use super::super::records::{self, MessageRecord};
use super::super::subjects::{mailbox_of, partition_of, stream_of};
use super::import_record::ImportRecord;
use super::{BEGIN_AGAIN, MoveError, Moving, answer};
use crate::user::Failure;

/// Messages under way at a time.
const UNDER_WAY: usize = 1024;
/// And how many bytes these may have.
const BYTES_UNDER_WAY: usize = 8 << 20;

/// The messages of one partition.
struct Chain {
    partition: u32,
    /// The last sequence before the import.
    before: u64,
    /// How many are in the stream, and the last of them, if nobody has removed it.
    there: u64,
    last: Option<StreamMessage>,
    /// How many have come out of the export.
    seen: u64,
}

/// What was sent and is not acknowledged yet.
struct Sent {
    acknowledged: PublishAckFuture,
    partition: u32,
    sequence: u64,
    bytes: usize,
}

/// A message of an export as it stands in a mailbox.
pub(super) fn message_of(event: &Event, mailbox: Generation) -> Option<(Username, Vec<u8>)> {
    let Event::MessageAccepted {
        sender,
        recipient,
        text,
        at,
    } = event
    else {
        return None;
    };
    let record = MessageRecord {
        mailbox,
        sender: sender.username(),
        name: sender.to_name(),
        text: text.as_str().to_owned(),
        at: *at,
    };
    Some((*recipient, records::encode(&record)))
}

impl Moving {
    /// Puts those messages there that are not yet, and tells `put` how many are, now and then.
    pub(super) async fn put_messages(
        &self,
        record: &ImportRecord,
        events: &mut dyn Iterator<Item = Result<Event, Failure>>,
        put: &mut dyn FnMut(u64),
    ) -> Result<(), MoveError> {
        let mut chains = Vec::new();
        for (partition, &before) in (0..).zip(&record.before) {
            chains.push(self.chain(partition, before).await?);
        }
        let mut there: u64 = chains.iter().map(|chain| chain.there).sum();
        put(there);
        let mut under_way = VecDeque::new();
        let mut bytes_under_way = 0;
        for event in events {
            let event = event?;
            let Event::MessageAccepted { recipient, .. } = &event else {
                continue;
            };
            let chain = &mut chains[partition_of(recipient) as usize];
            chain.seen += 1;
            if chain.seen < chain.there {
                continue;
            }
            let (recipient, payload) =
                message_of(&event, record.generation).expect("it is a message");
            if chain.seen == chain.there {
                chain.check_last(&recipient, &payload)?;
                continue;
            }
            while under_way.len() >= UNDER_WAY || bytes_under_way > BYTES_UNDER_WAY {
                let sent: Sent = under_way.pop_front().expect("some are under way");
                bytes_under_way -= sent.bytes;
                sent.settle().await?;
                there += 1;
                put(there);
            }
            let bytes = payload.len();
            bytes_under_way += bytes;
            let publish = PublishMessage::build()
                .payload(payload.into())
                .expected_last_sequence(chain.before + chain.seen - 1);
            let sending = self.context.send_publish(mailbox_of(&recipient), publish);
            under_way.push_back(Sent {
                acknowledged: answer(sending).await?,
                partition: chain.partition,
                sequence: chain.before + chain.seen,
                bytes,
            });
        }
        for sent in under_way {
            sent.settle().await?;
            there += 1;
            put(there);
        }
        match chains.iter().find(|chain| chain.seen < chain.there) {
            Some(chain) => Err(chain.foreign().into()),
            None => Ok(()),
        }
    }

    async fn chain(&self, partition: u32, before: u64) -> Result<Chain, MoveError> {
        let stream = &self.mailboxes[partition as usize];
        let info = answer(stream.get_info()).await?;
        let last_sequence = info.state.last_sequence;
        let name = stream_of(partition);
        let Some(there) = last_sequence.checked_sub(before) else {
            return Err(Failure(format!(
                "{name} was made anew since the import began; {BEGIN_AGAIN}"
            ))
            .into());
        };
        let mut last = None;
        if there > 0 {
            let get = timeout(PATIENCE, stream.get_raw_message(last_sequence)).await;
            last = match get.map_err(|_| Unavailable::Slow)? {
                Ok(message) => Some(message),
                // It has waited as long as a message may.
                Err(error)
                    if error.kind() == RawMessageErrorKind::NoMessageFound
                        && !info.config.max_age.is_zero() =>
                {
                    None
                }
                Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                    return Err(Failure(format!(
                        "somebody has removed messages from {name} since the import began; {BEGIN_AGAIN}"
                    ))
                    .into());
                }
                Err(error) => return Err(Unavailable::Failed(error.to_string()).into()),
            };
        }
        Ok(Chain {
            partition,
            before,
            there,
            last,
            seen: 0,
        })
    }
}

impl Chain {
    /// Whether the last one there is the one of the export.
    fn check_last(&self, recipient: &Username, payload: &[u8]) -> Result<(), Failure> {
        let is_other = |last: &StreamMessage| {
            last.subject.as_str() != mailbox_of(recipient)
                || last.payload != Bytes::copy_from_slice(payload)
        };
        match self.last.as_ref().is_some_and(is_other) {
            true => Err(self.foreign()),
            false => Ok(()),
        }
    }

    fn foreign(&self) -> Failure {
        Failure(format!(
            "something that is not of this export was put into {} while it was imported, at {}; {BEGIN_AGAIN}",
            stream_of(self.partition),
            self.before + self.there
        ))
    }
}

impl Sent {
    async fn settle(self) -> Result<(), MoveError> {
        let name = stream_of(self.partition);
        let acknowledged = timeout(PATIENCE, self.acknowledged.into_future()).await;
        match acknowledged.map_err(|_| Unavailable::Slow)? {
            Ok(acknowledged) if acknowledged.sequence == self.sequence => Ok(()),
            Ok(acknowledged) => Err(Failure(format!(
                "{name} put a message at {} that belongs at {}; {BEGIN_AGAIN}",
                acknowledged.sequence, self.sequence
            ))
            .into()),
            // One before it was lost, or another puts the same there.
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {
                Err(Unavailable::Failed(format!(
                    "{name} was written to by another, or lost a message under way"
                ))
                .into())
            }
            Err(error) if error_text(&error).contains("maximum bytes") => Err(Failure(format!(
                "{name} is full; what was imported stays: raise max_bytes of all mailbox streams (nats stream edit {name} \
                 --max-bytes …), then the servers' store-message-bytes, and the same command carries on"
            ))
            .into()),
            Err(error) => Err(Unavailable::Failed(format!("{name}: {error}")).into()),
        }
    }
}
