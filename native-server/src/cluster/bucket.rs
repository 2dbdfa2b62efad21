//! A bucket of JetStream whose entries are remembered, and known to be no older than they may be.
//!
//! Every change of the bucket is watched and takes the place of what was remembered. That the watch keeps up is proven, not
//! assumed: now and then a mark is written into the bucket, which takes a majority of its replicas, and when the watch brings
//! it back, or what was written later, everything written before it has been seen. Without a proof young enough nothing is
//! answered.

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use async_nats::jetstream::stream::State;
use bytes::Bytes;
use futures_util::StreamExt as _;
use lru::LruCache;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, sleep_until, timeout, timeout_at};
use tracing::debug;

use super::Unavailable;
use super::publishing::until_heard;

/// Entries remembered of one bucket.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(100_000).expect("it is not 0");
/// How long JetStream may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// Where nothing may be old, JetStream works as long as a proof is no older.
const PROOF_EXPECTED: Duration = Duration::from_secs(1);
/// Between two proofs.
const PROOF_EVERY: Duration = Duration::from_millis(250);
/// So long a mark may take to be written; one that takes longer would hardly prove anything.
const MARK_PATIENCE: Duration = Duration::from_millis(1_500);
/// What stands between a mark and everybody else's entries: one key for all servers, so that no server leaves one behind.
/// No username has a slash.
pub(super) const MARK: &str = "/mark";

/// One bucket.
pub(super) struct Bucket {
    store: Store,
    /// How old an answer may be; zero asks the leader every time.
    staleness: Duration,
    memory: Mutex<Memory>,
    /// Is told what has changed.
    changed: Box<Changed>,
    /// The latest mark that has come back, counted from the start of the watch.
    seen: watch::Sender<u64>,
    /// Asked for a mark at once.
    wanted: Notify,
}

/// What is told which key has what value now.
type Changed = dyn Fn(&str, Option<&[u8]>) + Send + Sync;

struct Memory {
    entries: LruCache<String, Entry>,
    /// When the latest mark that has come back was written.
    proven: Option<Instant>,
    /// The same, also of earlier watches.
    latest_proof: Option<Instant>,
    /// How often a watch has begun or ended: what was asked for in another of these times may have missed a change.
    watches: u64,
}

/// What stands under a key.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// None when there is nothing, or nothing any more.
    pub(super) value: Option<Bytes>,
    /// Which change it came with; 0 when there never was one.
    pub(super) revision: u64,
}

/// Why something was not written.
#[derive(Debug)]
pub(super) enum WriteError {
    /// Somebody else has written there meanwhile: decide again.
    Conflict,
    /// Nobody knows whether it was written.
    Unavailable(Unavailable),
}

