//! Who is online, on all servers: each tells the others which of its users are, in pieces that are written when they change
//! and again before they are too old.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_nats::jetstream::kv::{Entry, Operation, Store};
use bytes::Bytes;
use chatting_time_core::state::Generation;
use chatting_time_core::{ConnectionId, Limits, Timestamp, Token, Username};
use futures_util::StreamExt as _;
use futures_util::future::try_join_all;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout, timeout_at};
use tracing::debug;

use super::Unavailable;
use super::bucket::{MARK, PATIENCE};
use super::here::Here;
use super::layout::PRESENCE_AGE;
use super::online::Online;
use super::publishing::until_heard;
use super::records;

/// What a server has to say is said again after so long.
const SAY_AGAIN: Duration = PRESENCE_AGE.checked_div(3).expect("3 is not 0");

/// Who is online.
pub(super) struct Presence {
    store: Store,
    /// This server among the others.
    server: String,
    limits: Arc<Limits>,
    here: Mutex<Here>,
    everywhere: Mutex<Online>,
    /// The latest change that has been seen; 0 before there is any.
    seen: watch::Sender<u64>,
    changed: Notify,
    telling: tokio::sync::Mutex<()>,
}

impl Presence {
    pub(super) fn start(store: Store, server: String, limits: Arc<Limits>) -> Arc<Self> {
        let presence = Arc::new(Self {
            store,
            server,
            limits,
            here: Mutex::default(),
            everywhere: Mutex::default(),
            seen: watch::Sender::new(0),
            changed: Notify::new(),
            telling: tokio::sync::Mutex::default(),
        });
        tokio::spawn(presence.clone().keep_watching());
        tokio::spawn(presence.clone().keep_saying());
        presence
    }

    /// A session was used on a connection. Whether others have to hear of that.
    pub(super) fn used(
        &self,
        connection: ConnectionId,
        session: (Token, Username, Generation),
        dies: Timestamp,
        now: Timestamp,
    ) -> bool {
        let is_news = self.here().used(connection, session, dies, now);
        if is_news {
            self.changed.notify_one();
        }
        is_news
    }

    /// A session of a user has ended.
    pub(super) fn ended(&self, username: &Username, token: &Token) {
        self.here().ended(username, token);
        self.changed.notify_one();
    }

    /// Of this user's sessions only those of the present generation are alive; none when there is no such user.
    pub(super) fn keep_generation(&self, username: &Username, generation: Option<Generation>) {
        self.keep_if(username, |_, other| Some(other) == generation);
    }

    /// Of this user's sessions only these are alive.
    pub(super) fn keep(&self, username: &Username, is_alive: impl Fn(&Token) -> bool) {
        self.keep_if(username, |token, _| is_alive(token));
    }

    fn keep_if(&self, username: &Username, is_alive: impl Fn(&Token, Generation) -> bool) {
        if self.here().keep(username, is_alive) {
            self.changed.notify_one();
        }
    }

    /// A connection is gone.
    pub(super) fn detach(&self, connection: ConnectionId) {
        self.here().detach(connection);
        self.changed.notify_one();
    }

    /// Tells the others at once what has changed.
    pub(super) async fn say(&self, now: Timestamp) -> Result<(), Unavailable> {
        let told = async {
            // One after the other, so that nothing older is told behind what is newer, and who finds nothing to tell knows that
            // it has been told.
            let _telling = self.telling.lock().await;
            let mut untold = Untold {
                presence: self,
                pieces: self.here().take_changed(),
            };
            let puts = untold.pieces.iter().map(|piece| self.tell(*piece, now));
            try_join_all(puts).await?;
            untold.pieces.clear();
            Ok(())
        };
        let told = timeout(PATIENCE, told).await;
        told.map_err(|_| Unavailable::Slow)?
    }

