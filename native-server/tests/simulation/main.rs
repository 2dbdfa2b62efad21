//! Seeded runs of clients, operators, faults and stops against the engine and the journal, judged by a model of what the
//! service promises. No clock, no file and no thread but the test's own decides anything, so a seed always runs the same.
//!
//! `SIMULATION_SEED=7` runs one seed and shows what happened; `SIMULATION_SEEDS=10000` runs more than the usual number.

mod client;
mod disk;
mod futures;
mod model;
mod possibilities;
mod random;
mod reader;
mod run;

use std::any::Any;
use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

const USUAL_SEEDS: u64 = 500;

#[test]
fn whatever_goes_wrong_nothing_told_is_undone() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let (history, failure) = run(seed);
        println!("{}", history.join("\n"));
        assert!(failure.is_none(), "{}", failure.unwrap_or_default());
        return;
    }
    let seeds = number("SIMULATION_SEEDS").unwrap_or(USUAL_SEEDS);
    let next = AtomicU64::new(0);
    let failed = AtomicU64::new(u64::MAX);
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds || seed > failed.load(Ordering::Relaxed) {
                        return;
                    }
                    if run(seed).1.is_some() {
                        failed.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner();
    if failed < seeds {
        let (history, failure) = run(failed);
        panic!(
            "seed {failed} of {seeds}:\n{}\n{}\nThis seed alone: SIMULATION_SEED={failed} cargo test --package \
             chatting-time --test simulation -- --nocapture",
            history.join("\n"),
            failure.unwrap_or_else(|| "it does not fail again".into()),
        );
    }
}

#[test]
fn a_seed_runs_the_same_each_time() {
    for seed in 0..5 {
        assert_eq!(run(seed), run(seed), "seed {seed}");
    }
}

#[test]
fn the_seeds_meet_every_kind_of_trouble() {
    let histories: Vec<String> = (0..60).flat_map(|seed| run(seed).0).collect();
    for trouble in [
        "torn bytes are cut",
        "closed: false",
        "Confirm",
        "a backup up to event",
        "the journal is verified",
        "and back, before anybody looks",
        "growth is refused: true",
        "room is made: true",
        "the clock is set",
        "GiveBack",
        "gives Busy",
        "Some(Ended(2))",
        "is told that storage failed",
        "mailbox_full",
        "power is lost",
        "remaining: 2",
        "session_not_found",
        "snapshot: false",
        "snapshot: true",
        "storage still fails",
        "storage works again",
        "storage_unavailable",
        "the batch is lost",
        "the server does not start",
        "the server is killed",
        "wrong_password",
    ] {
        let times = histories.iter().filter(|line| line.contains(trouble));
        assert!(times.count() > 0, "{trouble}");
    }
}

/// What happened, and what went wrong.
fn run(seed: u64) -> (Vec<String>, Option<String>) {
    let simulation = run::start(seed);
    let run = panic::catch_unwind(AssertUnwindSafe(|| run::run(&simulation)));
    let failure = run.err().map(|cause| said(&*cause));
    (run::history(&simulation), failure)
}

fn said(cause: &(dyn Any + Send)) -> String {
    let text = cause.downcast_ref::<String>().cloned();
    text.or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "it panicked".into())
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}
