//! The right to hand a mailbox over, which one connection at a time has, on whatever server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use bytes::Bytes;
use chatting_time_core::Username;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use super::bucket::PATIENCE;
use super::layout::LEASE;
use super::publishing::until_heard;
use super::{Unavailable, subjects};

/// So long after a mailbox was taken, what was read of it may be removed: well within [`LEASE`], after which another may
/// have it.
const USED: Duration = Duration::from_secs(40);
/// Between two attempts to give one back.
const PAUSE: Duration = Duration::from_millis(250);

/// Gives the rights.
pub(super) struct Leases {
    store: Store,
    /// This server among the others.
    server: String,
    taken: AtomicU64,
    /// What is held here, and what tells that it is no more.
    held: Mutex<HashMap<Username, Arc<Notify>>>,
}

/// The right to one mailbox. It ends when this is dropped, or after [`LEASE`] by itself.
pub(super) struct Lease {
    leases: Arc<Leases>,
    username: Username,
    revision: u64,
    since: Instant,
    is_over: bool,
}

impl Leases {
    pub(super) fn new(store: Store, server: String) -> Arc<Self> {
        Arc::new(Self {
            store,
            server,
            taken: AtomicU64::new(0),
            held: Mutex::default(),
        })
    }

    /// Takes the right to a mailbox; `None` while another has it.
    pub(super) async fn take(
        self: &Arc<Self>,
        username: &Username,
    ) -> Result<Option<Lease>, Unavailable> {
        if self.held().contains_key(username) {
            return Ok(None);
        }
        let (leases, username) = (self.clone(), *username);
        // In a task of its own: whoever asked may be gone before JetStream has answered, and what was taken then has to be
        // given back.
        let taking = tokio::spawn(async move { leases.take_now(username).await });
        taking
            .await
            .unwrap_or_else(|_| Err(Unavailable::Failed("the server stops".to_owned())))
    }

    /// Returns when a mailbox that another has may be free: at once when that is somebody here and has done, else after this
    /// time.
    pub(super) async fn wait_for(&self, username: &Username, pause: Duration) {
        let Some(held) = self.held().get(username).cloned() else {
            return sleep(pause).await;
        };
        let ended = held.notified();
        // It may have ended before it was listened to.
        let is_held = self
            .held()
            .get(username)
            .is_some_and(|now| Arc::ptr_eq(now, &held));
        if is_held {
            let _ = timeout(PATIENCE, ended).await;
        }
    }

    async fn take_now(self: Arc<Self>, username: Username) -> Result<Option<Lease>, Unavailable> {
        let key = subjects::word_of(&username);
        let since = Instant::now();
        let entry = timeout(PATIENCE, self.store.entry(&key)).await;
        let entry = entry.map_err(|_| Unavailable::Slow)?;
        let revision = match entry.map_err(|error| Unavailable::Failed(error.to_string()))? {
            Some(entry) if entry.operation == Operation::Put => return Ok(None),
            Some(entry) => entry.revision,
            None => 0,
        };
        let number = self.taken.fetch_add(1, Ordering::Relaxed);
        let holder = Bytes::from(format!("{} {number}", self.server));
        let update = || self.store.update(&key, holder.clone(), revision);
        let unknown = match until_heard(update).await {
            Ok(Ok(revision)) => {
                self.held().insert(username, Arc::default());
                return Ok(Some(Lease {
                    leases: self,
                    username,
                    revision,
                    since,
                    is_over: false,
                }));
            }
            Ok(Err(error)) if error.kind() == UpdateErrorKind::WrongLastRevision => {
                return Ok(None);
            }
            Ok(Err(error)) => Unavailable::Failed(error.to_string()),
            Err(_) => Unavailable::Slow,
        };
        tokio::spawn(self.give_back_unknown(key, holder, since));
        Err(unknown)
    }

    /// It may have been taken all the same: then nobody knows but what stands there.
    async fn give_back_unknown(self: Arc<Self>, key: String, holder: Bytes, since: Instant) {
        while since.elapsed() < LEASE {
            let entry = timeout(PATIENCE, self.store.entry(&key)).await;
            if let Ok(Ok(entry)) = entry {
                if let Some(entry) = entry.filter(|entry| entry.value == holder) {
                    self.give_back(&key, entry.revision, since).await;
                }
                return;
            }
            sleep(PAUSE).await;
        }
    }

    async fn give_back(&self, key: &str, revision: u64, since: Instant) {
        // After that it is over by itself.
        while since.elapsed() < LEASE {
            let delete = self.store.delete_expect_revision(key, Some(revision));
            match timeout(PATIENCE, delete).await {
                Ok(Ok(())) => return,
                Ok(Err(error)) if error.kind() == UpdateErrorKind::WrongLastRevision => return,
                Ok(Err(_)) | Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn ended(&self, username: &Username) {
        let ended = self.held().remove(username);
        if let Some(ended) = ended {
            ended.notify_waiters();
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Username, Arc<Notify>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// Whether what was read may still be removed.
    pub(super) fn is_good(&self) -> bool {
        self.since.elapsed() < USED
    }

    /// The same right anew, for a client that took its time; `None` when another has it by now.
    pub(super) async fn renewed(self) -> Option<Self> {
        let (leases, username) = (self.leases.clone(), self.username);
        self.end().await;
        leases.take(&username).await.ok().flatten()
    }

    /// Gives it back, and returns when others may have it.
    pub(super) async fn end(mut self) {
        let key = subjects::word_of(&self.username);
        self.leases.give_back(&key, self.revision, self.since).await;
        self.is_over = true;
        self.leases.ended(&self.username);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (leases, revision, since) = (self.leases.clone(), self.revision, self.since);
        let username = self.username;
        // Where there is no runtime any more, it ends by itself.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let key = subjects::word_of(&username);
                leases.give_back(&key, revision, since).await;
                leases.ended(&username);
            });
        }
    }
}
