//! Bytes as escaped text.

use chatting_time_wasm::Bytes;
use proptest::prelude::*;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn any_bytes_survive_as_escaped_text() {
    proptest!(ProptestConfig::with_cases(500), |(bytes: Vec<u8>)| {
        let text = Bytes::from(bytes.clone()).escaped();
        prop_assert_eq!(&*Bytes::parse(&text).unwrap(), bytes);
    });
}

#[test]
fn any_text_survives_as_escaped_text() {
    proptest!(ProptestConfig::with_cases(500), |(text: String)| {
        let escaped = Bytes::from(text.as_bytes()).escaped();
        prop_assert_eq!(&*Bytes::parse(&escaped).unwrap(), text.as_bytes());
        prop_assert!(!escaped.chars().any(char::is_control));
    });
}

#[test]
fn what_can_be_shown_stands_for_itself_and_the_rest_is_escaped() {
    let bytes = "halo é 日本 😀 \\ \r\n\t\0\u{7f}\u{85}\u{202e}".as_bytes();
    let bytes = [bytes, b"\xff\xc3"].concat();
    let text = r"halo é 日本 😀 \\ \r\n\t\x00\x7f\xc2\x85\xe2\x80\xae\xff\xc3";
    assert_eq!(Bytes::from(bytes).escaped(), text);
}

#[test]
fn a_backslash_that_begins_no_escape_is_refused_with_its_place() {
    for (text, at) in [
        ("\\", 0),
        ("ab\\q", 2),
        ("\\r\\x1", 2),
        ("\\xg0", 0),
        ("é\\x+1", 2),
        ("\\x1é", 0),
        ("\\\u{e9}", 0),
    ] {
        assert_eq!(Bytes::parse(text).unwrap_err().at, at, "{text}");
    }
}
