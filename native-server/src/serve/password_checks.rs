//! Runs password checks, a bounded number at a time and with a bounded queue before them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use chatting_time_core::{CheckedPassword, Limits, PasswordCheck};
use tokio::sync::Semaphore;

/// A check takes some 20 ms of a processor and 19 MiB: more at a time than there are processors
/// would only cost memory.
#[derive(Debug)]
pub(super) struct PasswordChecks {
    running: Semaphore,
    waiting: AtomicU64,
    most_waiting: u64,
}

/// The queue is full.
#[derive(Debug)]
pub(super) struct Busy;

impl PasswordChecks {
    pub(super) fn new(limits: &Limits) -> Self {
        let at_a_time = match limits.password_checks {
            0 => thread::available_parallelism().map_or(1, |count| count.get()),
            count => usize::try_from(count).unwrap_or(usize::MAX),
        };
        Self {
            running: Semaphore::new(at_a_time.min(Semaphore::MAX_PERMITS)),
            waiting: AtomicU64::new(0),
            most_waiting: limits.password_checks_waiting,
        }
    }

    pub(super) async fn run(&self, check: PasswordCheck) -> Result<CheckedPassword, Busy> {
        let _permit = match self.running.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = self.place_in_queue().ok_or(Busy)?;
                self.running
                    .acquire()
                    .await
                    .expect("the semaphore is never closed")
            }
        };
        tokio::task::spawn_blocking(|| check.run())
            .await
            // Only a panic in the check, or a runtime that is shutting down.
            .map_err(|_| Busy)
    }

    fn place_in_queue(&self) -> Option<Place<'_>> {
        let taken = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
                (waiting < self.most_waiting).then_some(waiting + 1)
            });
        taken.is_ok().then_some(Place(&self.waiting))
    }
}

/// Given back when the check begins, or when its connection goes away before.
struct Place<'a>(&'a AtomicU64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
