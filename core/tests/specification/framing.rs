//! Framing: bytes to lines, whatever the pieces they come in.

use std::sync::Arc;

use chatting_time_core::{Command, Connection, Limits, Refusal};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, texts};

const LINE_BYTES: usize = 64 * 1024;

fn stream() -> Connection {
    Connection::new(Arc::new(Limits::default()))
}

/// What becomes of these bytes: the word of each command, or the code of each refusal.
fn requests(stream: &mut Connection, bytes: &[u8]) -> Vec<&'static str> {
    stream.receive(bytes);
    std::iter::from_fn(|| stream.next_request())
        .map(summary)
        .collect()
}

fn summary(request: Result<Command, Refusal>) -> &'static str {
    match request {
        Ok(Command::Auth(_)) => "auth",
        Ok(Command::Send(_)) => "send",
        Ok(Command::Inbox(_)) => "inbox",
        Ok(Command::List(_)) => "list",
        Ok(Command::Logout(_)) => "logout",
        Ok(Command::Help(_)) => "help",
        Err(refusal) => refusal.code(),
    }
}

/// A `help` of this many bytes with its terminator.
fn help_of(bytes: usize, terminator: &str) -> Vec<u8> {
    let mut line = b"help".to_vec();
    line.resize(bytes - terminator.len(), b' ');
    line.extend_from_slice(terminator.as_bytes());
    line
}

#[test]
fn a_line_feed_ends_a_line_with_or_without_a_carriage_return() {
    assert_eq!(requests(&mut stream(), b"help\nhelp\r\n"), ["help", "help"]);
}

#[test]
fn a_carriage_return_alone_ends_nothing() {
    let mut stream = stream();
    assert!(requests(&mut stream, b"help\r").is_empty());
    assert_eq!(requests(&mut stream, b"help\n"), ["unknown_command"]);
}

#[test]
fn only_one_carriage_return_belongs_to_the_line_end() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    host.exchange(&mut messi, b"send messi halo\r\r\n");
    assert_eq!(
        host.ask(&mut messi, "inbox"),
        r#"{"status": "OK", "messages": {"messi": [{"msg_from": "Lionel Messi", "msg_to": "Lionel Messi", "msg": " halo\r\r\n"}]}}"#
    );
}

#[test]
fn a_line_without_a_word_is_an_unknown_command() {
    let lines = b"\n\r\n   \n \r\n";
    assert_eq!(requests(&mut stream(), lines), ["unknown_command"; 4]);
}

#[test]
fn a_line_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused() {
    for terminator in ["\n", "\r\n"] {
        for (bytes, becomes) in [(LINE_BYTES, "help"), (LINE_BYTES + 1, "line_too_long")] {
            let line = help_of(bytes, terminator);
            assert_eq!(requests(&mut stream(), &line), [becomes], "{bytes}");
        }
    }
}

#[test]
fn the_limit_holds_however_the_line_is_cut() {
    for (bytes, becomes) in [(LINE_BYTES, "help"), (LINE_BYTES + 1, "line_too_long")] {
        let line = help_of(bytes, "\r\n");
        for piece in [1, 64, 1_000, LINE_BYTES - 1, LINE_BYTES] {
            let mut stream = stream();
            let pieces = line.chunks(piece);
            let all: Vec<_> = pieces
                .flat_map(|piece| requests(&mut stream, piece))
                .collect();
            assert_eq!(all, [becomes], "{bytes} bytes in pieces of {piece}");
            assert!(!stream.is_inside_line());
        }
    }
}

#[test]
fn an_over_long_line_is_refused_at_once_and_its_rest_has_no_reply() {
    let mut stream = stream();
    let mut line = help_of(LINE_BYTES, "");
    let last = line.pop().unwrap();
    assert!(requests(&mut stream, &line).is_empty());
    assert!(!stream.has_replied_to_line());
    assert_eq!(requests(&mut stream, &[last]), ["line_too_long"]);
    assert!(stream.is_inside_line() && stream.has_replied_to_line());
    assert!(requests(&mut stream, b"more of it").is_empty());
    assert_eq!(requests(&mut stream, b" to its end\nhelp\n"), ["help"]);
    assert!(!stream.is_inside_line() && !stream.has_replied_to_line());
}

#[test]
fn ten_mebibytes_without_a_line_end_are_refused_once() {
    let mut stream = stream();
    let piece = vec![b'x'; 64 * 1024];
    let refusals: Vec<_> = (0..160)
        .flat_map(|_| requests(&mut stream, &piece))
        .collect();
    assert_eq!(refusals, ["line_too_long"]);
    assert_eq!(requests(&mut stream, b"\nhelp\n"), ["help"]);
}

#[test]
fn ten_mebibytes_in_one_piece_are_refused_once_and_the_next_line_runs() {
    let mut bytes = vec![b'x'; 10 << 20];
    assert_eq!(requests(&mut stream(), &bytes), ["line_too_long"]);
    bytes.extend_from_slice(b"\nhelp\n");
    assert_eq!(requests(&mut stream(), &bytes), ["line_too_long", "help"]);
}

