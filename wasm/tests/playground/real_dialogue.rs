//! The terminal of somebody who talks to a real server: requests and replies as messages, and secrets told apart.

use chatting_time_core::Limits;
use chatting_time_core::terminal::Language;
use chatting_time_wasm::{AnsweredKind, Entered, RealDialogue, ShownPart, TooLong};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
const LOGGED_IN: &str = r#"{"status": "OK", "tokenid": "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1"}"#;

fn terminal() -> RealDialogue {
    RealDialogue::new(Language::Indonesian)
}

fn logged_in() -> RealDialogue {
    let mut terminal = terminal();
    terminal.enter("auth messi surabaya");
    terminal.reply(LOGGED_IN);
    terminal
}

fn message(entered: &Entered) -> &str {
    &entered.request.as_ref().unwrap().message
}

fn plain(text: &str) -> ShownPart {
    let text = text.to_owned();
    ShownPart::Plain { text }
}

fn token() -> ShownPart {
    let text = TOKEN.to_owned();
    ShownPart::Token { text }
}

#[test]
fn a_login_shows_neither_its_password_nor_its_token_in_the_open() {
    let mut terminal = terminal();
    let entered = terminal.enter("auth messi surabaya");
    assert_eq!(message(&entered), "auth messi surabaya");
    assert!(entered.holds_password);
    let covered = vec![plain("auth messi "), ShownPart::Password];
    assert_eq!(entered.typed, covered);
    assert_eq!(entered.request.unwrap().shown, covered);
    let answered = terminal.reply(LOGGED_IN);
    assert_eq!(answered.kind, AnsweredKind::Accepted);
    assert!(answered.text.contains(&token()));
    assert!(answered.reply.contains(&token()));
    let prompt = terminal.prompt();
    assert_eq!(prompt, [plain("Command "), token(), plain(":")]);
    assert_eq!(terminal.username(), Some("messi"));
}

#[test]
fn a_message_has_no_terminator_and_keeps_the_spaces_of_its_text() {
    let entered = logged_in().enter("send Lineker  halo ");
    let expected = format!("send {TOKEN} lineker  halo  ");
    assert_eq!(message(&entered), expected);
    assert!(!entered.holds_password);
}

#[test]
fn replies_belong_to_requests_in_their_order() {
    let mut terminal = logged_in();
    terminal.enter("send lineker halo");
    terminal.enter("inbox");
    assert_eq!(terminal.waiting(), 2);
    let sent = terminal.reply(r#"{"status": "OK", "message": "Message Sent"}"#);
    assert_eq!(sent.text, [plain("Pesan Dikirimkan ke lineker\n")]);
    let inbox = terminal.reply(r#"{"status": "OK", "messages": {}}"#);
    assert_eq!(inbox.text, [plain("{}\n")]);
    assert_eq!(terminal.waiting(), 0);
}

#[test]
fn a_refusal_brings_its_code_whether_it_was_asked_for_or_not() {
    let busy = r#"{"status": "ERROR", "message": "Server Sibuk", "code": "server_busy"}"#;
    let mut terminal = terminal();
    let unasked = terminal.reply(busy);
    assert_eq!(unasked.kind, AnsweredKind::Unasked);
    assert_eq!(unasked.code.as_deref(), Some("server_busy"));
    assert_eq!(unasked.text, [plain("Error, Server Sibuk\n")]);
    terminal.enter("help");
    let asked = terminal.reply(busy);
    assert_eq!(asked.kind, AnsweredKind::Refused);
    assert_eq!(asked.code.as_deref(), Some("server_busy"));
}

#[test]
fn what_is_no_reply_is_malformed() {
    for message in ["", "halo", "[]", r#"{"status": "MAYBE"}"#] {
        let mut terminal = terminal();
        assert_eq!(terminal.reply(message).kind, AnsweredKind::Malformed);
        terminal.enter("help");
        assert_eq!(terminal.reply(message).kind, AnsweredKind::Malformed);
    }
}

#[test]
fn requests_that_are_lost_leave_the_session() {
    let mut terminal = logged_in();
    terminal.enter("inbox");
    terminal.lose();
    assert_eq!(terminal.waiting(), 0);
    assert_eq!(message(&terminal.enter("list")), format!("list {TOKEN}"));
}

#[test]
fn a_line_may_be_as_long_as_the_bound_and_no_longer() {
    let bound = Limits::default().line_bytes as usize;
    let mut terminal = terminal();
    let fits = format!("list {}", "x".repeat(bound - "list \r\n".len()));
    assert_eq!(terminal.enter(&fits).too_long, None);
    assert_eq!(terminal.waiting(), 1);
    let entered = terminal.enter(&(fits + "x"));
    let bytes = bound + 1;
    assert_eq!(entered.too_long, Some(TooLong { bytes, bound }));
    assert_eq!(entered.request, None);
    assert_eq!(terminal.waiting(), 1);
}

#[test]
fn a_blank_line_asks_nothing() {
    let entered = terminal().enter("  ");
    assert_eq!((entered.request, entered.too_long), (None, None));
}
