//! `send`: message text, recipients, and the bounds of a mailbox.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{
    Answer, EMPTY, Host, SENT, listed, mailbox_full, refused, session_not_found, texts, token,
    token_text, user_not_found,
};

fn message_too_long() -> String {
    refused("message_too_long", "Pesan Terlalu Panjang")
}

#[test]
fn the_text_is_every_byte_behind_one_space_after_the_recipient() {
    for (sent, msg) in [
        ("halo ", r#"" halo \r\n""#),
        (" halo ", r#""  halo \r\n""#),
        ("halo", r#"" halo\r\n""#),
        ("", r#"" \r\n""#),
        ("   ", r#""    \r\n""#),
        ("a  b", r#"" a  b\r\n""#),
        ("lineker halo", r#"" lineker halo\r\n""#),
        ("\t\0\u{1b}\u{7f}", r#"" \t\u0000\u001b\u007f\r\n""#),
        ("\"\\/", r#"" \"\\/\r\n""#),
        ("\\r\\n", r#"" \\r\\n\r\n""#),
        ("\u{1f600}\u{e9}", r#"" \ud83d\ude00\u00e9\r\n""#),
        ("\u{202e}\u{5e9}", r#"" \u202e\u05e9\r\n""#),
    ] {
        let mut host = Host::new();
        let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
        assert_eq!(host.ask(&mut messi, &format!("send lineker {sent}")), SENT);
        assert_eq!(
            host.ask(&mut lineker, "inbox"),
            format!(
                r#"{{"status": "OK", "messages": {{"messi": [{{"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": {msg}}}]}}}}"#
            )
        );
    }
}

#[test]
fn spaces_before_the_recipient_do_not_count() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    for line in [
        "send messi halo".to_owned(),
        "  SEND   MESSI halo".to_owned(),
        format!("send {token} messi halo"),
        format!("send   {token}   Messi halo"),
    ] {
        assert_eq!(host.ask(&mut messi, &line), SENT, "{line:?}");
    }
    let reply = host.ask(&mut messi, "inbox");
    assert_eq!(texts(&reply), ["halo"; 4]);
}

#[test]
fn only_the_first_parameter_can_be_a_token() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    // The second one is a recipient of an impossible name, one behind the recipient is text.
    let reply = host.ask(&mut messi, &format!("send {token} {token} halo"));
    assert_eq!(reply, user_not_found());
    assert_eq!(host.ask(&mut messi, &format!("send messi {token} x")), SENT);
    let reply = host.ask(&mut messi, "inbox");
    assert_eq!(texts(&reply), [format!("{token} x")]);
}

#[test]
fn a_recipient_that_is_nobody_is_not_found() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let too_long = "a".repeat(33);
    for recipient in ["line", "line\u{e9}", "a..b", "*", too_long.as_str()] {
        let reply = host.ask(&mut messi, &format!("send {recipient} halo"));
        assert_eq!(reply, user_not_found(), "{recipient:?}");
    }
}

#[test]
fn a_dead_token_is_refused_even_where_a_live_session_is_bound() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let dead = token_text(token(99));
    let reply = host.ask(&mut messi, &format!("send {dead} lineker halo"));
    assert_eq!(reply, session_not_found());
}

#[test]
fn a_user_can_send_to_themselves() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    assert_eq!(host.ask(&mut messi, "send messi halo"), SENT);
    assert_eq!(texts(&host.ask(&mut messi, "inbox")), ["halo"]);
}

#[test]
fn a_token_of_somebody_else_sends_in_their_name_without_rebinding() {
    let mut host = Host::new();
    let [mut messi, lineker] = host.log_in_all(["messi", "lineker"]);
    let line = format!("send {} messi halo", lineker.token());
    assert_eq!(host.ask(&mut messi, &line), SENT);
    let reply = host.ask(&mut messi, "inbox");
    assert!(reply.contains("Gary Lineker"), "{reply}");
}

#[test]
fn a_text_of_exactly_the_bound_is_taken_and_one_byte_more_is_refused() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let bound = 60 * 1024;
    let longest = "x".repeat(bound);
    assert_eq!(host.ask(&mut messi, &format!("send messi {longest}")), SENT);
    let reply = host.ask(&mut messi, &format!("send messi {longest}x"));
    assert_eq!(reply, message_too_long());
    // Bytes count, not characters.
    let wide = "\u{e9}".repeat(bound / 2);
    assert_eq!(host.ask(&mut messi, &format!("send messi {wide}")), SENT);
    let reply = host.ask(&mut messi, &format!("send messi {wide}x"));
    assert_eq!(reply, message_too_long());
    assert_eq!(texts(&host.ask(&mut messi, "inbox"))[0].len(), bound);
}

#[test]
fn a_text_that_is_too_long_is_refused_before_the_session_is_looked_at() {
    let mut host = Host::new();
    let mut client = host.connect();
    let long = "x".repeat(60 * 1024 + 1);
    let reply = host.ask(&mut client, &format!("send nobody {long}"));
    assert_eq!(reply, message_too_long());
}

#[test]
fn a_mailbox_takes_ten_thousand_messages_and_not_one_more() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    for _ in 0..10_000 {
        assert_eq!(host.ask(&mut messi, "send lineker x"), SENT);
    }
    assert_eq!(host.ask(&mut messi, "send lineker x"), mailbox_full());
    // Only that mailbox is full, and taking one reply of it makes room.
    assert_eq!(host.ask(&mut messi, "send messi x"), SENT);
    host.ask(&mut lineker, "inbox");
    assert_eq!(host.ask(&mut messi, "send lineker x"), SENT);
}

#[test]
fn a_mailbox_takes_its_bound_of_text_and_not_one_byte_more() {
    let mut host = Host::new();
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    let bound = 16 << 20;
    let message = 32 << 10;
    let line = format!("send lineker {}", "x".repeat(message));
    for _ in 0..bound / message - 1 {
        assert_eq!(host.ask(&mut messi, &line), SENT);
    }
    let one_byte_more = format!("{line}x");
    assert_eq!(host.ask(&mut messi, &one_byte_more), mailbox_full());
    assert_eq!(host.ask(&mut messi, &line), SENT);
    assert_eq!(host.ask(&mut messi, "send lineker x"), mailbox_full());
    // A text of no bytes still fits.
    assert_eq!(host.ask(&mut messi, "send lineker "), SENT);
    host.ask(&mut lineker, "inbox");
    assert_eq!(host.ask(&mut messi, &line), SENT);
}

#[test]
fn messages_being_handed_over_count_until_that_is_confirmed() {
    let mut host = Host::with_limits(|limits| limits.mailbox_messages = 2);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut messi, "send lineker 1");
    host.ask(&mut messi, "send lineker 2");
    let Answer::Replied(_, drain) = host.begin(&mut lineker, "inbox") else {
        panic!("nobody else drains");
    };
    assert_eq!(host.ask(&mut messi, "send lineker 3"), mailbox_full());
    host.confirm(drain.as_ref());
    assert_eq!(host.ask(&mut messi, "send lineker 3"), SENT);
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["3"]);
}

#[test]
fn a_refused_send_leaves_nothing_behind_but_the_use_of_its_session() {
    let mut host = Host::with_limits(|limits| limits.mailbox_messages = 1);
    let [mut messi, mut lineker] = host.log_in_all(["messi", "lineker"]);
    host.ask(&mut messi, "send lineker 1");
    let journal = host.journal.len();
    host.ask(&mut messi, "send lineker 2");
    host.ask(&mut messi, "send nobody 2");
    assert_eq!(host.journal.len(), journal);
    assert_eq!(texts(&host.ask(&mut lineker, "inbox")), ["1"]);
    assert_eq!(host.ask(&mut lineker, "inbox"), EMPTY);
    assert_eq!(
        host.ask(&mut lineker, "list"),
        listed(&["lineker", "messi"])
    );
}
