//! The engine without a thread of its own, for simulations: it is the journal thread's own code, done a piece at a time by
//! whoever holds this, so that a run can be repeated exactly.
//!
//! Like the simulated disk it is always compiled, and nothing but tests uses it.

use std::mem;
use std::path::Path;
use std::sync::Arc;

use chatting_time_core::{Limits, Timestamp};

use super::clock::{Clock, SimulatedTime};
use super::journal_thread::{self, JournalThread};
use super::pending::Lot;
use super::{Engine, fold};
use crate::journal::{Disk, Journal, JournalError, Options, Recovery};

/// What the journal thread would do, to be done step by step.
pub struct SteppedJournal {
    thread: JournalThread,
    /// The batch being written.
    lot: Option<Lot>,
}

impl SteppedJournal {
    /// [`Engine::open`] with a simulated time, without a lock on the folder and without a thread. [`Engine::stop`] does
    /// nothing there; [`Self::close`] takes its place.
    ///
    /// # Errors
    /// As [`Engine::open`].
    pub fn open(
        folder: &Path,
        disk: Arc<dyn Disk>,
        options: Options,
        limits: Arc<Limits>,
        time: SimulatedTime,
    ) -> Result<(Arc<Engine>, Self, Recovery), JournalError> {
        let (state, opened) =
            fold::state_of(folder, |sink| Journal::open(folder, disk, options, sink))?;
        let clock = Clock::simulated(time, state.latest_time());
        let engine = Engine::new(state, clock, opened.journal, None, limits);
        let journal = Self {
            thread: JournalThread::new(engine.clone(), opened.writer),
            lot: None,
        };
        Ok((engine, journal, opened.recovery))
    }

    /// Takes what is pending, to be written next: what is decided from now on joins the batch after it. `false` when there
    /// is nothing, or a batch was taken already.
    pub fn begin(&mut self) -> bool {
        if self.lot.is_none() {
            self.lot = self.thread.lot();
            return self.lot.is_some();
        }
        false
    }

    /// Writes what was taken; `false` when it was lost. Then [`Self::recover`].
    pub fn write(&mut self) -> bool {
        match self.lot.take() {
            Some(lot) => self.thread.write(lot),
            None => true,
        }
    }

    /// Tries once to go on after a batch was lost.
    ///
    /// # Errors
    /// Those of the journal; nothing has changed then.
    pub fn recover(&mut self) -> Result<(), JournalError> {
        self.thread.try_to_recover()
    }

    /// Prepares the segment after the present one, as another thread would do it ahead.
    pub fn prepare(&self) {
        self.thread.engine.journal.prepare();
    }

    /// The journal, if it is time to [`fold`](Self::fold) it.
    #[must_use]
    pub fn due_fold(&self) -> Option<Journal> {
        let journal = &self.thread.engine.journal;
        journal.fold_is_due().then(|| journal.clone())
    }

    /// Folds what is sealed, as another thread would do it; whether that succeeded.
    pub fn fold(journal: &Journal) -> bool {
        journal_thread::fold(journal)
    }

    /// The journal, to be [folded](Self::fold) so that there is more room; `None` when nobody asked for that, or it would not
    /// help. Not while it is folded, nor between [`Self::begin`] and [`Self::write`].
    pub fn make_room(&mut self) -> Option<Journal> {
        let thread = &mut self.thread;
        thread.wants_room |= mem::take(&mut thread.engine.lock().wants_room);
        let can = mem::take(&mut thread.wants_room) && thread.seal_to_make_room();
        can.then(|| thread.engine.journal.clone())
    }

    /// Tells how a [`Self::fold`] ended.
    pub fn fold_ended(&mut self, has_succeeded: bool) {
        self.thread.fold_ended(has_succeeded);
    }

    /// What the clock of the engine shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.thread.engine.lock().clock.now()
    }

    /// Stops the engine as [`Engine::stop`] does: makes durable what is pending and closes the journal. `false` when storage
    /// failed meanwhile and did not recover at once; who waited for what was pending has heard so. A last fold is made if
    /// it is due, unless one `is_folding` still, which then ends with the process.
    pub fn close(mut self, is_folding: bool) -> bool {
        self.thread.engine.lock().is_stopping = true;
        loop {
            let is_rebuilding = self.thread.engine.lock().is_rebuilding;
            if is_rebuilding && self.recover().is_err() {
                return false;
            }
            self.begin();
            if self.lot.is_none() {
                break;
            }
            self.write();
        }
        self.thread.close_after(|thread| {
            if !is_folding && thread.engine.journal.fold_is_due() {
                journal_thread::fold(&thread.engine.journal);
            }
        })
    }
}
