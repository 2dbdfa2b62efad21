//! What an operator does to accounts.

use chatting_time::engine::AdminError;
use chatting_time_core::{AdminCommand, AdminRefusal, Limits, Username};

use super::client::code;
use super::place::{Place, hash};

pub(crate) fn limits() -> Limits {
    Limits {
        mailbox_messages: 3,
        ..Limits::default()
    }
}

pub(crate) async fn a_name_is_given_once(place: &impl Place) {
    let ani = Username::parse("ani").unwrap();
    for _ in 0..2 {
        let added = place.add("ani").await;
        let Err(AdminError::Refused(AdminRefusal::UserExists(username))) = added else {
            panic!("{added:?}");
        };
        assert_eq!(username, ani);
    }
    place.remove("ani").await.unwrap();
    let removed = place.remove("ani").await;
    let Err(AdminError::Refused(AdminRefusal::UserNotFound(username))) = removed else {
        panic!("{removed:?}");
    };
    assert_eq!(username, ani);
    place.add("ani").await.unwrap();
}

pub(crate) async fn of_two_who_make_the_same_account_at_once_one_does(place: &impl Place) {
    for username in ["citra", "dewi", "eka", "fajar", "gita"] {
        let adding = (0..4).map(|_| place.add(username));
        let added = futures_util::future::join_all(adding).await;
        let made = added.iter().filter(|added| added.is_ok()).count();
        assert_eq!(made, 1, "{added:?}");
    }
}

pub(crate) async fn a_new_password_ends_all_sessions(place: &impl Place) {
    let mut clients = [place.log_in("ani").await, place.log_in("ani").await];
    let mut budi = place.log_in("budi").await;
    budi.send("ani", "one").await;
    let change = AdminCommand::ChangePassword {
        username: Username::parse("ani").unwrap(),
        password: hash(),
    };
    place.store().administer(&change).await.unwrap();
    for client in &mut clients {
        assert_eq!(code(&client.ask("inbox").await), "session_not_found");
    }
    let mut again = place.log_in("ani").await;
    assert_eq!(again.take().await, ["one"], "the mailbox stays");
}

pub(crate) async fn who_gets_the_name_of_one_who_was_removed_gets_no_messages_of_theirs(
    place: &impl Place,
) {
    let mut budi = place.log_in("budi").await;
    for round in 0..3 {
        let mut ani = place.log_in("ani").await;
        budi.send("ani", &format!("{round} one")).await;
        assert_eq!(ani.take().await, [format!("{round} one")]);
        for text in ["two", "three", "four"] {
            budi.send("ani", &format!("{round} {text}")).await;
        }
        place.remove("ani").await.unwrap();
        assert_eq!(code(&budi.ask("send ani nobody").await), "user_not_found");
        assert_eq!(code(&ani.ask("inbox").await), "session_not_found");
        place.add("ani").await.unwrap();
        assert_eq!(code(&ani.ask("inbox").await), "session_not_found");
    }
    budi.send("ani", "new").await;
    let mut ani = place.log_in("ani").await;
    assert_eq!(ani.take().await, ["new"]);
}

pub(crate) async fn any_name_that_is_allowed_has_a_mailbox_of_its_own(place: &impl Place) {
    let names = ["mark", "a.b", "a_b", "a-b", "a.b.c", "0", "keys"];
    for name in names {
        place.add(name).await.unwrap();
    }
    let mut budi = place.log_in("budi").await;
    for name in names {
        budi.send(name, name).await;
    }
    for name in names {
        let mut client = place.log_in(name).await;
        assert_eq!(client.take().await, [name]);
    }
}
