//! The thread that makes events durable: one batch after the other, the next one filling while
//! the one before it is written (group commit, without a timer).

use std::mem;
use std::process;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use chatting_time_core::State;
use tracing::{error, info, warn};

use super::fold::{self, Folding};
use super::pending::Lot;
use super::{Engine, Shared};
use crate::journal::{Batch, Journal, JournalError, Writer};

/// How long to wait before the storage is tried again after a failure.
const RETRY_AFTER: Duration = Duration::from_millis(100);
/// How often a lasting failure is said again.
const REMIND_AFTER: Duration = Duration::from_secs(10);
/// How long a stopping server waits for its last snapshot.
const LAST_FOLD_TIME: Duration = Duration::from_secs(5);
/// How many times as long as a fold took that was not due it waits before another one: so that they take a
/// twentieth of the time at most.
const PAUSE_AFTER_FOLD: u32 = 19;
/// How long it waits at least after one that failed.
const PAUSE_AFTER_FAILED_FOLD: Duration = Duration::from_secs(10);
/// How often it says that there is no room for one. It tries each time that somebody looks how much there is.
const WARN_AGAIN_AFTER: Duration = Duration::from_secs(3600);
/// A batch's buffer that grew beyond this is not kept, in bytes.
const KEPT_BATCH_BYTES: usize = 1 << 20;

/// How often it looks for more to write before it sleeps.
const LOOKS: usize = 20;
/// What that takes at most while processors are free.
const LOOKING_TIME: Duration = Duration::from_millis(1);
/// Batches after which it tries again whether processors are free.
const BATCHES_WITHOUT_LOOKING: u32 = 1_000;

pub(super) fn start(engine: Arc<Engine>, writer: Writer) -> JoinHandle<()> {
    thread::Builder::new()
        .name("journal".into())
        .spawn(move || {
            let _alarm = StopServer;
            JournalThread::new(engine, writer).run()
        })
        .expect("the system can start a thread")
}

/// A server without this thread would take requests and answer none. What is durable is whole,
/// so it stops at once when the thread panics.
struct StopServer;

impl Drop for StopServer {
    fn drop(&mut self) {
        if thread::panicking() {
            error!("the journal cannot be written after a panic: stopping at once");
            process::abort();
        }
    }
}

/// What came of a fold; nothing, if its thread panicked.
#[derive(Default)]
struct EndedFold {
    has_succeeded: bool,
    took: Duration,
}

/// What the thread does. What waits, or starts another thread, is in methods of its own, so that a simulation can do the
/// rest piece by piece ([`super::SteppedJournal`]).
pub(super) struct JournalThread {
    pub(super) engine: Arc<Engine>,
    pub(super) writer: Writer,
    /// An empty batch to go on with.
    spare: Batch,
    /// The fold that is running, or has ended.
    fold: Option<JoinHandle<EndedFold>>,
    /// How much was sealed when a fold failed last; with no more than that it is not tried again.
    failed_fold_bytes: u64,
    /// It was asked to make room.
    pub(super) wants_room: bool,
    /// Something may have been taken out since it made room last.
    could_make_room: bool,
    /// When it may do so again.
    makes_room_from: Instant,
    /// When it said last that there is no room for that, since there was.
    said_no_room: Option<Instant>,
    /// Batches for which it sleeps at once.
    without_looking: u32,
}

impl JournalThread {
    pub(super) fn new(engine: Arc<Engine>, writer: Writer) -> Self {
        Self {
            engine,
            writer,
            spare: Batch::new(),
            fold: None,
            failed_fold_bytes: 0,
            wants_room: false,
            // Nobody knows what was taken out before the start and is in no snapshot yet.
            could_make_room: true,
            makes_room_from: Instant::now(),
            said_no_room: None,
            without_looking: 0,
        }
    }

    fn run(mut self) {
        while let Some(lot) = self.next_lot() {
            if self.write(lot) {
                self.fold_if_due();
                if mem::take(&mut self.wants_room) {
                    self.make_room();
                }
            } else if !self.recover() {
                return;
            }
        }
        self.close();
    }

    /// Makes a batch durable and tells who waits for it; `false` when it was lost.
    pub(super) fn write(&mut self, mut lot: Lot) -> bool {
        let began = Instant::now();
        match self.writer.append(&mut lot.batch) {
            Ok(()) => {
                let metrics = &self.engine.journal_metrics;
                metrics.committed(lot.batch.len(), lot.batch.bytes(), began.elapsed());
                let mut shared = self.engine.lock();
                shared.pending.end();
                self.wants_room |= mem::take(&mut shared.wants_room);
                drop(shared);
                lot.commit.settle(true);
                self.could_make_room |= lot.makes_room;
                if self.engine.storage.wrote(lot.batch.bytes() as u64) {
                    self.engine.check_storage();
                }
                if lot.batch.bytes() <= KEPT_BATCH_BYTES {
                    self.spare = lot.batch;
                    self.spare.clear();
                }
                true
            }
            Err(failure) => {
                self.engine.journal_metrics.failed();
                self.lose(lot, &failure);
                false
            }
        }
    }

