//! One connection of the generator: what it has asked, and what has come of it.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::time::Instant;

use mio::net::TcpStream;
use mio::{Interest, Registry, Token};

use super::{GeneratorError, Heard, Load, Pace, Speaker, Tally};

pub(super) struct Connection<S> {
    speaker: S,
    stream: TcpStream,
    output: Vec<u8>,
    /// How much of the output the operating system has taken.
    written: usize,
    input: Vec<u8>,
    /// How much of the input is replies that were heard.
    heard: usize,
    /// How much of the input was there when a reply was last looked for.
    seen: usize,
    waiting: VecDeque<Waiting>,
    /// What was chosen and has to wait for a new connection.
    chosen: Option<usize>,
    /// When the requests were due that have not been asked yet, if they are due at times.
    due: Option<VecDeque<Instant>>,
}

/// A request without an answer.
struct Waiting {
    kind: usize,
    since: Instant,
}

impl<S: Speaker> Connection<S> {
    pub(super) fn open(
        load: &Load,
        speaker: S,
        registry: &Registry,
        token: Token,
    ) -> Result<Self, GeneratorError> {
        Ok(Self {
            speaker,
            stream: connect(load, registry, token)?,
            output: Vec::new(),
            written: 0,
            input: Vec::new(),
            heard: 0,
            seen: 0,
            waiting: VecDeque::new(),
            chosen: None,
            due: match load.pace {
                Pace::Closed => None,
                Pace::Open(_) => Some(VecDeque::new()),
            },
        })
    }

    /// One more request is due since then.
    pub(super) fn is_due(&mut self, since: Instant) {
        self.due.get_or_insert_default().push_back(since);
    }

    /// How many requests are due and were not asked.
    pub(super) fn unasked(&self) -> u64 {
        self.due.as_ref().map_or(0, VecDeque::len) as u64
    }

    pub(super) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    pub(super) fn into_speaker(self) -> S {
        self.speaker
    }

    /// Asks as much as there is room and time for.
    pub(super) fn ask(
        &mut self,
        load: &Load,
        registry: &Registry,
        token: Token,
    ) -> Result<(), GeneratorError> {
        let now = Instant::now();
        // A batch is asked once the last one is answered; what is due at its time is asked as soon as there is room.
        let at_once = match &self.due {
            None if self.waits() => 0,
            None => load.depth,
            Some(due) => due.len().min(load.depth - self.waiting.len()),
        };
        for _ in 0..at_once {
            let kind = self.chosen.take().unwrap_or_else(|| self.speaker.choose());
            let is_new = self.speaker.takes_new_connection(kind);
            if is_new && self.waits() {
                self.chosen = Some(kind);
                return Ok(());
            }
            let since = self.due.as_mut().and_then(VecDeque::pop_front);
            if is_new {
                self.stream = connect(load, registry, token)?;
            }
            self.speaker.ask(kind, &mut self.output);
            self.waiting.push_back(Waiting {
                kind,
                since: since.unwrap_or(now),
            });
        }
        Ok(())
    }

    /// Writes what the operating system takes.
    pub(super) fn flush(&mut self) -> Result<(), GeneratorError> {
        while self.written < self.output.len() {
            match self.stream.write(&self.output[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // A new connection is not there yet, or the server reads slowly: an event tells.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::NotConnected
                    ) =>
                {
                    return Ok(());
                }
                Err(error) => return Err(GeneratorError::Broken(error)),
            }
        }
        self.output.clear();
        self.written = 0;
        Ok(())
    }

    /// Reads what is there and counts the replies in it.
    pub(super) fn hear(
        &mut self,
        load: &Load,
        piece: &mut [u8],
        tally: &mut Tally,
        measured: (Instant, Instant),
    ) -> Result<u64, GeneratorError> {
        let mut replies = 0;
        loop {
            match self.stream.read(piece) {
                Ok(0) => {
                    let error = io::Error::new(ErrorKind::UnexpectedEof, "the server closed it");
                    return Err(GeneratorError::Broken(error));
                }
                Ok(count) => {
                    self.input.extend_from_slice(&piece[..count]);
                    replies += self.count(load, tally, measured)?;
                    // What comes after a piece that did not fill its room is another event.
                    if count < piece.len() {
                        return Ok(replies);
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::WouldBlock | ErrorKind::NotConnected
                    ) =>
                {
                    return Ok(replies);
                }
                Err(error) => return Err(GeneratorError::Broken(error)),
            }
        }
    }

    fn count(
        &mut self,
        load: &Load,
        tally: &mut Tally,
        measured: (Instant, Instant),
    ) -> Result<u64, GeneratorError> {
        let now = Instant::now();
        let mut replies = 0;
        while self.heard < self.input.len() {
            let input = &self.input[self.heard..];
            let Some(&Waiting { kind, since }) = self.waiting.front() else {
                match self.speaker.hear_unasked(input) {
                    Some(Heard::Part) => break,
                    Some(Heard::Reply(bytes) | Heard::Refusal(bytes, _)) => self.heard += bytes,
                    None => {
                        let text = String::from_utf8_lossy(input).into_owned();
                        return Err(GeneratorError::Wrong("nothing", text));
                    }
                }
                continue;
            };
            let heard = self.speaker.hear(kind, input, self.seen);
            let heard = heard.map_err(|what| GeneratorError::Wrong(load.kinds[kind], what))?;
            let (bytes, code) = match heard {
                Heard::Part => {
                    self.seen = input.len();
                    break;
                }
                Heard::Reply(bytes) => (bytes, None),
                Heard::Refusal(bytes, code) => (bytes, Some(code)),
            };
            self.waiting.pop_front();
            self.heard += bytes;
            self.seen = 0;
            replies += 1;
            // By when it was asked: a stall at the end counts too.
            if measured.0 <= since && since < measured.1 {
                tally.count(kind, now - since, code);
            }
        }
        if self.heard == self.input.len() {
            self.input.clear();
        } else {
            self.input.drain(..self.heard);
        }
        self.heard = 0;
        Ok(replies)
    }
}

fn connect(load: &Load, registry: &Registry, token: Token) -> Result<TcpStream, GeneratorError> {
    let unreachable = |error| GeneratorError::Unreachable(load.address, error);
    let mut stream = TcpStream::connect(load.address).map_err(unreachable)?;
    stream.set_nodelay(true).map_err(unreachable)?;
    registry
        .register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)
        .map_err(GeneratorError::System)?;
    Ok(stream)
}
