//! SIGKILL at random moments under load.

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
    thread::scope(|scope| {
        for folder in 0..FOLDERS {
            scope.spawn(move || kill_in_rounds(Random::new(seed ^ folder << 32)));
        }
    });
}

fn kill_in_rounds(mut random: Random) {
    let mut service = Service::start(&load::users(), &FLAGS);
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
        }
        service.start_again();
    }
    load::drain(&ledger, service.address());
    let ledger = ledger.into_inner().unwrap();
    assert!(ledger.acknowledged() > 0);
    ledger.check();
}
