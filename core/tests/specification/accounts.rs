//! What an operator does to accounts.

use chatting_time_core::{AdminCommand, AdminRefusal, Event};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{EMPTY, Host, hashed, new_user, session_not_found, user_not_found, username};

fn usernames(host: &Host) -> Vec<String> {
    let users = host.state.users().into_iter();
    users
        .map(|user| user.identity.username().to_string())
        .collect()
}

#[test]
fn accounts_are_made_all_or_none() {
    let mut host = Host::new();
    for (users, exists) in [
        (vec![new_user("ada"), new_user("messi")], "messi"),
        (
            vec![new_user("ada"), new_user("bob"), new_user("ada")],
            "ada",
        ),
    ] {
        let refusal = host.administer(&AdminCommand::AddUsers(users));
        assert_eq!(refusal, Err(AdminRefusal::UserExists(username(exists))));
        assert_eq!(usernames(&host), ["henderson", "lineker", "messi"]);
    }
    let users = vec![new_user("bob"), new_user("ada")];
    assert_eq!(host.administer(&AdminCommand::AddUsers(users)), Ok(()));
    assert_eq!(
        usernames(&host),
        ["ada", "bob", "henderson", "lineker", "messi"]
    );
    assert_eq!(host.state.user_count(), 5);
}

#[test]
fn nobody_unknown_is_changed_or_removed() {
    let mut host = Host::new();
    let username = username("messy");
    let password = hashed("x");
    for command in [
        AdminCommand::RemoveUser { username },
        AdminCommand::ChangePassword { username, password },
    ] {
        let refusal = host.administer(&command).unwrap_err();
        assert_eq!(refusal, AdminRefusal::UserNotFound(username));
        assert_eq!(refusal.to_string(), "there is no user messy");
    }
}

#[test]
fn no_generation_is_ever_given_twice() {
    let mut host = Host::new();
    host.change_password("messi", "a");
    host.remove_user("messi");
    host.add_user("messi");
    host.remove_user("messi");
    let mut host = host.restart();
    host.add_user("messi");
    let given = host.journal.iter().filter_map(|event| match event {
        Event::UserAdded { generation, .. } | Event::PasswordChanged { generation, .. } => {
            Some(generation.0)
        }
        _ => None,
    });
    assert_eq!(given.collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_removed_user_is_gone_with_mailbox_and_sessions() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut messi, "send lineker halo");
    host.remove_user("lineker");
    assert_eq!(host.ask(&mut lineker, "inbox"), session_not_found());
    assert_eq!(host.ask(&mut messi, "send lineker halo"), user_not_found());
    let reply = host.ask(&mut lineker, "auth lineker surabaya");
    assert_eq!(reply, user_not_found());
    assert_eq!(host.state.session_count(), 1);
    assert_eq!(host.state.total_fill().messages, 0);
}

#[test]
fn a_name_made_again_inherits_nothing() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut messi, "send lineker halo");
    let token = lineker.token();
    host.remove_user("lineker");
    host.add_user("lineker");
    let mut other = host.connect();
    let reply = host.ask(&mut other, &format!("inbox {token}"));
    assert_eq!(reply, session_not_found());
    let mut lineker = host.log_in("lineker");
    assert_eq!(host.ask(&mut lineker, "inbox"), EMPTY);
}

#[test]
fn commands_for_accounts_go_through_text_and_back() {
    // An operator's tool talks to a running server in JSON.
    let command = AdminCommand::ChangePassword {
        username: username("messi"),
        password: hashed("x"),
    };
    let text = serde_json::to_string(&command).unwrap();
    assert_eq!(
        serde_json::from_str::<AdminCommand>(&text).unwrap(),
        command
    );
    // Not only from text that can be borrowed.
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        serde_json::from_value::<AdminCommand>(value).unwrap(),
        command
    );
    for bad in [
        r#"{"RemoveUser": {"username": "a b"}}"#,
        r#"{"RemoveUser": {"username": ""}}"#,
    ] {
        assert!(serde_json::from_str::<AdminCommand>(bad).is_err());
    }
}

#[test]
fn no_secret_of_an_account_is_shown() {
    let host = Host::new();
    let shown = format!("{:?} {:?} {:?}", new_user("ada"), host.state, host.journal);
    assert!(!shown.contains("argon2"), "{shown}");
}
