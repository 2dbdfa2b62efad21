//! `list`: its reply and its bound.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use chatting_time_core::json::Value;

use crate::host::{Client, Host, listed};

#[test]
fn names_are_sorted_and_each_stands_once_under_every_key() {
    let mut host = Host::new();
    let [mut messi, ..] = host.log_in_all(["messi", "lineker", "henderson", "messi", "lineker"]);
    assert_eq!(
        host.ask(&mut messi, "list"),
        r#"{"status": "OK", "user": ["henderson", "lineker", "messi"], "users": ["henderson", "lineker", "messi"], "message": ["henderson", "lineker", "messi"], "messages": ["henderson", "lineker", "messi"]}"#
    );
}

#[test]
fn the_asker_is_listed_even_when_only_asking_makes_them_online() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    host.state.detach(messi.id);
    host.wait(60_000);
    let mut other = host.connect();
    let reply = host.ask(&mut other, &format!("list {}", messi.token()));
    assert_eq!(reply, listed(&["messi"]));
}

/// `count` users online, from `user0000` on.
fn crowd(host: &mut Host, count: usize) -> Vec<Client> {
    let enter = |number| {
        let name = format!("user{number:04}");
        host.add_user(&name);
        host.log_in(&name)
    };
    (0..count).map(enter).collect()
}

fn names_and_total(reply: &str) -> (Vec<String>, Option<u64>) {
    let reply = Value::parse(reply.as_bytes()).unwrap();
    let Some(Value::Array(names)) = reply.get("users") else {
        panic!("{reply}");
    };
    let names = names.iter().map(|name| name.as_str().unwrap().to_owned());
    let total = reply.get("total").map(|total| match total {
        Value::Number(total) => *total,
        other => panic!("{other}"),
    });
    (names.collect(), total)
}

#[test]
fn a_thousand_names_are_listed_and_past_that_the_first_thousand_with_the_total() {
    let mut host = Host::empty(|_| {});
    let mut clients = crowd(&mut host, 1_000);
    let (names, total) = names_and_total(&host.ask(&mut clients[0], "list"));
    assert_eq!((names.len(), total), (1_000, None));

    host.add_user("aaa");
    let mut first = host.log_in("aaa");
    let (names, total) = names_and_total(&host.ask(&mut first, "list"));
    assert_eq!((names.len(), total), (1_000, Some(1_001)));
    assert_eq!(
        (&*names[0], &*names[1], &*names[999]),
        ("aaa", "user0000", "user0998")
    );
}

#[test]
fn an_asker_who_only_now_comes_online_counts_and_stands_in_order() {
    let mut host = Host::with_limits(|limits| limits.list_names = 2);
    let clients = crowd(&mut host, 4);
    for client in &clients {
        host.state.detach(client.id);
    }
    host.wait(60_000);
    // Nobody is online but who asks, on a connection that knows them by their tokens alone.
    let mut other = host.connect();
    let mut ask = |number: usize| {
        let reply = host.ask(&mut other, &format!("list {}", clients[number].token()));
        names_and_total(&reply)
    };
    assert_eq!(ask(2), (vec!["user0002".into()], None));
    assert_eq!(ask(1), (vec!["user0001".into(), "user0002".into()], None));
    let first_two = vec!["user0001".to_owned(), "user0002".to_owned()];
    assert_eq!(ask(3), (first_two, Some(3)));
    let first_two = vec!["user0000".to_owned(), "user0001".to_owned()];
    assert_eq!(ask(0), (first_two, Some(4)));
}
