//! SIGKILL at random moments under load.

use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use chatting_time_tests::server::PATIENCE;

use crate::load::{self, Ledger};
use crate::random::{self, Random};
use crate::service::Service;

const FOLDERS: u64 = 5;
const ROUNDS: u64 = 10;
/// Small files, so that kills meet changes of segment and snapshots being made.
const FLAGS: [&str; 6] = [
    "--journal-segment-bytes",
    "64KiB",
    "--snapshot-journal-bytes",
    "64KiB",
    "--inbox-messages",
    "100",
];

#[test]
fn fifty_kills_under_load_lose_and_repeat_nothing_that_was_promised() {
    let seed = random::seed();
    println!("seed {seed}; FAULTS_SEED sets another");
    let met: Vec<Met> = thread::scope(|scope| {
        let folders: Vec<_> = (0..FOLDERS)
            .map(|folder| scope.spawn(move || kill_in_rounds(Random::new(seed ^ folder << 32))))
            .collect();
        folders
            .into_iter()
            .map(|folder| folder.join().unwrap())
            .collect()
    });
    // A start that was killed early began no segment, so one folder alone may not show it.
    assert!(
        met.iter().any(|met| met.full_segment),
        "no segment was ever full"
    );
    assert!(
        met.iter().any(|met| met.snapshot),
        "no snapshot was ever made"
    );
}

/// What the kills of one folder are known to have met.
struct Met {
    full_segment: bool,
    snapshot: bool,
}

fn kill_in_rounds(mut random: Random) -> Met {
    let mut service = Service::start(&load::users(), &FLAGS);
    // Each start begins one segment, and so did the making of the users.
    let mut starts = 2;
    let ledger = Mutex::new(Ledger::default());
    for round in 1..=ROUNDS {
        let replies = random.below(3_000);
        let moment = Duration::from_micros(random.below(3_000));
        load::run(&ledger, service.address(), &mut random, |progress| {
            for _ in 0..replies {
                progress
                    .recv_timeout(PATIENCE)
                    .expect("the clients get replies");
            }
            // Not to wait for anything: the kill itself has to come at any moment between two replies.
            thread::sleep(moment);
            service.kill();
        });
        ledger.lock().unwrap().end_round();
        if round % 3 == 0 {
            service.start_and_kill_after(Duration::from_micros(random.below(60_000)));
            starts += 1;
        }
        service.start_again();
        starts += 1;
    }
    load::drain(&ledger, service.address());
    let ledger = ledger.into_inner().unwrap();
    assert!(ledger.acknowledged() > 0);
    ledger.check();
    let segments = numbers(service.data(), "segment");
    Met {
        full_segment: segments.iter().any(|number| *number > starts),
        snapshot: !numbers(service.data(), "snapshot").is_empty(),
    }
}

/// The numbers in the names of the journal's files of one kind.
fn numbers(data: &Path, extension: &str) -> Vec<u64> {
    fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .filter_map(|path| path.file_stem()?.to_str()?.parse().ok())
        .collect()
}
