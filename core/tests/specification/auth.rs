//! `auth`: opening a session.

use chatting_time_core::limits::{PASSWORD_BYTES, USERNAME_BYTES};
use chatting_time_core::state::Fetched;
use chatting_time_core::{Reply, Token};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{
    Answer, Host, KEPT, hashed, listed, new_user, session_not_found, token, token_text,
    user_not_found, wrong_password,
};
use chatting_time_core::{AdminCommand, View};

#[test]
fn the_right_password_opens_a_session_with_a_token_of_its_own() {
    let mut host = Host::new();
    let mut client = host.connect();
    for number in [1, 2] {
        let text = token_text(token(number));
        assert_eq!(
            host.ask(&mut client, "auth messi surabaya"),
            format!(r#"{{"status": "OK", "tokenid": "{text}"}}"#)
        );
    }
    assert_eq!(host.state.session_count(), 2);
}

#[test]
fn a_username_is_taken_in_either_case_and_a_password_is_not() {
    let mut host = Host::new();
    let mut client = host.connect();
    let reply = host.ask(&mut client, "auth MeSsI surabaya");
    assert!(reply.contains("tokenid"));
    let reply = host.ask(&mut client, "auth messi Surabaya");
    assert_eq!(reply, wrong_password());
}

#[test]
fn a_name_that_is_not_well_formed_is_nobodys() {
    let mut host = Host::new();
    let mut client = host.connect();
    let too_long = "a".repeat(USERNAME_BYTES + 1);
    for name in [
        "messy",
        "a..b",
        ".",
        "\u{1f600}",
        "m\u{e9}ssi",
        "messi\0",
        "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
        &too_long,
    ] {
        for password in ["surabaya", "\u{7f}"] {
            let reply = host.ask(&mut client, &format!("auth {name} {password}"));
            assert_eq!(reply, user_not_found(), "{name:?}");
        }
    }
}

#[test]
fn a_password_that_is_not_well_formed_is_a_wrong_one() {
    let mut host = Host::new();
    let mut client = host.connect();
    let too_long = "p".repeat(PASSWORD_BYTES + 1);
    for password in ["jakarta", "sura\tbaya", "surabaya\0", "\u{7f}", &too_long] {
        let reply = host.ask(&mut client, &format!("auth messi {password}"));
        assert_eq!(reply, wrong_password(), "{password:?}");
    }
}

#[test]
fn the_longest_username_and_password_log_in() {
    let mut host = Host::new();
    let (name, password) = ("u".repeat(USERNAME_BYTES), "p".repeat(PASSWORD_BYTES));
    let mut user = new_user(&name);
    user.password = hashed(&password);
    host.administer(&AdminCommand::AddUsers(vec![user]))
        .unwrap();
    let mut client = host.connect();
    let reply = host.ask(&mut client, &format!("auth {name} {password}"));
    assert!(reply.contains("tokenid"), "{reply}");
}

#[test]
fn a_successful_auth_binds_and_replaces() {
    let mut host = Host::new();
    let mut client = host.log_in("messi");
    let messi = client.token();
    host.ask(&mut client, "auth lineker surabaya");
    host.ask(&mut client, "send messi from lineker");
    let reply = host.ask(&mut client, &format!("inbox {messi}"));
    assert!(reply.contains("Gary Lineker"), "{reply}");
}

#[test]
fn a_failed_auth_keeps_the_binding() {
    let mut host = Host::new();
    let mut client = host.log_in("messi");
    for line in ["auth lineker salah", "auth nobody surabaya", "auth"] {
        host.ask(&mut client, line);
        assert_eq!(host.ask(&mut client, "list"), listed(&["messi"]));
    }
}

#[test]
fn a_binding_belongs_to_one_connection() {
    let mut host = Host::new();
    host.log_in("messi");
    let mut other = host.connect();
    assert_eq!(host.ask(&mut other, "list"), session_not_found());
}

#[test]
fn nothing_happens_before_the_decision_is_committed() {
    let mut host = Host::new();
    let client = host.connect();
    let check = host.begin_auth(&client, "auth messi surabaya");
    let decision = host.finish(&client, &check.run());
    assert!(matches!(decision.reply, Reply::Authenticated(_)));
    assert_eq!(host.state.session_count(), 0);
}

#[test]
fn a_password_changed_during_its_check_refuses_it_even_if_it_stays_the_same() {
    for new in ["jakarta", "surabaya"] {
        let mut host = Host::new();
        let mut client = host.connect();
        let checked = host.begin_auth(&client, "auth messi surabaya").run();
        host.change_password("messi", new);
        let decision = host.finish(&client, &checked);
        assert_eq!(decision.binding, KEPT);
        assert!(decision.events.is_empty());
        match host.commit(&mut client, decision) {
            Answer::Replied(reply, _) => assert_eq!(reply, wrong_password()),
            busy => panic!("{busy:?}"),
        }
    }
}

#[test]
fn a_user_removed_during_the_check_is_not_found() {
    let mut host = Host::new();
    let mut client = host.connect();
    let checked = host.begin_auth(&client, "auth messi surabaya").run();
    host.remove_user("messi");
    let decision = host.finish(&client, &checked);
    match host.commit(&mut client, decision) {
        Answer::Replied(reply, _) => assert_eq!(reply, user_not_found()),
        busy => panic!("{busy:?}"),
    }
}

#[test]
fn a_user_made_again_during_the_check_is_somebody_else() {
    let mut host = Host::new();
    let mut client = host.connect();
    let checked = host.begin_auth(&client, "auth messi surabaya").run();
    host.remove_user("messi");
    host.add_user("messi");
    let decision = host.finish(&client, &checked);
    match host.commit(&mut client, decision) {
        Answer::Replied(reply, _) => assert_eq!(reply, wrong_password()),
        busy => panic!("{busy:?}"),
    }
}

#[test]
fn a_check_and_its_result_show_no_secret() {
    let mut host = Host::new();
    let client = host.connect();
    let check = host.begin_auth(&client, "auth messi surabaya");
    let shown = format!("{check:?} {:?}", check.clone().run());
    assert!(!shown.contains("surabaya") && !shown.contains("argon2"));
    let found: Fetched<_> = host.state.session(&Token::from_random([0; 16]));
    assert!(found.unwrap().is_none());
}
