//! Stopping when asked to.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use chatting_time_tests::server::PATIENCE;

use crate::load::{self, Ledger};
use crate::random::{self, Random};
use crate::service::Service;
use crate::terminal::Terminal;
use chatting_time_tests::client::{Client, code, parse, texts};

const PROMISED: Duration = Duration::from_secs(10);

#[test]
fn a_server_that_stops_under_load_keeps_everything_and_repeats_nothing() {
    let mut service = Service::start(&load::users(), &["--inbox-messages", "100"]);
    let ledger = Mutex::new(Ledger::default());
    let mut random = Random::new(random::seed());
    for _ in 0..4 {
        let replies = 500 + random.below(2_000);
        load::run(&ledger, service.address(), &mut random, |progress| {
            for _ in 0..replies {
                progress
                    .recv_timeout(PATIENCE)
                    .expect("the clients get replies");
            }
            let asked = Instant::now();
            service.terminate();
            assert_eq!(service.exit_code(), Some(0));
            assert!(asked.elapsed() < PROMISED);
        });
        service.start_again();
    }
    load::drain(&ledger, service.address());
    let ledger = ledger.into_inner().unwrap();
    assert!(ledger.acknowledged() > 500);
    // No reply counts as the last one of a connection that died: nothing may come again.
    ledger.check();
}

#[test]
fn a_client_inside_of_a_line_is_told_and_an_idle_one_is_closed_silently() {
    let mut service = Service::start(&["ani"], &[]);
    let mut fresh = service.client();
    let mut idle = service.client_of("ani");
    let mut inside = service.client();
    assert_eq!(code(&inside.ask("help")), "");
    inside.send("send ani ha");
    let mut too_long = service.client();
    too_long.send(vec![b'x'; 64 << 10]);
    assert_eq!(code(&too_long.reply()), "line_too_long");
    // By then the server has read what was sent before.
    assert_eq!(code(&idle.ask("send ani halo")), "");
    assert_eq!(code(&service.client_of("ani").ask("help")), "");
    service.terminate();
    assert_eq!(code(&inside.reply()), "shutting_down");
    assert_eq!(inside.next_reply(), None);
    for client in [&mut fresh, &mut idle, &mut too_long] {
        assert_eq!(client.next_reply(), None);
    }
    assert_eq!(service.exit_code(), Some(0));
    service.start_again();
    assert_eq!(service.client_of("ani").take_texts(), ["halo"]);
}

#[test]
fn a_server_whose_terminal_is_closed_stops_as_if_it_was_asked_to() {
    let terminal = Terminal::open();
    let mut service = Service::start_within(&terminal.enter(), &["ani"], &[]);
    let mut inside = service.client();
    assert_eq!(code(&inside.ask("help")), "");
    inside.send("hel");
    assert_eq!(code(&service.client_of("ani").ask("help")), "");
    service.hang_up();
    assert_eq!(code(&inside.reply()), "shutting_down");
    assert_eq!(service.exit_code(), Some(0));
}

#[test]
fn a_hangup_does_not_stop_a_server_that_has_no_terminal() {
    let mut service = Service::start(&["ani"], &[]);
    let mut ani = service.client_of("ani");
    service.hang_up();
    service.wait_for_log("SIGHUP: there is nothing to read again");
    assert_eq!(code(&ani.ask("send ani halo")), "");
}

#[test]
fn clients_that_do_nothing_do_not_hold_up_the_end() {
    let mut service = Service::start(&["ani"], &[]);
    let mut ani = service.client_of("ani");
    let text = "\u{1}".repeat(60 << 10);
    for _ in 0..17 {
        assert_eq!(code(&ani.ask(format!("send ani {text}"))), "");
    }
    let mut silent = Client::with_small_buffer(service.address());
    silent.log_in("ani");
    silent.send("inbox\r\n");
    silent.receive_some();
    let mut waiting = service.client_of("ani");
    waiting.send("inbox\r\nhelp\r\n");
    let mut inside = service.client();
    inside.send("hel");
    assert_eq!(code(&ani.ask("help")), "");
    let asked = Instant::now();
    service.terminate();
    assert_eq!(code(&waiting.reply()), "shutting_down");
    assert_eq!(code(&waiting.reply()), "");
    assert_eq!(service.exit_code(), Some(0));
    assert!(asked.elapsed() < PROMISED);
    drop(silent);
    service.start_again();
    assert_eq!(texts(&service.client_of("ani").ask("inbox")).len(), 17);
}

#[test]
fn what_was_handed_over_before_the_end_arrives_though_more_was_asked_for() {
    const MESSAGES: usize = 80;
    let mut service = Service::start(&["ani"], &["--inbox-messages", "1"]);
    let mut ani = service.client_of("ani");
    let filling = "\u{1}".repeat(20_000);
    for number in 0..MESSAGES {
        assert_eq!(code(&ani.ask(format!("send ani {number} {filling}"))), "");
    }
    // Replies so long that the server has to wait for the client in the middle of them; what is
    // sent then it has not read when it stops.
    let mut slow = Client::connect(service.address());
    slow.log_in("ani");
    slow.send("inbox\n".repeat(MESSAGES - 20));
    slow.receive_some();
    slow.send("inbox\n".repeat(20));
    service.terminate();
    // Parsed later: the server waits only so long for who takes nothing.
    let replies = (0..MESSAGES - 22).map(|_| slow.next_bytes().expect("it is told"));
    let replies: Vec<Vec<u8>> = replies.collect();
    let mut taken: Vec<String> = replies
        .iter()
        .flat_map(|reply| texts(&parse(reply)))
        .collect();
    // The server has written the last replies by now, and its operating system has them.
    assert_eq!(service.exit_code(), Some(0));
    while let Some(reply) = slow.next_reply() {
        match code(&reply) {
            "" => taken.extend(texts(&reply)),
            code => assert_eq!(code, "shutting_down"),
        }
    }
    service.start_again();
    let mut ani = service.client_of("ani");
    for _ in taken.len()..MESSAGES {
        taken.extend(ani.take_texts());
    }
    let numbers = taken
        .iter()
        .map(|text| text.split(' ').next().unwrap().parse().unwrap());
    assert_eq!(
        numbers.collect::<Vec<usize>>(),
        (0..MESSAGES).collect::<Vec<_>>()
    );
}