    /// Waits for something to write. `None` when the engine stops and everything is written.
    fn next_lot(&mut self) -> Option<Lot> {
        self.linger();
        let mut shared = self.engine.lock();
        while shared.pending.is_empty() {
            if shared.is_stopping {
                return None;
            }
            if mem::take(&mut shared.wants_room) {
                drop(shared);
                self.make_room();
                shared = self.engine.lock();
                continue;
            }
            shared.journal_waits = true;
            let woken = self.engine.work.wait(shared);
            shared = woken.unwrap_or_else(|_| process::abort());
        }
        Some(shared.pending.begin(mem::take(&mut self.spare)))
    }

    /// Takes what there is to write, without waiting.
    pub(super) fn lot(&mut self) -> Option<Lot> {
        let mut shared = self.engine.lock();
        let pending = &mut shared.pending;
        (!pending.is_empty()).then(|| pending.begin(mem::take(&mut self.spare)))
    }

    /// Looks for more to write, letting others have the processor in between. Behind a batch the next requests are usually on
    /// their way, and to be woken takes longer than this, above all on a processor that has gone to sleep too. Where others
    /// want the processor it comes back late: then it is left to the system to wake this thread in time.
    fn linger(&mut self) {
        if let Some(fewer) = self.without_looking.checked_sub(1) {
            self.without_looking = fewer;
            return;
        }
        let began = Instant::now();
        for _ in 0..LOOKS {
            let shared = self.engine.lock();
            if !shared.pending.is_empty() || shared.is_stopping {
                return;
            }
            drop(shared);
            thread::yield_now();
            if began.elapsed() > LOOKING_TIME {
                self.without_looking = BATCHES_WITHOUT_LOOKING;
                return;
            }
        }
    }

    /// A batch was lost, and with it what was decided on top. Nothing but `help` is answered until [`Self::try_to_recover`] succeeds.
    fn lose(&mut self, lost: Lot, failure: &JournalError) {
        error!("storage failed, nothing is taken in until it works again: {failure}");
        let on_top = {
            let mut shared = self.engine.lock();
            shared.is_rebuilding = true;
            shared.pending.end();
            let on_top = shared.pending.take_lost();
            shared.lost_deliveries.extend(lost.deliveries);
            shared.lost_deliveries.extend(on_top.deliveries);
            on_top.commit
        };
        lost.commit.settle(false);
        on_top.settle(false);
    }

    /// Rebuilds the state from what is durable and serves from it. After an error nothing has changed.
    pub(super) fn try_to_recover(&mut self) -> Result<(), JournalError> {
        let folder = self.engine.journal.folder();
        let (state, ()) = fold::state_of(folder, |sink| self.writer.reopen(sink))?;
        let before = self.engine.lock().go_on_with(state);
        // A large state takes a while to be dropped: not under the lock.
        drop(before);
        info!("storage works again");
        Ok(())
    }

    /// Tries that as often as it takes. `false` when the engine was stopped before it succeeded.
    fn recover(&mut self) -> bool {
        let mut said = Instant::now();
        loop {
            match self.try_to_recover() {
                Ok(()) => return true,
                Err(failure) if said.elapsed() >= REMIND_AFTER => {
                    warn!("storage still fails: {failure}");
                    said = Instant::now();
                }
                Err(_) => {}
            }
            let shared = self.engine.lock();
            if shared.is_stopping {
                warn!("stopped while storage was failing; everything acknowledged is durable");
                return false;
            }
            let _ = self.engine.work.wait_timeout(shared, RETRY_AFTER);
        }
    }

    /// Begins to fold sealed segments into a snapshot when that is worth it, on another thread.
    fn fold_if_due(&mut self) {
        self.end_fold();
        let journal = &self.engine.journal;
        if self.fold.is_none()
            && journal.fold_is_due()
            && journal.sealed_bytes() > self.failed_fold_bytes
        {
            self.start_fold();
        }
    }

    /// Folds although it is not due, as there is little room and something was taken out.
    fn make_room(&mut self) {
        self.end_fold();
        let is_early = Instant::now() < self.makes_room_from;
        if !is_early && self.fold.is_none() && self.seal_to_make_room() {
            self.start_fold();
        }
    }

    /// Seals the segment being written, since it is the one that says what was taken out; whether a fold makes room now.
    pub(super) fn seal_to_make_room(&mut self) -> bool {
        if !self.could_make_room || self.writer.is_poisoned() || !self.has_room_for_snapshot() {
            return false;
        }
        match self.writer.seal() {
            Ok(()) => {
                self.could_make_room = false;
                true
            }
            Err(failure) => {
                warn!("no room was made: {failure}");
                false
            }
        }
    }