    async fn tell(&self, piece: u32, now: Timestamp) -> Result<(), Unavailable> {
        let users = self.here().piece(piece, now, &self.limits);
        let key = format!("{}.{piece}", self.server);
        let value = Bytes::from(records::encode(&users));
        let put = until_heard(|| self.store.put(&key, value.clone()))
            .await
            .map_err(|_| Unavailable::Slow)?;
        put.map(drop)
            .map_err(|error| Unavailable::Failed(error.to_string()))
    }

    /// Returns once everybody is known who is online at this moment, whatever server they told.
    pub(super) async fn gather(&self, now: Timestamp) -> Result<(), Unavailable> {
        self.say(now).await?;
        self.catch_up().await?;
        self.everywhere().advance(now);
        Ok(())
    }

    /// Waits until everything that was written up to now has been seen: a mark that is written now, or what took its place.
    async fn catch_up(&self) -> Result<(), Unavailable> {
        let server = Bytes::from(self.server.clone());
        let caught_up = async {
            let put = until_heard(|| self.store.put(MARK, server.clone())).await;
            let put = put.map_err(|_| Unavailable::Slow)?;
            let mark = put.map_err(|error| Unavailable::Failed(error.to_string()))?;
            let mut seen = self.seen.subscribe();
            let waited = seen.wait_for(|seen| *seen >= mark).await;
            waited.map(|_| ()).map_err(|_| Unavailable::Slow)
        };
        timeout(PATIENCE, caught_up)
            .await
            .map_err(|_| Unavailable::Slow)?
    }

    /// Users of this server who are online.
    pub(super) fn online_here(&self, now: Timestamp) -> u64 {
        self.here().count(now, &self.limits)
    }

    async fn keep_saying(self: Arc<Self>) {
        let mut all_again = Instant::now() + SAY_AGAIN;
        loop {
            let _ = timeout_at(all_again.into(), self.changed.notified()).await;
            let now = super::time_of_day();
            if Instant::now() >= all_again {
                all_again = Instant::now() + SAY_AGAIN;
                self.here().tell_all_again(now, &self.limits);
            }
            if self.say(now).await.is_err() {
                sleep(Duration::from_millis(250)).await;
            }
        }
    }

    async fn keep_watching(self: Arc<Self>) {
        loop {
            if let Err(problem) = self.watch().await {
                debug!("the watch of who is online ended: {problem}");
            }
            *self.everywhere() = Online::default();
            self.seen.send_replace(0);
            sleep(Duration::from_millis(250)).await;
        }
    }

    async fn watch(&self) -> Result<(), String> {
        let watch = self.store.watch_with_history(">").await;
        let mut changes = watch.map_err(|error| error.to_string())?;
        while let Some(change) = changes.next().await {
            let change = change.map_err(|error| error.to_string())?;
            let revision = change.revision;
            if change.key != MARK {
                self.take_in(&change);
            }
            self.seen.send_replace(revision);
        }
        Err("it ended".to_owned())
    }

    /// What a server tells.
    fn take_in(&self, change: &Entry) {
        let mut everywhere = self.everywhere();
        match change.operation {
            Operation::Put => {
                let users = records::decode(&change.value).unwrap_or_default();
                everywhere.tell(&change.key, users);
            }
            Operation::Delete | Operation::Purge => everywhere.remove(&change.key),
        }
        // Of servers that have died nothing more is told.
        everywhere.advance(super::time_of_day());
    }

    fn here(&self) -> MutexGuard<'_, Here> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The users of all servers, as they were when somebody last [gathered](Self::gather) them.
    pub(super) fn everywhere(&self) -> MutexGuard<'_, Online> {
        self.everywhere
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Pieces that are being told. Those that were not, because that failed or nobody waited for it, are still to be told.
struct Untold<'a> {
    presence: &'a Presence,
    pieces: Vec<u32>,
}

impl Drop for Untold<'_> {
    fn drop(&mut self) {
        if !self.pieces.is_empty() {
            self.presence.here().tell_again(&mut self.pieces);
            self.presence.changed.notify_one();
        }
    }
}
