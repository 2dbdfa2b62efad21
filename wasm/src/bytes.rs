//! Bytes as people and links see them: escaped text.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use tsify::Tsify;

/// Bytes that read as escaped text wherever they are serialised: `auth messi surabaya\r\n`.
///
/// Well-formed UTF-8 stands for itself; a backslash is `\\`, CR, LF and tab are `\r`, `\n` and `\t`; whatever else can't
/// be shown, and each byte that is not UTF-8, is `\xNN`. Any bytes survive the way there and back.
///
/// A part of other bytes shares their memory, and so does a clone.
#[derive(Clone, Debug, Default, Tsify)]
#[tsify(type = "string")]
pub struct Bytes {
    /// What it is a part of; nothing when it is empty from the start.
    memory: Option<Arc<Vec<u8>>>,
    range: Range<usize>,
}

/// What is wrong with escaped text: a backslash that no known escape follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadEscape {
    /// Where the backslash stands, in bytes from the start.
    pub at: usize,
}

impl Bytes {
    /// The bytes in `range`, which must lie within.
    pub fn slice(&self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.len());
        let start = self.range.start;
        Self {
            memory: self.memory.clone(),
            range: start + range.start..start + range.end,
        }
    }

    /// These parts one after the other. A single one is not copied.
    pub fn joined(parts: &[Bytes]) -> Self {
        match parts {
            [] => Self::default(),
            [one] => one.clone(),
            several => {
                let several: Vec<&[u8]> = several.iter().map(|part| &part[..]).collect();
                several.concat().into()
            }
        }
    }

    /// At most the first `bound` bytes.
    pub fn first(&self, bound: usize) -> Self {
        self.slice(0..bound.min(self.len()))
    }

    /// The bytes as escaped text.
    pub fn escaped(&self) -> String {
        let mut text = String::new();
        for chunk in self.utf8_chunks() {
            chunk
                .valid()
                .chars()
                .for_each(|character| escape(character, &mut text));
            for byte in chunk.invalid() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
        text
    }

    /// Reads escaped text.
    ///
    /// # Errors
    ///
    /// When a backslash begins no escape.
    pub fn parse(text: &str) -> Result<Self, BadEscape> {
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some(offset) = rest.find('\\') {
            bytes.extend_from_slice(&rest.as_bytes()[..offset]);
            let at = text.len() - rest.len() + offset;
            let (byte, length) = unescape(&rest[offset..]).ok_or(BadEscape { at })?;
            bytes.push(byte);
            rest = &rest[offset + length..];
        }
        bytes.extend_from_slice(rest.as_bytes());
        Ok(bytes.into())
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.memory {
            Some(memory) => &memory[self.range.clone()],
            None => &[],
        }
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Bytes {}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self {
            memory: (!bytes.is_empty()).then(|| Arc::new(bytes)),
            range,
        }
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

fn escape(character: char, text: &mut String) {
    match character {
        '\\' => text.push_str("\\\\"),
        '\r' => text.push_str("\\r"),
        '\n' => text.push_str("\\n"),
        '\t' => text.push_str("\\t"),
        ' '..='~' => text.push(character),
        shown
            if chatting_time_core::terminal::printable(shown.encode_utf8(&mut [0; 4]))
                .starts_with(shown) =>
        {
            text.push(shown);
        }
        hidden => {
            for byte in hidden.encode_utf8(&mut [0; 4]).bytes() {
                text.push_str(&format!("\\x{byte:02x}"));
            }
        }
    }
}

/// The byte that an escape at the start of `text` stands for, and the length of the escape.
fn unescape(text: &str) -> Option<(u8, usize)> {
    Some(match text.as_bytes().get(1)? {
        b'\\' => (b'\\', 2),
        b'r' => (b'\r', 2),
        b'n' => (b'\n', 2),
        b't' => (b'\t', 2),
        b'x' => {
            let digits = text.get(2..4)?;
            // The standard library would also read a sign.
            let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let byte = u8::from_str_radix(digits, 16).ok();
            (byte.filter(|_| is_hex)?, 4)
        }
        _ => return None,
    })
}

impl fmt::Display for BadEscape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "no escape begins with the backslash at byte {}",
            self.at
        )
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What nobody reads, such as what a fingerprint is taken of, needs no escapes.
        match serializer.is_human_readable() {
            true => serializer.serialize_str(&self.escaped()),
            false => serializer.serialize_bytes(self),
        }
    }
}
