//! The engine: the chat state behind one short lock, and its journal.
//!
//! A request is decided and applied, and its events are appended to the open batch, under the
//! lock; nothing under it waits or does IO. A thread of its own (`journal_thread`) writes and
//! syncs one batch after the other, the next one filling meanwhile, and wakes who waits for it.
//!
//! What is decided may be told only when everything decided before it is durable: each answer
//! comes with the [`Signal`] to wait for. When a batch is lost, everyone who waited for it, or
//! for one on top of it, hears so, and the state is rebuilt from what is durable.

mod answer;
mod clock;
mod fold;
mod journal_thread;
mod operator;
mod pending;
mod retention;
mod signal;
mod snapshot_size;
mod stepped;
mod storage;

pub use answer::{Answer, Caller, Pause, Run};
pub use clock::SimulatedTime;
pub use fold::Folding;
pub use operator::{AdminError, Totals};
pub use signal::Signal;
pub use stepped::SteppedJournal;
pub use storage::{StorageBounds, StorageLevel, StorageStatus};

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::path::Path;
use std::process;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use chatting_time_core::command::Auth;
use chatting_time_core::{
    CheckedPassword, Command, ConnectionId, Decision, Drain, Event, Limits, Outcome, PasswordCheck,
    Refusal, Reply, State, Timestamp, Token, Username, finish_auth,
};

use tracing::error;

use crate::journal::{Disk, FolderLock, Journal, JournalError, JournalSize, Options, Recovery};
use crate::metrics::{JournalMetrics, RequestKind};
use clock::Clock;
use pending::Pending;
use storage::Storage;

/// The chat state of one data folder, durable.
pub struct Engine {
    shared: Mutex<Shared>,
    /// Tells the journal thread that there is something to do.
    work: Condvar,
    limits: Arc<Limits>,
    journal: Journal,
    journal_metrics: JournalMetrics,
    storage: Storage,
    expired_messages: AtomicU64,
    /// None is needed for a simulated disk.
    _lock: Option<FolderLock>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    state: State,
    clock: Clock,
    pending: Pending,
    /// The journal thread waits for something to be pending, and nobody has woken it yet.
    journal_waits: bool,
    /// A batch was lost and the state is being rebuilt: nothing can be decided.
    is_rebuilding: bool,
    /// There is too little room for anything that grows; see `storage`.
    refuses_growth: bool,
    /// The journal thread is asked to make room, as far as it can.
    wants_room: bool,
    /// What is pending becomes durable, then the journal is closed.
    is_stopping: bool,
    /// Deliveries that happened and whose events were lost with a batch.
    lost_deliveries: Vec<Event>,
    /// The mailboxes that somebody waits for while another connection drains them.
    busy_mailboxes: HashMap<Username, Arc<Signal>>,
    next_connection: u64,
    /// How long a message may wait, in milliseconds; `None` for ever.
    message_lifetime: Option<u64>,
    /// Where the next look for older ones begins.
    expiry_from: usize,
}

/// Most answers of one connection before others get their turn.
const RUN_ANSWERS: usize = 128;

impl Engine {
    /// Recovers what is in the data folder and goes on from there. The lock on the folder is
    /// held until the engine is dropped.
    pub fn open(
        folder: &Path,
        lock: FolderLock,
        disk: Arc<dyn Disk>,
        options: Options,
        limits: Arc<Limits>,
    ) -> Result<(Arc<Self>, Recovery), JournalError> {
        let (state, opened) =
            fold::state_of(folder, |sink| Journal::open(folder, disk, options, sink))?;
        let clock = Clock::after(state.latest_time());
        let engine = Self::new(state, clock, opened.journal, Some(lock), limits);
        let thread = journal_thread::start(engine.clone(), opened.writer);
        *engine.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok((engine, opened.recovery))
    }

