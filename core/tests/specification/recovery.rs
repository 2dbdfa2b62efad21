//! What is left after a restart, and after a failure that lost the latest events.

use chatting_time_core::{Drain, Event, State};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{
    Answer, Client, DAY, EMPTY, HOUR, Host, MINUTE, SENT, listed, replayed, session_not_found,
    texts, through_storage, username, wrong_password,
};

/// The state again, from the fewest events and through their durable encoding.
fn compacted(state: &State) -> State {
    let events = state.compacted();
    let events: Vec<_> = events
        .map(|event| through_storage(&event).unwrap())
        .collect();
    replayed(&events)
}

/// The host goes on with a state that knows only the first `durable` events, and with what is
/// soft in the old one.
fn lose_all_but(host: &mut Host, durable: usize) {
    let lost = host.journal.split_off(durable);
    let mut state = compacted(&replayed(&host.journal));
    // What was handed over stays so.
    for event in lost {
        if matches!(event, Event::MessagesDelivered { .. }) {
            state.apply(&event);
            host.journal.push(event);
        }
    }
    state.take_over(&host.state);
    host.state = state;
}

fn take(host: &mut Host, client: &mut Client) -> (Vec<String>, Option<Drain>) {
    match host.begin(client, "inbox") {
        Answer::Replied(reply, drain) => (texts(&reply), drain),
        Answer::Busy(username) => panic!("{username}'s mailbox is being drained"),
    }
}

fn send(host: &mut Host, sender: &mut Client, texts: &[&str]) {
    for text in texts {
        assert_eq!(host.ask(sender, &format!("send lineker {text}")), SENT);
    }
}

#[test]
fn a_restart_keeps_all_that_was_acknowledged() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    let token = lineker.token();
    send(&mut host, &mut messi, &["1", "2"]);
    let mut host = host.restart();
    let mut client = host.connect();
    let reply = host.ask(&mut client, &format!("inbox {token}"));
    assert_eq!(texts(&reply), ["1", "2"]);
    let mut host = host.restart();
    let mut client = host.connect();
    let reply = host.ask(&mut client, &format!("inbox {token}"));
    assert_eq!(reply, EMPTY);
}

