//! Replies: each one to the byte.

use chatting_time_core::json::Value;
use chatting_time_core::state::Message;
use chatting_time_core::{Body, Identity, Name, Refusal, Reply, Timestamp, Username, reply};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Host, username};

fn written(reply: &Reply) -> String {
    let mut bytes = Vec::new();
    reply.write(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn every_refusal_has_the_documented_message_and_a_code_of_its_own() {
    let expected = [
        ("User Tidak Ditemukan", "user_not_found"),
        ("Password yang Anda Masukkan Salah", "wrong_password"),
        (
            "Terlalu Banyak Percobaan, Coba Lagi dalam 1 Detik",
            "too_many_attempts",
        ),
        ("Session Tidak Ditemukan", "session_not_found"),
        ("Kotak Masuk Penuh", "mailbox_full"),
        ("Pesan Terlalu Panjang", "message_too_long"),
        ("Protocol Tidak Benar", "unknown_command"),
        ("Protocol Tidak Benar", "bad_parameters"),
        ("Perintah Terlalu Panjang", "line_too_long"),
        ("Teks Bukan UTF-8", "not_utf8"),
        ("Waktu Perintah Habis", "request_timeout"),
        ("Penyimpanan Tidak Tersedia", "storage_unavailable"),
        ("Server Sibuk", "server_busy"),
        ("Server Berhenti", "shutting_down"),
    ];
    assert_eq!(Refusal::ALL.len(), expected.len());
    for (refusal, (message, code)) in Refusal::ALL.iter().zip(expected) {
        let more = match code {
            "bad_parameters" => r#", "usage": """#,
            "too_many_attempts" => r#", "retry_after": 1"#,
            _ => "",
        };
        assert_eq!(
            written(&Reply::Refused(*refusal)),
            format!(
                "{{\"status\": \"ERROR\", \"message\": \"{message}\", \"code\": \"{code}\"{more}}}\r\n\r\n"
            )
        );
        assert_eq!(refusal.code(), code);
    }
}

#[test]
fn too_many_attempts_says_how_long_to_wait() {
    for seconds in [0, 59, u64::MAX] {
        let refusal = Refusal::TooManyAttempts {
            retry_after: seconds,
        };
        assert_eq!(
            written(&Reply::Refused(refusal)),
            format!(
                "{{\"status\": \"ERROR\", \"message\": \"Terlalu Banyak Percobaan, Coba Lagi dalam {seconds} Detik\", \"code\": \"too_many_attempts\", \"retry_after\": {seconds}}}\r\n\r\n"
            )
        );
    }
}

#[test]
fn help_describes_every_command() {
    let mut host = Host::new();
    let mut client = host.connect();
    assert_eq!(
        host.ask(&mut client, "help"),
        concat!(
            r#"{"status": "OK", "commands": ["#,
            r#"{"command": "auth", "usage": "auth <username> <password>", "summary": "Masuk dan mendapatkan token"}, "#,
            r#"{"command": "send", "usage": "send [token] <username> <pesan>", "summary": "Mengirim pesan ke seorang user"}, "#,
            r#"{"command": "inbox", "usage": "inbox [token]", "summary": "Mengambil pesan yang masuk"}, "#,
            r#"{"command": "list", "usage": "list [token]", "summary": "Melihat user yang online"}, "#,
            r#"{"command": "logout", "usage": "logout [token]", "summary": "Keluar dan mengakhiri session"}, "#,
            r#"{"command": "help", "usage": "help", "summary": "Melihat daftar perintah"}]}"#,
        )
    );
}

/// Every text that people choose, in every shape that JSON has an opinion on.
fn awkward_inbox() -> Reply {
    let name = |text| Name::parse(text).unwrap();
    let identity = Identity::new(&username("a.b-c_0"), &name("\"\\\u{e9}\u{2028}\u{1f600}"));
    let awkward = "\0\u{1}\t\r\u{8}\u{c}\u{1f}\u{7f}\u{80}\"\\/\u{ffff}\u{10000}\u{10ffff} ";
    Reply::Inbox(reply::Inbox {
        recipient: Identity::new(&username("rene"), &name("Ren\u{e9}")),
        messages: vec![Message {
            sender: identity,
            text: Body::parse(awkward, 100).unwrap(),
            at: Timestamp(0),
        }],
        remaining: 7,
    })
}

#[test]
fn texts_of_people_are_escaped_and_nothing_but_ascii_is_written() {
    let reply = written(&awkward_inbox());
    assert_eq!(
        reply,
        concat!(
            r#"{"status": "OK", "messages": {"a.b-c_0": [{"msg_from": "\"\\\u00e9\u2028\ud83d\ude00", "#,
            r#""msg_to": "Ren\u00e9", "msg": " \u0000\u0001\t\r\b\f\u001f\u007f\u0080\"\\/\uffff\ud800\udc00\udbff\udfff \r\n"}]}, "#,
            r#""remaining": 7}"#,
            "\r\n\r\n"
        )
    );
}

#[test]
fn every_reply_is_one_line_of_ascii_json_that_is_spaced_in_the_one_way() {
    let mut replies: Vec<Reply> = Refusal::ALL.iter().copied().map(Reply::Refused).collect();
    let names: Vec<Username> = ["a", "b"].map(username).into();
    replies.extend([
        awkward_inbox(),
        Reply::Sent,
        Reply::Help,
        Reply::LoggedOut(username("messi")),
        Reply::Authenticated(crate::host::token(1)),
        Reply::List(reply::List { names, total: 3 }),
    ]);
    for reply in &replies {
        let text = written(reply);
        let json = text.strip_suffix("\r\n\r\n").unwrap();
        assert!(
            json.bytes().all(|byte| matches!(byte, b' '..=b'~')),
            "{json}"
        );
        let value = Value::parse(json.as_bytes()).unwrap();
        assert_eq!(value.to_string(), json);
        assert!(
            json.starts_with(r#"{"status": "OK""#)
                || json.starts_with(r#"{"status": "ERROR", "message": ""#)
        );
        // The hint is for bounding what piles up: right to about the escapes in texts.
        assert!(text.len() as u64 <= 4 * reply.size_hint() + 512);
    }
}

#[test]
fn a_reply_with_secrets_shows_none_of_them() {
    let token = crate::host::token(1);
    let shown = format!("{:?} {:?}", Reply::Authenticated(token), awkward_inbox());
    assert!(shown.contains("Token(hidden)"), "{shown}");
    assert!(
        shown.contains("Body(") && !shown.contains("ffff"),
        "{shown}"
    );
}