#[test]
fn a_line_in_front_of_an_over_long_one_has_its_own_reply_first() {
    let mut bytes = b"list\n".to_vec();
    bytes.extend_from_slice(&help_of(LINE_BYTES + 1, "\n"));
    bytes.extend_from_slice(b"help\n");
    let all = requests(&mut stream(), &bytes);
    assert_eq!(all, ["list", "line_too_long", "help"]);
}

#[test]
fn what_is_no_utf_8_is_refused_and_the_next_line_runs() {
    for bad in [
        &b"help \xff"[..],
        b"\x80",
        b"send messi \xc3",
        b"help \xc0\x80",
        b"help \xed\xa0\x80",
        b"help \xf4\x90\x80\x80",
    ] {
        let bytes = [bad, b"\nhelp\n"].concat();
        assert_eq!(requests(&mut stream(), &bytes), ["not_utf8", "help"]);
    }
}

#[test]
fn a_line_that_is_too_long_is_refused_as_such_even_if_it_is_no_utf_8() {
    let mut line = vec![0xff; LINE_BYTES];
    line.push(b'\n');
    assert_eq!(requests(&mut stream(), &line), ["line_too_long"]);
}

#[test]
fn nul_and_other_control_characters_are_ordinary_bytes() {
    let lines = b"\0\nhelp\0\n\x1b[A\nhelp \0\n";
    let unknown = "unknown_command";
    assert_eq!(
        requests(&mut stream(), lines),
        [unknown, unknown, unknown, "help"]
    );
}

#[test]
fn bytes_behind_the_last_line_end_are_no_request() {
    let mut stream = stream();
    assert_eq!(requests(&mut stream, b"help\nlogout"), ["help"]);
    assert!(stream.is_inside_line());
    assert!(!stream.has_replied_to_line());
}

#[test]
fn a_stream_between_lines_is_not_inside_one() {
    let mut stream = stream();
    assert!(!stream.is_inside_line());
    assert_eq!(requests(&mut stream, b"help\n"), ["help"]);
    assert!(!stream.is_inside_line());
}

const SCRIPT: &str = "auth messi surabaya\r\nsend messi halo \\ \"\u{e9}\u{1f600} \r\n\n\nLIST\nsend messi  dua\ninbox\r\ninbox\nlogout\nlist\nhel";

#[test]
fn the_same_bytes_come_back_wherever_the_stream_is_cut_in_two() {
    let mut host = Host::new();
    let mut client = host.connect();
    let whole = host.exchange(&mut client, SCRIPT.as_bytes());
    assert_eq!(
        whole.windows(4).filter(|end| end == b"\r\n\r\n").count(),
        10
    );
    for offset in 0..=SCRIPT.len() {
        let mut host = Host::new();
        let mut client = host.connect();
        let (before, after) = SCRIPT.as_bytes().split_at(offset);
        let mut output = host.exchange(&mut client, before);
        output.extend(host.exchange(&mut client, after));
        assert_eq!(output, whole, "cut at {offset}");
    }
}

#[test]
fn the_same_bytes_come_back_when_every_byte_comes_alone() {
    let mut host = Host::new();
    let mut client = host.connect();
    let whole = host.exchange(&mut client, SCRIPT.as_bytes());
    let mut host = Host::new();
    let mut client = host.connect();
    let pieces = SCRIPT.as_bytes().chunks(1);
    let output: Vec<u8> = pieces
        .flat_map(|piece| host.exchange(&mut client, piece))
        .collect();
    assert_eq!(output, whole);
}

#[test]
fn a_thousand_lines_in_one_piece_have_a_thousand_replies_in_order() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let lines: String = (0..1_000)
        .map(|number| format!("send messi {number}\n"))
        .collect();
    let output = host.exchange(&mut messi, lines.as_bytes());
    let expected = "{\"status\": \"OK\", \"message\": \"Message Sent\"}\r\n\r\n".repeat(1_000);
    assert_eq!(String::from_utf8(output).unwrap(), expected);
    let numbers: Vec<_> = (0..1_000).map(|number| number.to_string()).collect();
    assert_eq!(texts(&host.ask(&mut messi, "inbox")), numbers);
}

#[test]
fn debug_shows_nothing_of_what_a_client_sent_or_is_sent() {
    let mut host = Host::new();
    let mut client = host.connect();
    client.stream.receive(b"auth messi surabaya");
    let token = host.log_in("lineker").binding.unwrap();
    client
        .stream
        .reply(&chatting_time_core::Reply::Authenticated(token));
    let shown = format!("{:?}", client.stream);
    for bytes in [&b"surabaya"[..], client.stream.output()] {
        assert!(!shown.contains(&format!("{bytes:?}")), "{shown}");
    }
    // Nor in the form in which a list of bytes is shown.
    assert!(!shown.contains("115, 117, 114, 97, 98, 97, 121, 97"));
}