impl From<Unavailable> for WriteError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl Bucket {
    /// Watches the bucket from now on.
    pub(super) fn watched(
        store: Store,
        staleness: Duration,
        changed: impl Fn(&str, Option<&[u8]>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let bucket = Arc::new(Self {
            store,
            staleness,
            changed: Box::new(changed),
            seen: watch::Sender::new(0),
            wanted: Notify::new(),
            memory: Mutex::new(Memory {
                entries: LruCache::new(REMEMBERED),
                proven: None,
                latest_proof: None,
                watches: 0,
            }),
        });
        tokio::spawn(bucket.clone().keep_watching());
        bucket
    }

    /// What stands under a key.
    pub(super) async fn get(&self, key: &str) -> Result<Entry, Unavailable> {
        self.wait_for_proof().await?;
        let watches = {
            let mut memory = self.memory();
            if self.staleness.is_zero() {
                memory.entries.pop(key);
            }
            if let Some(entry) = memory.entries.get(key) {
                return Ok(entry.clone());
            }
            memory.watches
        };
        let fetched = timeout(PATIENCE, self.store.entry(key)).await;
        let fetched = fetched.map_err(|_| Unavailable::Slow)?;
        let entry = match fetched.map_err(|error| Unavailable::Failed(error.to_string()))? {
            Some(entry) => Entry {
                value: (entry.operation == Operation::Put).then_some(entry.value),
                revision: entry.revision,
            },
            None => Entry::default(),
        };
        let mut memory = self.memory();
        match memory.watches == watches {
            true => Ok(memory.remember(key, entry)),
            false => Ok(entry),
        }
    }

    /// Has the leader asked for this entry next: what is remembered of it may be older than what somebody has been told.
    pub(super) fn forget(&self, key: &str) {
        self.memory().entries.pop(key);
    }

    /// Returns once what is remembered is known to be young enough. Where the proof is only late somebody waits for it, and
    /// where there has been none for long nobody does.
    async fn wait_for_proof(&self) -> Result<(), Unavailable> {
        let mut seen = None;
        loop {
            let deadline = {
                let memory = self.memory();
                if self.staleness.is_zero() || memory.is_proven(self.staleness) {
                    return Ok(());
                }
                memory.latest_proof.map(|proof| proof + PATIENCE)
            };
            // Before looking again, so that no proof comes between unnoticed.
            let Some(seen) = &mut seen else {
                seen = Some(self.seen.subscribe());
                continue;
            };
            let next = async {
                match deadline {
                    Some(deadline) => timeout_at(deadline.into(), seen.changed()).await.ok(),
                    None => None,
                }
            };
            if next.await.is_none() {
                return Err(Unavailable::NotProven(self.store.name.clone()));
            }
        }
    }

    /// Writes if nothing was written under the key since `entry`.
    pub(super) async fn replace(
        &self,
        key: &str,
        entry: &Entry,
        value: Option<Bytes>,
    ) -> Result<(), WriteError> {
        let watches = self.memory().watches;
        let written = match &value {
            Some(value) => {
                let update = || self.store.update(key, value.clone(), entry.revision);
                let updated = until_heard(update).await;
                updated.map(|updated| {
                    updated.map(Some).map_err(|error| match error.kind() {
                        UpdateErrorKind::WrongLastRevision => WriteError::Conflict,
                        _ => Unavailable::Failed(error.to_string()).into(),
                    })
                })
            }
            None => {
                let revision = Some(entry.revision);
                let delete = || self.store.delete_expect_revision(key, revision);
                let deleted = until_heard(delete).await;
                deleted.map(|deleted| {
                    deleted.map(|()| None).map_err(|error| match error.kind() {
                        UpdateErrorKind::WrongLastRevision => WriteError::Conflict,
                        _ => Unavailable::Failed(error.to_string()).into(),
                    })
                })
            }
        };
        let written = written.unwrap_or(Err(Unavailable::Slow.into()));
        let mut memory = self.memory();
        match &written {
            Ok(Some(revision)) if memory.watches == watches => {
                memory.remember(
                    key,
                    Entry {
                        value,
                        revision: *revision,
                    },
                );
            }
            // What stands there now has to be asked.
            _ => {
                memory.entries.pop(key);
            }
        }
        written.map(|_| ())
    }

    /// The revision of the latest change of any entry.
    pub(super) async fn last_revision(&self) -> Result<u64, Unavailable> {
        Ok(self.state().await?.last_sequence)
    }

    /// How many entries there are, with those that are there no more.
    pub(super) async fn count(&self) -> Result<u64, Unavailable> {
        let state = self.state().await?;
        let mark = timeout(PATIENCE, self.store.entry(MARK)).await;
        let mark = mark.map_err(|_| Unavailable::Slow)?;
        let mark = mark.map_err(|error| Unavailable::Failed(error.to_string()))?;
        Ok(state
            .subjects_count
            .saturating_sub(u64::from(mark.is_some())))
    }

    async fn state(&self) -> Result<State, Unavailable> {
        let info = timeout(PATIENCE, self.store.stream.get_info()).await;
        let info = info.map_err(|_| Unavailable::Slow)?;
        let info = info.map_err(|error| Unavailable::Failed(error.to_string()))?;
        Ok(info.state)
    }

    /// All keys that have something.
    pub(super) async fn keys(&self) -> Result<Vec<String>, Unavailable> {
        let keys = async {
            let mut keys = self.store.keys().await?;
            let mut all = Vec::new();
            while let Some(key) = keys.next().await {
                all.push(key?);
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(all)
        };
        let mut keys = keys
            .await
            .map_err(|error| Unavailable::Failed(error.to_string()))?;
        keys.retain(|key| key != MARK);
        keys.sort_unstable();
        Ok(keys)
    }

    /// Whether requests can be carried out: what is written comes back in time.
    pub(super) fn is_serving(&self) -> bool {
        let within = match self.staleness.is_zero() {
            true => PROOF_EXPECTED,
            false => self.staleness,
        };
        self.memory().is_proven(within)
    }

    /// Everything that was written so long ago has been seen; `None` when nothing was.
    pub(super) fn age_of_proof(&self) -> Option<Duration> {
        self.memory().latest_proof.map(|proof| proof.elapsed())
    }

    /// Waits until everything that was written up to now has been seen, where nothing may be older.
    pub(super) async fn catch_up(&self) -> Result<(), Unavailable> {
        if !self.staleness.is_zero() {
            return Ok(());
        }
        let mut seen = self.seen.subscribe();
        // The one under way may have been written before.
        let later = *seen.borrow() + 2;
        let caught_up = async {
            while *seen.borrow_and_update() < later {
                self.wanted.notify_one();
                if seen.changed().await.is_err() {
                    break;
                }
            }
        };
        timeout(PATIENCE, caught_up)
            .await
            .map_err(|_| Unavailable::Slow)
    }

    async fn keep_watching(self: Arc<Self>) {
        loop {
            if let Err(problem) = self.watch().await {
                debug!("the watch of {} ended: {problem}", self.store.name);
            }
            self.memory().forget();
            sleep(PROOF_EVERY).await;
        }
    }

    /// Watches until that fails.
    async fn watch(&self) -> Result<(), String> {
        let mut changes = self
            .store
            .watch_all()
            .await
            .map_err(|error| error.to_string())?;
        // What was fetched before may have changed before the watch began.
        self.memory().forget();
        let mut marks = *self.seen.borrow();
        let mut began = Instant::now();
        // The revisions of marks that have been written and not been seen, and when that began.
        let mut awaited = VecDeque::new();
        let mut seen_up_to = 0;
        let mut due = tokio::time::interval(PROOF_EVERY);
        due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut writing = None;
        let mut latest = Instant::now();
        loop {
            tokio::select! {
                change = changes.next() => {
                    let change = change.ok_or("it ended")?.map_err(|error| error.to_string())?;
                    seen_up_to = change.revision;
                    if change.key != MARK {
                        let entry = Entry {
                            // A copy: what comes from the connection keeps all of the buffer that it was read into.
                            value: (change.operation == Operation::Put)
                                .then(|| Bytes::copy_from_slice(&change.value)),
                            revision: change.revision,
                        };
                        (self.changed)(&change.key, entry.value.as_deref());
                        self.memory().remember(&change.key, entry);
                    }
                }
                () = async {
                    tokio::select! {
                        _ = due.tick() => {}
                        () = self.wanted.notified() => {}
                    }
                }, if writing.is_none() => {
                    marks += 1;
                    began = Instant::now();
                    let put = self.store.put(MARK, Bytes::from_static(b"mark"));
                    writing = Some(Box::pin(timeout(MARK_PATIENCE, put)));
                }
                written = async { writing.as_mut().expect("it is being written").await }, if writing.is_some() => {
                    writing = None;
                    if let Ok(Ok(revision)) = written {
                        awaited.push_back((revision, marks, began));
                    }
                }
                // Whoever was to deliver changes may have died with a server of NATS: the library would wait long for that.
                () = sleep_until((latest + PATIENCE).into()) => {
                    return Err("its marks do not come back".to_owned());
                }
            }
            // The mark of another server may have taken the place of one's own, and is as good.
            while let Some(&(revision, mark, began)) = awaited.front()
                && revision <= seen_up_to
            {
                awaited.pop_front();
                latest = Instant::now();
                self.memory().prove(began);
                self.seen.send_replace(mark);
            }
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Keeps the later of what is remembered and what has been found, and returns it.
    fn remember(&mut self, key: &str, found: Entry) -> Entry {
        match self.entries.get_mut(key) {
            Some(known) if known.revision >= found.revision => known.clone(),
            Some(known) => {
                *known = found.clone();
                found
            }
            None => {
                self.entries.put(key.to_owned(), found.clone());
                found
            }
        }
    }

    fn prove(&mut self, at: Instant) {
        self.proven = Some(at);
        self.latest_proof = Some(at);
    }

    fn is_proven(&self, staleness: Duration) -> bool {
        self.proven
            .is_some_and(|proven| proven.elapsed() < staleness)
    }

    fn forget(&mut self) {
        self.watches += 1;
        self.entries.clear();
        self.proven = None;
    }
}
