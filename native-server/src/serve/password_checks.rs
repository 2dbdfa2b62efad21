//! Runs password checks, a bounded number at a time and with a bounded queue before them.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use chatting_time_core::{CheckMemory, Limits};
use tokio::sync::oneshot;
use tokio::task::yield_now;

use super::attempts::{Attempts, Who};
use super::turns::{self, Attempt, Refused, Turns};

/// A check takes some 20 ms of a processor and 19 MiB: more at a time than there are processors
/// would only cost memory. Each thread keeps what its checks work in.
#[derive(Debug)]
pub(super) struct PasswordChecks {
    threads: Sender<Job>,
    turns: Arc<Turns>,
}

/// The turn goes with the check and not with who waits for it: a client that leaves must not
/// make room for another check before the thread has got to its own.
struct Job {
    work: Box<dyn FnOnce(&mut CheckMemory) + Send>,
    turn: turns::Turn,
}

/// Somebody's turn to have a password checked.
pub(super) struct Turn<'a> {
    threads: &'a Sender<Job>,
    turn: turns::Turn,
}

/// There is nothing that would check it.
#[derive(Debug)]
pub(super) struct Busy;

impl PasswordChecks {
    /// Starts the threads. They end when this is dropped.
    pub(super) fn start(limits: &Limits, attempts: Attempts) -> io::Result<Self> {
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
        Ok(Self {
            threads,
            turns: Turns::new(at_a_time, limits.password_checks_waiting, attempts),
        })
    }

    /// Waits for a turn, and begins the attempt that it is for.
    pub(super) async fn turn(&self, who: Who) -> Result<(Turn<'_>, Attempt), Refused> {
        let (turn, attempt) = match self.turns.wait(who).await {
            Ok(given) => given,
            Err(refused) => {
                // Those who have just been given a turn wait for the same few threads of the server: one who sends many
                // logins at once, and is refused each without a wait, must not keep such a thread for all of them.
                yield_now().await;
                return Err(refused);
            }
        };
        let threads = &self.threads;
        Ok((Turn { threads, turn }, attempt))
    }

    /// How many wait, and how many are under way.
    pub(super) fn counts(&self) -> (u64, u64) {
        self.turns.counts()
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
        let turn = self.turn;
        self.threads.send(Job { work, turn }).map_err(|_| Busy)?;
        done.await.map_err(|_| Busy)
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    let mut memory = CheckMemory::default();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { work, turn }) = job else {
            return;
        };
        // It has been logged. The thread is needed for the others.
        if catch_unwind(AssertUnwindSafe(|| work(&mut memory))).is_err() {
            memory = CheckMemory::default();
        }
        drop(turn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who() -> Who {
        Who::new([127, 0, 0, 1].into(), None)
    }

    fn without_bounds() -> Attempts {
        Attempts::new(0, 0)
    }

    #[tokio::test]
    async fn a_client_that_leaves_makes_no_room_before_its_check_is_out_of_the_way() {
        let (threads, jobs) = mpsc::channel();
        let turns = Turns::new(1, 0, without_bounds());
        let checks = PasswordChecks { threads, turns };
        let check = async || {
            let (turn, _attempt) = checks.turn(who()).await.map_err(|_| Busy)?;
            turn.run(|_| ()).await
        };
        let left = tokio::select! {
            biased;
            _ = check() => false,
            () = async {} => true,
        };
        assert!(left);
        let is_busy = tokio::select! {
            biased;
            checked = check() => checked.is_err(),
            () = async { yield_now().await; yield_now().await; } => false,
        };
        assert!(is_busy);
        drop(jobs.recv().unwrap());
        assert_eq!(checks.counts(), (0, 0));
    }

    #[tokio::test]
    async fn who_is_refused_lets_others_go_on_first() {
        let (threads, _jobs) = mpsc::channel();
        let turns = Turns::new(0, 0, without_bounds());
        let checks = PasswordChecks { threads, turns };
        let mut refused = std::pin::pin!(checks.turn(who()));
        let is_at_once = tokio::select! {
            biased;
            _ = &mut refused => true,
            () = async {} => false,
        };
        assert!(!is_at_once);
        assert!(refused.await.is_err());
    }

    #[tokio::test]
    async fn a_check_that_panics_takes_no_other_along() {
        let limits = Limits {
            password_checks: 1,
            ..Limits::default()
        };
        let checks = PasswordChecks::start(&limits, without_bounds()).unwrap();
        let (turn, _attempt) = checks.turn(who()).await.unwrap();
        let panicked = turn.run(|_| panic!("as no check should")).await;
        assert!(matches!(panicked, Err::<(), _>(Busy)));
        let (turn, _attempt) = checks.turn(who()).await.unwrap();
        assert_eq!(turn.run(|_| 1).await.unwrap(), 1);
    }
}
