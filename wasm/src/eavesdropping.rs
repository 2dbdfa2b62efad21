//! What somebody overhears who listens on the same network: every byte that arrived, in order, and the secrets in it.
//!
//! An eavesdropper has no more than the bytes on the wire, so nothing else is looked at here. Where a secret stands among
//! them is core's to say.

use std::ops::Range;

use chatting_time_core::json::Value;
use chatting_time_core::secrets::{Secret, SecretKind, in_replies, in_requests};
use chatting_time_core::{Token, Username};
use litemap::LiteMap;
use serde::Serialize;
use tsify::Tsify;

use crate::bounds::{LEAKS, OVERHEARD_BYTES, PASSAGE_BYTES, PREVIEW_BYTES, ROWS};
use crate::{Bytes, Direction, Observation, What};

/// Everything that was overheard.
#[derive(Debug, Default)]
pub struct Overheard {
    /// In order of time.
    pub passages: Vec<Passage>,
    /// In order of time. A password or token that is seen again is counted and not listed again.
    pub leaks: Vec<Leak>,
    /// Whether there was more than is kept.
    pub is_full: bool,
}

/// A window of what was overheard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OverheardPassages {
    /// How many passages there are in all.
    pub total: u32,
    /// Those of the window.
    pub passages: Vec<Passage>,
    /// Whether there was more than an eavesdropper keeps here: the first 16 MiB, with 10,000 secrets.
    pub is_full: bool,
}

/// A window of the secrets in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct OverheardLeaks {
    /// How many there are in all.
    pub total: u32,
    /// Those of the window.
    pub leaks: Vec<Leak>,
}

/// What one end said before anybody else said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Passage {
    /// Whose connection it went over.
    pub client: u32,
    /// That connection.
    pub connection: u32,
    /// Which way it went.
    pub direction: Direction,
    /// When its first piece arrived.
    pub from: u64,
    /// When its last piece arrived.
    pub to: u64,
    /// The observation of its first piece.
    pub first: u32,
    /// The observation of its last piece.
    pub last: u32,
    /// In how many pieces it came.
    pub pieces: u32,
    /// How many bytes it has.
    pub length: u32,
    /// How many of them are not shown.
    pub cut: u32,
    /// Its bytes, at most the first 4 KiB, cut where a piece or a secret begins or ends.
    pub parts: Vec<PassagePart>,
}

/// Some bytes of a passage that came together and are, or are not, a part of one secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PassagePart {
    /// The piece that they came in.
    pub observation: u32,
    /// What was heard.
    pub bytes: Bytes,
    /// What they are a part of.
    #[tsify(optional)]
    pub secret: Option<LeakKind>,
}

/// A secret that is none any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Leak {
    /// What it is.
    pub kind: LeakKind,
    /// The first 400 bytes of what it says, without the escapes of JSON.
    pub text: Bytes,
    /// How many bytes there are.
    pub length: u32,
    /// How many of them are not shown.
    pub cut: u32,
    /// Whom it goes with, as far as one can tell from what was overheard: the username of a password or token, the
    /// recipient of a message on its way to the server, the sender's name of one on its way to a client.
    #[tsify(optional)]
    pub about: Option<String>,
    /// Whether the server was overheard accepting it. Only of passwords.
    pub accepted: bool,
    /// Over whose connection it was heard first.
    pub client: u32,
    /// That connection.
    pub connection: u32,
    /// Which way it went.
    pub direction: Direction,
    /// When it was first complete.
    pub time: u64,
    /// The piece that completed it.
    pub observation: u32,
    /// How often it was overheard.
    pub times: u32,
}

/// What kind of secret it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum LeakKind {
    /// What opens a session.
    Password,
    /// What stands for a session.
    Token,
    /// What one person writes to another.
    MessageText,
}

impl Overheard {
    /// Listens to a trace from its beginning.
    pub fn of<'trace>(trace: impl Iterator<Item = &'trace Observation>) -> Self {
        let mut listening = Listening::default();
        let is_full = !(0..)
            .zip(trace)
            .all(|(number, observation)| listening.hear(number, observation));
        let mut overheard = listening.understand();
        overheard.is_full |= is_full;
        overheard
    }

    /// So many passages from the one of this number on.
    pub fn passages(&self, from: u32, count: u32) -> OverheardPassages {
        OverheardPassages {
            total: self.passages.len() as u32,
            passages: window(self.passages.iter(), from, count),
            is_full: self.is_full,
        }
    }

    /// So many secrets of this kind, or of any, from the one of this number on.
    pub fn leaks(&self, kind: Option<LeakKind>, from: u32, count: u32) -> OverheardLeaks {
        let leaks = self.leaks.iter();
        let leaks = leaks.filter(|leak| kind.is_none_or(|kind| leak.kind == kind));
        OverheardLeaks {
            total: leaks.clone().count() as u32,
            leaks: window(leaks, from, count),
        }
    }
}

