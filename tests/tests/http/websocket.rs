//! The protocol over a WebSocket, where it differs from lines (PROTOCOL.md, section 13). What is
//! the same is shown by the vectors.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use chatting_time_tests::process::ClientConnection as _;
use chatting_time_tests::websocket::WebSocketConnection;
use tungstenite::Message;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::http::Uri;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};

use crate::site::{Answer, Site, code, is_cut_off, rest};

const PROMISED: Duration = Duration::from_secs(10);

fn text_fragment(text: &str, data: Data, is_final: bool) -> Message {
    Message::Frame(Frame::message(
        text.to_owned(),
        OpCode::Data(data),
        is_final,
    ))
}

#[test]
fn a_message_is_one_request_and_its_reply_is_one_message() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    socket.send("auth messi salah");
    let refusal = r#"{"status": "ERROR", "message": "Password yang Anda Masukkan Salah", "code": "wrong_password"}"#;
    let reply = socket.0.socket().read().unwrap();
    assert_eq!(reply, Message::text(refusal));
    // A CR at the end belongs to the line end, as on a line.
    socket.send("auth messi surabaya\r");
    assert_eq!(code(&socket.reply()), "");
    socket.send("");
    assert_eq!(code(&socket.reply()), "unknown_command");
    for _ in 0..300 {
        socket.send("send lineker halo");
    }
    for _ in 0..300 {
        assert_eq!(code(&socket.reply()), "");
    }
    socket.send(text_fragment("se", Data::Text, false));
    socket.send(text_fragment("nd lineker \u{e9}", Data::Continue, false));
    socket.send(text_fragment("", Data::Continue, true));
    assert_eq!(code(&socket.reply()), "");
}

#[test]
fn a_message_with_a_line_end_in_it_is_refused_and_none_of_it_runs() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    assert_eq!(code(&socket.ask("auth messi surabaya")), "");
    for message in [
        "send lineker satu\nsend lineker dua",
        "logout\n",
        "logout\r\n",
    ] {
        let reply = socket.ask(message);
        assert_eq!(code(&reply), "bad_parameters", "{message:?}");
        assert!(reply["usage"].is_string());
    }
    assert_eq!(code(&socket.ask("\nlogout")), "unknown_command");
    assert_eq!(code(&socket.ask("inbox")), "", "the session lives");
    let inbox = site.line_client("lineker").ask("inbox");
    assert_eq!(inbox["messages"].to_string(), "{}");
}

#[test]
fn a_message_that_is_too_long_is_refused_once_and_the_next_one_runs() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    assert_eq!(code(&socket.ask(&"x".repeat(65_535))), "unknown_command");
    for length in [65_536, 65_537, 1 << 20] {
        assert_eq!(code(&socket.ask(&"x".repeat(length))), "line_too_long");
        assert_eq!(code(&socket.ask("help")), "");
    }
    // It is refused before it ends, and the rest of it is dropped whatever it is.
    socket.send(text_fragment(&"x".repeat(65_536), Data::Text, false));
    assert_eq!(code(&socket.reply()), "line_too_long");
    socket.send(text_fragment("\nhelp\n", Data::Continue, false));
    socket.send(text_fragment(&"y".repeat(200_000), Data::Continue, true));
    assert_eq!(code(&socket.ask("halo")), "unknown_command");
}

#[test]
fn what_is_no_text_closes_the_websocket() {
    let site = Site::start(&[]);
    for (message, expected) in [
        (Message::binary(b"help".to_vec()), CloseCode::Unsupported),
        (
            Message::Frame(Frame::message(
                b"halo \xff".to_vec(),
                OpCode::Data(Data::Text),
                true,
            )),
            CloseCode::Invalid,
        ),
    ] {
        let mut socket = site.websocket();
        socket.send("help");
        socket.send(message);
        assert_eq!(code(&socket.reply()), "");
        assert_eq!(socket.close_code(), expected);
    }
}

