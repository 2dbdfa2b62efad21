//! Sessions, and who is online.

use chatting_time_core::Limits;
use futures_util::future::join_all;

use super::client::code;
use super::place::{PASSWORD, Place};

/// Of one user.
const SESSIONS: usize = 48;

pub(crate) fn limits() -> Limits {
    Limits {
        user_sessions: SESSIONS as u64,
        ..Limits::default()
    }
}

pub(crate) async fn a_session_is_valid_on_every_connection_and_no_more_when_it_has_ended(
    place: &impl Place,
) {
    let ani = place.log_in("ani").await;
    let token = ani.token.clone();
    for _ in 0..2 {
        let mut other = place.client();
        assert_eq!(code(&other.ask(&format!("inbox {token}")).await), "");
    }
    let mut other = place.client();
    assert_eq!(code(&other.ask(&format!("logout {token}")).await), "");
    for _ in 0..2 {
        let mut other = place.client();
        let reply = other.ask(&format!("inbox {token}")).await;
        assert_eq!(code(&reply), "session_not_found");
    }
}

pub(crate) async fn one_session_too_many_ends_the_one_unused_for_longest(place: &impl Place) {
    let mut clients = Vec::new();
    for _ in 0..SESSIONS {
        clients.push(place.log_in("ani").await);
    }
    let mut one_more = place.log_in("ani").await;
    assert_eq!(code(&one_more.ask("inbox").await), "");
    assert_eq!(code(&clients[0].ask("inbox").await), "session_not_found");
    assert_eq!(code(&clients[1].ask("inbox").await), "");
}

pub(crate) async fn sessions_that_are_opened_and_ended_at_once_all_are(place: &impl Place) {
    let mut clients: Vec<_> = (0..SESSIONS).map(|_| place.client()).collect();
    let auth = format!("auth ani {PASSWORD}");
    let opening = clients.iter_mut().map(|client| client.ask(&auth));
    for reply in join_all(opening).await {
        assert_eq!(reply["status"], "OK", "{reply}");
    }
    for client in &mut clients {
        assert_eq!(code(&client.ask("inbox").await), "");
    }
    let ending = clients.iter_mut().map(|client| client.ask("logout"));
    for reply in join_all(ending).await {
        assert_eq!(reply["status"], "OK", "{reply}");
    }
    for client in &mut clients {
        let inbox = format!("inbox {}", client.token);
        assert_eq!(code(&client.ask(&inbox).await), "session_not_found");
    }
}

pub(crate) async fn who_has_logged_in_is_listed_and_who_has_logged_out_is_not(place: &impl Place) {
    let mut ani = place.log_in("ani").await;
    let mut budi = place.log_in("budi").await;
    for client in [&mut ani, &mut budi] {
        let reply = client.ask("list").await;
        assert_eq!(
            reply["users"],
            serde_json::json!(["ani", "budi"]),
            "{reply}"
        );
    }
    assert_eq!(code(&budi.ask("logout").await), "");
    let reply = ani.ask("list").await;
    assert_eq!(reply["users"], serde_json::json!(["ani"]), "{reply}");
}
