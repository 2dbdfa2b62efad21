//! The chat state in NATS JetStream, which several servers share: nothing is kept here that another server could not fetch.
//!
//! A request is decided by the same `decide` as anywhere else. What it has to look at is fetched first, its events become
//! writes that hold only if nobody has written there meanwhile, and a conflict decides again. No decision needs two writes
//! to happen together: `docs/cluster.md` says which those are and what each guarantees.

mod access;
mod bucket;
mod connecting;
mod credentials;
mod delivery;
mod error;
mod fetched;
mod fetching;
mod here;
mod layout;
mod lease;
mod mailboxes;
mod moving;
mod online;
mod operator;
mod presence;
mod publishing;
mod reader;
mod records;
mod subjects;
mod trouble;
mod turns;
mod watching;
mod writing;

pub use access::{Access, AccessError};
pub use error::StoreError;
pub(crate) use error::Unavailable;
pub(crate) use moving::{
    BEGIN_AGAIN, Bounds, GIVE_UP_AFTER, MoveError, Moved, Moving, Survey, Surveyed,
};

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use async_nats::Client;
use async_nats::jetstream::kv::Store;
use chatting_time_core::command::Auth;
use chatting_time_core::{
    CheckedPassword, Command, ConnectionId, Limits, Outcome, PasswordCheck, Refusal, Reply,
    Timestamp, Token, Username, decide, finish_auth,
};
use lru::LruCache;

use crate::engine::{Answer, Caller, Pause, Run};
use crate::metrics::{RequestKind, StoreMetrics};
use crate::settings::Settings;
use bucket::{Bucket, WriteError};
use fetched::Fetched;
use layout::Layout;
use lease::{Lease, Leases};
use mailboxes::{AROUND_MESSAGE, Mailboxes};
use presence::Presence;
use records::{SessionsRecord, UserRecord};
use trouble::Trouble;
use turns::Turns;

/// How often a request is decided anew because others wrote what it rests on.
const ATTEMPTS: usize = 16;
/// Tokens whose users are remembered.
const OWNERS: NonZeroUsize = NonZeroUsize::new(200_000).expect("it is not 0");

/// Where the state is.
#[derive(Clone, Debug)]
pub struct ClusterOptions {
    /// Of the NATS servers, any of which will do.
    pub addresses: Vec<String>,
    /// What proves to them who we are.
    pub access: Access,
    /// On how many of them everything is kept; `None` takes what a server has made, and makes nothing.
    pub replicas: Option<usize>,
    /// How long a message may wait for its recipient; zero is for ever.
    pub message_lifetime: Duration,
    /// How much all messages that wait may take on each of them.
    pub message_bytes: u64,
    /// How old what is known of users and sessions may be; zero asks each time.
    pub staleness: Duration,
}

impl ClusterOptions {
    /// For a command that works on what a server has made.
    pub(crate) fn of_command(
        settings: &Settings,
        addresses: &[String],
    ) -> Result<Self, AccessError> {
        let access = Access::of(settings);
        access.check()?;
        Ok(Self {
            addresses: addresses.to_vec(),
            access,
            replicas: None,
            message_lifetime: Duration::ZERO,
            message_bytes: settings.store_message_bytes,
            staleness: Duration::ZERO,
        })
    }
}

/// The chat state that several servers share.
pub struct Cluster {
    client: Client,
    replicas: Option<usize>,
    trouble: Arc<Trouble>,
    metrics: StoreMetrics,
    limits: Arc<Limits>,
    users: Arc<Bucket>,
    sessions: Arc<Bucket>,
    tokens: Store,
    leases: Arc<Leases>,
    mailboxes: Mailboxes,
    presence: Arc<Presence>,
    /// Of those here who have written to one user's sessions at the same time.
    turns: Turns,
    owners: Mutex<LruCache<Token, Owner>>,
    held: Mutex<HashMap<ConnectionId, Lease>>,
    next_connection: AtomicU64,
    latest: AtomicU64,
}

/// Whose a token is, and when it was last used here.
#[derive(Clone, Copy)]
struct Owner {
    username: Username,
    last_used: Timestamp,
}

