//! Who a user is: the names by which the protocol and people know them.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;

use arrayvec::ArrayString;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::limits::{NAME_BYTES, USERNAME_BYTES};
use crate::token::Token;

/// A user's unique name, lower case, by the grammar of PROTOCOL.md:
/// `[a-z0-9_-]+(\.[a-z0-9_-]+)*`, at most [`USERNAME_BYTES`], never shaped like a token.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(ArrayString<USERNAME_BYTES>);

impl Username {
    /// Lower-cases ASCII and checks the grammar. `None` names nobody.
    pub fn parse(text: &str) -> Option<Self> {
        // What has the shape of a token is too long to be a name.
        const { assert!(Token::TEXT_BYTES > USERNAME_BYTES) };
        let mut name = ArrayString::from(text).ok()?;
        name.make_ascii_lowercase();
        // As if a dot stood at both ends: no two of them side by side.
        let mut after_dot = true;
        for byte in name.bytes() {
            match byte {
                b'.' if !after_dot => after_dot = true,
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => after_dot = false,
                _ => return None,
            }
        }
        (!after_dot).then_some(Self(name))
    }

    /// The name as it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl Serialize for Username {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Username {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor {
            parse: Self::parse,
            expected: "a username",
        })
    }
}

/// A name for people: a user's display name (`nama`) or country (`negara`).
/// 1 to [`NAME_BYTES`] bytes without control characters, not blank at either end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Name(Box<str>);

impl Name {
    /// Trims blanks at both ends and checks the rest.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let well_formed =
            (1..=NAME_BYTES).contains(&text.len()) && !text.chars().any(char::is_control);
        well_formed.then(|| Self(text.into()))
    }

    /// The name as people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor {
            parse: Self::parse,
            expected: "a name",
        })
    }
}

/// Reads a name wherever its text lies, without an allocation where it can be borrowed.
struct NameVisitor<T> {
    parse: fn(&str) -> Option<T>,
    expected: &'static str,
}

impl<T> Visitor<'_> for NameVisitor<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::custom(format_args!("not {}", self.expected)))
    }
}

/// What a message keeps of its sender: the names as they were when it was sent. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(
    /// The length of the username, as a character, then both names: one allocation for a user and all of their messages.
    Arc<str>,
);

impl Identity {
    /// The unique name and the display name of a user.
    pub fn new(username: &Username, name: &Name) -> Self {
        let mut text = ArrayString::<{ 1 + USERNAME_BYTES + NAME_BYTES }>::new();
        text.push_str(str::from_utf8(&[username.0.len() as u8]).unwrap_or_default());
        text.push_str(&username.0);
        text.push_str(&name.0);
        Self(text.as_str().into())
    }

    /// The user's unique name.
    pub fn username(&self) -> Username {
        let name = ArrayString::from(self.username_text());
        Username(name.expect("it was made of a username"))
    }

    /// The same as text.
    pub(crate) fn username_text(&self) -> &str {
        &self.0[1..self.name_start()]
    }

    /// Whether it is that user's.
    pub(crate) fn is_of(&self, username: &Username) -> bool {
        let text = username.0.as_bytes();
        self.name_start() == 1 + text.len() && self.0.as_bytes()[1..].starts_with(text)
    }

    /// The user's display name.
    pub fn name(&self) -> &str {
        &self.0[self.name_start()..]
    }

    /// A copy of the display name.
    pub fn to_name(&self) -> Name {
        Name(self.name().into())
    }

    /// Whether it is not only equal but the same one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn name_start(&self) -> usize {
        1 + usize::from(self.0.as_bytes()[0])
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.username_text(), self.name())
    }
}

impl Serialize for Identity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.username_text(), self.name()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Identity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (username, name) = <(Username, Name)>::deserialize(deserializer)?;
        Ok(Self::new(&username, &name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_username_is_lower_cased() {
        assert_eq!(Username::parse("Lineker").unwrap().as_str(), "lineker");
    }

    #[test]
    fn a_username_has_parts_joined_by_single_dots() {
        for good in ["a", "a.b", "x_y-z.0", "-", "a.b.c"] {
            assert!(Username::parse(good).is_some(), "{good}");
        }
        for bad in ["", ".", "a.", ".a", "a..b", "a b", "é", "a\0", "a@b", "a/b"] {
            assert!(Username::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_username_has_at_most_32_bytes() {
        assert!(Username::parse(&"a".repeat(USERNAME_BYTES)).is_some());
        assert!(Username::parse(&"a".repeat(USERNAME_BYTES + 1)).is_none());
    }

    #[test]
    fn a_name_for_people_has_no_control_characters_and_no_blank_ends() {
        assert_eq!(
            Name::parse(" Lionel Messi ").unwrap().as_str(),
            "Lionel Messi"
        );
        for bad in ["", "  ", "a\nb", "\u{7f}", "a\u{9b}b"] {
            assert!(Name::parse(bad).is_none(), "{bad:?}");
        }
        assert!(Name::parse(&"n".repeat(NAME_BYTES)).is_some());
        assert!(Name::parse(&"n".repeat(NAME_BYTES + 1)).is_none());
    }

    #[test]
    fn a_username_prints_as_itself() {
        assert_eq!(format!("{:?}", Username::parse("messi").unwrap()), "messi");
    }
}
