//! What an operator has changed holds on every server from one second later on.

use std::time::Instant;

use chatting_time_tests::client::{Client, PASSWORD, code};
use chatting_time_tests::nats::NatsCluster;

use crate::chat::Chat;
use crate::load::{EFFECTIVE, PATIENCE};
use crate::sent::log_in;

const NEW_PASSWORD: &str = "sama-sekali-lain";

#[test]
fn a_new_password_and_a_removal_hold_on_every_server_within_a_second() {
    // Old passwords are tried as fast as they are refused.
    let unlimited = [
        "--login-attempts-address",
        "0",
        "--login-attempts-account",
        "0",
    ];
    let chat = Chat::start_with(NatsCluster::start(3).unwrap(), &unlimited, 3);
    let mut clients: Vec<Client> = chat.addresses().into_iter().map(Client::connect).collect();
    let tokens = ["user-0", "user-1"].map(|user| log_in(&mut clients[0], user));
    for round in 0..crate::rounds() {
        let (old, new) = match round % 2 {
            0 => (PASSWORD, NEW_PASSWORD),
            _ => (NEW_PASSWORD, PASSWORD),
        };
        let session = clients[0].ask(format!("auth user-0 {old}"))["tokenid"].clone();
        let session = session.as_str().unwrap();
        chat.user(&["passwd", "user-0"], &format!("{new}\n"));
        let changed = Instant::now();
        for client in &mut clients {
            holds_from(
                changed,
                client,
                &format!("inbox {session}"),
                "session_not_found",
            );
            holds_from(
                changed,
                client,
                &format!("auth user-0 {old}"),
                "wrong_password",
            );
            holds_from(changed, client, &format!("auth user-0 {new}"), "");
        }
    }
    let [_, token] = tokens;
    chat.user(&["remove", "user-1", "--yes"], "");
    let removed = Instant::now();
    for client in &mut clients {
        log_in(client, "user-2");
        holds_from(
            removed,
            client,
            &format!("inbox {token}"),
            "session_not_found",
        );
        holds_from(removed, client, "send user-1 halo", "user_not_found");
    }
}

/// Asks until that is the answer; to what was asked a second after the change there is no other but that nobody knows.
fn holds_from(changed: Instant, client: &mut Client, line: &str, wanted: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let asked = Instant::now();
        let reply = client.ask(line);
        let found = code(&reply);
        if found == wanted {
            return;
        }
        let may_be_old = asked < changed + EFFECTIVE;
        assert!(
            found == "storage_unavailable" || may_be_old,
            "{line}: {reply} to what was asked {:?} after the change",
            asked - changed
        );
        assert!(asked < deadline, "{line}: never {wanted:?}");
    }
}