    fn new(
        state: State,
        clock: Clock,
        journal: Journal,
        lock: Option<FolderLock>,
        limits: Arc<Limits>,
    ) -> Arc<Self> {
        Arc::new(Self {
            shared: Mutex::new(Shared {
                clock,
                state,
                pending: Pending::default(),
                journal_waits: false,
                is_rebuilding: false,
                refuses_growth: false,
                wants_room: false,
                is_stopping: false,
                lost_deliveries: Vec::new(),
                busy_mailboxes: HashMap::new(),
                next_connection: 0,
                message_lifetime: None,
                expiry_from: 0,
            }),
            work: Condvar::new(),
            limits,
            journal,
            journal_metrics: JournalMetrics::default(),
            storage: Storage::unwatched(),
            expired_messages: AtomicU64::new(0),
            _lock: lock,
            thread: Mutex::new(None),
        })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Arc<Limits> {
        &self.limits
    }

    /// A new connection.
    pub fn caller(&self) -> Caller {
        let mut shared = self.lock();
        shared.next_connection += 1;
        Caller {
            connection: ConnectionId(shared.next_connection),
            binding: None,
        }
    }

    /// Runs requests from the front, in order, as long as there is no reason to pause.
    pub fn run(
        &self,
        caller: &mut Caller,
        requests: &mut VecDeque<Result<Command, Refusal>>,
    ) -> Run {
        let mut run = Run::default();
        let mut reply_bytes = 0;
        let mut shared = self.lock();
        // One time for all: to ask for it takes as long as to look up a session.
        let now = shared.clock.now();
        while let Some(request) = requests.front() {
            let enough = reply_bytes >= self.limits.pending_reply_bytes;
            if enough || run.answers.len() == RUN_ANSWERS {
                break;
            }
            let kind = RequestKind::of(request);
            let answer = match request {
                Err(refusal) => Answer::about_nothing(kind, Reply::Refused(*refusal)),
                Ok(command) => match shared.decide(caller, &self.limits, now, kind, command) {
                    Ok(answer) => answer,
                    Err(pause) => {
                        if matches!(pause, Pause::LogIn(_)) {
                            requests.pop_front();
                        }
                        run.pause = Some(pause);
                        break;
                    }
                },
            };
            reply_bytes += answer.reply.size_hint();
            requests.pop_front();
            run.answers.push(answer);
        }
        run.commit = shared.pending.latest();
        self.release(shared);
        run
    }

    /// Begins with an `auth`: its password has to be checked, and then [`Engine::finish_auth`]. Where
    /// no password would do, the refusal.
    pub fn begin_auth(&self, caller: &Caller, auth: Auth) -> Result<PasswordCheck, Run> {
        let mut shared = self.lock();
        let now = shared.clock.now();
        let context = caller.context(now, &self.limits);
        let kind = RequestKind::called("auth");
        let answer = match shared.state.decide(&context, &Command::Auth(auth)) {
            _ if !shared.is_serving() => Answer::refuse(kind, Refusal::StorageUnavailable),
            Outcome::CheckPassword(check) => return Ok(check),
            Outcome::Decided(decision) => Answer {
                reply: decision.reply,
                kind,
                is_about_state: true,
                drain: None,
            },
            other => unreachable!("the whole state is in memory: {other:?}"),
        };
        Err(Run {
            answers: vec![answer],
            commit: shared.pending.latest(),
            pause: None,
        })
    }

    /// Goes on with an `auth` whose password has been checked. `token` is fresh and random.
    pub fn finish_auth(&self, caller: &mut Caller, token: Token, checked: &CheckedPassword) -> Run {
        let mut shared = self.lock();
        let now = shared.clock.now();
        let context = caller.context(now, &self.limits);
        let kind = RequestKind::called("auth");
        let answer = match finish_auth(&shared.state, &context, token, checked) {
            _ if !shared.is_serving() => Answer::refuse(kind, Refusal::StorageUnavailable),
            Outcome::Decided(decision) => {
                shared.carry_out(caller, &self.limits, now, kind, decision)
            }
            other => unreachable!("the whole state is in memory: {other:?}"),
        };
        let commit = shared.pending.latest();
        self.release(shared);
        Run {
            answers: vec![answer],
            commit,
            pause: None,
        }
    }

    /// The replies with these drains have been taken. Nobody waits until that is durable.
    pub fn confirm(&self, drains: &[Drain]) {
        let mut shared = self.lock();
        for drain in drains {
            if let Some(event) = shared.state.confirm(drain) {
                match shared.is_rebuilding {
                    true => shared.lost_deliveries.push(event),
                    false => shared.pending.push(&event),
                }
            }
            shared.mailbox_is_free(&drain.username);
        }
        self.release(shared);
    }

    /// Replies with drains were not told: their messages stay undelivered.
    pub fn give_back(&self, caller: &Caller) {
        let mut shared = self.lock();
        for username in shared.state.give_back(caller.connection) {
            shared.mailbox_is_free(&username);
        }
    }

    /// The connection is gone.
    pub fn detach(&self, caller: &Caller) {
        let mut shared = self.lock();
        for username in shared.state.detach(caller.connection) {
            shared.mailbox_is_free(&username);
        }
    }

    /// The sequence of the last event that is durable.
    pub fn durable_sequence(&self) -> u64 {
        self.journal.durable_sequence()
    }

    /// Whether requests are carried out: the storage works, and nobody has told it to stop.
    pub fn is_serving(&self) -> bool {
        self.lock().is_serving()
    }

    /// What is counted of making events durable.
    pub(crate) fn journal_metrics(&self) -> &JournalMetrics {
        &self.journal_metrics
    }

    /// How much the journal has grown since the last snapshot, and how large that is.
    pub(crate) fn journal_size(&self) -> JournalSize {
        self.journal.size()
    }

    /// Makes durable what is pending and closes the journal. Blocks until that is done.
    pub fn stop(&self) {
        self.lock().is_stopping = true;
        self.work.notify_one();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(|_| {
            // What panicked may have left half a change behind. What is durable is whole.
            error!("the state cannot be trusted after a panic: stopping at once");
            process::abort()
        })
    }

    /// Lets go of the state, and wakes the journal thread if it waits for what is pending now. It is woken once, not once
    /// for every request that comes before it is there: each waking is a system call.
    fn release(&self, mut shared: MutexGuard<'_, Shared>) {
        let wakes = !shared.pending.is_empty() && mem::take(&mut shared.journal_waits);
        drop(shared);
        if wakes {
            self.work.notify_one();
        }
    }
}

impl Shared {
    fn is_serving(&self) -> bool {
        !self.is_rebuilding && !self.is_stopping
    }

