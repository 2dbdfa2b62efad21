//! Text of a vector with places for tokens and repetitions.

use std::collections::BTreeMap;
use std::fmt;

/// Length of a token's text.
const TOKEN_BYTES: usize = 36;

/// The tokens that a running vector knows, by the names it gave them.
pub type Tokens = BTreeMap<String, String>;

/// Bytes with places for tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Bytes(Vec<u8>),
    Token { name: String, capitals: bool },
}

/// How the characters between the places are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// With the escapes of a request: any byte can be written.
    Known,
    /// As they stand.
    None,
}

impl Template {
    /// Reads the text of a step.
    pub fn parse(text: &str, escapes: Escapes) -> Result<Self, String> {
        let mut template = Self::default();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if let Some(place) = rest.strip_prefix("${") {
                rest = template.push_place(place)?;
            } else if character == '\\' && escapes == Escapes::Known {
                let (bytes, after) = unescape(&rest[1..])?;
                template.push_bytes(&bytes);
                rest = after;
            } else {
                let (plain, after) = rest.split_at(character.len_utf8());
                template.push_bytes(plain.as_bytes());
                rest = after;
            }
        }
        Ok(template)
    }

    /// Appends bytes.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Bytes(last)) => last.extend_from_slice(bytes),
            _ => self.pieces.push(Piece::Bytes(bytes.to_vec())),
        }
    }

    /// The names of its tokens, in order.
    pub fn token_names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Token { name, .. } => Some(name.as_str()),
            Piece::Bytes(_) => None,
        })
    }

    /// The bytes, with the tokens in their places. All of them must be known.
    pub fn fill(&self, tokens: &Tokens) -> Vec<u8> {
        let mut filled = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => filled.extend_from_slice(bytes),
                Piece::Token { name, capitals } => {
                    let token = tokens
                        .get(name)
                        .expect("the parser saw where it comes from");
                    match capitals {
                        true => filled.extend(token.to_ascii_uppercase().bytes()),
                        false => filled.extend(token.bytes()),
                    }
                }
            }
        }
        filled
    }

    /// Compares with what came, and learns the tokens that were not known yet.
    pub fn compare(&self, actual: &[u8], tokens: &mut Tokens) -> Result<(), String> {
        let mut expected = Vec::new();
        for piece in &self.pieces {
            if let Piece::Token { name, .. } = piece
                && !tokens.contains_key(name)
            {
                let came = actual.get(expected.len()..expected.len() + TOKEN_BYTES);
                let Some(token) = came.filter(|_| actual.starts_with(&expected)) else {
                    break;
                };
                let token = fresh_token(token, tokens)
                    .map_err(|why| format!("{why}\n  received: {}", Shown(actual)))?;
                tokens.insert(name.clone(), token);
            }
            expected = Self {
                pieces: vec![piece.clone()],
            }
            .prepended(expected, tokens);
        }
        match expected == actual && self.is_filled(tokens) {
            true => Ok(()),
            false => Err(format!(
                "the bytes differ from byte {} on\n  expected: {}\n  received: {}",
                expected
                    .iter()
                    .zip(actual)
                    .take_while(|(a, b)| a == b)
                    .count(),
                self.shown(tokens),
                Shown(actual)
            )),
        }
    }

    fn prepended(&self, mut before: Vec<u8>, tokens: &Tokens) -> Vec<u8> {
        before.extend(self.fill(tokens));
        before
    }

    fn is_filled(&self, tokens: &Tokens) -> bool {
        self.token_names().all(|name| tokens.contains_key(name))
    }

    fn shown(&self, tokens: &Tokens) -> String {
        let mut text = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Token { name, .. } if !tokens.contains_key(name) => {
                    text.extend(format!("${{{name}}}").bytes());
                }
                _ => {
                    text = Self {
                        pieces: vec![piece.clone()],
                    }
                    .prepended(text, tokens)
                }
            }
        }
        Shown(&text).to_string()
    }

    /// Reads what stands behind `${` and returns what stands behind its `}`.
    fn push_place<'a>(&mut self, place: &'a str) -> Result<&'a str, String> {
        if place.starts_with(|first: char| first.is_ascii_digit()) {
            let (count, text) = place.split_once(" * \"").ok_or(REPETITION)?;
            let (text, rest) = text.split_once("\"}").ok_or(REPETITION)?;
            let count: usize = count.parse().map_err(|_| REPETITION)?;
            let repeated = Self::parse(text, Escapes::Known)?;
            if repeated.token_names().next().is_some() {
                return Err("a repetition cannot hold a token".into());
            }
            let repeated = repeated.fill(&Tokens::new());
            self.push_bytes(&repeated.repeat(count));
            return Ok(rest);
        }
        let (name, rest) = place.split_once('}').ok_or("`${` has no `}`")?;
        let (name, capitals) = match name.strip_prefix("upper ") {
            Some(name) => (name, true),
            None => (name, false),
        };
        if name.is_empty()
            || !name
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        {
            return Err(format!(
                "`{name}` cannot name a token: use a-z, 0-9 and hyphens"
            ));
        }
        let name = name.to_owned();
        self.pieces.push(Piece::Token { name, capitals });
        Ok(rest)
    }
}

