//! `inbox`: what is handed over, in which order, and what becomes of it.

use chatting_time_core::{Drain, Event};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{
    Answer, Client, EMPTY, Host, SENT, remaining, session_not_found, texts, username,
};

/// Sends `inbox` and confirms nothing: the texts, and what to confirm.
fn take(host: &mut Host, client: &mut Client) -> (Vec<String>, Option<Drain>) {
    match host.begin(client, "inbox") {
        Answer::Replied(reply, drain) => (texts(&reply), drain),
        Answer::Busy(username) => panic!("{username}'s mailbox is being drained"),
    }
}

fn is_busy(host: &mut Host, client: &mut Client) -> bool {
    match host.begin(client, "inbox") {
        Answer::Busy(username) => {
            assert_eq!(username.as_str(), "lineker");
            true
        }
        Answer::Replied(_, drain) => {
            assert!(drain.is_none(), "this test looks and takes nothing");
            false
        }
    }
}

fn send(host: &mut Host, sender: &mut Client, texts: &[&str]) {
    for text in texts {
        assert_eq!(host.ask(sender, &format!("send lineker {text}")), SENT);
    }
}

#[test]
fn an_empty_mailbox_gives_an_empty_object_and_nothing_to_confirm() {
    let mut host = Host::new();
    let mut lineker = host.log_in("lineker");
    match host.begin(&mut lineker, "inbox") {
        Answer::Replied(reply, None) => assert_eq!(reply, EMPTY),
        other => panic!("{other:?}"),
    }
}

#[test]
fn messages_are_grouped_by_sender_in_order_of_first_arrival() {
    let mut host = Host::new();
    let [mut messi, mut henderson, mut lineker] =
        host.log_in_all(["messi", "henderson", "lineker"]);
    send(&mut host, &mut messi, &["m1"]);
    send(&mut host, &mut henderson, &["h1"]);
    send(&mut host, &mut messi, &["m2"]);
    send(&mut host, &mut lineker, &["l1"]);
    send(&mut host, &mut henderson, &["h2"]);
    assert_eq!(
        host.ask(&mut lineker, "inbox"),
        r#"{"status": "OK", "messages": {"messi": [{"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": " m1\r\n"}, {"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": " m2\r\n"}], "henderson": [{"msg_from": "Jordan Henderson", "msg_to": "Gary Lineker", "msg": " h1\r\n"}, {"msg_from": "Jordan Henderson", "msg_to": "Gary Lineker", "msg": " h2\r\n"}], "lineker": [{"msg_from": "Gary Lineker", "msg_to": "Gary Lineker", "msg": " l1\r\n"}]}}"#
    );
    assert_eq!(host.ask(&mut lineker, "inbox"), EMPTY);
}

#[test]
fn a_message_keeps_the_names_of_its_sender_as_sent() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["old"]);
    host.remove_user("messi");
    host.add_user("messi");
    let mut messi = host.log_in("messi");
    send(&mut host, &mut messi, &["new"]);
    host.remove_user("messi");
    assert_eq!(
        host.ask(&mut lineker, "inbox"),
        r#"{"status": "OK", "messages": {"messi": [{"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": " old\r\n"}, {"msg_from": "Name of messi", "msg_to": "Gary Lineker", "msg": " new\r\n"}]}}"#
    );
}

#[test]
fn a_thousand_messages_fit_one_reply_and_the_rest_waits() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["x"; 1_000]);
    let reply = host.ask(&mut lineker, "inbox");
    assert_eq!((texts(&reply).len(), remaining(&reply)), (1_000, 0));
    assert!(!reply.contains("remaining"));

    send(&mut host, &mut messi, &["x"; 2_001]);
    for (count, wait) in [(1_000, 1_001), (1_000, 1), (1, 0), (0, 0)] {
        let reply = host.ask(&mut lineker, "inbox");
        assert_eq!((texts(&reply).len(), remaining(&reply)), (count, wait));
    }
}

#[test]
fn a_mebibyte_of_text_fits_one_reply_and_one_byte_more_waits() {
    let piece = "x".repeat(32 << 10);
    for (last, first_reply) in [("", 32), ("x", 31)] {
        let mut host = Host::new();
        let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
        send(&mut host, &mut messi, &[piece.as_str(); 31]);
        send(&mut host, &mut messi, &[&format!("{piece}{last}")]);
        let reply = host.ask(&mut lineker, "inbox");
        assert_eq!(texts(&reply).len(), first_reply);
        assert_eq!(remaining(&reply), 32 - first_reply as u64);
        let reply = host.ask(&mut lineker, "inbox");
        assert_eq!(texts(&reply).len(), 32 - first_reply);
    }
}

