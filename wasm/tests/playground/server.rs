//! The simulated server: patient, bounded and durable as the native one is.

use chatting_time_wasm::{Administration, Change, ConnectionState, Endpoint, Input, Network, What};

use crate::scene::{LINEKER, MESSI, Scene, ToClient, ToServer};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Fills Lineker's mailbox with so many messages of 1,000 bytes.
fn fill_mailbox(scene: &mut Scene, messages: usize) {
    scene.log_in();
    for _ in 0..messages {
        scene.ask(MESSI, &format!("send lineker {}", "x".repeat(1_000)));
    }
}

/// Both are logged in, so many messages of 1,000 bytes wait for Lineker, and nothing reaches him.
fn lineker_who_takes_no_replies(messages: usize) -> Scene {
    let mut scene = Scene::new();
    fill_mailbox(&mut scene, messages);
    scene.stall(LINEKER, ToClient, true);
    scene
}

#[test]
fn a_reply_that_the_system_does_not_take_whole_hands_nothing_over() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    assert_eq!(scene.mailbox("lineker").count, 100);
    assert_eq!(scene.mailbox("lineker").handing_over, 100);
    assert!(scene.connection(LINEKER).waiting_output > 0);
    scene.stall(LINEKER, ToClient, false);
    scene.settle();
    assert_eq!(scene.mailbox("lineker").count, 0);
    assert_eq!(scene.client(LINEKER).unanswered, 0);
}

#[test]
fn who_takes_no_reply_for_too_long_is_cut_off_and_the_messages_go_back() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.enter(LINEKER, "inbox");
    scene.advance(20);
    assert_eq!(scene.simulation.next_deadline(), Some(30_000));
    scene.advance(29_999);
    assert_eq!(scene.mailbox("lineker").handing_over, 100);
    scene.advance(1);
    assert_eq!(
        scene.count(|what| matches!(what, What::GivenBack { .. })),
        1
    );
    assert_eq!(scene.mailbox("lineker").handing_over, 0);
    assert_eq!(scene.mailbox("lineker").count, 100);
    scene.stall(LINEKER, ToClient, false);
    scene.settle();
    assert_eq!(scene.client(LINEKER).state, ConnectionState::Closed);
    assert!(scene.arrived(ToClient).last().unwrap().len() < 100 * 1_000);
}

#[test]
fn progress_with_a_reply_gives_the_client_its_time_again() {
    let mut scene = lineker_who_takes_no_replies(200);
    scene.enter(LINEKER, "inbox");
    scene.advance(25_020);
    scene.deliver(LINEKER, ToClient, 30_000);
    assert_eq!(scene.simulation.next_deadline(), Some(30_000));
}

#[test]
fn an_inbox_waits_for_the_one_that_is_being_handed_the_same_mailbox() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.ask(MESSI, "auth lineker surabaya");
    scene.ask(MESSI, "inbox");
    assert_eq!(
        scene.count(|what| matches!(what, What::MailboxBusy { .. })),
        1
    );
    assert!(scene.connection(MESSI).waits_for_mailbox);
    assert_eq!(scene.client(MESSI).unanswered, 1);
    scene.apply(Input::Reset { client: LINEKER });
    scene.settle();
    assert!(!scene.connection(MESSI).waits_for_mailbox);
    assert_eq!(scene.mailbox("lineker").count, 0);
    assert!(scene.answer(MESSI).contains("msg_from"));
    assert_eq!(scene.client(MESSI).unanswered, 0);
}

#[test]
fn an_inbox_that_waits_finds_nothing_once_the_other_has_taken_everything() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.ask(MESSI, "auth lineker surabaya");
    scene.ask(MESSI, "inbox");
    scene.stall(LINEKER, ToClient, false);
    scene.settle();
    assert_eq!(scene.answer(MESSI), "{}");
}

#[test]
fn no_further_line_runs_while_too_many_replies_wait() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToClient, true);
    let bytes = "help\n".repeat(5_000).into_bytes().into();
    scene.apply(Input::Type {
        client: MESSI,
        bytes,
    });
    scene.settle();
    let answered = scene.codes().len();
    let waiting = scene.connection(MESSI).waiting_output;
    assert!((128..1_000).contains(&answered), "{answered}");
    assert!(waiting < 256 << 10, "{waiting}");
    scene.stall(MESSI, ToClient, false);
    scene.settle();
    assert_eq!(scene.codes().len(), 5_000);
    assert_eq!(scene.client(MESSI).unanswered, 0);
}

#[test]
fn a_line_that_is_not_finished_in_time_gets_an_error_and_the_connection_ends() {
    let mut scene = Scene::new();
    scene.type_bytes(MESSI, "auth me");
    scene.advance(20);
    assert_eq!(scene.simulation.next_deadline(), Some(30_000));
    scene.advance(30_000);
    assert_eq!(scene.codes(), ["request_timeout"]);
    scene.settle();
    assert_eq!(scene.client(MESSI).state, ConnectionState::Closed);
}

