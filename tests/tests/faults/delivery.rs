//! Handing over messages when connections break or compete.

use std::time::Duration;

use crate::service::Service;
use chatting_time_tests::client::{Client, code, texts};

/// So many messages of this length make a reply that no operating system takes at once: every
/// byte of them becomes six.
const MESSAGES: usize = 48;
const TEXT_BYTES: usize = 60 << 10;
const FLAGS: [&str; 2] = ["--inbox-bytes", "16MiB"];
/// Long enough to see a reply that should not come, most of the time.
const MOMENT: Duration = Duration::from_millis(20);

/// A service in which a large mailbox waits for budi, and what is in it.
fn large_mailbox() -> (Service, Vec<String>) {
    let service = Service::start(&["ani", "budi"], &FLAGS);
    let mut ani = service.client_of("ani");
    let texts = (0..MESSAGES).map(|number| format!("{number} {}", "\u{1}".repeat(TEXT_BYTES - 3)));
    let texts: Vec<String> = texts.collect();
    for text in &texts {
        assert_eq!(code(&ani.ask(format!("send budi {text}"))), "");
    }
    (service, texts)
}

/// A client of budi that has begun to take its mailbox and does not go on.
fn in_the_middle_of_its_inbox(service: &Service) -> Client {
    let mut client = Client::with_small_buffer(service.address());
    client.log_in("budi");
    client.send("inbox\r\n");
    client.receive_some();
    client
}

#[test]
fn a_connection_cut_in_the_middle_of_its_inbox_gets_the_messages_again() {
    let (service, expected) = large_mailbox();
    drop(in_the_middle_of_its_inbox(&service));
    drop(in_the_middle_of_its_inbox(&service));
    let mut budi = service.client_of("budi");
    assert_eq!(budi.take_texts(), expected);
    assert_eq!(budi.take_texts(), Vec::<String>::new());
}

#[test]
fn a_second_session_waits_and_gets_nothing_twice() {
    let (service, expected) = large_mailbox();
    let mut first = in_the_middle_of_its_inbox(&service);
    let mut second = service.client_of("budi");
    second.send("inbox\r\n");
    let waited = second.next_within(MOMENT);
    assert_eq!(waited, None, "before the first has taken its reply");
    assert_eq!(
        code(&service.client_of("ani").ask("send budi last")),
        "",
        "others are served"
    );
    assert_eq!(texts(&first.reply()), expected);
    assert_eq!(texts(&second.reply()), ["last"]);
    assert_eq!(first.take_texts(), Vec::<String>::new());
}

#[test]
fn a_second_session_gets_the_messages_when_the_first_is_cut() {
    let (service, expected) = large_mailbox();
    let first = in_the_middle_of_its_inbox(&service);
    let mut second = service.client_of("budi");
    second.send("inbox\r\ninbox\r\n");
    let waited = second.next_within(MOMENT);
    assert_eq!(waited, None, "before the first is gone");
    drop(first);
    assert_eq!(texts(&second.reply()), expected);
    assert_eq!(texts(&second.reply()), Vec::<String>::new());
}

#[test]
fn whoever_waits_for_a_mailbox_and_leaves_does_not_take_it_along() {
    let (service, expected) = large_mailbox();
    let first = in_the_middle_of_its_inbox(&service);
    let mut second = service.client_of("budi");
    second.send("inbox\r\n");
    drop(second);
    drop(first);
    let mut third = service.client_of("budi");
    assert_eq!(third.take_texts(), expected);
}

#[test]
fn a_client_cut_off_for_not_reading_gets_the_messages_again() {
    let flags = [&FLAGS[..], &["--reply-time", "2s"]].concat();
    let service = Service::start(&["ani", "budi"], &flags);
    let mut ani = service.client_of("ani");
    let text = "\u{1}".repeat(TEXT_BYTES);
    for _ in 0..MESSAGES {
        assert_eq!(code(&ani.ask(format!("send budi {text}"))), "");
    }
    let first = in_the_middle_of_its_inbox(&service);
    // Waits until the first one's time to take its reply is over.
    let mut second = service.client_of("budi");
    assert_eq!(second.take_texts().len(), MESSAGES);
    drop(first);
}

#[test]
fn many_sessions_of_one_user_take_every_message_once() {
    const SESSIONS: usize = 8;
    const SENT: usize = 2_000;
    let flags = ["--inbox-messages", "7"];
    let service = Service::start(&["ani", "budi"], &flags);
    let address = service.address();
    let mut taken: Vec<usize> = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..SESSIONS)
            .map(|_| {
                scope.spawn(move || {
                    let mut budi = Client::connect(address);
                    budi.log_in("budi");
                    let mut taken = Vec::new();
                    loop {
                        taken.extend(budi.take_texts());
                        if taken.last().is_some_and(|text| text == "end") {
                            taken.pop();
                            // For the next one.
                            budi.ask("send budi end");
                            return taken;
                        }
                    }
                })
            })
            .collect();
        let mut ani = service.client_of("ani");
        for first in (0..SENT).step_by(100) {
            let lines = (first..first + 100).map(|number| format!("send budi {number}\n"));
            ani.send(lines.collect::<String>());
            for _ in 0..100 {
                assert_eq!(code(&ani.reply()), "");
            }
        }
        assert_eq!(code(&ani.ask("send budi end")), "");
        let taken = takers.into_iter().flat_map(|taker| taker.join().unwrap());
        taken.map(|text| text.parse().unwrap()).collect()
    });
    taken.sort_unstable();
    assert_eq!(taken, (0..SENT).collect::<Vec<_>>());
}
