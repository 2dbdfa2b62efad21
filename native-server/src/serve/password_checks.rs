//! Runs password checks, a bounded number at a time and with a bounded queue before them.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chatting_time_core::{CheckMemory, Limits};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// A check takes some 20 ms of a processor and 19 MiB: more at a time than there are processors
/// would only cost memory. Each thread keeps what its checks work in.
#[derive(Debug)]
pub(super) struct PasswordChecks {
    threads: Sender<Job>,
    running: Arc<Semaphore>,
    at_a_time: usize,
    waiting: AtomicU64,
    most_waiting: u64,
}

/// The permit goes with the check and not with who waits for it: a client that leaves must not
/// make room for another check before the thread has got to its own.
struct Job {
    work: Box<dyn FnOnce(&mut CheckMemory) + Send>,
    permit: OwnedSemaphorePermit,
}

/// Somebody's turn to have a password checked.
pub(super) struct Turn<'a> {
    threads: &'a Sender<Job>,
    permit: OwnedSemaphorePermit,
}

/// The queue is full.
#[derive(Debug)]
pub(super) struct Busy;

impl PasswordChecks {
    /// Starts the threads. They end when this is dropped.
    pub(super) fn start(limits: &Limits) -> io::Result<Self> {
        let at_a_time = match limits.password_checks {
            0 => thread::available_parallelism().map_or(1, |count| count.get()),
            count => usize::try_from(count).unwrap_or(usize::MAX),
        };
        let (threads, jobs) = mpsc::channel();
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..at_a_time {
            let jobs = jobs.clone();
            let name = "password-check".to_owned();
            thread::Builder::new()
                .name(name)
                .spawn(move || work(&jobs))?;
        }
        let at_a_time = at_a_time.min(Semaphore::MAX_PERMITS);
        Ok(Self {
            threads,
            running: Arc::new(Semaphore::new(at_a_time)),
            at_a_time,
            waiting: AtomicU64::new(0),
            most_waiting: limits.password_checks_waiting,
        })
    }

    /// Waits for a turn, in the order of those who came.
    pub(super) async fn turn(&self) -> Result<Turn<'_>, Busy> {
        let permit = match self.running.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let _place = self.place_in_queue().ok_or(Busy)?;
                let running = self.running.clone();
                let permit = running.acquire_owned().await;
                permit.expect("the semaphore is never closed")
            }
        };
        let threads = &self.threads;
        Ok(Turn { threads, permit })
    }

    /// How many wait, and how many are under way.
    pub(super) fn counts(&self) -> (u64, u64) {
        let running = self.at_a_time - self.running.available_permits();
        (self.waiting.load(Ordering::Relaxed), running as u64)
    }

    fn place_in_queue(&self) -> Option<Place<'_>> {
        let taken = self
            .waiting
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waiting| {
                (waiting < self.most_waiting).then_some(waiting + 1)
            });
        taken.is_ok().then(|| Place(&self.waiting))
    }
}

impl Turn<'_> {
    /// Works on one of the threads, in the memory that checks take.
    pub(super) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut CheckMemory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (sender, done) = oneshot::channel();
        let work = Box::new(move |memory: &mut CheckMemory| {
            if !sender.is_closed() {
                // Its connection may go away meanwhile.
                let _ = sender.send(work(memory));
            }
        });
        let permit = self.permit;
        self.threads.send(Job { work, permit }).map_err(|_| Busy)?;
        done.await.map_err(|_| Busy)
    }
}

/// Given back when the check begins, or when its connection goes away before.
struct Place<'a>(&'a AtomicU64);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    let mut memory = CheckMemory::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else {
            return;
        };
        (job.work)(&mut memory);
        drop(job.permit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_holds_as_many_as_it_may_however_many_are_turned_away() {
        let limits = Limits {
            password_checks_waiting: 2,
            ..Limits::default()
        };
        let checks = PasswordChecks::start(&limits).unwrap();
        let first = checks.place_in_queue().unwrap();
        let _second = checks.place_in_queue().unwrap();
        for _ in 0..3 {
            assert!(checks.place_in_queue().is_none());
        }
        drop(first);
        assert!(checks.place_in_queue().is_some());
    }

    #[tokio::test]
    async fn a_client_that_leaves_makes_no_room_before_its_check_is_out_of_the_way() {
        let (threads, jobs) = mpsc::channel();
        let checks = PasswordChecks {
            threads,
            running: Arc::new(Semaphore::new(1)),
            at_a_time: 1,
            waiting: AtomicU64::new(0),
            most_waiting: 0,
        };
        let check = async || checks.turn().await?.run(|_| ()).await;
        let left = tokio::select! {
            biased;
            _ = check() => false,
            () = async {} => true,
        };
        assert!(left);
        let is_busy = tokio::select! {
            biased;
            checked = check() => checked.is_err(),
            () = async {} => false,
        };
        assert!(is_busy);
        drop(jobs.recv().unwrap());
        assert_eq!(checks.running.available_permits(), 1);
    }
}
