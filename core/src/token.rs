//! Session tokens (PROTOCOL.md, section "Which session").

use core::fmt;

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// The secret that stands for a session: 128 bits, written as a UUID.
/// `Debug` shows nothing of it; [`Token::to_wire`] is the only way to its text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Token([u8; 16]);

impl Token {
    /// Length of a token's text, in bytes.
    pub const TEXT_BYTES: usize = 36;

    /// Makes a version 4 UUID of 16 bytes that the host drew at random.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(Builder::from_random_bytes(bytes).into_uuid().into_bytes())
    }

    /// Hex digits of either case in groups of 8-4-4-4-12, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        // The library also knows forms with braces, a URN prefix or no hyphens; all have other lengths.
        (text.len() == Self::TEXT_BYTES)
            .then(|| Uuid::try_parse(text).ok())
            .flatten()
            .map(|uuid| Self(uuid.into_bytes()))
    }

    /// Whether `text` can only be meant as a token.
    pub fn is_shape_of(text: &str) -> bool {
        Self::parse(text).is_some()
    }

    /// The first eight digits of its text. They are shown where the token is not: 90 random bits follow them.
    pub(crate) fn beginning(&self) -> u32 {
        let [a, b, c, d, ..] = self.0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Writes the lower-case text of the token into `buffer`.
    pub fn to_wire<'a>(&self, buffer: &'a mut [u8; Self::TEXT_BYTES]) -> &'a str {
        Uuid::from_bytes(self.0).hyphenated().encode_lower(buffer)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const TEXT: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";

    #[test]
    fn a_token_reads_either_case_and_writes_lower_case() {
        let token = Token::parse(&TEXT.to_ascii_uppercase()).unwrap();
        assert_eq!(token.to_wire(&mut [0; 36]), TEXT);
    }

    #[test]
    fn only_the_hyphenated_form_is_a_token() {
        for bad in [
            "",
            "d1f9020d065f4db0a8d185c41fa9c5f1",
            "{d1f9020d-065f-4db0-a8d1-85c41fa9c5f1}",
            "urn:uuid:d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
            "d1f9020d-065f-4db0-a8d1-85c41fa9c5f",
            "d1f9020d-065f-4db0-a8d1-85c41fa9c5fg",
            "d1f9020d0-65f-4db0-a8d1-85c41fa9c5f1",
            "d1f9020d+065f-4db0-a8d1-85c41fa9c5f1",
            "d1f9020d-065f-4db0-a8d1-85c41fa9c5é",
        ] {
            assert!(!Token::is_shape_of(bad), "{bad}");
        }
    }

    #[test]
    fn a_token_made_of_random_bytes_is_a_version_4_uuid() {
        let mut buffer = [0; 36];
        let text = Token::from_random([0xff; 16]);
        assert_eq!(
            text.to_wire(&mut buffer),
            "ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
    }

    #[test]
    fn debug_hides_a_token() {
        assert_eq!(
            format!("{:?}", Token::parse(TEXT).unwrap()),
            "Token(hidden)"
        );
    }
}