#[test]
fn what_breaks_the_rules_of_frames_closes_the_websocket() {
    const MASK: [u8; 4] = [0; 4];
    let site = Site::start(&[]);
    for (what, bytes) in [
        ("not masked", &[0x81, 0x04, b'h', b'e', b'l', b'p'][..]),
        ("a bit of an extension", &[0xc1, 0x80]),
        ("an opcode that is none", &[0x83, 0x80]),
        ("a control frame that is none", &[0x8b, 0x80]),
        ("goes on with nothing", &[0x80, 0x80]),
        (
            "begins inside of a message",
            &[0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80],
        ),
        ("a ping in pieces", &[0x09, 0x80]),
        ("a ping too long", &[0x89, 0xfe, 0, 126]),
        ("a length in too many bytes", &[0x81, 0xfe, 0, 125]),
        (
            "a length in far too many bytes",
            &[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
        ),
        (
            "a length that is none",
            &[0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0],
        ),
        ("a close with half a code", &[0x88, 0x81, 0, 0, 0, 0, 3]),
        (
            "a close with a code of nobody",
            &[0x88, 0x82, 0, 0, 0, 0, 3, 0xed],
        ),
    ] {
        let mut socket = site.websocket();
        socket.send_raw(&[bytes, &MASK].concat());
        assert_eq!(socket.close_code(), CloseCode::Protocol, "{what}");
    }
}

#[test]
fn pings_are_answered_also_inside_of_a_message() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    socket.send(Message::Ping("one".into()));
    assert_eq!(
        socket.0.socket().read().unwrap(),
        Message::Pong("one".into())
    );
    socket.send(text_fragment("he", Data::Text, false));
    socket.send(Message::Ping("two".into()));
    assert_eq!(
        socket.0.socket().read().unwrap(),
        Message::Pong("two".into())
    );
    // Nothing was asked that this answers.
    socket.send(Message::Pong("three".into()));
    socket.send(text_fragment("lp", Data::Continue, true));
    assert_eq!(code(&socket.reply()), "");
}

#[test]
fn a_client_that_closes_has_its_replies_first_and_is_closed_alike() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    socket.send("auth messi surabaya");
    socket.send("send lineker halo");
    let frame = CloseFrame {
        code: CloseCode::Away,
        reason: "bye".into(),
    };
    socket.0.socket().close(Some(frame)).unwrap();
    assert_eq!(code(&socket.reply()), "");
    assert_eq!(code(&socket.reply()), "");
    assert_eq!(socket.close_code(), CloseCode::Away);
}

#[test]
fn a_message_that_is_not_finished_in_time_is_refused_and_the_websocket_closed() {
    let site = Site::start(&["--line-time", "200ms"]);
    let mut quiet = site.websocket();
    let mut socket = site.websocket();
    socket.send(text_fragment("hel", Data::Text, false));
    assert_eq!(code(&socket.reply()), "request_timeout");
    assert_eq!(socket.close_code(), CloseCode::Policy);
    // A frame that has not come whole counts as well, and pings give no more time.
    let mut socket = site.websocket();
    socket.send_raw(&[0x81, 0x84, 0, 0, 0]);
    assert_eq!(code(&socket.reply()), "request_timeout");
    assert_eq!(socket.close_code(), CloseCode::Policy);
    // What was refused as too long is given up without another word.
    let mut socket = site.websocket();
    socket.send(text_fragment(&"x".repeat(65_536), Data::Text, false));
    assert_eq!(code(&socket.reply()), "line_too_long");
    assert_eq!(socket.close_code(), CloseCode::Policy);
    assert_eq!(
        code(&quiet.ask("help")),
        "",
        "between messages is all the time"
    );
}

#[test]
fn pings_in_pieces_are_no_messages() {
    const PING: [u8; 6] = [0x89, 0x80, 0, 0, 0, 0];
    const LONGER_THAN_LINE_TIME: Duration = Duration::from_secs(3);
    let site = Site::start(&["--line-time", "2s"]);
    let mut socket = site.websocket();
    // Between these the client is always inside of a frame, each time of another.
    socket.send_raw(&PING[..3]);
    let began = Instant::now();
    while began.elapsed() < LONGER_THAN_LINE_TIME {
        socket.send_raw(&PING[3..]);
        socket.send_raw(&PING[..3]);
        let pong = socket.0.socket().read().unwrap();
        assert_eq!(pong, Message::Pong("".into()));
    }
    // One that is not finished ends the WebSocket, and nothing is said of a request.
    assert_eq!(socket.close_code(), CloseCode::Policy);
    // Inside of a message they give no more time.
    let mut socket = site.websocket();
    socket.send(text_fragment("hel", Data::Text, false));
    socket.send_raw(&PING[..3]);
    assert_eq!(code(&socket.reply()), "request_timeout");
    assert_eq!(socket.close_code(), CloseCode::Policy);
}

