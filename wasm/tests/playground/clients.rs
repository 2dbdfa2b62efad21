//! What people see at their clients, and what programs make of what arrives.

use chatting_time_wasm::{DialogueKind, Input, Network, Reader, What};

use crate::scene::{LINEKER, MESSI, Scene, ToClient};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_terminal_leads_the_documented_dialogue() {
    let mut scene = Scene::new();
    scene.ask(MESSI, "auth messi jakarta");
    scene.ask(MESSI, "auth messi surabaya");
    let token = scene.client(MESSI).token.unwrap();
    scene.ask(MESSI, "send Lineker halo");
    let lines = scene.client(MESSI).dialogue;
    let lines: Vec<(DialogueKind, &str)> = lines
        .iter()
        .map(|line| (line.kind, line.text.as_str()))
        .collect();
    use DialogueKind::{Answer, Echo, Entered, Refusal};
    let expected = [
        (Entered, "Command :auth messi jakarta".to_owned()),
        (
            Refusal,
            "Error, Password yang Anda Masukkan Salah".to_owned(),
        ),
        (Entered, "Command :auth messi surabaya".to_owned()),
        (
            Answer,
            format!("Username messi Berhasil Masuk, token {token}"),
        ),
        (Entered, format!("Command {token}:send Lineker halo")),
        (Echo, format!("send {token} lineker halo")),
        (Echo, String::new()),
        (Answer, "Pesan Dikirimkan ke lineker".to_owned()),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(kind, text)| (*kind, text.as_str()))
        .collect();
    assert_eq!(lines, expected);
    assert_eq!(scene.client(MESSI).prompt, format!("Command {token}:"));
}

#[test]
fn a_blank_line_asks_nothing() {
    let mut scene = Scene::new();
    scene.enter(MESSI, "  ");
    assert_eq!(scene.client(MESSI).connection, None);
    assert_eq!(scene.trace.len(), 1);
}

#[test]
fn a_dialogue_keeps_its_latest_lines() {
    let mut scene = Scene::new();
    for number in 0..150 {
        scene.ask(MESSI, &format!("x{number}"));
    }
    let dialogue = scene.client(MESSI).dialogue;
    assert_eq!(dialogue.len(), 200);
    assert_eq!(dialogue[198].text, "Command :x149");
}

#[test]
fn replies_to_raw_lines_are_shown_as_they_came() {
    let mut scene = Scene::new();
    scene.type_bytes(MESSI, "auth messi surabaya\\nlist x\\n");
    scene.settle();
    assert!(
        scene
            .answer(MESSI)
            .starts_with("{\"status\": \"OK\", \"user\": [\"messi\"]")
    );
    assert_eq!(scene.client(MESSI).token, None);
    assert_eq!(scene.client(MESSI).unanswered, 0);
}

#[test]
fn replies_go_to_their_requests_in_order_whoever_wrote_them() {
    let mut scene = Scene::new();
    scene.type_bytes(MESSI, "nonsense\\n");
    scene.enter(MESSI, "auth messi surabaya");
    scene.type_bytes(MESSI, "help\\n");
    scene.settle();
    let shown: Vec<_> = scene
        .client(MESSI)
        .dialogue
        .into_iter()
        .map(|line| line.kind)
        .collect();
    use DialogueKind::{Answer, Entered, Refusal, Typed};
    assert_eq!(shown, [Typed, Entered, Typed, Refusal, Answer, Answer]);
    assert_eq!(scene.client(MESSI).username.as_deref(), Some("messi"));
}

#[test]
fn a_line_that_was_answered_before_its_end_leaves_nothing_unanswered() {
    let mut scene = Scene::with_limits(&[("line_bytes", 512)]);
    scene.type_bytes(MESSI, &"x".repeat(600));
    scene.settle();
    assert_eq!(scene.codes(), ["line_too_long"]);
    scene.type_bytes(MESSI, "x\\n");
    scene.settle();
    assert_eq!(scene.client(MESSI).unanswered, 0);
    scene.ask(MESSI, "auth messi surabaya");
    assert_eq!(scene.client(MESSI).username.as_deref(), Some("messi"));
}

