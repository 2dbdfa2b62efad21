//! Clients that do not read, do not finish a line, or do nothing at all.

use std::io::ErrorKind;
use std::time::Duration;

use crate::service::Service;
use chatting_time_tests::client::{Client, code};

const MOMENT: Duration = Duration::from_millis(10);

#[test]
fn a_client_that_never_reads_is_cut_off_while_others_are_served() {
    let service = Service::start(&["ani"], &["--reply-time", "300ms"]);
    let mut other = service.client_of("ani");
    let mut silent = Client::with_small_buffer(service.address());
    let lines = "help\n".repeat(1_000);
    // Its operating system and the server's take some; then it waits until it is cut off.
    let error = loop {
        if let Err(error) = silent.try_send(&lines) {
            break error;
        }
        assert_eq!(code(&other.ask("send ani halo")), "");
        assert_eq!(other.take_texts(), ["halo"]);
    };
    let cut_off = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
    assert!(cut_off.contains(&error.kind()), "{error}");
    let why = "connection cut off: a reply was not taken in time";
    service.wait_for_log(&format!("{why} peer={}", silent.address()));
    assert_eq!(code(&other.ask("help")), "");
}

#[test]
fn clients_that_never_read_cost_little_memory() {
    const SILENT: usize = 100;
    let service = Service::start(&["ani"], &[]);
    // The shortest lines and the most of them: whatever the server keeps for a line counts most.
    let lines = "\n".repeat(256 << 10);
    let silent: Vec<Client> = (0..SILENT)
        .map(|_| {
            let mut client = Client::with_small_buffer(service.address());
            client.send_what_is_taken(lines.as_bytes());
            client
        })
        .collect();
    let mut other = service.client_of("ani");
    assert_eq!(code(&other.ask("send ani halo")), "");
    let each = service.peak_memory() / SILENT as u64;
    assert!(each < 1 << 20, "{each} bytes for each silent client");
    drop(silent);
}

#[test]
fn a_line_that_is_not_finished_in_time_is_refused_and_the_connection_closed() {
    let service = Service::start(&[], &["--line-time", "200ms"]);
    let mut client = service.client();
    let why = "connection cut off: a line was not finished in time";
    let logged = format!("{why} peer={}", client.address());
    assert_eq!(code(&client.ask("help")), "");
    // Further bytes do not give it more time.
    let reply = loop {
        client.send("x");
        if let Some(reply) = client.next_within(MOMENT) {
            break reply;
        }
    };
    assert_eq!(code(&reply), "request_timeout");
    assert_eq!(client.next_reply(), None);
    service.wait_for_log(&logged);
}

#[test]
fn a_line_that_was_refused_as_too_long_is_given_up_silently() {
    let service = Service::start(&[], &["--line-time", "200ms"]);
    let mut client = service.client();
    client.send(vec![b'x'; 64 << 10]);
    assert_eq!(code(&client.reply()), "line_too_long");
    assert_eq!(client.next_reply(), None);
}

#[test]
fn a_client_that_is_idle_between_requests_is_never_cut_off() {
    let flags = ["--line-time", "50ms", "--reply-time", "50ms"];
    let service = Service::start(&["ani"], &flags);
    let mut fresh = service.client();
    let mut idle = service.client_of("ani");
    for _ in 0..4 {
        wait_for_a_line_time(&service);
    }
    assert_eq!(
        code(&idle.ask("send ani halo")),
        "",
        "and is still logged in"
    );
    assert_eq!(code(&fresh.ask("help")), "");
}

#[test]
fn a_client_that_is_always_inside_of_a_new_line_is_never_cut_off() {
    let service = Service::start(&[], &["--line-time", "700ms"]);
    let clock = service.address();
    let waiting = std::thread::spawn(move || {
        for _ in 0..2 {
            let mut client = Client::connect(clock);
            client.send("x");
            assert_eq!(code(&client.reply()), "request_timeout");
        }
    });
    let mut busy = service.client();
    busy.send("he");
    while !waiting.is_finished() {
        busy.send("lp\r\nhe");
        assert_eq!(code(&busy.reply()), "");
    }
    waiting.join().unwrap();
    busy.send("lp\r\n");
    assert_eq!(code(&busy.reply()), "");
}

/// Returns when a line that began after the call has run out of time.
fn wait_for_a_line_time(service: &Service) {
    let mut client = service.client();
    client.send("x");
    assert_eq!(code(&client.reply()), "request_timeout");
}