fn window<'all, T: Clone + 'all>(
    all: impl Iterator<Item = &'all T>,
    from: u32,
    count: u32,
) -> Vec<T> {
    let window = all.skip(from as usize).take(count.min(ROWS) as usize);
    window.cloned().collect()
}

/// Everything heard so far: the pieces in order, and by their numbers the connections with their streams.
#[derive(Default)]
struct Listening {
    pieces: Vec<Piece>,
    conversations: Vec<Conversation>,
    bytes: usize,
}

/// What arrived at once.
struct Piece {
    observation: u32,
    time: u64,
    connection: u32,
    direction: Direction,
    bytes: Bytes,
    /// Where in its stream it begins.
    start: usize,
}

/// The two streams of one connection.
#[derive(Default)]
struct Conversation {
    client: u32,
    to_server: Stream,
    to_client: Stream,
}

/// All that went in one direction.
#[derive(Default)]
struct Stream {
    bytes: Vec<u8>,
    secrets: Vec<Secret>,
    /// How many of them have been told in full.
    told: usize,
}

impl Listening {
    /// False when no more is kept.
    fn hear(&mut self, number: u32, observation: &Observation) -> bool {
        match &observation.what {
            What::Connected { client, connection } => {
                self.conversation(*connection).client = *client;
            }
            What::Arrived {
                connection,
                direction,
                bytes,
                ..
            } => {
                self.bytes += bytes.len();
                if self.bytes > OVERHEARD_BYTES {
                    return false;
                }
                let stream = self.conversation(*connection).stream_mut(*direction);
                let start = stream.bytes.len();
                stream.bytes.extend_from_slice(bytes);
                self.pieces.push(Piece {
                    observation: number,
                    time: observation.time,
                    connection: *connection,
                    direction: *direction,
                    bytes: bytes.clone(),
                    start,
                });
            }
            _ => {}
        }
        true
    }

    /// The connection of this number. Connections are numbered in the order in which they are opened.
    fn conversation(&mut self, connection: u32) -> &mut Conversation {
        let place = connection as usize;
        if place >= self.conversations.len() {
            self.conversations
                .resize_with(place + 1, Conversation::default);
        }
        &mut self.conversations[place]
    }

    fn understand(mut self) -> Overheard {
        for conversation in &mut self.conversations {
            let Conversation {
                to_server,
                to_client,
                ..
            } = conversation;
            to_server.secrets = in_requests(&to_server.bytes);
            to_client.secrets = in_replies(&to_client.bytes);
        }
        let mut overheard = Overheard::default();
        let mut known = LiteMap::new();
        for piece in &self.pieces {
            let conversation = &mut self.conversations[piece.connection as usize];
            overheard.add_piece(piece, conversation);
            while let Some(leak) = conversation.next_leak(piece) {
                overheard.add_leak(leak, &mut known);
            }
        }
        overheard
    }
}

impl Overheard {
    fn add_piece(&mut self, piece: &Piece, conversation: &Conversation) {
        let goes_on = self.passages.last().is_some_and(|last| {
            (last.connection, last.direction) == (piece.connection, piece.direction)
                && last.length as usize + piece.bytes.len() <= PASSAGE_BYTES
        });
        if !goes_on {
            self.passages.push(Passage {
                client: conversation.client,
                connection: piece.connection,
                direction: piece.direction,
                from: piece.time,
                to: piece.time,
                first: piece.observation,
                last: piece.observation,
                pieces: 0,
                length: 0,
                cut: 0,
                parts: Vec::new(),
            });
        }
        let passage = self.passages.last_mut().expect("one was begun");
        let room = PASSAGE_BYTES.saturating_sub(passage.length as usize);
        let stream = conversation.stream(piece.direction);
        stream.cut(piece, room, &mut passage.parts);
        passage.to = piece.time;
        passage.last = piece.observation;
        passage.pieces += 1;
        passage.length += piece.bytes.len() as u32;
        passage.cut += piece.bytes.len().saturating_sub(room) as u32;
    }

    /// Lists a leak, or counts it when it is a password or token that is listed: `known` says where.
    fn add_leak(&mut self, leak: Leak, known: &mut LiteMap<Vec<u8>, usize>) {
        let key = leak.key();
        let former = key.as_ref().and_then(|key| known.get(key));
        if let Some(former) = former {
            let former = &mut self.leaks[*former];
            former.times += 1;
            former.accepted |= leak.accepted;
        } else if self.leaks.len() < LEAKS {
            if let Some(key) = key {
                known.insert(key, self.leaks.len());
            }
            self.leaks.push(leak);
        } else {
            self.is_full = true;
        }
    }
}

