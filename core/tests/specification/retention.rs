//! Messages that have waited too long.

use chatting_time_core::{Event, Timestamp};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Answer, Host, SENT, texts, username};

const ALL: usize = usize::MAX;
const ANY: u64 = u64::MAX;

#[test]
fn what_was_accepted_too_long_ago_is_removed_from_the_front() {
    let mut host = host_with_one_message_a_second();
    let third = Timestamp(host.now.0 - 1_000);
    let expired = host.state.expired(before(third), 0, ALL, ANY);
    assert_eq!(expired.events, [delivered("lineker", 2)]);
    assert_eq!((expired.messages, expired.next), (2, 0));
    host.state.apply(&expired.events[0]);
    assert_eq!(host.state.total_fill().messages, 2);
    let mut lineker = host.log_in("lineker");
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["3", "4"]);
    let none = host.state.expired(before(third), 0, ALL, ANY);
    assert!(none.events.is_empty());
}

#[test]
fn a_mailbox_that_is_being_drained_is_left_until_that_has_ended() {
    let mut host = host_with_one_message_a_second();
    let mut lineker = host.log_in("lineker");
    let Answer::Replied(_, Some(_)) = host.begin(&mut lineker, "inbox") else {
        panic!("messages wait");
    };
    let late = Timestamp(host.now.0 + 1);
    assert!(
        host.state
            .expired(before(late), 0, ALL, ANY)
            .events
            .is_empty()
    );
    host.state.give_back(lineker.id);
    let expired = host.state.expired(before(late), 0, ALL, ANY);
    assert_eq!(expired.events, [delivered("lineker", 4)]);
}

#[test]
fn a_look_goes_on_where_the_last_one_ended_however_little_it_may_find() {
    let mut host = host_with_one_message_a_second();
    let mut messi = host.log_in("messi");
    assert_eq!(host.ask(&mut messi, "send henderson x"), SENT);
    let late = Timestamp(host.now.0 + 1);
    let mut removed = Vec::new();
    let mut from = 0;
    let mut looks = 0;
    loop {
        let expired = host.state.expired(before(late), from, 1, 3);
        assert!(expired.messages <= 3);
        for event in expired.events {
            host.state.apply(&event);
            removed.push(event);
        }
        looks += 1;
        from = expired.next;
        if from == 0 {
            break;
        }
    }
    assert!(looks >= 3, "{looks}");
    assert_eq!(
        removed,
        [delivered("henderson", 1), delivered("lineker", 3)]
    );
    let rest = host.state.expired(before(late), 0, ALL, ANY);
    assert_eq!(rest.events, [delivered("lineker", 1)]);
}

fn before(time: Timestamp) -> impl Fn(Timestamp) -> bool {
    move |at| at < time
}

/// Four messages wait for lineker, the last of which was accepted now.
fn host_with_one_message_a_second() -> Host {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    for text in ["1", "2", "3", "4"] {
        host.wait(1_000);
        let line = ["send lineker ", text].concat();
        assert_eq!(host.ask(&mut messi, &line), SENT);
    }
    host
}

fn delivered(name: &str, count: u64) -> Event {
    Event::MessagesDelivered {
        username: username(name),
        count,
    }
}