/// A service with a past: users removed and made again, changed passwords, ended and used
/// sessions, mailboxes partly delivered, senders that are no more.
fn eventful() -> (Host, [String; 3]) {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 2);
    let [mut messi, mut henderson, mut lineker] =
        host.log_in_all(["messi", "henderson", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3"]);
    send(&mut host, &mut henderson, &["4"]);
    host.ask(&mut lineker, "inbox");
    host.add_user("ada");
    let mut ada = host.log_in("ada");
    send(&mut host, &mut ada, &["5"]);
    host.ask(&mut lineker, "send ada lost");
    host.remove_user("ada");
    host.add_user("ada");
    host.change_password("messi", "jakarta");
    host.wait(2 * HOUR);
    host.ask(&mut henderson, "list");
    host.ask(&mut messi, "auth messi jakarta");
    let mut short = host.log_in("lineker");
    host.ask(&mut short, "logout");
    host.add_user("gone");
    host.change_password("gone", "x");
    host.remove_user("gone");
    let tokens = [messi.token(), henderson.token(), lineker.token()];
    (host, tokens)
}

/// All that clients can learn, asked of this state.
fn behaviour(host: &mut Host, tokens: &[String; 3]) -> Vec<String> {
    let mut client = host.connect();
    let mut replies = Vec::new();
    for line in ["auth messi surabaya", "auth gone x", "auth ada x"] {
        replies.push(host.ask(&mut client, line));
    }
    for token in tokens {
        for line in ["list", "inbox", "inbox", "inbox"] {
            replies.push(host.ask(&mut client, &format!("{line} {token}")));
        }
    }
    // Sessions die when they would have, too.
    for wait in [7 * DAY - 2 * HOUR, 2 * HOUR] {
        host.wait(wait);
        let mut client = host.connect();
        for token in tokens {
            replies.push(host.ask(&mut client, &format!("list {token}")));
        }
    }
    host.add_user("late");
    replies.push(format!("{:?}", host.state.generation()));
    replies
}

#[test]
fn a_state_knows_the_latest_time_on_record_after_a_restart() {
    let (host, _) = eventful();
    let latest = host.journal.iter().filter_map(Event::time).max().unwrap();
    assert_eq!(host.state.latest_time(), latest);
    assert_eq!(replayed(&host.journal).latest_time(), latest);
}

#[test]
fn the_compacted_events_rebuild_a_state_that_behaves_the_same() {
    // Neither knows which connections are open.
    let (host, tokens) = eventful();
    let mut plain = host.restart();
    let (host, _) = eventful();
    let mut short = host.restart();
    let before = short.journal.len();
    short.state = compacted(&short.state);
    assert!(short.state.compacted().count() < before);
    let expected = behaviour(&mut plain, &tokens);
    assert!(expected.iter().any(|reply| reply.contains("remaining")));
    assert_eq!(behaviour(&mut short, &tokens), expected);
}

#[test]
fn compacting_again_gives_the_same_events() {
    let (host, _) = eventful();
    let once: Vec<_> = host.state.compacted().collect();
    let again: Vec<_> = compacted(&host.state).compacted().collect();
    assert_eq!(once, again);
}

#[test]
fn an_empty_state_compacts_to_a_state_that_is_empty() {
    let state = compacted(&State::default());
    assert_eq!((state.user_count(), state.session_count()), (0, 0));
    assert_eq!(state.generation(), State::default().generation());
}

#[test]
fn a_drain_in_flight_goes_on_after_events_were_lost() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1", "2"]);
    let durable = host.journal.len();
    let (taken, drain) = take(&mut host, &mut first);
    assert_eq!(taken, ["1", "2"]);
    send(&mut host, &mut messi, &["lost"]);
    lose_all_but(&mut host, durable);
    assert!(matches!(host.begin(&mut second, "inbox"), Answer::Busy(_)));
    send(&mut host, &mut messi, &["3"]);
    assert!(host.state.confirm(&drain.unwrap()).is_some());
    assert_eq!(texts(&host.ask(&mut second, "inbox")), ["3"]);
}

#[test]
fn a_drain_can_still_be_given_back_after_events_were_lost() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    send(&mut host, &mut messi, &["1", "2"]);
    let durable = host.journal.len();
    take(&mut host, &mut first);
    lose_all_but(&mut host, durable);
    assert_eq!(host.state.give_back(first.id), [username("lineker")]);
    assert_eq!(texts(&host.ask(&mut second, "inbox")), ["1", "2"]);
}

#[test]
fn what_was_handed_over_before_events_were_lost_does_not_come_again() {
    let mut host = Host::with_limits(|limits| limits.inbox_messages = 2);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1", "2", "3", "4", "5"]);
    host.ask(&mut lineker, "inbox");
    let durable = host.journal.len() - 1;
    let (taken, drain) = take(&mut host, &mut lineker);
    assert_eq!(taken, ["3", "4"]);
    lose_all_but(&mut host, durable);
    assert_eq!(take(&mut host, &mut lineker).0, ["5"]);
    assert!(host.state.confirm(&drain.unwrap()).is_some());
    assert_eq!(host.state.total_fill().messages, 1);
}

#[test]
fn messages_that_take_the_place_of_lost_ones_are_not_taken_for_them() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["1"]);
    let durable = host.journal.len();
    send(&mut host, &mut messi, &["lost 1", "lost 2"]);
    assert_eq!(take(&mut host, &mut lineker).0, ["1", "lost 1", "lost 2"]);
    lose_all_but(&mut host, durable);
    send(&mut host, &mut messi, &["2"]);
    assert_eq!(take(&mut host, &mut lineker).0, ["2"]);
    host.state.give_back(lineker.id);
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["1", "2"]);
}

