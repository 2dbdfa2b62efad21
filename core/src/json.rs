//! The one encoding of JSON on the wire, and an ordered value to read it back.
//!
//! PROTOCOL.md, section "Encoding": ASCII only, spaced as Python's `json.dumps` does.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// Appends `text` as a JSON string.
pub fn write_string(output: &mut Vec<u8>, text: &str) {
    output.push(b'"');
    write_characters(output, text);
    output.push(b'"');
}

/// Appends `text` as the inside of a JSON string, without the quotes.
pub fn write_characters(output: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let mut plain_from = 0;
    let mut position = 0;
    while position < bytes.len() {
        let byte = bytes[position];
        if matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\' {
            position += 1;
            continue;
        }
        output.extend_from_slice(&bytes[plain_from..position]);
        let character = text[position..]
            .chars()
            .next()
            .expect("a character starts here");
        write_escape(output, character);
        position += character.len_utf8();
        plain_from = position;
    }
    output.extend_from_slice(&bytes[plain_from..]);
}

fn write_escape(output: &mut Vec<u8>, character: char) {
    match character {
        '"' => output.extend_from_slice(b"\\\""),
        '\\' => output.extend_from_slice(b"\\\\"),
        '\n' => output.extend_from_slice(b"\\n"),
        '\r' => output.extend_from_slice(b"\\r"),
        '\t' => output.extend_from_slice(b"\\t"),
        '\u{8}' => output.extend_from_slice(b"\\b"),
        '\u{c}' => output.extend_from_slice(b"\\f"),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                output.extend_from_slice(b"\\u");
                for shift in [12, 8, 4, 0] {
                    output.push(b"0123456789abcdef"[usize::from(*unit >> shift & 0xf)]);
                }
            }
        }
    }
}

/// Appends a number in decimal.
pub fn write_number(output: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    output.extend_from_slice(&digits[start..]);
}

/// A JSON value that keeps the order of its members, as a client needs it to print a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number; the protocol has no others.
    Number(u64),
    /// Text
    String(String),
    /// An array
    Array(Vec<Value>),
    /// An object, its members in the order in which they came
    Object(Vec<(String, Value)>),
}

/// Containers nested deeper than this are refused: no reply of the protocol comes near it.
const MAXIMUM_DEPTH: usize = 16;

impl Value {
    /// Reads one JSON document. `None` when `bytes` are not one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let value: Self = serde_json::from_slice(bytes).ok()?;
        value.is_at_most_deep(MAXIMUM_DEPTH).then_some(value)
    }

    /// The member `key` of an object; the last one, should there be several.
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => {
                let found = members.iter().rev().find(|(name, _)| name == key);
                found.map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Appends the value in the encoding of the wire.
    pub fn write(&self, output: &mut Vec<u8>) {
        match self {
            Self::Null => output.extend_from_slice(b"null"),
            Self::Bool(true) => output.extend_from_slice(b"true"),
            Self::Bool(false) => output.extend_from_slice(b"false"),
            Self::Number(number) => write_number(output, *number),
            Self::String(text) => write_string(output, text),
            Self::Array(values) => write_list(output, b"[]", values, |output, value| {
                value.write(output);
            }),
            Self::Object(members) => write_list(output, b"{}", members, |output, (key, value)| {
                write_string(output, key);
                output.extend_from_slice(b": ");
                value.write(output);
            }),
        }
    }

    fn is_at_most_deep(&self, depth: usize) -> bool {
        match self {
            Self::Array(values) => {
                depth > 0 && values.iter().all(|value| value.is_at_most_deep(depth - 1))
            }
            Self::Object(members) => {
                depth > 0
                    && members
                        .iter()
                        .all(|(_, value)| value.is_at_most_deep(depth - 1))
            }
            _ => true,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = Vec::new();
        self.write(&mut bytes);
        formatter.write_str(core::str::from_utf8(&bytes).expect("the encoding is ASCII"))
    }
}

/// Appends `items` between `brackets`, separated as on the wire.
pub fn write_list<T>(
    output: &mut Vec<u8>,
    brackets: &[u8; 2],
    items: impl IntoIterator<Item = T>,
    mut write_item: impl FnMut(&mut Vec<u8>, T),
) {
    output.push(brackets[0]);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            output.extend_from_slice(b", ");
        }
        write_item(output, item);
    }
    output.push(brackets[1]);
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value without fractions or negative numbers")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(value) = values.next_element()? {
            array.push(value);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn encoded(text: &str) -> String {
        Value::String(text.into()).to_string()
    }

    #[test]
    fn plain_ascii_stands_as_it_is() {
        assert_eq!(encoded("halo ~!/'"), "\"halo ~!/'\"");
    }

    #[test]
    fn short_escapes_are_those_of_json_dumps() {
        assert_eq!(encoded("\"\\\n\r\t\u{8}\u{c}"), r#""\"\\\n\r\t\b\f""#);
    }

    #[test]
    fn other_control_characters_and_del_are_escaped_in_lower_case() {
        assert_eq!(encoded("\0\u{1f}\u{7f}"), r#""\u0000\u001f\u007f""#);
    }

    #[test]
    fn characters_beyond_ascii_are_escaped_and_astral_ones_as_surrogate_pairs() {
        assert_eq!(encoded("é\u{2028}😀"), r#""\u00e9\u2028\ud83d\ude00""#);
    }

    #[test]
    fn a_value_keeps_the_order_of_members_and_writes_back_what_was_read() {
        let text = r#"{"z": [1, true, null], "a": {}, "m": "\u00e9", "n": 18446744073709551615}"#;
        assert_eq!(Value::parse(text.as_bytes()).unwrap().to_string(), text);
    }

    #[test]
    fn what_is_no_json_of_the_protocol_is_refused() {
        let deep = "[".repeat(17) + &"]".repeat(17);
        for bad in ["", "{", "1.5", "-1", "{} {}", "\"\n\"", deep.as_str()] {
            assert!(Value::parse(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
