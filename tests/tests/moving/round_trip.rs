//! There and back, everything is as it was.

use std::fs;

use crate::lines::{Amount, assert_same, export};
use crate::place::{Place, ask};

#[test]
fn what_a_data_folder_held_is_served_from_nats_and_back_from_a_data_folder() {
    let place = Place::new(1, &[]);
    let folder = place.serve_folder("data", &["--demo-users=true"]);
    let reply = ask(&folder, "auth messi surabaya");
    let token = token_in(&reply);
    let replies = ask(
        &folder,
        "auth henderson surabaya\nsend lineker halo \"dunia\" ☀\nsend lineker apa kabar\nlogout",
    );
    assert_eq!(replies.matches("OK").count(), 4, "{replies}");
    drop(folder);

    let said = place
        .run(&["export", "--sessions", "one", "--data", "data"])
        .ok();
    assert_eq!(
        said,
        "exported 3 users, 1 session and 2 undelivered messages to one\n"
    );
    // It runs all the while.
    let server = place.serve(&["--store-staleness", "0"]);
    let reply = ask(&server, "auth lineker surabaya");
    assert!(reply.contains("ERROR"), "{reply}");
    let said = place.run_in_nats(&["import", "one"]).ok();
    assert_eq!(
        said,
        format!(
            "imported 3 users, 1 session and 2 undelivered messages into {}\n",
            place.nats.store()
        )
    );
    let exported = place.run_in_nats(&["export", "--sessions"]).ok();
    assert_same(&fs::read_to_string(place.path("one")).unwrap(), &exported);
    place
        .run_with_input(&["import", "-", "--data", "back"], &exported)
        .ok();

    // Both hand the same over: the session goes on, and the password is what it was.
    for server in [server, place.serve_folder("back", &[])] {
        let list = ask(&server, &format!("list {token}"));
        assert!(list.contains("messi"), "{list}");
        let reply = ask(&server, "auth lineker surabaya\ninbox\ninbox");
        let first = reply.find(r#"halo \"dunia\" \u2600"#);
        let second = reply.find("apa kabar");
        assert!(first.is_some() && first < second, "{reply}");
        assert_eq!(reply.matches("apa kabar").count(), 1, "{reply}");
    }
    let left = place.run_in_nats(&["export"]).ok();
    assert!(!left.contains("\"message\""), "{left}");
}

#[test]
fn much_is_moved_both_ways_and_is_the_same() {
    let place = Place::new(1, &[]);
    let amount = Amount {
        users: 300,
        sessions: 400,
        messages: 5_000,
    };
    let one = export(&amount, 1);
    // Also from standard input.
    let store = place.nats.store();
    place
        .run_with_input(&["import", "-", "--store", &store], &one)
        .ok();
    let said = place.run_in_nats(&["export", "--sessions", "two"]).ok();
    assert_eq!(
        said,
        "exported 300 users, 400 sessions and 5000 undelivered messages to two\n"
    );
    let two = fs::read_to_string(place.path("two")).unwrap();
    assert_same(&one, &two);
    place.run(&["import", "two", "--data", "data"]).ok();
    let three = place.run(&["export", "--sessions", "--data", "data"]).ok();
    assert_same(&one, &three);
    let without_sessions = place.run_in_nats(&["export"]).ok();
    assert!(!without_sessions.contains("session\""));
}

#[test]
fn an_export_has_only_what_its_present_owner_would_be_handed() {
    let place = Place::new(1, &[]);
    let server = place.serve(&["--store-staleness", "0"]);
    let add = |username: &str| {
        let arguments = ["user", "add", username, "--store", &place.nats.store()];
        place.run_with_input(&arguments, "surabaya\n").ok();
    };
    add("ani");
    add("budi");
    let token = token_in(&ask(&server, "auth budi surabaya"));
    let sent = ask(
        &server,
        "auth ani surabaya\nsend budi to the first\nsend ani to myself",
    );
    assert_eq!(sent.matches("OK").count(), 3, "{sent}");
    place.run_in_nats(&["user", "remove", "budi", "--yes"]).ok();
    add("budi");
    let sent = ask(&server, "auth ani surabaya\nsend budi to the second");
    assert_eq!(sent.matches("OK").count(), 2, "{sent}");
    let exported = place.run_in_nats(&["export", "--sessions"]).ok();
    assert!(exported.contains("to the second"), "{exported}");
    assert!(exported.contains("to myself"), "{exported}");
    assert!(!exported.contains("to the first"), "{exported}");
    assert!(!exported.contains(&token), "{exported}");
    assert!(
        exported.ends_with("\"users\":2,\"sessions\":2,\"messages\":2}\n"),
        "{exported}"
    );
}

fn token_in(reply: &str) -> String {
    let (_, token) = reply.split_once("tokenid").expect("it is logged in");
    let token = token.trim_start_matches(|c: char| !c.is_ascii_hexdigit());
    token.split('"').next().unwrap().to_owned()
}
