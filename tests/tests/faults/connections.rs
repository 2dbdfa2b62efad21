//! Too many connections.

use std::net::Ipv4Addr;
use std::time::Instant;

use chatting_time_tests::server::PATIENCE;

use crate::service::Service;
use chatting_time_tests::client::{Client, code};

#[test]
fn one_connection_too_many_is_told_so_and_closed() {
    let service = Service::start(&[], &["--connections", "2"]);
    let mut first = service.client();
    let mut second = service.client();
    assert_eq!(code(&first.ask("help")), "");
    assert_eq!(code(&second.ask("help")), "");
    for _ in 0..10 {
        assert_refused(&mut service.client());
    }
    let told = "there are 2 connections already: further ones are refused";
    service.wait_for_log(told);
    assert_eq!(service.printed().matches(told).count(), 1);
    assert_eq!(code(&first.ask("help")), "");
    drop(first);
    wait_until_admitted(&service);
    assert_eq!(code(&second.ask("help")), "");
}

#[test]
fn connections_from_one_address_are_bounded_by_themselves() {
    let service = Service::start(&[], &["--address-connections", "1"]);
    let [one, two] = [2, 3].map(|last| Ipv4Addr::new(127, 0, 0, last));
    let mut first = Client::connect_from(one, service.address());
    assert_eq!(code(&first.ask("help")), "");
    assert_refused(&mut Client::connect_from(one, service.address()));
    let mut other = Client::connect_from(two, service.address());
    assert_eq!(code(&other.ask("help")), "");
    service.wait_for_log("there are 1 connections from this address already");
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_that_may_open_no_more_files_tells_newcomers_to_come_back() {
    let service = Service::start(&["ani"], &[]);
    let mut first = service.client_of("ani");
    let normally = service.may_open_no_more_files();
    let mut clients = Vec::new();
    // Some numbers of files below the highest may be free.
    loop {
        let mut client = service.client();
        let _ = client.try_send("help\n");
        match client.next_reply() {
            Some(reply) if code(&reply).is_empty() => clients.push(client),
            _ => break,
        }
    }
    for _ in 0..20 {
        assert_refused(&mut service.client());
    }
    for client in &mut clients {
        assert_eq!(code(&client.ask("help")), "");
    }
    assert_eq!(code(&first.ask("send ani halo")), "");
    service.may_open_files(normally);
    wait_until_admitted(&service);
    let begin = Instant::now();
    while !service.printed().contains("are accepted again") {
        assert_eq!(code(&service.client().ask("help")), "");
        assert!(
            begin.elapsed() < PATIENCE,
            "it does not say that it is over"
        );
    }
    let printed = service.printed();
    assert_eq!(
        printed.matches("no more connections on").count(),
        1,
        "{printed}"
    );
    assert_eq!(
        printed.matches("are accepted again").count(),
        1,
        "{printed}"
    );
}

#[test]
fn a_refused_client_that_sends_at_once_still_hears_why() {
    let service = Service::start(&[], &["--connections", "1"]);
    let mut first = service.client();
    assert_eq!(code(&first.ask("help")), "");
    let mut refused = service.client();
    // The server may have closed already.
    let _ = refused.try_send("help\r\n".repeat(1_000));
    assert_refused(&mut refused);
}

fn assert_refused(client: &mut Client) {
    assert_eq!(code(&client.reply()), "server_busy");
    assert_eq!(client.next_reply(), None);
}

/// The server notices in its own time that a client is gone.
fn wait_until_admitted(service: &Service) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut client = service.client();
        // A refused client may find the connection closed as it sends.
        let _ = client.try_send("help\r\n");
        if code(&client.reply()).is_empty() {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "a place that is free again is given away"
        );
    }
}