#[test]
fn a_drain_of_nothing_but_lost_messages_keeps_nobody_waiting() {
    let mut host = Host::new();
    let [mut messi, mut first, mut second] = host.log_in_all(["messi", "lineker", "lineker"]);
    let durable = host.journal.len();
    send(&mut host, &mut messi, &["lost"]);
    take(&mut host, &mut first);
    lose_all_but(&mut host, durable);
    assert_eq!(host.ask(&mut second, "inbox"), EMPTY);
}

#[test]
fn a_drain_survives_lost_changes_of_the_password() {
    for (saved, lost) in [(0, 1), (1, 0), (1, 1), (2, 2)] {
        let mut host = Host::new();
        let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
        send(&mut host, &mut messi, &["1", "2"]);
        let (_, drain) = take(&mut host, &mut lineker);
        for _ in 0..saved {
            host.change_password("lineker", "jakarta");
        }
        let durable = host.journal.len();
        for _ in 0..lost {
            host.change_password("lineker", "medan");
        }
        lose_all_but(&mut host, durable);
        assert!(
            host.state.confirm(&drain.unwrap()).is_some(),
            "{saved} {lost}"
        );
        assert_eq!(host.state.total_fill().messages, 0);
    }
}

#[test]
fn a_drain_of_an_account_whose_making_was_lost_confirms_nothing() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    send(&mut host, &mut messi, &["old"]);
    let durable = host.journal.len();
    host.remove_user("lineker");
    host.add_user("lineker");
    host.ask(&mut lineker, "auth lineker surabaya");
    send(&mut host, &mut messi, &["new"]);
    let (_, drain) = take(&mut host, &mut lineker);
    lose_all_but(&mut host, durable);
    assert_eq!(host.state.confirm(&drain.unwrap()), None);
    let mut lineker = host.log_in("lineker");
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["old"]);
}

#[test]
fn open_connections_keep_their_users_online_after_events_were_lost() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    let durable = host.journal.len();
    host.log_in("henderson");
    lose_all_but(&mut host, durable);
    host.wait(MINUTE);
    assert_eq!(host.ask(&mut messi, "list"), listed(&["lineker", "messi"]));
    host.state.detach(lineker.id);
    assert_eq!(host.ask(&mut messi, "list"), listed(&["messi"]));
}

#[test]
fn the_last_use_of_sessions_without_a_connection_is_kept_when_events_are_lost() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.wait(2 * MINUTE);
    host.ask(&mut lineker, "inbox");
    host.state.detach(lineker.id);
    let durable = host.journal.len();
    lose_all_but(&mut host, durable);
    host.wait(MINUTE - 1);
    assert_eq!(host.ask(&mut messi, "list"), listed(&["lineker", "messi"]));
    host.wait(1);
    assert_eq!(host.ask(&mut messi, "list"), listed(&["messi"]));
    host.wait(7 * DAY - MINUTE - 1);
    let mut other = host.connect();
    let line = format!("list {}", lineker.token());
    assert!(host.ask(&mut other, &line).contains("OK"));
}

#[test]
fn a_session_whose_opening_was_lost_is_dead() {
    let mut host = Host::new();
    let durable = host.journal.len();
    let mut messi = host.log_in("messi");
    lose_all_but(&mut host, durable);
    assert_eq!(host.ask(&mut messi, "list"), session_not_found());
    assert_eq!(host.state.detach(messi.id), []);
}

#[test]
fn a_password_whose_change_was_lost_does_not_log_in_by_a_check_still_under_way() {
    let mut host = Host::new();
    let mut client = host.connect();
    let durable = host.journal.len();
    host.change_password("messi", "lost");
    let checked = host.begin_auth(&client, "auth messi lost").run();
    lose_all_but(&mut host, durable);
    // As many changes as were lost: a generation counted anew would be the same one again.
    host.change_password("messi", "jakarta");
    let decision = host.finish(&client, &checked);
    match host.commit(&mut client, decision) {
        Answer::Replied(reply, _) => assert_eq!(reply, wrong_password()),
        busy => panic!("{busy:?}"),
    }
}