#[test]
fn one_message_fits_a_reply_however_long_it_is() {
    let mut host = Host::with_limits(|limits| limits.inbox_bytes = 1);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["", "", "x", "panjang", "y"]);
    for (expected, wait) in [(&["", "", "x"][..], 2), (&["panjang"], 1), (&["y"], 0)] {
        let reply = host.ask(&mut lineker, "inbox");
        assert_eq!(texts(&reply), expected);
        assert_eq!(remaining(&reply), wait);
    }
}

#[test]
fn another_connection_waits_until_the_drain_is_confirmed() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1", "2"]);
    let (taken, drain) = take(&mut host, &mut first);
    assert_eq!(taken, ["1", "2"]);
    assert!(is_busy(&mut host, &mut second));
    host.confirm(drain.as_ref());
    assert!(!is_busy(&mut host, &mut second));
}

#[test]
fn one_session_on_two_connections_waits_as_well() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    let mut other = host.connect();
    let line = format!("inbox {}", lineker.token());
    send(&mut host, &mut messi, &["1"]);
    let (_, drain) = take(&mut host, &mut lineker);
    assert!(matches!(host.begin(&mut other, &line), Answer::Busy(_)));
    host.confirm(drain.as_ref());
    assert_eq!(host.ask(&mut other, &line), EMPTY);
}

#[test]
fn mailboxes_of_other_users_are_not_busy() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    host.ask(&mut messi, "send messi 2");
    take(&mut host, &mut lineker);
    assert_eq!(texts(&host.ask(&mut messi, "inbox")), ["2"]);
}

#[test]
fn an_inbox_that_found_nothing_keeps_nobody_waiting() {
    let mut host = Host::new();
    let [mut first, mut second] = host.log_in_all(["lineker", "lineker"]);
    take(&mut host, &mut first);
    assert!(!is_busy(&mut host, &mut second));
}

#[test]
fn the_same_connection_goes_on_behind_what_it_is_being_handed() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 2);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3"]);
    let (taken, first) = take(&mut host, &mut lineker);
    assert_eq!(taken, ["1", "2"]);
    send(&mut host, &mut messi, &["4"]);
    let (taken, second) = take(&mut host, &mut lineker);
    assert_eq!(taken, ["3", "4"]);
    assert_eq!(take(&mut host, &mut lineker), (vec![], None));
    host.confirm(first.as_ref());
    send(&mut host, &mut messi, &["5"]);
    let (taken, third) = take(&mut host, &mut lineker);
    assert_eq!(taken, ["5"]);
    host.confirm(second.as_ref());
    host.confirm(third.as_ref());
    assert_eq!(host.state.total_fill().messages, 0);
}

#[test]
fn what_waits_behind_a_drain_is_counted_without_it() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 2);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3", "4", "5"]);
    for wait in [3, 1, 0] {
        match host.begin(&mut lineker, "inbox") {
            Answer::Replied(reply, _) => assert_eq!(remaining(&reply), wait),
            busy => panic!("{busy:?}"),
        }
    }
}

#[test]
fn confirming_a_later_drain_confirms_those_before_it() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 1);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3"]);
    let (_, first) = take(&mut host, &mut lineker);
    let (_, second) = take(&mut host, &mut lineker);
    host.confirm(second.as_ref());
    assert_eq!(host.state.confirm(&first.unwrap()), None);
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["3"]);
}

#[test]
fn confirming_twice_delivers_nothing_more() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 1);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3"]);
    let (_, first) = take(&mut host, &mut lineker);
    let first = first.unwrap();
    let delivered = Event::MessagesDelivered {
        username: username("lineker"),
        count: 1,
    };
    assert_eq!(host.state.confirm(&first), Some(delivered.clone()));
    assert_eq!(host.state.confirm(&first), None);
    // Nor while a later one of the same connection is in flight.
    let (taken, second) = take(&mut host, &mut lineker);
    assert_eq!(taken, ["2"]);
    assert_eq!(host.state.confirm(&first), None);
    assert_eq!(host.state.confirm(&second.unwrap()), Some(delivered));
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["3"]);
}

