//! Moves the whole chat state into JetStream and out of it, as the events that stand for it.
//!
//! Into it: first every message, then every session, then the users. Until a user is there nobody can log in, so servers may
//! run meanwhile, and nothing of what was put there is handed over or written to before all of it is there. `docs/cluster.md`
//! says what is promised.

mod import;
mod import_record;
mod mailbox_chain;
mod reading;
mod snapshot;
mod survey;

pub(crate) use import::Moved;
pub(crate) use survey::{Bounds, Survey, Surveyed};

pub(super) use import_record::ImportRecord;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::Context;
use async_nats::jetstream::kv::Store;
use async_nats::jetstream::stream::Stream;
use tokio::time::{sleep, timeout};

use super::bucket::PATIENCE;
use super::connecting::connect;
use super::layout::{SESSIONS, TOKENS, USERS, find_bucket};
use super::subjects::{PARTITIONS, stream_of};
use super::{ClusterOptions, StoreError, Unavailable};
use crate::user::Failure;

/// What to do where an import cannot be carried on.
pub(crate) const BEGIN_AGAIN: &str =
    "delete the streams there with the nats tool, start a server, and begin again";

/// So long nothing moves before that is a failure: a stream whose leader has died has another one long before.
pub(crate) const GIVE_UP_AFTER: Duration = Duration::from_secs(30);
/// Between two attempts to find what there is.
const PAUSE: Duration = Duration::from_millis(500);

/// Everything in JetStream that is moved.
pub(crate) struct Moving {
    context: Context,
    users: Store,
    sessions: Store,
    tokens: Store,
    /// By partition.
    mailboxes: Vec<Stream<()>>,
}

/// Why something was not moved.
pub(crate) enum MoveError {
    /// JetStream does not answer as it should; a moment later it may. What is being written is carried on by beginning again.
    Unavailable(Unavailable),
    /// Trying again would change nothing.
    Final(Failure),
}

impl From<Unavailable> for MoveError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl From<Failure> for MoveError {
    fn from(failure: Failure) -> Self {
        Self::Final(failure)
    }
}

impl Moving {
    /// Connects, and finds what a server has made. Where one of NATS has just died, it waits until another leads.
    pub(crate) async fn open(options: &ClusterOptions) -> Result<Self, StoreError> {
        let context = connect(options, Arc::default()).await?;
        let began = Instant::now();
        loop {
            match Self::find(&context).await {
                Err(StoreError::Failed(_)) if began.elapsed() < GIVE_UP_AFTER => sleep(PAUSE).await,
                found => return found,
            }
        }
    }

    async fn find(context: &Context) -> Result<Self, StoreError> {
        let mut mailboxes = Vec::new();
        for partition in 0..PARTITIONS {
            let stream = context.get_stream_no_info(stream_of(partition)).await;
            mailboxes.push(stream.map_err(|error| StoreError::Failed(error.to_string()))?);
        }
        Ok(Self {
            users: find_bucket(context, USERS).await?,
            sessions: find_bucket(context, SESSIONS).await?,
            tokens: find_bucket(context, TOKENS).await?,
            mailboxes,
            context: context.clone(),
        })
    }
}

/// What JetStream answers, if it does so in time.
async fn answer<T, E: std::fmt::Display>(
    asked: impl Future<Output = Result<T, E>>,
) -> Result<T, Unavailable> {
    let answered = timeout(PATIENCE, asked).await;
    let answered = answered.map_err(|_| Unavailable::Slow)?;
    answered.map_err(|error| Unavailable::Failed(error.to_string()))
}

/// The place of the last that was ever put into a stream.
async fn last_sequence(stream: &Stream<impl Sync>) -> Result<u64, Unavailable> {
    Ok(answer(stream.get_info()).await?.state.last_sequence)
}