    fn decide(
        &mut self,
        caller: &mut Caller,
        limits: &Limits,
        now: Timestamp,
        kind: RequestKind,
        command: &Command,
    ) -> Result<Answer, Pause> {
        if !self.is_serving() && !command.needs_no_state() {
            return Ok(Answer::refuse(kind, Refusal::StorageUnavailable));
        }
        if let Some(commit) = self.pending.full()
            && !command.needs_no_state()
        {
            return Err(Pause::Wait(commit));
        }
        if self.refuses_growth && command.adds_to_mailboxes() {
            return Ok(Answer::refuse(kind, Refusal::StorageUnavailable));
        }
        if let Command::Auth(auth) = command {
            return Err(Pause::LogIn(auth.clone()));
        }
        let context = caller.context(now, limits);
        match self.state.decide(&context, command) {
            Outcome::Decided(decision) if command.needs_no_state() => {
                Ok(Answer::about_nothing(kind, decision.reply))
            }
            Outcome::Decided(decision) => Ok(self.carry_out(caller, limits, now, kind, decision)),
            Outcome::MailboxBusy(username) => {
                let free = self.busy_mailboxes.entry(username).or_default();
                Err(Pause::Wait(free.clone()))
            }
            other @ (Outcome::CheckPassword(_) | Outcome::Missing(_)) => {
                unreachable!(
                    "only `auth` has a password, and the whole state is in memory: {other:?}"
                )
            }
        }
    }

    fn carry_out(
        &mut self,
        caller: &mut Caller,
        limits: &Limits,
        now: Timestamp,
        kind: RequestKind,
        decision: Decision,
    ) -> Answer {
        self.state.commit(&caller.context(now, limits), &decision);
        for event in &decision.events {
            self.pending.push(event);
        }
        caller.binding = decision.binding.after(caller.binding);
        Answer {
            reply: decision.reply,
            kind,
            is_about_state: true,
            drain: decision.drain,
        }
    }

    fn apply(&mut self, events: &[Event]) {
        for event in events {
            self.state.apply(event);
            self.pending.push(event);
        }
    }

    fn mailbox_is_free(&mut self, username: &Username) {
        if let Some(free) = self.busy_mailboxes.remove(username) {
            free.settle(true);
        }
    }
}
