//! The one encoding of JSON on the wire, and an ordered value to read it back. Both are the protocol's, and small enough
//! for a browser; that reading is as strict as serde_json is what the tests hold it to.
//!
//! PROTOCOL.md, section "Encoding": ASCII only, spaced as Python's `json.dumps` does.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

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
        Reader { text: bytes, at: 0 }.document()
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

/// Reads a document from its beginning to its end. What it takes is JSON (RFC 8259) without fractions, exponents and
/// negative numbers, nested at most [`MAXIMUM_DEPTH`] deep.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Option<Value> {
        let value = self.value(MAXIMUM_DEPTH)?;
        self.skip_blanks();
        (self.at == self.text.len()).then_some(value)
    }

    /// A value that holds containers nested at most so deep.
    fn value(&mut self, depth: usize) -> Option<Value> {
        self.skip_blanks();
        match self.peek()? {
            b'n' => self.word(b"null", Value::Null),
            b't' => self.word(b"true", Value::Bool(true)),
            b'f' => self.word(b"false", Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            b'[' => {
                let depth = depth.checked_sub(1)?;
                let mut values = Vec::new();
                self.list(b']', |reader| {
                    values.push(reader.value(depth)?);
                    Some(())
                })?;
                Some(Value::Array(values))
            }
            b'{' => {
                let depth = depth.checked_sub(1)?;
                let mut members = Vec::new();
                self.list(b'}', |reader| {
                    reader.skip_blanks();
                    let key = reader.string()?;
                    reader.skip_blanks();
                    reader.take(b':')?;
                    members.push((key, reader.value(depth)?));
                    Some(())
                })?;
                Some(Value::Object(members))
            }
            _ => self.number().map(Value::Number),
        }
    }

    /// Items with commas between them, behind the bracket that opens them and up to the one that closes them.
    fn list(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.skip_blanks();
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.skip_blanks();
            if self.take(end).is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut bytes = Vec::new();
        loop {
            match self.next()? {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let character = self.escaped()?;
                    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                }
                0..b' ' => return None,
                byte => bytes.push(byte),
            }
        }
    }

    /// The character that an escape stands for, behind its backslash.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.unit()?;
                // A character of two units: neither of them is one alone.
                if (0xd800..0xdc00).contains(&unit) {
                    self.word(b"\\u", ())?;
                    let low = self
                        .unit()?
                        .checked_sub(0xdc00)
                        .filter(|low| *low < 0x400)?;
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + low;
                }
                char::from_u32(unit)?
            }
            _ => return None,
        })
    }

    /// Four hex digits.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.next()?).to_digit(16)?;
        }
        Some(unit)
    }

    fn number(&mut self) -> Option<u64> {
        let start = self.at;
        let mut number: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number = number
                .checked_mul(10)?
                .checked_add(u64::from(digit - b'0'))?;
            self.at += 1;
        }
        let digits = self.at - start;
        let is_padded = digits > 1 && self.text[start] == b'0';
        (digits > 0 && !is_padded).then_some(number)
    }

    fn word<T>(&mut self, word: &[u8], meaning: T) -> Option<T> {
        let rest = self.text.get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word).then_some(meaning)
    }

    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
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