/// What has to be decided.
enum Asked<'a> {
    Command(&'a Command),
    /// With a fresh token, and a password that was compared.
    Login(Token, &'a CheckedPassword),
}

impl Cluster {
    /// Connects, makes what there is not yet in JetStream, and waits until requests can be carried out.
    ///
    /// # Errors
    /// When no server answers, or what is there does not fit.
    pub async fn open(
        options: &ClusterOptions,
        limits: Arc<Limits>,
    ) -> Result<Arc<Self>, StoreError> {
        let cluster = Self::begin(options, limits).await?;
        cluster.wait_until_serving().await?;
        Ok(cluster)
    }

    /// Connects, and makes what there is not yet in JetStream.
    ///
    /// # Errors
    /// When no server answers, or what is there does not fit.
    pub async fn begin(
        options: &ClusterOptions,
        limits: Arc<Limits>,
    ) -> Result<Arc<Self>, StoreError> {
        let trouble = Arc::new(Trouble::default());
        let context = connecting::connect(options, trouble.clone()).await?;
        let most = context.client().server_info().max_payload;
        let longest = usize::try_from(limits.message_text_bytes).unwrap_or(usize::MAX);
        if options.replicas.is_some() && longest > most.saturating_sub(AROUND_MESSAGE) {
            return Err(StoreError::Unfit(format!(
                "NATS takes {most} bytes at a time, and a message may have a text of {longest}: raise max_payload there, or \
                 allow shorter ones (message-text-bytes)"
            )));
        }
        let layout = Layout::open(&context, options, &limits).await?;
        let server = getrandom::u64().map_err(|error| StoreError::Failed(error.to_string()))?;
        let server = format!("{server:016x}");
        let presence = Presence::start(layout.presence, server.clone(), limits.clone());
        let cluster = Arc::new(Self {
            client: context.client(),
            replicas: options.replicas,
            trouble,
            metrics: StoreMetrics::default(),
            users: Bucket::watched(layout.users, options.staleness, {
                let presence = presence.clone();
                move |key, value| user_changed(&presence, key, value)
            }),
            sessions: Bucket::watched(layout.sessions, options.staleness, {
                let presence = presence.clone();
                move |key, value| sessions_changed(&presence, key, value)
            }),
            tokens: layout.tokens,
            leases: Leases::new(layout.drains, server.clone()),
            mailboxes: Mailboxes::new(context, layout.mailboxes),
            presence,
            turns: Turns::default(),
            owners: Mutex::new(LruCache::new(OWNERS)),
            held: Mutex::default(),
            next_connection: AtomicU64::new(0),
            latest: AtomicU64::new(0),
            limits,
        });
        Ok(cluster)
    }

    /// The limits in force.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// Whether nobody has kept anything there yet.
    ///
    /// # Errors
    /// When JetStream does not answer.
    pub async fn is_new(&self) -> Result<bool, StoreError> {
        Ok(self.users.count().await? == 0)
    }

    /// A new connection.
    pub fn caller(&self) -> Caller {
        Caller::on(ConnectionId(
            self.next_connection.fetch_add(1, Ordering::Relaxed) + 1,
        ))
    }

    /// Runs the request in front.
    pub async fn run(
        &self,
        caller: &mut Caller,
        requests: &mut VecDeque<Result<Command, Refusal>>,
    ) -> Run {
        let Some(request) = requests.pop_front() else {
            return Run::default();
        };
        let kind = RequestKind::of(&request);
        match request {
            Err(refusal) => Run::answered(Answer::about_nothing(kind, Reply::Refused(refusal))),
            Ok(Command::Auth(auth)) => Run {
                pause: Some(Pause::LogIn(auth)),
                ..Run::default()
            },
            Ok(command) => self.settle(caller, kind, &Asked::Command(&command)).await,
        }
    }

    /// Begins with an `auth`: its password has to be checked, and then [`Self::finish_auth`]. Where no password would do, the
    /// refusal.
    pub async fn begin_auth(&self, caller: &Caller, auth: Auth) -> Result<PasswordCheck, Run> {
        let kind = RequestKind::called("auth");
        let mut fetched = Fetched::default();
        let command = Command::Auth(auth);
        loop {
            let context = caller.context(self.now(), &self.limits);
            match decide(&fetched, &context, &command) {
                Outcome::CheckPassword(check) => return Ok(check),
                Outcome::Decided(decision) => {
                    return Err(Run::answered(Answer::about_state(kind, decision)));
                }
                Outcome::Missing(missing) => {
                    if let Err(unavailable) = self.fetch(&missing, &mut fetched, caller).await {
                        return Err(Run::answered(self.refuse(kind, &unavailable)));
                    }
                }
                Outcome::MailboxBusy(_) => unreachable!("auth reads no mailbox"),
            }
        }
    }

    /// Goes on with an `auth` whose password has been checked. `token` is fresh and random.
    pub async fn finish_auth(
        &self,
        caller: &mut Caller,
        token: Token,
        checked: &CheckedPassword,
    ) -> Run {
        let kind = RequestKind::called("auth");
        self.settle(caller, kind, &Asked::Login(token, checked))
            .await
    }

    /// Decides a request until its decision holds.
    async fn settle(&self, caller: &mut Caller, kind: RequestKind, asked: &Asked<'_>) -> Run {
        let id = match getrandom::u64().and_then(|a| Ok((a, getrandom::u64()?))) {
            Ok((a, b)) => format!("{a:016x}{b:016x}"),
            Err(_) => return Run::refused(kind, Refusal::ServerBusy),
        };
        let mut fetched = Fetched::default();
        let mut pause = Duration::from_millis(5);
        let mut attempts = 0;
        let mut turn = None;
        loop {
            let now = self.now();
            let context = caller.context(now, &self.limits);
            let outcome = match asked {
                Asked::Login(token, checked) => finish_auth(&fetched, &context, *token, checked),
                Asked::Command(command) => decide(&fetched, &context, command),
            };
            let settled = match outcome {
                Outcome::Decided(decision) => {
                    let began = Instant::now();
                    let carried_out = self.carry_out(&fetched, &decision, &id).await;
                    if !decision.events.is_empty() {
                        self.metrics.wrote(began.elapsed());
                    }
                    match carried_out {
                        Ok(Some(refusal)) => {
                            let mut decision = decision;
                            decision.reply = Reply::Refused(refusal);
                            return Run::answered(Answer::about_state(kind, decision));
                        }
                        Ok(None) => {
                            self.commit(caller, &fetched, &decision, now).await;
                            return Run::answered(Answer::about_state(kind, decision));
                        }
                        Err(WriteError::Conflict) => {
                            self.metrics.conflicted();
                            self.release(caller).await;
                            let known = std::mem::take(&mut fetched);
                            known.users.keys().for_each(|user| self.forget(user));
                            attempts += 1;
                            if turn.is_none()
                                && let Some(user) = known.sessions.keys().next()
                            {
                                turn = self.turns.wait(user).await;
                            }
                            match attempts < ATTEMPTS {
                                true => Ok(()),
                                false => Err(Unavailable::contended()),
                            }
                        }
                        Err(WriteError::Unavailable(unavailable)) => Err(unavailable),
                    }
                }
                Outcome::Missing(missing) => self.fetch(&missing, &mut fetched, caller).await,
                Outcome::MailboxBusy(username) => {
                    turn = None;
                    self.leases.wait_for(&username, pause).await;
                    pause = (pause * 2).min(Duration::from_millis(200));
                    fetched = Fetched::default();
                    Ok(())
                }
                Outcome::CheckPassword(_) => unreachable!("an auth is a login of its own"),
            };
            if let Err(unavailable) = settled {
                self.release(caller).await;
                return Run::answered(self.refuse(kind, &unavailable));
            }
        }
    }

    fn refuse(&self, kind: RequestKind, unavailable: &Unavailable) -> Answer {
        self.trouble
            .met(format_args!("a request is refused: {unavailable}"));
        Answer::about_nothing(kind, Reply::Refused(Refusal::StorageUnavailable))
    }

    /// The connection is gone.
    pub async fn detach(&self, caller: &Caller) {
        self.presence.detach(caller.connection());
        self.release(caller).await;
    }

    fn now(&self) -> Timestamp {
        let now = time_of_day();
        let before = self.latest.fetch_max(now.0, Ordering::Relaxed);
        Timestamp(now.0.max(before))
    }

    fn owners(&self) -> MutexGuard<'_, LruCache<Token, Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<ConnectionId, Lease>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has another password or is gone is online no more, wherever that was changed.
fn user_changed(presence: &Presence, key: &str, value: Option<&[u8]>) {
    let record = value.and_then(|value| records::decode::<UserRecord>(value).ok());
    let generation = record.map(|record| record.generation);
    if let Some(username) = subjects::username_of(key) {
        presence.keep_generation(&username, generation);
    }
}

/// Sessions that have ended make nobody online, wherever they were ended.
fn sessions_changed(presence: &Presence, key: &str, value: Option<&[u8]>) {
    let record = value.and_then(|value| records::decode::<SessionsRecord>(value).ok());
    let record = record.unwrap_or_default();
    if let Some(username) = subjects::username_of(key) {
        presence.keep(&username, |token| {
            record
                .sessions
                .iter()
                .any(|session| session.token == *token)
        });
    }
}

fn time_of_day() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
