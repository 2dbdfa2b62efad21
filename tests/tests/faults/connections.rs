//! Too many connections.

use std::net::Ipv4Addr;
use std::time::Instant;

use chatting_time_tests::server::PATIENCE;

use crate::client::{Client, code};
use crate::service::Service;

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
    assert_eq!(client.next(), None);
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
