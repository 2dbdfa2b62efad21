//! Encrypted connections beside plain ones, and how they end.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Instant;

use chatting_time_tests::server::PATIENCE;
use chatting_time_tests::tls::Certificate;

use crate::client::{Service, code, count};

/// Everything up to the end of the stream, however it ends.
fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    // A connection that is reset has ended too.
    let _ = stream.read_to_end(&mut rest);
    rest
}

#[test]
fn plain_and_encrypted_clients_share_one_chat() {
    let service = Service::start(&[]);
    let mut lineker = service.client_of("lineker");
    let mut plain = TcpStream::connect(service.server.address()).unwrap();
    plain
        .write_all(b"auth messi surabaya\nsend lineker halo\n")
        .unwrap();
    plain.shutdown(Shutdown::Write).unwrap();
    assert!(
        String::from_utf8(rest(&mut plain))
            .unwrap()
            .contains("Message Sent")
    );
    assert_eq!(count(&lineker.ask("inbox")), 1);
}

#[test]
fn who_does_not_finish_the_handshake_is_closed_in_time() {
    let service = Service::start(&["--line-time", "250ms"]);
    let mut silent = service.stream();
    let mut slow = service.stream();
    // The beginning of a handshake record, and no more.
    slow.write_all(&[0x16, 3, 1]).unwrap();
    assert!(rest(&mut silent).is_empty());
    assert!(rest(&mut slow).is_empty());
    service.wait_for_log("TLS handshake failed: it was not finished in time");
}

#[test]
fn who_speaks_no_tls_is_closed_and_nobody_else() {
    let service = Service::start(&[]);
    let mut client = service.client();
    let mut plain = service.stream();
    plain.write_all(b"auth messi surabaya\r\n").unwrap();
    let answered = rest(&mut plain);
    assert!(!answered.starts_with(b"{"), "no reply: {answered:?}");
    service.wait_for_log("TLS handshake failed: received corrupt message");
    let mut stranger = service.stream();
    drop(stranger.write_all(&[0; 64 << 10]));
    rest(&mut stranger);
    assert_eq!(code(&client.ask("help")), "");
    assert_eq!(code(&service.client().ask("help")), "");
}

#[test]
fn a_client_that_does_not_trust_the_certificate_says_so_to_the_log() {
    let service = Service::start(&[]);
    let other = Certificate::new().unwrap();
    let address = service.server.tls_address().unwrap();
    let refused = chatting_time_tests::tls::TlsConnection::connect(address, &other);
    assert!(refused.is_err());
    service.wait_for_log("TLS handshake failed: ");
}

#[test]
fn one_client_too_many_is_told_so_with_encryption() {
    for bound in ["--connections", "--address-connections"] {
        let service = Service::start(&[bound, "1"]);
        let mut first = service.client_of("messi");
        let mut second = service.client();
        assert_eq!(code(&second.reply()), "server_busy");
        assert_eq!(second.next(), None);
        assert_eq!(code(&first.ask("list")), "");
        service.wait_for_log("further ones are refused");
    }
}

#[test]
fn failed_logins_count_with_encryption_and_without() {
    let service = Service::start(&["--login-attempts-account", "1"]);
    let mut plain = TcpStream::connect(service.server.address()).unwrap();
    plain.write_all(b"auth messi salah\n").unwrap();
    plain.shutdown(Shutdown::Write).unwrap();
    assert!(
        String::from_utf8(rest(&mut plain))
            .unwrap()
            .contains("wrong_password")
    );
    let mut encrypted = service.client();
    assert_eq!(
        code(&encrypted.ask("auth messi surabaya")),
        "too_many_attempts"
    );
}

#[test]
fn who_does_not_finish_a_line_is_cut_off_and_the_log_says_so() {
    let service = Service::start(&["--line-time", "250ms"]);
    let mut slow = service.client();
    slow.send("hel");
    assert_eq!(code(&slow.reply()), "request_timeout");
    service.wait_for_log("connection cut off: a line was not finished in time");
}

#[test]
fn a_connection_counts_before_its_handshake() {
    let service = Service::start(&["--connections", "1"]);
    let _silent = service.stream();
    let begin = Instant::now();
    // The two listeners accept in any order, so that the first ones may come before it.
    loop {
        let mut plain = TcpStream::connect(service.server.address()).unwrap();
        plain.shutdown(Shutdown::Write).unwrap();
        if String::from_utf8(rest(&mut plain))
            .unwrap()
            .contains("server_busy")
        {
            break;
        }
        assert!(begin.elapsed() < PATIENCE);
    }
}

#[test]
fn what_a_client_does_not_take_in_time_stays_in_its_mailbox() {
    const MESSAGES: usize = 40;
    let service = Service::start(&["--reply-time", "1s", "--inbox-bytes", "16MiB"]);
    let mut messi = service.client_of("messi");
    // More than both operating systems take.
    let text = "\u{1}".repeat(60 << 10);
    for _ in 0..MESSAGES {
        assert_eq!(code(&messi.ask(&format!("send lineker {text}"))), "");
    }
    let mut silent = service.client_of("lineker");
    silent.send("inbox\r\n");
    service.wait_for_log("a reply was not taken in time");
    let mut lineker = service.client_of("lineker");
    assert_eq!(count(&lineker.ask("inbox")), MESSAGES);
    assert_eq!(count(&lineker.ask("inbox")), 0);
}

#[test]
fn a_long_reply_arrives_whole() {
    const MESSAGES: usize = 40;
    let service = Service::start(&["--inbox-bytes", "16MiB"]);
    let mut messi = service.client_of("messi");
    let text = "\u{1}".repeat(60 << 10);
    for _ in 0..MESSAGES {
        assert_eq!(code(&messi.ask(&format!("send lineker {text}"))), "");
    }
    assert_eq!(count(&service.client_of("lineker").ask("inbox")), MESSAGES);
}

#[test]
fn a_server_that_stops_tells_who_is_inside_of_a_line_and_ends_every_connection_in_order() {
    let mut service = Service::start(&[]);
    let mut silent = service.stream();
    let mut idle = service.client();
    let mut inside = service.client_of("messi");
    inside.send("send lineker ha");
    assert_eq!(code(&idle.ask("help")), "");
    service.server.terminate().unwrap();
    assert_eq!(code(&inside.reply()), "shutting_down");
    assert_eq!(inside.next(), None);
    for client in [&mut inside, &mut idle] {
        assert!(
            client.connection.ends_in_order().unwrap(),
            "with the word that ends a stream"
        );
    }
    assert!(rest(&mut silent).is_empty());
    assert_eq!(service.server.wait().unwrap().code(), Some(0));
}
