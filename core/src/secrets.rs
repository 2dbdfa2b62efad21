//! Where the secrets stand in what goes over the wire, for a host that shows traffic to people: to mark them or to hide
//! them. Works on bytes as they were overheard, whole or not, well-formed or not, and decides nothing.

use alloc::vec::Vec;
use core::ops::Range;

use crate::command::{Confidential, confidential, words};
use crate::reply::TERMINATOR;
use crate::token::Token;

/// What kind of secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// What opens a session.
    Password,
    /// What stands for a session.
    Token,
    /// What one person writes to another.
    MessageText,
}

/// One secret in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// Which bytes of the stream it is.
    pub range: Range<usize>,
    /// Which bytes say whom it goes with: the username of a password, the recipient of a message that is sent, the
    /// sender's name of one that is handed over.
    pub about: Option<Range<usize>>,
    /// In which request or reply it stands, counted from 0. Replies come in the order of the requests, so the same
    /// number in both directions of a connection is one exchange.
    pub exchange: usize,
}

/// The secrets in what a client sent, in the order of the stream. A line that is not at its end yet counts as it stands.
pub fn in_requests(stream: &[u8]) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut start = 0;
    for (exchange, line) in stream.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = well_formed(text.strip_suffix(b"\r").unwrap_or(text));
        in_line(text, &mut |kind, secret, about| {
            let place = |part| within(text, part, start);
            found.push(Secret {
                kind,
                range: place(secret),
                about: about.map(place),
                exchange,
            });
        });
        start += line.len();
    }
    found
}

/// The secrets in what a server sent, in the order of the stream. A reply that is not at its end yet counts as it stands.
pub fn in_replies(stream: &[u8]) -> Vec<Secret> {
    let mut found = Vec::new();
    let mut exchange = 0;
    let mut sender = None;
    let mut at = 0;
    while at < stream.len() {
        let rest = &stream[at..];
        if rest.starts_with(TERMINATOR) {
            exchange += 1;
            sender = None;
            at += TERMINATOR.len();
        } else if let Some((member, key)) = MEMBERS.iter().find(|(_, key)| rest.starts_with(key)) {
            let start = at + key.len();
            let range = start..start + string_bytes(&stream[start..]);
            at = range.end;
            match member {
                Member::Sender => sender = Some(range),
                Member::Secret(_) if range.is_empty() => {}
                Member::Secret(kind) => found.push(Secret {
                    kind: *kind,
                    range,
                    about: sender.take(),
                    exchange,
                }),
            }
        } else {
            at += 1;
        }
    }
    found
}

enum Member {
    Sender,
    Secret(SecretKind),
}

/// The members of replies that matter here, up to where their text begins. No text can look like one of them, since a
/// quotation mark within a text is escaped.
const MEMBERS: &[(Member, &[u8])] = &[
    (Member::Secret(SecretKind::Token), b"\"tokenid\": \""),
    (Member::Sender, b"\"msg_from\": \""),
    (Member::Secret(SecretKind::MessageText), b"\"msg\": \""),
];

/// Hands over each secret of a line, in its order, with whom it goes with.
fn in_line<'line>(
    line: &'line str,
    found: &mut impl FnMut(SecretKind, &'line str, Option<&'line str>),
) {
    let confidential = confidential(line);
    // What looks like a token inside of a text is text.
    let open = match &confidential {
        Some(Confidential { text, .. }) => &line[..within(line, text, 0).start],
        None => line,
    };
    for word in words(open).filter(|word| Token::is_shape_of(word)) {
        found(SecretKind::Token, word, None);
    }
    if let Some(Confidential {
        kind,
        text,
        username,
    }) = confidential
        && !text.is_empty()
    {
        found(kind, text, Some(username));
    }
}

/// The text up to its first byte that is not UTF-8, which may be half a letter whose rest has not come.
fn well_formed(bytes: &[u8]) -> &str {
    let valid = bytes.utf8_chunks().next();
    valid.map_or("", |chunk| chunk.valid())
}

/// Where `part`, which was cut out of `whole`, stands, when `whole` begins at `start`.
fn within(whole: &str, part: &str, start: usize) -> Range<usize> {
    let from = start + (part.as_ptr().addr() - whole.as_ptr().addr());
    from..from + part.len()
}

/// How many bytes a JSON string has whose text begins here, up to its quotation mark or to the end of what came.
fn string_bytes(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}
