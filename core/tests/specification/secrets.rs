//! Secrets: found wherever they stand in what goes over the wire.

use chatting_time_core::secrets::{self, Secret, SecretKind};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::Host;

use SecretKind::{MessageText, Password, Token};

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";

/// Kind, text, about and exchange of each.
type Found<'stream> = (SecretKind, &'stream str, &'stream str, usize);

fn found<'stream>(stream: &'stream str, secrets: &[Secret]) -> Vec<Found<'stream>> {
    let text = |secret: &Secret| {
        let about = secret.about.clone().map_or("", |range| &stream[range]);
        let text = &stream[secret.range.clone()];
        (secret.kind, text, about, secret.exchange)
    };
    secrets.iter().map(text).collect()
}

fn in_requests(stream: &str) -> Vec<Found<'_>> {
    found(stream, &secrets::in_requests(stream.as_bytes()))
}

fn in_replies(stream: &str) -> Vec<Found<'_>> {
    found(stream, &secrets::in_replies(stream.as_bytes()))
}

#[test]
fn requests_show_passwords_tokens_and_message_texts() {
    let stream = format!(
        "auth messi surabaya\r\nhelp\n\nsend {TOKEN} lineker  halo \r\ninbox x {TOKEN} y\nlist\n"
    );
    assert_eq!(
        in_requests(&stream),
        [
            (Password, "surabaya", "messi", 0),
            (Token, TOKEN, "", 3),
            (MessageText, " halo ", "lineker", 3),
            (Token, TOKEN, "", 4),
        ]
    );
}

#[test]
fn requests_that_will_be_refused_show_them_all_the_same() {
    let stream = format!("  AUTH  messi  sura baya \nsend {TOKEN}\nnonsense {TOKEN}\nauth messi\n");
    assert_eq!(
        in_requests(&stream),
        [
            (Password, "sura baya", "messi", 0),
            (Token, TOKEN, "", 1),
            (Token, TOKEN, "", 2),
        ]
    );
}

#[test]
fn a_token_inside_of_a_text_is_text() {
    let stream = format!("send lineker my token is {TOKEN}\n");
    let text = format!("my token is {TOKEN}");
    assert_eq!(
        in_requests(&stream),
        [(MessageText, text.as_str(), "lineker", 0)]
    );
}

#[test]
fn a_request_shows_them_before_it_is_at_its_end() {
    assert_eq!(
        in_requests("help\nauth messi sura"),
        [(Password, "sura", "messi", 1)]
    );
    let half_a_letter = secrets::in_requests(b"send lineker kopi \xe2\x98");
    assert_eq!(half_a_letter[0].range, 13..18);
    assert_eq!(in_requests("auth messi "), []);
}

#[test]
fn replies_show_the_tokens_and_texts_that_the_server_really_writes() {
    let mut host = Host::new();
    let mut client = host.connect();
    let requests = b"auth messi surabaya\nsend messi say \"msg\": \"no\" \\\ninbox\n";
    let stream = String::from_utf8(host.exchange(&mut client, requests)).unwrap();
    let secrets = in_replies(&stream);
    let token = secrets[0].1;
    assert_eq!(token.len(), 36);
    assert_eq!(
        secrets,
        [
            (Token, token, "", 0),
            (
                MessageText,
                r#" say \"msg\": \"no\" \\\r\n"#,
                "Lionel Messi",
                2
            ),
        ]
    );
}

#[test]
fn a_reply_shows_them_before_it_is_at_its_end() {
    assert_eq!(
        in_replies(r#"{"status": "OK", "tokenid": "d1f9"#),
        [(Token, "d1f9", "", 0)]
    );
    assert_eq!(
        in_replies(r#"{"msg_from": "A", "msg": "x\"#),
        [(MessageText, r"x\", "A", 0)]
    );
}
