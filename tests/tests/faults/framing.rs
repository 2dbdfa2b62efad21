//! Lines of every kind, in pieces of every kind.

use serde_json::Value;

use crate::service::Service;
use chatting_time_tests::client::{Client, code, parse};

const LINE_BYTES: usize = 64 << 10;

/// A request of so many bytes, its line end included.
fn help_of(bytes: usize, line_end: &str) -> String {
    let spaces = " ".repeat(bytes - "help".len() - line_end.len());
    format!("help{spaces}{line_end}")
}

#[test]
fn a_line_of_exactly_the_limit_is_served_and_one_byte_more_is_not() {
    let service = Service::start(&[], &[]);
    let mut client = service.client();
    for line_end in ["\n", "\r\n"] {
        client.send(help_of(LINE_BYTES, line_end));
        assert_eq!(code(&client.reply()), "");
        client.send(help_of(LINE_BYTES + 1, line_end));
        assert_eq!(code(&client.reply()), "line_too_long");
    }
    assert_eq!(code(&client.ask("help")), "");
}

#[test]
fn ten_megabytes_without_a_line_end_are_refused_once_and_dropped() {
    let service = Service::start(&[], &[]);
    let mut client = service.client();
    client.send(vec![b'x'; LINE_BYTES]);
    assert_eq!(
        code(&client.reply()),
        "line_too_long",
        "before the line ends"
    );
    for _ in 0..160 {
        client.send(vec![b'x'; LINE_BYTES]);
    }
    client.send("\nhelp\n");
    assert_eq!(code(&client.reply()), "");
    client.end_sending();
    assert_eq!(client.rest(), b"");
    assert!(
        service.peak_memory() < 64 << 20,
        "{}",
        service.peak_memory()
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_and_the_connection_goes_on() {
    let service = Service::start(&[], &[]);
    let mut client = service.client();
    for bytes in [
        &b"help \xff"[..],
        b"\x80",
        b"send a \xc3",
        b"help \xed\xa0\x80",
        b"\xc0\xaf",
    ] {
        assert_eq!(code(&client.ask(bytes)), "not_utf8", "{bytes:?}");
    }
    assert_eq!(code(&client.ask("help")), "");
}

#[test]
fn control_characters_are_part_of_words_and_texts() {
    let service = Service::start(&["ani"], &[]);
    let mut client = service.client_of("ani");
    assert_eq!(code(&client.ask("help\0")), "unknown_command");
    assert_eq!(code(&client.ask("\thelp")), "unknown_command");
    assert_eq!(code(&client.ask("auth ani\0 x")), "user_not_found");
    let text = "\0\u{1}\t\u{1b}[31m\u{7f}\u{85}";
    assert_eq!(code(&client.ask(format!("send ani {text}"))), "");
    assert_eq!(client.take_texts(), [text]);
}

#[test]
fn every_line_gets_one_reply_an_empty_one_too() {
    let service = Service::start(&[], &[]);
    let mut client = service.client();
    client.send("\n\r\n   \nnothing\nHELP\n");
    let codes: Vec<Value> = (0..5).map(|_| client.reply()).collect();
    let codes: Vec<&str> = codes.iter().map(code).collect();
    let unknown = "unknown_command";
    assert_eq!(codes, [unknown, unknown, unknown, unknown, ""]);
    client.end_sending();
    assert_eq!(client.rest(), b"");
}

#[test]
fn a_line_ends_with_lf_and_one_cr_before_it_belongs_to_the_end() {
    let service = Service::start(&["ani"], &[]);
    let mut client = service.client_of("ani");
    client.send("send ani lf\nsend ani crlf\r\nsend ani crcrlf\r\r\nsend ani c\rr\n");
    for _ in 0..4 {
        assert_eq!(code(&client.reply()), "");
    }
    assert_eq!(client.take_texts(), ["lf", "crlf", "crcrlf\r", "c\rr"]);
}

#[test]
fn a_thousand_lines_in_one_write_are_answered_in_order() {
    let service = Service::start(&["ani"], &[]);
    let mut client = service.client_of("ani");
    let lines = (0..500).map(|number| format!("send ani {number}\nno-command\n"));
    client.send(lines.collect::<String>());
    for number in 0..500 {
        assert_eq!(code(&client.reply()), "", "message {number}");
        assert_eq!(code(&client.reply()), "unknown_command", "after {number}");
    }
    let expected: Vec<String> = (0..500).map(|number| number.to_string()).collect();
    assert_eq!(client.take_texts(), expected);
}

#[test]
fn a_script_gets_the_same_replies_wherever_it_is_cut_in_two() {
    let service = Service::start(
        &["ani", "budi"],
        &[
            // The wrong password is given once for every cut.
            "--login-attempts-account=0",
            "--login-attempts-address=0",
        ],
    );
    let script = "auth ani rahasia-sekali\r\nsend budi halo \u{1f600}\n\nauth budi salah\r\n\
                  help\nauth budi rahasia-sekali\ninbox\ninbox\r\nbad\rword\r\nlogout\nlist\n";
    let mut whole = service.client();
    whole.send(script);
    whole.end_sending();
    let expected = without_tokens(&whole.rest());
    assert_eq!(expected.len(), script.matches('\n').count());

    // The probe's reply comes when the server has had its turn at what was sent before.
    let mut probe = service.client();
    for cut in 1..script.len() {
        let (first, second) = script.as_bytes().split_at(cut);
        let mut client = service.client();
        client.send(first);
        probe.ask("help");
        client.send(second);
        client.end_sending();
        assert_eq!(without_tokens(&client.rest()), expected, "cut at {cut}");
    }
}

/// The replies, with every token the same.
fn without_tokens(replies: &[u8]) -> Vec<Value> {
    let replies = std::str::from_utf8(replies)
        .unwrap()
        .split_terminator("\r\n\r\n");
    let replies = replies.map(|reply| {
        let mut reply = parse(reply.as_bytes());
        if let Some(token) = reply.get_mut("tokenid") {
            *token = "a token".into();
        }
        reply
    });
    replies.collect()
}

#[test]
fn a_client_that_ends_its_sending_side_still_gets_its_replies() {
    let service = Service::start(&["ani"], &[]);
    let mut client = service.client();
    // The password check is what takes longest.
    client.send("help\nauth ani rahasia-sekali\nsend ani halo\ninbox\nthis is no li");
    client.end_sending();
    let replies = without_tokens(&client.rest());
    let codes: Vec<&str> = replies.iter().map(code).collect();
    assert_eq!(codes, ["", "", "", ""]);
    assert_eq!(chatting_time_tests::client::texts(&replies[3]), ["halo"]);
}

#[test]
fn a_line_of_one_byte_pieces_is_one_line() {
    let service = Service::start(&["ani"], &[]);
    let mut client: Client = service.client_of("ani");
    for byte in "send ani h\u{e9}\u{1f600}\r\n".bytes() {
        client.send([byte]);
    }
    assert_eq!(code(&client.reply()), "");
    assert_eq!(client.take_texts(), ["h\u{e9}\u{1f600}"]);
}