#[test]
fn one_user_is_served_over_tcp_and_over_a_websocket() {
    let site = Site::start(&[]);
    let mut socket = site.websocket();
    let token = socket.ask("auth messi surabaya")["tokenid"].clone();
    let token = token.as_str().unwrap();
    let mut lines = site.line_client("lineker");
    let sent = lines.ask(&format!("send {token} messi halo"));
    assert_eq!(code(&sent), "", "a token works on any connection");
    let inbox = socket.ask("inbox");
    assert_eq!(inbox["messages"]["messi"][0]["msg"], " halo\r\n");
    let online = lines.ask("list");
    assert_eq!(online["users"].to_string(), r#"["lineker","messi"]"#);
}

#[test]
fn a_websocket_too_many_is_told_so_and_closed() {
    for flags in [["--connections", "1"], ["--address-connections", "1"]] {
        let site = Site::start(&flags);
        let _first = site.line_client("messi");
        for _ in 0..3 {
            let mut socket = site.websocket();
            assert_eq!(code(&socket.reply()), "server_busy");
            assert_eq!(socket.close_code(), CloseCode::Again);
        }
        let told = "further ones are refused";
        site.server.wait_for_line(told).unwrap();
        assert_eq!(site.server.printed().matches(told).count(), 1);
        assert_eq!(
            site.ask("GET /", &[]).status,
            200,
            "pages are counted apart"
        );
    }
}

#[test]
fn a_websocket_cut_in_the_middle_of_its_inbox_gets_the_messages_again() {
    const MESSAGES: usize = 48;
    let site = Site::start(&["--inbox-bytes", "16MiB"]);
    let mut lines = site.line_client("lineker");
    let text = "\u{1}".repeat(60 << 10);
    for _ in 0..MESSAGES {
        assert_eq!(code(&lines.ask(&format!("send messi {text}"))), "");
    }
    for _ in 0..2 {
        let mut socket = site.websocket();
        assert_eq!(code(&socket.ask("auth messi surabaya")), "");
        socket.send("inbox");
        // Some of the reply, which is more than any operating system takes at once.
        let stream = socket.0.socket().get_mut();
        assert_eq!(stream.read(&mut [0; 1]).unwrap(), 1);
    }
    let mut socket = site.websocket();
    assert_eq!(code(&socket.ask("auth messi surabaya")), "");
    let inbox = socket.ask("inbox");
    assert_eq!(
        inbox["messages"]["lineker"].as_array().unwrap().len(),
        MESSAGES
    );
    assert_eq!(socket.ask("inbox")["messages"].to_string(), "{}");
}

#[test]
fn a_websocket_that_never_reads_is_cut_off() {
    let site = Site::start(&["--reply-time", "300ms"]);
    let mut socket = site.websocket();
    let error = loop {
        match socket.0.socket().send(Message::text("help")) {
            Ok(()) => {}
            Err(tungstenite::Error::Io(error)) => break error,
            Err(other) => panic!("{other}"),
        }
    };
    assert!(is_cut_off(&error), "{error}");
    let why = "connection cut off: a reply was not taken in time";
    site.server.wait_for_line(why).unwrap();
}

#[test]
fn failed_logins_count_on_either_kind_of_connection() {
    let site = Site::start(&["--login-attempts-account", "2"]);
    let mut socket = site.websocket();
    let mut lines = site.stranger();
    assert_eq!(code(&socket.ask("auth messi salah")), "wrong_password");
    assert_eq!(code(&lines.ask("auth messi salah")), "wrong_password");
    for reply in [
        socket.ask("auth messi salah"),
        lines.ask("auth messi salah"),
    ] {
        assert_eq!(code(&reply), "too_many_attempts");
    }
}

#[test]
fn a_server_that_stops_says_so_only_inside_of_a_message() {
    let mut site = Site::start(&[]);
    let mut idle = site.websocket();
    let mut inside = site.websocket();
    assert_eq!(code(&idle.ask("auth messi surabaya")), "");
    // A frame that is no part of a message; the server has seen it, for it answers the first.
    let mut pinging = site.websocket();
    pinging.send_raw(&[0x89, 0x80, 0, 0, 0, 0, 0x89, 0x80]);
    let pong = pinging.0.socket().read().unwrap();
    assert_eq!(pong, Message::Pong("".into()));
    inside.send(text_fragment("hel", Data::Text, false));
    inside.send(Message::Ping("".into()));
    assert_eq!(inside.0.socket().read().unwrap(), Message::Pong("".into()));
    // Neither of these holds up the end.
    let mut quiet = site.connect();
    let mut half = site.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    let mut page = site.connect();
    write!(page, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(page.read(&mut [0; 1]).unwrap(), 1);
    let asked = Instant::now();
    site.server.terminate().unwrap();
    assert_eq!(code(&inside.reply()), "shutting_down");
    assert_eq!(inside.close_code(), CloseCode::Away);
    assert_eq!(idle.close_code(), CloseCode::Away);
    assert_eq!(pinging.close_code(), CloseCode::Away);
    assert_eq!(rest(&mut quiet), b"");
    assert_eq!(rest(&mut half), b"");
    rest(&mut page);
    drop((idle, inside, pinging));
    assert_eq!(site.server.wait().unwrap().code(), Some(0));
    assert!(asked.elapsed() < PROMISED);
    assert!(
        !site.server.printed().contains("cut off"),
        "{}",
        site.server.printed()
    );
}

#[test]
fn only_a_page_of_this_server_may_open_a_websocket() {
    let site = Site::start(&[]);
    let address = site.address();
    let open = |host: &str, origin: Option<&str>| -> Result<(), String> {
        let uri: Uri = format!("ws://{address}/ws").parse().unwrap();
        let mut request = uri.into_client_request().unwrap();
        request.headers_mut().insert("host", host.parse().unwrap());
        if let Some(origin) = origin {
            request
                .headers_mut()
                .insert("origin", origin.parse().unwrap());
        }
        let mut connection =
            WebSocketConnection::request(request, site.connect()).map_err(|trouble| trouble.0)?;
        connection.send(b"help\n").unwrap();
        assert!(!connection.receive().unwrap().is_empty());
        Ok(())
    };
    let own = address.to_string();
    assert_eq!(open(&own, None), Ok(()), "a program that is no browser");
    assert_eq!(open(&own, Some(&format!("http://{own}"))), Ok(()));
    let named = format!("localhost:{}", address.port());
    assert_eq!(open(&named, Some(&format!("http://{named}"))), Ok(()));
    for (host, origin) in [
        (&own, "http://stranger.example".to_owned()),
        (&own, format!("http://{named}")),
        (&own, "http://127.0.0.1:1".to_owned()),
        (&own, "null".to_owned()),
        // The stranger's name points at this machine.
        (
            &"stranger.example".to_owned(),
            "http://stranger.example".to_owned(),
        ),
    ] {
        let refusal = open(host, Some(&origin)).unwrap_err();
        assert!(refusal.contains("403"), "{host} {origin}: {refusal}");
    }
}

/// The head of an answer, and no byte of what follows it.
fn head(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    head
}

#[test]
fn through_a_proxy_pages_and_websockets_are_found_by_a_name_that_the_server_was_told() {
    let site = Site::start(&[
        "--http-name",
        "chat.example",
        "--http-name",
        "lab.example:9443",
    ]);
    let own = site.address().to_string();
    let upgrade = [
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let handshake = |host: &str, origin: &str| {
        let mut stream = site.connect();
        let headers = upgrade.join("\r\n");
        write!(
            stream,
            "GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n{headers}\r\nConnection: Upgrade, close\r\n\r\n"
        )
        .unwrap();
        let mut answer = head(&mut stream);
        if !answer.starts_with(b"HTTP/1.1 101 ") {
            answer.extend(rest(&mut stream));
        }
        Answer::parse(std::str::from_utf8(&answer).unwrap())
    };
    for host in ["chat.example", "lab.example:8443"] {
        let page = site.ask_exactly("GET /", &[&format!("Host: {host}")]);
        assert_eq!(page.status, 200, "{host}");
        assert_eq!(handshake(host, &format!("https://{host}")).status, 101);
    }
    // The proxy has put its own host there.
    for origin in ["https://chat.example", "https://lab.example:9443"] {
        assert_eq!(handshake(&own, origin).status, 101, "{origin}");
    }
    for (refused, status) in [
        (site.ask_exactly("GET /", &["Host: stranger.example"]), 403),
        (
            handshake("stranger.example", "https://stranger.example"),
            403,
        ),
        (handshake("chat.example", "https://stranger.example"), 403),
        (handshake(&own, "https://stranger.example"), 403),
        (handshake(&own, "https://chat.example:9443"), 403),
        (handshake(&own, "https://lab.example"), 403),
    ] {
        assert_eq!(refused.status, status, "{refused:?}");
        assert!(refused.body.contains("--http-name NAMA"), "{refused:?}");
        assert!(refused.body.contains("--http-name NAME"), "{refused:?}");
    }
}

#[test]
fn a_request_that_is_no_handshake_is_told_what_is_wanted() {
    let site = Site::start(&[]);
    let whole = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let ask = |headers: &[&str]| {
        let mut stream = site.connect();
        let headers = headers.join("\r\n");
        let host = site.address();
        write!(
            stream,
            "GET /ws HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n\r\n"
        )
        .unwrap();
        Answer::parse(std::str::from_utf8(&head(&mut stream)).unwrap())
    };
    let accepted = ask(&whole);
    assert_eq!(accepted.status, 101);
    // The example of RFC 6455.
    let key = accepted.header("sec-websocket-accept");
    assert_eq!(key, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    for missing in 0..whole.len() {
        let mut headers = whole.to_vec();
        headers.remove(missing);
        let refused = ask(&headers);
        assert_eq!(refused.status, 426, "{headers:?}");
        assert_eq!(refused.header("sec-websocket-version"), "13");
    }
    let old = whole.map(|header| header.replace("13", "8"));
    assert_eq!(ask(&old.each_ref().map(String::as_str)).status, 426);
}
