//! A client: a person at a terminal, and the program that cuts what comes into replies.

use std::sync::Arc;

use chatting_time_core::json::Value;
use chatting_time_core::reply::TERMINATOR;
use chatting_time_core::terminal::{
    AnswerKind, Language, ReplyBuffer, Request, Terminal, printable,
};

use super::chunks::Chunks;
use super::unanswered::{Asked, Unanswered};
use crate::bounds::{DIALOGUE_LINES, SHOWN_BYTES};
use crate::{Bytes, DialogueKind, DialogueLine, Direction, Network, Reader};

#[derive(Clone)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) terminal: Terminal,
    pub(super) reader: Reader,
    pub(super) loses_reply: bool,
    pub(super) to_server: Network,
    pub(super) to_client: Network,
    /// The latest one.
    pub(super) connection: Option<u32>,
    /// Requests that have no reply so far.
    pub(super) pending: Unanswered,
    /// It has written a part of a line.
    is_inside_line: bool,
    /// The line that it is inside of has had its reply.
    is_answered_ahead: bool,
    buffer: ReplyBuffer,
    /// What `buffer` holds, and the arrivals that it came with.
    pub(super) unread: Chunks,
    pub(super) dialogue: Vec<Arc<DialogueLine>>,
}

/// What a client took for one reply.
pub(super) struct Taken {
    pub(super) bytes: Bytes,
    /// The arrivals that it came with.
    pub(super) arrivals: Vec<u32>,
    /// Whether it is one reply exactly.
    pub(super) whole: bool,
}

/// What a client shows of it.
pub(super) struct Shown {
    pub(super) kind: DialogueKind,
    pub(super) text: String,
}

impl Client {
    pub(super) fn new(name: &str, language: Language) -> Self {
        Self {
            name: name.to_owned(),
            terminal: Terminal::new(language),
            reader: Reader::default(),
            loses_reply: false,
            to_server: Network::default(),
            to_client: Network::default(),
            connection: None,
            pending: Unanswered::default(),
            is_inside_line: false,
            is_answered_ahead: false,
            buffer: ReplyBuffer::default(),
            unread: Chunks::default(),
            dialogue: Vec::new(),
        }
    }

    pub(super) fn network(&self, direction: Direction) -> &Network {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    pub(super) fn network_mut(&mut self, direction: Direction) -> &mut Network {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// The connection is another or none any more: what was under way on it will not come.
    pub(super) fn forget_connection(&mut self) {
        self.pending.clear();
        self.is_inside_line = false;
        self.is_answered_ahead = false;
        self.buffer = ReplyBuffer::default();
        self.unread = Chunks::default();
    }

    /// Counts the requests that go out with these bytes. The terminal's own ends with its line.
    pub(super) fn writes(&mut self, bytes: &[u8], mut request: Option<Request>) {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.is_inside_line = !line.ends_with(b"\n");
            if self.is_inside_line {
                continue;
            }
            if std::mem::take(&mut self.is_answered_ahead) {
                continue;
            }
            match request.take() {
                Some(request) => self.pending.push_own(request),
                None => self.pending.push_raw(),
            }
        }
    }

    /// Takes in what arrived and cuts it into replies, as this client does.
    pub(super) fn receive(&mut self, bytes: Bytes, arrival: u32) -> Vec<Taken> {
        self.unread.push(bytes.clone(), arrival);
        if self.reader == Reader::EachPiece {
            return self.take_rest().into_iter().collect();
        }
        self.buffer.push(&bytes);
        let mut replies = Vec::new();
        loop {
            match self.buffer.take() {
                Ok(Some(reply)) => {
                    let (bytes, arrivals) = self.unread.take(reply.len());
                    replies.push(Taken {
                        bytes,
                        arrivals,
                        whole: true,
                    });
                }
                Ok(None) => return replies,
                // Nothing behind it can be read; the next piece may be a reply again.
                Err(_) => {
                    replies.extend(self.take_rest());
                    return replies;
                }
            }
        }
    }

    /// Reads another way from now on. What was collected is taken as it is.
    pub(super) fn set_reader(&mut self, reader: Reader) -> Option<Taken> {
        self.reader = reader;
        match reader {
            Reader::Framed => None,
            Reader::EachPiece => self.take_rest(),
        }
    }

    /// What this client makes of one reply, or of what it took for one.
    pub(super) fn read(&mut self, taken: &Taken) -> Shown {
        let request = self.pending.pop();
        if request.is_none() && self.is_inside_line {
            self.is_answered_ahead = true;
        }
        if !taken.whole {
            return Shown {
                kind: DialogueKind::Unreadable,
                text: taken.bytes.first(SHOWN_BYTES + 1).escaped(),
            };
        }
        match request {
            Some(Asked::Own(request)) => {
                let answer = self.terminal.reply(request, &taken.bytes);
                Shown {
                    kind: match answer.kind {
                        AnswerKind::Accepted => DialogueKind::Answer,
                        AnswerKind::Refused => DialogueKind::Refusal,
                        AnswerKind::Malformed => DialogueKind::Unreadable,
                    },
                    text: answer.text,
                }
            }
            Some(Asked::Raw) => raw(&taken.bytes),
            None => match self.terminal.unasked(&taken.bytes) {
                Some(refusal) => Shown {
                    kind: DialogueKind::Refusal,
                    text: format!("Error, {refusal}"),
                },
                None => raw(&taken.bytes),
            },
        }
    }

    /// Appends lines to the dialogue.
    pub(super) fn show(&mut self, kind: DialogueKind, text: &str, observation: u32) {
        for line in text.split('\n') {
            if self.dialogue.len() == DIALOGUE_LINES {
                self.dialogue.remove(0);
            }
            self.dialogue.push(Arc::new(DialogueLine {
                kind,
                text: line.to_owned(),
                observation,
            }));
        }
    }

    fn take_rest(&mut self) -> Option<Taken> {
        self.buffer = ReplyBuffer::default();
        let (bytes, arrivals) = self.unread.take(usize::MAX);
        (!bytes.is_empty()).then(|| Taken {
            whole: is_one_reply(&bytes),
            bytes,
            arrivals,
        })
    }
}

fn is_one_reply(bytes: &[u8]) -> bool {
    let mut buffer = ReplyBuffer::default();
    buffer.push(bytes);
    let is_reply = matches!(buffer.take(), Ok(Some(_)));
    is_reply && buffer.bytes().is_empty()
}

/// The reply to a request that no terminal made: its JSON.
fn raw(reply: &[u8]) -> Shown {
    let text = reply.strip_suffix(TERMINATOR).unwrap_or(reply);
    let value = Value::parse(text);
    let status = value
        .as_ref()
        .and_then(|value| value.get("status")?.as_str());
    Shown {
        kind: match status {
            Some("ERROR") => DialogueKind::Refusal,
            _ => DialogueKind::Answer,
        },
        text: printable(&shown_text(&String::from_utf8_lossy(text))),
    }
}

/// A text within the bound of what is shown, without the line end behind it.
pub(super) fn shown_text(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    match beginning(text) {
        whole if whole.len() == text.len() => text.to_owned(),
        beginning => format!("{beginning}…"),
    }
}

/// As much of a text as is shown.
fn beginning(text: &str) -> &str {
    let mut end = text.len().min(SHOWN_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
