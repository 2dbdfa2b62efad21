//! Who is online, on all servers: each tells the others which of its users are, in pieces that are written when they change
//! and again before they are too old.

use std::collections::{HashMap, HashSet};
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
use super::layout::PRESENCE_AGE;
use super::online::Online;
use super::publishing::until_heard;
use super::records;

/// Into so many pieces a server's users are divided, so that a change costs little to tell.
const PIECES: u32 = 64;
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

/// The users of this server.
#[derive(Default)]
struct Here {
    sessions: HashMap<Token, Standing>,
    attached: HashMap<ConnectionId, Vec<Token>>,
    /// Pieces to be told.
    changed: Vec<u32>,
}

struct Standing {
    username: Username,
    generation: Generation,
    connections: u32,
    last_used: Timestamp,
    dies: Timestamp,
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
        (token, username, generation): (Token, Username, Generation),
        dies: Timestamp,
        now: Timestamp,
    ) -> bool {
        let mut here = self.here();
        let tokens = here.attached.entry(connection).or_default();
        let is_new = !tokens.contains(&token);
        if is_new {
            tokens.push(token);
        }
        let standing = here.sessions.entry(token).or_insert(Standing {
            username,
            generation,
            connections: 0,
            last_used: now,
            dies,
        });
        standing.connections += u32::from(is_new);
        standing.last_used = now;
        standing.dies = dies;
        if is_new {
            here.changed(&username);
        }
        drop(here);
        if is_new {
            self.changed.notify_one();
        }
        is_new
    }

    /// A session has ended.
    pub(super) fn ended(&self, token: &Token) {
        let mut here = self.here();
        if let Some(standing) = here.sessions.remove(token) {
            here.changed(&standing.username);
        }
        drop(here);
        self.changed.notify_one();
    }

    /// Of this user's sessions only those of the present generation are alive; none when there is no such user.
    pub(super) fn keep_generation(&self, username: &Username, generation: Option<Generation>) {
        self.keep_if(username, |_, standing| {
            Some(standing.generation) == generation
        });
    }

    /// Of this user's sessions only these are alive.
    pub(super) fn keep(&self, username: &Username, is_alive: impl Fn(&Token) -> bool) {
        self.keep_if(username, |token, _| is_alive(token));
    }

    fn keep_if(&self, username: &Username, is_alive: impl Fn(&Token, &Standing) -> bool) {
        let mut here = self.here();
        let before = here.sessions.len();
        here.sessions
            .retain(|token, standing| standing.username != *username || is_alive(token, standing));
        if here.sessions.len() != before {
            here.changed(username);
            drop(here);
            self.changed.notify_one();
        }
    }

    /// A connection is gone.
    pub(super) fn detach(&self, connection: ConnectionId, now: Timestamp) {
        let mut here = self.here();
        for token in here.attached.remove(&connection).unwrap_or_default() {
            if let Some(standing) = here.sessions.get_mut(&token) {
                standing.connections = standing.connections.saturating_sub(1);
                let username = standing.username;
                let _ = now;
                here.changed(&username);
            }
        }
        drop(here);
        self.changed.notify_one();
    }

    /// Tells the others at once what has changed.
    pub(super) async fn say(&self, now: Timestamp) -> Result<(), Unavailable> {
        let told = async {
            // One after the other, so that nothing older is told behind what is newer, and who finds nothing to tell knows that
            // it has been told.
            let _telling = self.telling.lock().await;
            let mut pieces = std::mem::take(&mut self.here().changed);
            pieces.sort_unstable();
            pieces.dedup();
            let mut untold = Untold {
                presence: self,
                pieces,
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
        let here = self.here();
        let sessions = here.sessions.values();
        let online = sessions.filter(|standing| standing.until(now, &self.limits).is_some());
        let users: HashSet<Username> = online.map(|standing| standing.username).collect();
        users.len() as u64
    }

    async fn keep_saying(self: Arc<Self>) {
        let mut all_again = Instant::now() + SAY_AGAIN;
        loop {
            let _ = timeout_at(all_again.into(), self.changed.notified()).await;
            let now = super::time_of_day();
            if Instant::now() >= all_again {
                all_again = Instant::now() + SAY_AGAIN;
                self.here().forget_old(now, &self.limits);
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
            self.presence.here().changed.append(&mut self.pieces);
            self.presence.changed.notify_one();
        }
    }
}

impl Here {
    fn changed(&mut self, username: &Username) {
        self.changed.push(piece_of(username));
    }

    fn forget_old(&mut self, now: Timestamp, limits: &Limits) {
        let mut pieces: Vec<u32> = self
            .sessions
            .values()
            .map(|standing| piece_of(&standing.username))
            .collect();
        self.changed.append(&mut pieces);
        self.sessions
            .retain(|_, standing| standing.until(now, limits).is_some());
    }

    /// The users of a piece who are online, and until when they are if nobody says more.
    fn piece(&self, piece: u32, now: Timestamp, limits: &Limits) -> Vec<(Username, Timestamp)> {
        let mut users: HashMap<Username, Timestamp> = HashMap::new();
        for standing in self.sessions.values() {
            if piece_of(&standing.username) == piece
                && let Some(until) = standing.until(now, limits)
            {
                let known = users.entry(standing.username).or_insert(until);
                *known = until.max(*known);
            }
        }
        users.into_iter().collect()
    }
}

impl Standing {
    fn until(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        let until = match self.connections {
            0 => Timestamp(self.last_used.0 + limits.presence_window).min(self.dies),
            _ => Timestamp(now.0 + PRESENCE_AGE.as_millis() as u64).min(self.dies),
        };
        (now < until).then_some(until)
    }
}

fn piece_of(username: &Username) -> u32 {
    crc32fast::hash(username.as_str().as_bytes()) % PIECES
}
