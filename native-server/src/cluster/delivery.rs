//! Hands mailboxes over, each to one connection at a time, on whatever server.

use std::time::{Duration, Instant};

use async_nats::jetstream::kv::{Operation, UpdateErrorKind};
use chatting_time_core::Username;
use chatting_time_core::state::{Drain, Generation};
use tokio::time::timeout;
use tracing::warn;

use super::bucket::PATIENCE;
use super::fetched::{Fetched, Handed};
use super::{Cluster, Unavailable, subjects};
use crate::engine::Caller;

/// So long after a mailbox was taken, what was read of it may be removed: well within the [lease](super::layout::LEASE).
const LEASE_USED: Duration = Duration::from_secs(40);

/// A mailbox that a connection is being handed.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) username: Username,
    pub(super) revision: u64,
    pub(super) since: Instant,
}

impl Cluster {
    /// Takes the right to hand a mailbox over, and reads what stands in front of it.
    pub(super) async fn hand_over(
        &self,
        username: &Username,
        fetched: &Fetched,
        caller: &Caller,
    ) -> Result<Handed, Unavailable> {
        let account = fetched.users.get(username).and_then(Option::as_ref);
        let mailbox = account.map_or_else(Generation::default, |account| account.mailbox);
        let Some(revision) = self.take_lease(username).await? else {
            return Ok(Handed::Busy);
        };
        self.held().insert(
            caller.connection(),
            Held {
                username: *username,
                revision,
                since: Instant::now(),
            },
        );
        let front = self.mailboxes.front(username, mailbox, &self.limits).await;
        let front = match front {
            Ok(front) => front,
            Err(unavailable) => {
                self.release(caller).await;
                return Err(unavailable);
            }
        };
        if front.messages.is_empty() {
            self.release(caller).await;
        }
        Ok(Handed::Messages {
            messages: front.messages,
            remaining: front.remaining,
            through: front.through,
        })
    }

    /// The replies with these drains have been taken. Who asks on the same connection next waits until that is so everywhere.
    pub async fn confirm(&self, caller: &Caller, drains: &[Drain]) {
        for drain in drains {
            let held = self.held().get(&caller.connection()).map(|held| held.since);
            // Later than that another may be reading it: then it is theirs to remove.
            if held.is_none_or(|since| since.elapsed() >= LEASE_USED) {
                continue;
            }
            if let Err(unavailable) = self
                .mailboxes
                .remove_through(&drain.username, drain.through())
                .await
            {
                warn!("messages that were handed over will come again: {unavailable}");
            }
        }
        self.release(caller).await;
    }

    /// Replies with drains were not told: their messages stay undelivered.
    pub async fn give_back(&self, caller: &Caller) {
        self.release(caller).await;
    }

    pub(super) async fn take_lease(&self, username: &Username) -> Result<Option<u64>, Unavailable> {
        let key = subjects::word_of(username);
        let taken = async {
            let entry = self.drains.entry(&key).await;
            let entry = entry.map_err(|error| Unavailable::Failed(error.to_string()))?;
            let revision = match &entry {
                Some(entry) if entry.operation == Operation::Put => return Ok(None),
                Some(entry) => entry.revision,
                None => 0,
            };
            match self.drains.update(&key, "held".into(), revision).await {
                Ok(revision) => Ok(Some(revision)),
                Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => Ok(None),
                Err(error) => Err(Unavailable::Failed(error.to_string())),
            }
        };
        timeout(PATIENCE, taken)
            .await
            .map_err(|_| Unavailable::Slow)?
    }

    pub(super) async fn release(&self, caller: &Caller) {
        let held = self.held().remove(&caller.connection());
        if let Some(held) = held {
            let key = subjects::word_of(&held.username);
            // Should that fail, it ends by itself.
            let release = self.drains.delete_expect_revision(key, Some(held.revision));
            let _ = timeout(PATIENCE, release).await;
        }
    }
}
