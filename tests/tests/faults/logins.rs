//! Very many logins at once.

use chatting_time_core::PasswordCost;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::service::Service;
use chatting_time_tests::client::{Client, PASSWORD, code};

const LOGINS: usize = 2_000;

/// Sends that many logins, each on a connection of its own, and counts who was let in and who was
/// told that the server is busy.
fn log_in_at_once(service: &Service) -> (usize, usize) {
    allow_open_files();
    let mut clients: Vec<Client> = (0..LOGINS).map(|_| service.client()).collect();
    for client in &mut clients {
        client.send(format!("auth ani {PASSWORD}\r\n"));
    }
    let mut welcome = 0;
    let mut busy = 0;
    for client in &mut clients {
        match code(&client.reply()) {
            "" => welcome += 1,
            "server_busy" => busy += 1,
            code => panic!("{code}"),
        }
    }
    assert_eq!(welcome + busy, LOGINS);
    (welcome, busy)
}

/// Each connection takes a file here too.
fn allow_open_files() {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let current = maximum;
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[test]
fn logins_beyond_the_queue_are_refused_and_memory_is_bounded() {
    let flags = ["--password-checks-waiting", "100"];
    let service = Service::start_with_cost(&["ani"], PasswordCost::default(), &flags);
    let cores = std::thread::available_parallelism().unwrap().get() as u64;
    let mut before = service.client();
    assert_eq!(code(&before.ask("help")), "");
    let (welcome, busy) = log_in_at_once(&service);
    assert!(welcome >= 100, "{welcome} were let in");
    // Few others find a place that became free while the 2,000 lines arrived.
    assert!(busy > LOGINS * 3 / 4, "only {busy} were told to come back");
    // A check takes 19 MiB; the rest is 2,000 connections and the process itself.
    let bound = (cores * 20 + 60) << 20;
    let peak = service.peak_memory();
    assert!(peak < bound, "{peak} of {bound} bytes");
    assert_eq!(code(&before.ask("help")), "", "others are served");
    before.log_in("ani");
}

#[test]
fn a_thousand_logins_wait_for_their_turn() {
    let service = Service::start(&["ani"], &[]);
    let (welcome, _) = log_in_at_once(&service);
    assert!(welcome >= 1_000, "{welcome} were let in");
}

#[test]
fn one_check_at_a_time_serves_everybody_in_the_queue() {
    let flags = [
        "--password-checks",
        "1",
        "--password-checks-waiting",
        "2000",
    ];
    let service = Service::start(&["ani"], &flags);
    assert_eq!(log_in_at_once(&service), (LOGINS, 0));
}
