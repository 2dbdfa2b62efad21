//! What the journal takes.

use std::time::Duration;

use super::{Counter, Histogram};

/// What is counted of the thread that makes events durable, and of the snapshots it begins.
#[derive(Debug)]
pub(crate) struct JournalMetrics {
    pub(super) batch_events: Histogram,
    pub(super) batch_bytes: Histogram,
    pub(super) commit_times: Histogram,
    pub(super) failed_writes: Counter,
    pub(super) fold_times: Histogram,
    pub(super) folds: Counter,
    pub(super) failed_folds: Counter,
}

impl Default for JournalMetrics {
    fn default() -> Self {
        Self {
            batch_events: Histogram::of_counts(),
            batch_bytes: Histogram::of_bytes(),
            commit_times: Histogram::of_times(),
            failed_writes: Counter::default(),
            fold_times: Histogram::of_long_times(),
            folds: Counter::default(),
            failed_folds: Counter::default(),
        }
    }
}

impl JournalMetrics {
    /// A batch has been written and synced.
    pub(crate) fn committed(&self, events: usize, bytes: usize, time: Duration) {
        self.batch_events.observe(events as u64, 1);
        self.batch_bytes.observe(bytes as u64, 1);
        self.commit_times.took(time);
    }

    /// A batch could not be written or synced.
    pub(crate) fn failed(&self) {
        self.failed_writes.add(1);
    }

    /// A snapshot was made, or could not be.
    pub(crate) fn folded(&self, is_made: bool, time: Duration) {
        self.fold_times.took(time);
        match is_made {
            true => self.folds.add(1),
            false => self.failed_folds.add(1),
        }
    }
}