#[test]
fn what_is_given_back_comes_again_in_its_old_place() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1", "2"]);
    let (_, drain) = take(&mut host, &mut first);
    send(&mut host, &mut messi, &["3"]);
    assert_eq!(host.state.give_back(first.id), [username("lineker")]);
    // Too late: they are no longer being handed over.
    assert_eq!(host.state.confirm(&drain.unwrap()), None);
    assert_eq!(texts(&host.ask(&mut second, "inbox")), ["1", "2", "3"]);
}

#[test]
fn what_was_confirmed_before_is_not_given_back() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 1);
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3"]);
    let (_, confirmed) = take(&mut host, &mut first);
    take(&mut host, &mut first);
    host.confirm(confirmed.as_ref());
    assert!(matches!(host.begin(&mut second, "inbox"), Answer::Busy(_)));
    assert_eq!(host.state.give_back(first.id), [username("lineker")]);
    assert_eq!(texts(&host.ask(&mut second, "inbox")), ["2"]);
    assert_eq!(host.state.give_back(first.id), []);
}

#[test]
fn a_connection_that_is_gone_gives_back_all_that_it_was_being_handed() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut messi, "send messi 1");
    send(&mut host, &mut messi, &["2"]);
    take(&mut host, &mut lineker);
    let line = format!("inbox {}", messi.token());
    assert!(matches!(
        host.begin(&mut lineker, &line),
        Answer::Replied(_, Some(_))
    ));
    let whose = host.state.detach(lineker.id);
    assert_eq!(whose, [username("lineker"), username("messi")]);
    assert_eq!(texts(&host.ask(&mut messi, "inbox")), ["1"]);
    assert_eq!(host.state.detach(lineker.id), []);
}

#[test]
fn a_drain_outlives_the_session_that_began_it() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    let (_, drain) = take(&mut host, &mut first);
    host.ask(&mut first, "logout");
    assert!(is_busy(&mut host, &mut second));
    host.confirm(drain.as_ref());
    assert_eq!(host.ask(&mut second, "inbox"), EMPTY);
}

#[test]
fn a_drain_outlives_a_changed_password() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    let (_, drain) = take(&mut host, &mut lineker);
    send(&mut host, &mut messi, &["2"]);
    host.change_password("lineker", "jakarta");
    host.confirm(drain.as_ref());
    host.ask(&mut lineker, "auth lineker jakarta");
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["2"]);
}

#[test]
fn a_drain_of_a_removed_user_confirms_nothing_in_a_mailbox_made_again() {
    for drains_again in [false, true] {
        let mut host = Host::new();
        let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
        send(&mut host, &mut messi, &["old 1", "old 2"]);
        let (_, old) = take(&mut host, &mut lineker);
        host.remove_user("lineker");
        assert_eq!(host.state.confirm(&old.unwrap()), None);
        host.add_user("lineker");
        assert_eq!(host.ask(&mut lineker, "inbox"), session_not_found());
        host.ask(&mut lineker, "auth lineker surabaya");
        send(&mut host, &mut messi, &["new"]);
        if drains_again {
            assert_eq!(take(&mut host, &mut lineker).0, ["new"]);
        }
        assert_eq!(host.state.confirm(&old.unwrap()), None);
        host.state.give_back(lineker.id);
        assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["new"]);
    }
}

#[test]
fn a_removed_user_is_busy_for_nobody() {
    let mut host = Host::new();
    let [mut messi, mut first] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    take(&mut host, &mut first);
    host.remove_user("lineker");
    assert_eq!(host.state.give_back(first.id), []);
    host.add_user("lineker");
    let mut second = host.log_in("lineker");
    assert!(!is_busy(&mut host, &mut second));
}

#[test]
fn messages_left_when_a_reply_was_only_decided_are_not_in_flight() {
    let mut host = Host::new();
    let [mut messi, first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    let command = chatting_time_core::Command::parse("inbox", &host.limits).unwrap();
    let outcome = host.decide(&first, &command);
    assert!(matches!(outcome, chatting_time_core::Outcome::Decided(_)));
    assert_eq!(texts(&host.ask(&mut second, "inbox")), ["1"]);
}
