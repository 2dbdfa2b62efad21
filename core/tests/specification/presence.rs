//! Presence: who counts as online, and until when.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Client, DAY, Host, MINUTE, SECOND, listed};

/// Who messi is told to be online, beside messi.
fn others(host: &mut Host, messi: &mut Client) -> Vec<&'static str> {
    let reply = host.ask(messi, "list");
    let known = ["henderson", "lineker"];
    let online: Vec<_> = known
        .into_iter()
        .filter(|name| reply.contains(name))
        .collect();
    let mut all = online.clone();
    all.push("messi");
    assert_eq!(reply, listed(&all));
    online
}

#[test]
fn a_session_attached_to_an_open_connection_is_online_however_long_unused() {
    let mut host = Host::new();
    let [mut messi, _lineker] = host.log_in_all(["messi", "lineker"]);
    host.wait(6 * DAY);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
}

#[test]
fn a_session_without_a_connection_is_online_within_the_window_and_not_past_it() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    host.state.detach(lineker.id);
    host.wait(60 * SECOND - 1);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.wait(1);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn the_window_begins_with_the_last_use_and_not_with_the_end_of_the_connection() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.wait(MINUTE);
    host.ask(&mut lineker, "inbox");
    host.wait(59 * SECOND);
    host.state.detach(lineker.id);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.wait(SECOND);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn detaching_after_the_window_is_going_offline_at_once() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    host.wait(MINUTE);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.state.detach(lineker.id);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn using_a_token_on_another_connection_attaches_its_session_there() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    let mut other = host.connect();
    host.ask(&mut other, &format!("inbox {}", lineker.token()));
    host.state.detach(lineker.id);
    host.wait(DAY);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.state.detach(other.id);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn a_user_is_online_while_any_of_several_sessions_makes_them_so() {
    let mut host = Host::new();
    let [mut messi, first, second, mut third] =
        host.log_in_all(["messi", "lineker", "lineker", "lineker"]);
    host.wait(MINUTE);
    host.state.detach(first.id);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.ask(&mut third, "logout");
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.state.detach(second.id);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn one_connection_can_make_several_users_online() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let mut shared = host.log_in("lineker");
    host.ask(&mut shared, "auth henderson surabaya");
    host.wait(MINUTE);
    let expected = ["henderson", "lineker"];
    assert_eq!(others(&mut host, &mut messi), expected);
    host.state.detach(shared.id);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn logging_out_is_going_offline_at_once() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut lineker, "logout");
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn a_removed_user_is_offline_at_once_and_stays_so_when_made_again() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    host.remove_user("lineker");
    assert!(others(&mut host, &mut messi).is_empty());
    host.add_user("lineker");
    assert!(others(&mut host, &mut messi).is_empty());
    host.state.detach(lineker.id);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn a_session_that_dies_while_attached_is_offline_from_then_on() {
    let mut host = Host::new();
    let [mut messi, _lineker] = host.log_in_all(["messi", "lineker"]);
    host.wait(DAY);
    host.ask(&mut messi, "inbox");
    host.wait(6 * DAY - 1);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.wait(1);
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn a_user_comes_back_online_by_using_the_old_token() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    host.state.detach(lineker.id);
    host.wait(MINUTE);
    assert!(others(&mut host, &mut messi).is_empty());
    let mut other = host.connect();
    let reply = host.ask(&mut other, &format!("list {}", lineker.token()));
    assert_eq!(reply, listed(&["lineker", "messi"]));
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
}

#[test]
fn a_dead_token_makes_nobody_online() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    let token = lineker.token();
    host.ask(&mut lineker, "logout");
    host.ask(&mut lineker, &format!("inbox {token}"));
    assert!(others(&mut host, &mut messi).is_empty());
}

#[test]
fn without_a_window_only_open_connections_count_and_who_asks() {
    let mut host = Host::with_limits(|limits| limits.presence_window = 0);
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.state.detach(lineker.id);
    assert!(others(&mut host, &mut messi).is_empty());
    let token = messi.token();
    host.state.detach(messi.id);
    let mut other = host.connect();
    let reply = host.ask(&mut other, &format!("list {token}"));
    assert_eq!(reply, listed(&["messi"]));
}

#[test]
fn logging_in_again_and_again_on_one_connection_leaves_one_user_online() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let mut busy = host.connect();
    for _ in 0..1_000 {
        host.ask(&mut busy, "auth lineker surabaya");
    }
    assert_eq!(others(&mut host, &mut messi), ["lineker"]);
    host.wait(MINUTE);
    host.state.detach(busy.id);
    assert!(others(&mut host, &mut messi).is_empty());
}