impl Leak {
    /// The same for the same password of the same person, and for the same token. A message is always one more.
    fn key(&self) -> Option<Vec<u8>> {
        match self.kind {
            LeakKind::Password => {
                let username = self.about.as_deref().unwrap_or_default();
                Some([username.as_bytes(), b" ", &self.text].concat())
            }
            LeakKind::Token => Some(self.text.to_ascii_lowercase()),
            LeakKind::MessageText => None,
        }
    }
}

impl Conversation {
    fn stream(&self, direction: Direction) -> &Stream {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    fn stream_mut(&mut self, direction: Direction) -> &mut Stream {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// The next secret that is complete with this piece.
    fn next_leak(&mut self, piece: &Piece) -> Option<Leak> {
        loop {
            let stream = self.stream_mut(piece.direction);
            let secret = stream.secrets.get(stream.told)?;
            if secret.range.end > piece.start + piece.bytes.len() {
                return None;
            }
            stream.told += 1;
            let told = stream.told - 1;
            let leak = self.leak(piece, &self.stream(piece.direction).secrets[told]);
            if leak.is_some() {
                return leak;
            }
        }
    }

    /// What is known of a secret. Nothing of half a token, which is none yet.
    fn leak(&self, piece: &Piece, secret: &Secret) -> Option<Leak> {
        let text = match piece.direction {
            Direction::ToServer => self.to_server.bytes[secret.range.clone()].to_vec(),
            Direction::ToClient => self.to_client.json_text(&secret.range).into_bytes(),
        };
        let is_token = Token::is_shape_of(str::from_utf8(&text).unwrap_or_default());
        if secret.kind == SecretKind::Token && !is_token {
            return None;
        }
        let about = match (piece.direction, secret.kind) {
            // Whoever logs in with the request that this token answers.
            (Direction::ToClient, SecretKind::Token) => self
                .to_server
                .secret(secret.exchange, SecretKind::Password)
                .and_then(|password| self.to_server.username(password)),
            (Direction::ToClient, _) => {
                let sender = secret.about.as_ref();
                sender.map(|range| self.to_client.json_text(range))
            }
            (Direction::ToServer, _) => self.to_server.username(secret),
        };
        let token = self.to_client.secret(secret.exchange, SecretKind::Token);
        Some(Leak {
            kind: secret.kind.into(),
            length: text.len() as u32,
            cut: text.len().saturating_sub(PREVIEW_BYTES) as u32,
            text: Bytes::from(text).first(PREVIEW_BYTES),
            about,
            accepted: secret.kind == SecretKind::Password && token.is_some(),
            client: self.client,
            connection: piece.connection,
            direction: piece.direction,
            time: piece.time,
            observation: piece.observation,
            times: 1,
        })
    }
}

impl Stream {
    /// At most so many bytes of a piece, cut where a secret begins or ends.
    fn cut(&self, piece: &Piece, room: usize, parts: &mut Vec<PassagePart>) {
        let end = piece.start + piece.bytes.len().min(room);
        let mut add = |range: Range<usize>, secret| {
            if !range.is_empty() {
                let range = range.start - piece.start..range.end - piece.start;
                parts.push(PassagePart {
                    observation: piece.observation,
                    bytes: piece.bytes.slice(range),
                    secret,
                });
            }
        };
        let mut at = piece.start;
        for secret in &self.secrets[self.told..] {
            if secret.range.start >= end {
                break;
            }
            let from = secret.range.start.max(at);
            let to = secret.range.end.min(end);
            add(at..from, None);
            add(from..to, Some(secret.kind.into()));
            at = to;
        }
        add(at..end, None);
    }

    /// The first secret of this kind in the request or reply of this number.
    fn secret(&self, exchange: usize, kind: SecretKind) -> Option<&Secret> {
        let first = self
            .secrets
            .partition_point(|secret| secret.exchange < exchange);
        let mut of_it = self.secrets[first..]
            .iter()
            .take_while(|secret| secret.exchange == exchange);
        of_it.find(|secret| secret.kind == kind)
    }

    /// Whom a secret on its way to the server goes with.
    fn username(&self, secret: &Secret) -> Option<String> {
        let text = str::from_utf8(&self.bytes[secret.about.clone()?]).ok()?;
        Some(Username::parse(text).map_or_else(|| text.to_owned(), |name| name.to_string()))
    }

    /// What the inside of a JSON string says; as it stands, when its end is missing.
    fn json_text(&self, range: &Range<usize>) -> String {
        let text = &self.bytes[range.clone()];
        match Value::parse(&[b"\"", text, b"\""].concat()) {
            Some(Value::String(text)) => text,
            _ => String::from_utf8_lossy(text).into_owned(),
        }
    }
}

impl From<SecretKind> for LeakKind {
    fn from(kind: SecretKind) -> Self {
        match kind {
            SecretKind::Password => Self::Password,
            SecretKind::Token => Self::Token,
            SecretKind::MessageText => Self::MessageText,
        }
    }
}
