//! Requests that come faster than they are run.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use chatting_time_tests::server::PATIENCE;

use crate::service::Service;
use chatting_time_tests::client::{Client, code};

const SECOND: Duration = Duration::from_secs(1);
const DETAILED: [&str; 2] = ["--log-filter", "debug"];
const PAUSED: &str = "requests come too fast and are made to wait";

fn start(flags: &[&str]) -> Service {
    Service::start(&["ani"], &[&DETAILED, flags].concat())
}

#[test]
fn requests_of_a_connection_that_come_too_fast_wait_and_are_all_answered() {
    let service = start(&["--connection-requests", "20"]);
    let mut client = service.client();
    let begin = Instant::now();
    client.send("help\n".repeat(30));
    service.wait_for_log(PAUSED);
    // Each connection has a pace of its own.
    let mut second = service.client();
    assert_eq!(code(&second.ask("help")), "");
    (0..30).for_each(|_| assert_eq!(code(&client.reply()), ""));
    assert!(begin.elapsed() >= SECOND * 10 / 20);
}

#[test]
fn requests_from_an_address_share_its_pace_and_others_have_their_own() {
    let service = start(&["--address-requests", "20"]);
    let begin = Instant::now();
    for _ in 0..2 {
        // To connect anew changes nothing.
        let mut clients: Vec<Client> = (0..10).map(|_| service.client()).collect();
        for client in &mut clients {
            client.send("help\nhelp\n");
        }
        for client in &mut clients {
            assert_eq!([code(&client.reply()), code(&client.reply())], ["", ""]);
        }
    }
    assert!(begin.elapsed() >= SECOND * 20 / 20);
    service.wait_for_log(PAUSED);
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let mut other = Client::connect_from(elsewhere, service.address());
    assert_eq!(code(&other.ask("help")), "");
}

#[test]
fn logins_are_requests_too() {
    let service = start(&["--connection-requests", "3"]);
    let mut client = service.client();
    client.send("auth ani salah\n".repeat(5));
    service.wait_for_log(PAUSED);
    (0..5).for_each(|_| assert_eq!(code(&client.reply()), "wrong_password"));
}

#[test]
fn a_server_stops_at_once_while_requests_wait() {
    let mut service = start(&["--connection-requests", "1"]);
    let mut client = service.client();
    client.send("help\n".repeat(600));
    service.wait_for_log(PAUSED);
    service.terminate();
    let mut replies = Vec::new();
    while let Some(reply) = client.next_reply() {
        replies.push(code(&reply).to_owned());
    }
    assert!(replies.len() <= 600);
    assert_eq!(replies.last().unwrap(), "shutting_down");
    assert_eq!(service.exit_code(), Some(0));
}

#[test]
fn a_client_that_leaves_while_it_waits_is_forgotten() {
    let service = start(&["--connection-requests", "1", "--connections", "1"]);
    let mut client = service.client();
    client.send("help\n".repeat(100_000 / 5));
    service.wait_for_log(PAUSED);
    drop(client);
    let begin = Instant::now();
    loop {
        let mut other = service.client();
        let _ = other.try_send("help\n");
        if other
            .next_reply()
            .is_some_and(|reply| code(&reply).is_empty())
        {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "it keeps its place");
    }
}
