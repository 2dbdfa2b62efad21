//! Reads what stands in a stream, from its beginning up to a place.

use std::time::{Duration, Instant};

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use futures_util::StreamExt as _;
use tokio::time::{sleep, timeout};

use super::super::Unavailable;
use super::super::bucket::PATIENCE;
use super::{GIVE_UP_AFTER, MoveError, answer};

/// So long nothing comes before the leader is asked whether there is anything.
const LOOK_AFTER: Duration = Duration::from_secs(1);
/// A consumer is on one replica, and nobody answers where that one has died: so long that is waited for at first, and then
/// longer, should it only be slow.
const SHORTEST_PATIENCE: Duration = Duration::from_millis(300);
/// Before another replica is asked.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes a message, and its place.
type Take<'a> = dyn FnMut(u64, &Message) -> Result<(), MoveError> + 'a;

/// A piece of a stream.
pub(super) struct Piece<'a, I> {
    pub(super) stream: &'a Stream<I>,
    /// All subjects of it.
    pub(super) subjects: &'a str,
    /// The first place.
    pub(super) from: u64,
    /// The last place, up to which the leader has it.
    pub(super) through: u64,
}

impl<I> Piece<'_, I> {
    /// Hands its messages over in order, each with its place. What comes from a replica that is behind is waited for: the
    /// leader says what there is. What comes from one that has died is asked of another.
    pub(super) async fn read(&self, take: &mut Take<'_>) -> Result<(), MoveError> {
        let mut next = self.from;
        let mut heard = Instant::now();
        let mut patience = SHORTEST_PATIENCE;
        while next <= self.through {
            let before = next;
            match self.read_some(&mut next, patience, take).await {
                Ok(()) => return Ok(()),
                Err(MoveError::Final(failure)) => return Err(failure.into()),
                Err(unavailable) => {
                    patience = (patience * 2).min(PATIENCE);
                    if next > before {
                        heard = Instant::now();
                    } else if heard.elapsed() > GIVE_UP_AFTER {
                        return Err(unavailable);
                    }
                    sleep(PAUSE).await;
                }
            }
        }
        Ok(())
    }

    /// Reads from one consumer, as far as it has something.
    async fn read_some(
        &self,
        next: &mut u64,
        patience: Duration,
        take: &mut Take<'_>,
    ) -> Result<(), MoveError> {
        let config = Config {
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: *next,
            },
            ack_policy: AckPolicy::None,
            inactive_threshold: GIVE_UP_AFTER,
            memory_storage: true,
            ..Config::default()
        };
        let creating = timeout(patience, self.stream.create_consumer(config)).await;
        let consumer = creating.map_err(|_| Unavailable::Slow)?;
        let consumer = consumer.map_err(|error| failed(&error))?;
        let mut messages = answer(consumer.messages()).await?;
        let mut handed_over = 0;
        let mut is_silent = false;
        while *next <= self.through {
            let may_be_all = match timeout(LOOK_AFTER, messages.next()).await {
                Ok(Some(Ok(message))) => {
                    let info = message.info().map_err(|error| failed(&error))?;
                    let place = info.stream_sequence;
                    let is_last = info.pending == 0;
                    handed_over += 1;
                    if info.consumer_sequence != handed_over {
                        return Err(Unavailable::Failed(
                            "messages were lost on their way".to_owned(),
                        )
                        .into());
                    }
                    if place > self.through {
                        break;
                    }
                    take(place, &message)?;
                    *next = place + 1;
                    is_silent = false;
                    is_last
                }
                Ok(Some(Err(error))) => return Err(failed(&error).into()),
                Ok(None) => return Err(Unavailable::Slow.into()),
                Err(_) if is_silent => return Err(Unavailable::Slow.into()),
                Err(_) => {
                    is_silent = true;
                    true
                }
            };
            if may_be_all && *next <= self.through && !self.has_more(*next).await? {
                break;
            }
        }
        Ok(())
    }

    async fn has_more(&self, next: u64) -> Result<bool, Unavailable> {
        let first = self
            .stream
            .get_first_raw_message_by_subject(self.subjects, next);
        match timeout(PATIENCE, first)
            .await
            .map_err(|_| Unavailable::Slow)?
        {
            Ok(first) => Ok(first.sequence <= self.through),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }
}

fn failed(error: &dyn std::fmt::Display) -> Unavailable {
    Unavailable::Failed(error.to_string())
}