const REPETITION: &str = "a repetition is written like ${3 * \"text\"}";

/// Reads one escape behind its backslash, and returns what stands behind it.
fn unescape(text: &str) -> Result<(Vec<u8>, &str), String> {
    let mut characters = text.chars();
    let first = characters.next().ok_or("a backslash stands at the end")?;
    let rest = characters.as_str();
    let byte = match first {
        'r' => b'\r',
        'n' => b'\n',
        't' => b'\t',
        's' => b' ',
        '\\' | '$' | '"' => first as u8,
        'x' => {
            let digits = rest.get(..2).ok_or("\\x needs two hexadecimal digits")?;
            let byte = u8::from_str_radix(digits, 16)
                .map_err(|_| format!("\\x{digits} is no hexadecimal number"))?;
            return Ok((vec![byte], &rest[2..]));
        }
        'u' => {
            let (digits, rest) = rest
                .strip_prefix('{')
                .and_then(|rest| rest.split_once('}'))
                .ok_or("a character is written like \\u{1f600}")?;
            let character = u32::from_str_radix(digits, 16)
                .ok()
                .and_then(char::from_u32);
            let character = character.ok_or_else(|| format!("\\u{{{digits}}} is no character"))?;
            return Ok((character.to_string().into_bytes(), rest));
        }
        other => return Err(format!("\\{other} is no escape that a vector knows")),
    };
    Ok((vec![byte], rest))
}

/// A token must be a version 4 UUID in lower case, and no token that was given out before.
fn fresh_token(bytes: &[u8], known: &Tokens) -> Result<String, String> {
    let is_token = bytes.iter().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => *byte == b'-',
        14 => *byte == b'4',
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b'),
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    });
    let text = String::from_utf8_lossy(bytes).into_owned();
    if !is_token {
        return Err(format!("{text} is no version 4 UUID in lower case"));
    }
    match known.values().any(|other| *other == text) {
        true => Err(format!("the token {text} was given out before")),
        false => Ok(text),
    }
}

/// Bytes for people: escapes instead of what cannot be seen, and no more than fits a screen.
pub struct Shown<'a>(pub &'a [u8]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 600;
        if self.0.len() <= MOST {
            return write!(formatter, "{}", self.0.escape_ascii());
        }
        let (front, back) = (&self.0[..MOST / 2], &self.0[self.0.len() - MOST / 2..]);
        let left_out = self.0.len() - front.len() - back.len();
        write!(
            formatter,
            "{} …{left_out} bytes… {}",
            front.escape_ascii(),
            back.escape_ascii()
        )
    }
}