    fn has_room_for_snapshot(&mut self) -> bool {
        // However little is left of the journal, a snapshot never takes more than what it replaces.
        let replaced = self.engine.journal.largest_snapshot_bytes() + self.writer.open_bytes();
        let most = replaced.min(self.engine.expected_snapshot_bytes());
        let free = self.engine.storage().free;
        if free >= most.saturating_add(self.engine.storage.left_by_snapshot()) {
            self.said_no_room = None;
            return true;
        }
        if self
            .said_no_room
            .is_none_or(|said| said.elapsed() >= WARN_AGAIN_AFTER)
        {
            warn!(
                "no snapshot was made, though it could make room: it may take {most} bytes, and {free} are free"
            );
            self.said_no_room = Some(Instant::now());
        }
        false
    }

    /// Notes how the last fold ended, if it has.
    fn end_fold(&mut self) {
        if let Some(ended) = self.fold.take_if(|fold| fold.is_finished()) {
            let ended = ended.join().unwrap_or_default();
            let mut pause = ended.took * PAUSE_AFTER_FOLD;
            if !ended.has_succeeded {
                pause = pause.max(PAUSE_AFTER_FAILED_FOLD);
            }
            self.makes_room_from = Instant::now() + pause;
            self.fold_ended(ended.has_succeeded);
        }
    }

    /// After one that failed it tries again when there is more to fold, and whenever room is wanted.
    pub(super) fn fold_ended(&mut self, has_succeeded: bool) {
        self.failed_fold_bytes = 0;
        if !has_succeeded {
            self.failed_fold_bytes = self.engine.journal.sealed_bytes();
            self.could_make_room = true;
        }
    }

    fn start_fold(&mut self) {
        let engine = self.engine.clone();
        let fold = move || {
            give_way();
            let began = Instant::now();
            let has_succeeded = fold(&engine.journal);
            let took = began.elapsed();
            engine.journal_metrics.folded(has_succeeded, took);
            EndedFold {
                has_succeeded,
                took,
            }
        };
        match thread::Builder::new().name("fold".into()).spawn(fold) {
            Ok(fold) => self.fold = Some(fold),
            Err(failure) => warn!("no snapshot was made, the journal is kept: {failure}"),
        }
    }

    fn close(self) {
        self.close_after(|thread| {
            thread.fold_if_due();
            thread.wait_for_fold();
        });
    }

    /// Closes the journal after a last fold; whether it could be closed.
    pub(super) fn close_after(mut self, last_fold: impl FnOnce(&mut Self)) -> bool {
        if self.writer.seal().is_ok() {
            last_fold(&mut self);
        }
        let closed = self.writer.close();
        if let Err(failure) = &closed {
            warn!("the journal was not closed, the next start will check its end: {failure}");
        }
        closed.is_ok()
    }

    fn wait_for_fold(&mut self) {
        let Some(fold) = self.fold.take() else {
            return;
        };
        let until = Instant::now() + LAST_FOLD_TIME;
        while !fold.is_finished() {
            if Instant::now() >= until {
                info!("stopped before the last snapshot was finished; the journal has everything");
                return;
            }
            thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// Folds what is sealed into a snapshot; whether it succeeded.
pub(super) fn fold(journal: &Journal) -> bool {
    match journal.fold(&mut Folding::default()) {
        Ok(folded) => {
            if let Some(folded) = folded {
                info!(
                    "snapshot of {} bytes up to event {} in place of {} bytes of journal",
                    folded.snapshot_bytes, folded.sequence, folded.folded_bytes
                );
            }
            true
        }
        Err(failure) => {
            warn!("no snapshot was made, the journal is kept: {failure}");
            false
        }
    }
}

/// Nobody waits for a snapshot: while processors are short, others come first. It still gets its share, and the longer it
/// takes the more segments the next one takes in at once.
fn give_way() {
    // Of this thread alone, where the system has such a thing; elsewhere it is no loss.
    #[cfg(target_os = "linux")]
    {
        const NICENESS: i32 = 10;
        let _ = rustix::process::setpriority_process(None, NICENESS);
    }
}

impl Shared {
    /// Serves from `state`, which holds what is durable, and returns the one served until now.
    fn go_on_with(&mut self, mut state: State) -> State {
        for delivery in mem::take(&mut self.lost_deliveries) {
            state.apply(&delivery);
            self.pending.push(&delivery);
        }
        state.take_over(&self.state);
        self.is_rebuilding = false;
        for (_, free) in self.busy_mailboxes.drain() {
            free.settle(true);
        }
        mem::replace(&mut self.state, state)
    }
}