/// A server that has given Messi up inside of a line, and a client that hears nothing of it and goes on writing.
fn given_up() -> Scene {
    let mut scene = Scene::new();
    scene.type_bytes(MESSI, "auth me");
    scene.stall(MESSI, ToClient, true);
    scene.advance(20 + 30_000);
    assert_eq!(scene.codes(), ["request_timeout"]);
    scene
}

#[test]
fn what_comes_soon_after_the_last_reply_is_dropped_so_that_the_reply_arrives() {
    let mut scene = given_up();
    scene.advance(1_979);
    scene.ask(MESSI, "help");
    assert_eq!(scene.count(|what| matches!(what, What::Lost { .. })), 1);
    scene.stall(MESSI, ToClient, false);
    scene.settle();
    assert_eq!(scene.client(MESSI).state, ConnectionState::Closed);
    assert_eq!(scene.answer(MESSI), "Error, Waktu Perintah Habis");
}

#[test]
fn what_comes_later_breaks_the_connection() {
    let mut scene = given_up();
    scene.advance(1_980);
    scene.ask(MESSI, "help");
    assert_eq!(scene.client(MESSI).state, ConnectionState::Broken);
}

#[test]
fn whoever_is_beyond_the_bound_of_connections_is_told_so() {
    let mut scene = Scene::with_limits(&[("connections", 1)]);
    scene.connect(MESSI);
    scene.connect(LINEKER);
    scene.settle();
    assert_eq!(scene.codes(), ["server_busy"]);
    assert_eq!(scene.answer(LINEKER), "Error, Server Sibuk");
    assert_eq!(scene.client(LINEKER).state, ConnectionState::Closed);
    scene.apply(Input::Close { client: MESSI });
    scene.settle();
    scene.ask(LINEKER, "help");
    assert_eq!(scene.codes(), ["server_busy", "OK"]);
}

#[test]
fn connections_of_one_client_have_a_bound_of_their_own() {
    let mut scene = Scene::with_limits(&[("address_connections", 1)]);
    scene.connect(LINEKER);
    scene.stall(MESSI, ToServer, true);
    scene.connect(MESSI);
    scene.connect(MESSI);
    scene.settle();
    assert_eq!(scene.codes(), ["server_busy"]);
}

#[test]
fn a_session_that_died_of_age_is_swept_away() {
    let mut scene = Scene::with_limits(&[("session_idle", 10_000)]);
    scene.ask(MESSI, "auth messi surabaya");
    scene.advance(9_000);
    scene.ask(MESSI, "list");
    scene.advance(9_900);
    assert_eq!(scene.simulation.server_view().sessions.len(), 1);
    scene.advance(1_100);
    assert!(scene.simulation.server_view().sessions.is_empty());
    let ended =
        |what: &What| matches!(what, What::StateChanged { event, .. } if event == "sessionEnded");
    assert_eq!(scene.time_of(ended), Some(20_000));
}

#[test]
fn a_restart_keeps_what_is_durable_and_closes_every_connection() {
    let mut scene = Scene::new();
    scene.log_in();
    scene.ask(MESSI, "send lineker halo");
    let before = scene.simulation.server_view();
    scene.apply(Input::RestartServer);
    scene.settle();
    let after = scene.simulation.server_view();
    assert_eq!(after.mailboxes, before.mailboxes);
    assert_eq!(after.users.len(), before.users.len());
    let tokens = |view: &chatting_time_wasm::ServerView| {
        view.sessions
            .iter()
            .map(|one| one.token.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(tokens(&after), tokens(&before));
    assert_eq!(scene.client(MESSI).state, ConnectionState::Closed);
    scene.ask(LINEKER, "inbox");
    assert!(scene.answer(LINEKER).contains("\" halo \\r\\n\""));
}

#[test]
fn a_restart_does_not_recover_again_what_an_earlier_one_did() {
    let mut scene = Scene::new();
    fill_mailbox(&mut scene, 100);
    scene.ask(LINEKER, "inbox");
    let events = scene.simulation.server_view().events;
    let mut restart = || {
        let before = scene.simulation.work();
        scene.apply(Input::RestartServer);
        assert_eq!(scene.simulation.server_view().events, events);
        scene.simulation.work() - before
    };
    let (first, second) = (restart(), restart());
    assert!(first > 100, "{first}");
    assert!(second < 20, "{second}");
    scene.settle();
    // What happens since then is recovered as well, and counted on.
    scene.ask(MESSI, "send lineker halo");
    scene.apply(Input::RestartServer);
    assert_eq!(scene.simulation.server_view().events, events + 1);
    assert_eq!(scene.mailbox("lineker").count, 1);
    scene.ask(LINEKER, "inbox");
    assert!(scene.answer(LINEKER).contains("\" halo \\r\\n\""));
}

#[test]
fn bytes_that_reach_a_server_that_was_killed_break_the_connection() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "help");
    scene.apply(Input::RestartServer);
    scene.advance(20);
    let broken = |what: &What| {
        matches!(
            what,
            What::BrokeOff {
                by: Endpoint::Server,
                ..
            }
        )
    };
    assert_eq!(scene.count(broken), 1);
    assert!(scene.codes().is_empty());
}