#[test]
fn a_client_that_collects_reads_replies_whole_however_they_were_cut() {
    let mut scene = Scene::new();
    let piece_bytes = Some(7);
    scene.set_network(
        MESSI,
        ToClient,
        Network {
            piece_bytes,
            ..Network::default()
        },
    );
    scene.type_bytes(MESSI, "help\\nlist\\n");
    scene.settle();
    let whole = |what: &What| matches!(what, What::ReplyRead { whole: true, .. });
    assert_eq!(scene.count(whole), 2);
    assert_eq!(scene.client(MESSI).received_length, 0);
}

#[test]
fn what_is_no_whole_reply_yet_can_be_seen() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToClient, true);
    scene.ask(MESSI, "list");
    scene.deliver(MESSI, ToClient, 9);
    assert_eq!(scene.client(MESSI).received.escaped(), "{\"status\"");
}

#[test]
fn a_client_that_takes_each_piece_for_a_reply_shows_what_it_got() {
    let mut scene = Scene::new();
    scene.set_reader(MESSI, Reader::EachPiece);
    let split = Network {
        split_at: Some(10),
        ..Network::default()
    };
    scene.set_network(MESSI, ToClient, split);
    scene.ask(MESSI, "auth messi surabaya");
    assert_eq!(scene.client(MESSI).token, None);
    let dialogue = scene.client(MESSI).dialogue;
    assert_eq!(dialogue[1].kind, DialogueKind::Unreadable);
    assert_eq!(dialogue[1].text, "{\"status\":");
    let garbled = |what: &What| matches!(what, What::ReplyRead { whole: false, .. });
    assert_eq!(scene.count(garbled), 2);
}

#[test]
fn two_replies_in_one_piece_are_none_for_a_client_that_takes_each_piece() {
    let mut scene = Scene::new();
    scene.set_reader(MESSI, Reader::EachPiece);
    scene.type_bytes(MESSI, "list\\nlist\\n");
    scene.settle();
    assert_eq!(
        scene.count(|what| matches!(what, What::ReplyRead { whole: false, .. })),
        1
    );
    assert_eq!(scene.client(MESSI).unanswered, 1);
}

#[test]
fn a_piece_that_is_one_reply_is_read_by_either_client() {
    let mut scene = Scene::new();
    scene.set_reader(LINEKER, Reader::EachPiece);
    scene.log_in();
    assert!(scene.client(MESSI).token.is_some());
    assert!(scene.client(LINEKER).token.is_some());
}

#[test]
fn what_was_collected_is_taken_as_it_is_by_a_client_that_reads_another_way() {
    let mut scene = Scene::new();
    scene.stall(MESSI, ToClient, true);
    scene.ask(MESSI, "list");
    scene.deliver(MESSI, ToClient, 9);
    scene.set_reader(MESSI, Reader::EachPiece);
    assert_eq!(scene.client(MESSI).received_length, 0);
    assert_eq!(scene.answer(MESSI), "{\"status\"");
    // The rest does not begin like a reply, and who collects again says so instead of waiting.
    scene.set_reader(MESSI, Reader::Framed);
    scene.stall(MESSI, ToClient, false);
    scene.settle();
    assert_eq!(
        scene.count(|what| matches!(what, What::ReplyRead { whole: false, .. })),
        2
    );
    scene.ask(MESSI, "auth messi surabaya");
    assert!(scene.client(MESSI).token.is_some());
}

#[test]
fn a_client_keeps_its_token_when_its_connection_is_gone() {
    let mut scene = Scene::new();
    scene.log_in();
    scene.apply(Input::Reset { client: MESSI });
    scene.ask(MESSI, "send lineker halo");
    assert_eq!(scene.answer(MESSI), "Pesan Dikirimkan ke lineker");
}