#[test]
fn messages_being_handed_over_when_the_server_is_killed_are_handed_over_again() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.apply(Input::RestartServer);
    assert_eq!(scene.mailbox("lineker").count, 100);
    assert_eq!(scene.mailbox("lineker").handing_over, 0);
}

#[test]
fn a_stop_tells_who_is_inside_of_a_line_and_turns_newcomers_away() {
    let mut scene = Scene::new();
    scene.type_bytes(MESSI, "auth me");
    scene.connect(LINEKER);
    scene.settle();
    scene.apply(Input::StopServer);
    scene.settle();
    assert_eq!(scene.codes(), ["shutting_down"]);
    assert_eq!(scene.answer(MESSI), "Error, Server Berhenti");
    for client in [MESSI, LINEKER] {
        assert_eq!(scene.client(client).state, ConnectionState::Closed);
    }
    scene.connect(LINEKER);
    assert_eq!(
        scene.count(|what| matches!(what, What::ConnectionRefused { .. })),
        1
    );
    scene.apply(Input::RestartServer);
    scene.ask(LINEKER, "help");
    assert_eq!(scene.client(LINEKER).unanswered, 0);
}

#[test]
fn a_stop_waits_a_while_for_who_is_taking_a_reply() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.apply(Input::StopServer);
    assert_eq!(scene.simulation.next_deadline(), Some(4_000));
    scene.advance(4_000);
    assert_eq!(
        scene.count(|what| matches!(what, What::GivenBack { .. })),
        1
    );
    assert_eq!(scene.simulation.next_deadline(), None);
}

#[test]
fn a_stop_refuses_the_inbox_that_waits_for_a_mailbox() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.ask(MESSI, "auth lineker surabaya");
    scene.ask(MESSI, "inbox");
    scene.apply(Input::StopServer);
    assert_eq!(scene.codes().last().unwrap(), "shutting_down");
}

#[test]
fn the_operator_changes_accounts_and_is_told_by_a_code_what_is_wrong() {
    let mut scene = Scene::new();
    let add = |username: &str, name: &str, password: &str| Administration::AddUser {
        username: username.to_owned(),
        name: name.to_owned(),
        country: "Prancis".to_owned(),
        password: password.to_owned(),
    };
    scene.administrate(add("zidane", "Zinedine Zidane", "berlin"));
    scene.ask(MESSI, "auth zidane berlin");
    assert_eq!(scene.client(MESSI).username.as_deref(), Some("zidane"));
    scene.administrate(Administration::RemoveUser {
        username: "zidane".to_owned(),
    });
    scene.ask(MESSI, "list");
    assert_eq!(scene.answer(MESSI), "Error, Session Tidak Ditemukan");
    for (change, code) in [
        (add("messi", "x", "x"), "userExists"),
        (add("Me ssi", "x", "x"), "badUsername"),
        (add("x", "", "x"), "badName"),
        (add("x", "x", "a b"), "badPassword"),
        (
            Administration::RemoveUser {
                username: "zidane".to_owned(),
            },
            "userNotFound",
        ),
    ] {
        scene.administrate(change);
        let last = scene.trace.last().unwrap();
        let What::Administered { refusal, .. } = &last.what else {
            panic!("{last:?}");
        };
        assert_eq!(refusal.as_deref(), Some(code));
    }
}

#[test]
fn who_waits_for_the_mailbox_of_a_removed_account_is_answered() {
    let mut scene = lineker_who_takes_no_replies(100);
    scene.ask(LINEKER, "inbox");
    scene.ask(MESSI, "auth lineker surabaya");
    scene.ask(MESSI, "inbox");
    scene.administrate(Administration::RemoveUser {
        username: "lineker".to_owned(),
    });
    scene.settle();
    assert_eq!(scene.answer(MESSI), "Error, Session Tidak Ditemukan");
}

#[test]
fn what_one_reads_of_the_state_bears_no_mark_of_change() {
    let mut scene = Scene::new();
    scene.log_in();
    let server = scene.simulation.server_view();
    assert!(server.users.iter().all(|user| user.change == Change::None));
    assert!(server.users.iter().filter(|user| user.online).count() == 2);
    scene.set_network(MESSI, ToServer, Network::default());
}
