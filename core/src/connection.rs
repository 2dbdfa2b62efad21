//! One client's byte stream: bytes to requests, replies to bytes. No IO.
//!
//! PROTOCOL.md, section "Framing". The host feeds what it read to [`Connection::receive`], takes
//! every [`Connection::next_request`], answers each in order with [`Connection::reply`], and
//! writes [`Connection::output`]. It reads on only when there is no further request, so that a
//! connection holds at most one unfinished line and what came with one read.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::command::{Command, Spec};
use crate::limits::Limits;
use crate::reply::{Refusal, Reply};

/// The state of one byte stream. Costs no memory of its own while nothing is under way. `Debug`
/// shows no byte of it: a line may hold a password, a reply a token.
#[derive(Clone)]
pub struct Connection {
    limits: Arc<Limits>,
    input: Vec<u8>,
    /// Input up to here has become requests.
    taken: usize,
    /// Input up to here holds no line end that was not taken.
    searched: usize,
    /// The rest of a line that was refused as too long is being dropped.
    discarding: bool,
    output: Vec<u8>,
}

impl Connection {
    /// A stream on which nothing has come yet.
    pub fn new(limits: Arc<Limits>) -> Self {
        Self {
            limits,
            input: Vec::new(),
            taken: 0,
            searched: 0,
            discarding: false,
            output: Vec::new(),
        }
    }

    /// Takes in what the client sent.
    pub fn receive(&mut self, mut bytes: &[u8]) {
        if self.discarding {
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                return;
            };
            self.discarding = false;
            bytes = &bytes[end + 1..];
        }
        self.forget_taken();
        self.input.extend_from_slice(bytes);
    }

    /// The next complete request, or why the line is none. Each wants exactly one reply.
    pub fn next_request(&mut self) -> Option<Result<Command, Refusal>> {
        let bound = self.limits.line_bytes as usize;
        let Some(offset) = memchr::memchr(b'\n', &self.input[self.searched..]) else {
            self.searched = self.input.len();
            let is_too_long = self.input.len() - self.taken >= bound;
            if !is_too_long {
                self.forget_taken();
                return None;
            }
            self.taken = self.input.len();
            self.discarding = true;
            return Some(Err(Refusal::LineTooLong));
        };
        let end = self.searched + offset;
        let line = &self.input[self.taken..end];
        let request = match line.len() < bound {
            true => parse(line, &self.limits),
            false => Err(Refusal::LineTooLong),
        };
        self.taken = end + 1;
        self.searched = end + 1;
        Some(request)
    }

    /// Whether the client has begun a line and not ended it, all complete ones being taken.
    pub fn is_inside_line(&self) -> bool {
        self.discarding || self.taken < self.input.len()
    }

    /// Whether the line that the client is inside of has had its reply already.
    pub fn has_replied_to_line(&self) -> bool {
        self.discarding
    }

    /// What was received and is not part of a request so far.
    pub fn unfinished(&self) -> &[u8] {
        &self.input[self.taken..]
    }

    /// Appends a reply to the output.
    pub fn reply(&mut self, reply: &Reply) {
        // At once, instead of by and by while it is written.
        self.output.reserve(reply.size_hint() as usize);
        reply.write(&mut self.output);
    }

    /// What is to be written to the client.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Takes what is to be written to the client.
    pub fn take_output(&mut self) -> Vec<u8> {
        core::mem::take(&mut self.output)
    }

    fn forget_taken(&mut self) {
        if self.taken == self.input.len() {
            // Most connections are idle most of the time: an empty buffer costs nothing.
            self.input = Vec::new();
        } else {
            self.input.drain(..self.taken);
        }
        self.searched -= self.taken;
        self.taken = 0;
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("input_bytes", &(self.input.len() - self.taken))
            .field("discarding", &self.discarding)
            .field("output_bytes", &self.output.len())
            .finish_non_exhaustive()
    }
}

/// Reads a request that came as a message of its own, as over a WebSocket: a line without the LF
/// that would end it (PROTOCOL.md, section "WebSocket").
pub fn request_of_message(message: &[u8], limits: &Limits) -> Result<Command, Refusal> {
    if message.len() >= limits.line_bytes as usize {
        return Err(Refusal::LineTooLong);
    }
    if memchr::memchr(b'\n', message).is_none() {
        return parse(message, limits);
    }
    // No parameter of any command can hold a line end.
    let text = core::str::from_utf8(message).map_err(|_| Refusal::NotUtf8)?;
    let line = text.split('\n').next().unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let word = line.trim_start_matches(' ').split(' ').next();
    let spec = Spec::of(word.unwrap_or_default())?;
    Err(Refusal::BadParameters { usage: spec.usage })
}

fn parse(line: &[u8], limits: &Limits) -> Result<Command, Refusal> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let line = core::str::from_utf8(line).map_err(|_| Refusal::NotUtf8)?;
    Command::parse(line, limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_message_is_one_request_and_a_line_end_in_it_is_refused() {
        let limits = Limits {
            line_bytes: 512,
            ..Limits::default()
        };
        let code = |message: &str| match request_of_message(message.as_bytes(), &limits) {
            Ok(_) => "",
            Err(refusal) => refusal.code(),
        };
        for (message, expected) in [
            ("help", ""),
            ("send lineker halo \r", ""),
            ("", "unknown_command"),
            ("\nhelp", "unknown_command"),
            ("halo\nhelp", "unknown_command"),
            ("help\n", "bad_parameters"),
            ("help\r\n", "bad_parameters"),
            ("HELP\nhelp", "bad_parameters"),
            ("help\rx\ny", "unknown_command"),
            ("help\r\r\ny", "unknown_command"),
            (" send lineker satu\ndua", "bad_parameters"),
            (&"x".repeat(511), "unknown_command"),
            (&"x".repeat(512), "line_too_long"),
            (&"\n".repeat(512), "line_too_long"),
        ] {
            assert_eq!(code(message), expected, "{message:?}");
        }
        let refusal = request_of_message(b"auth messi\nsurabaya", &limits).unwrap_err();
        let usage = "auth <username> <password>";
        assert_eq!(refusal, Refusal::BadParameters { usage });
        let not_text = request_of_message(b"help \xff", &limits);
        assert_eq!(not_text.unwrap_err(), Refusal::NotUtf8);
    }

    fn answer_all(connection: &mut Connection) {
        while let Some(request) = connection.next_request() {
            connection.reply(&Reply::Refused(request.unwrap_err()));
        }
        connection.take_output();
    }

    fn memory(connection: &Connection) -> usize {
        connection.input.capacity() + connection.output.capacity()
    }

    #[test]
    fn an_idle_stream_keeps_no_memory() {
        let mut connection = Connection::new(Arc::default());
        for bytes in ["x\n", "x\nx\r\n", "x", "\n"] {
            connection.receive(bytes.as_bytes());
            answer_all(&mut connection);
        }
        assert_eq!(memory(&connection), 0);
    }

    #[test]
    fn a_line_that_is_being_dropped_is_not_kept() {
        let mut connection = Connection::new(Arc::default());
        for _ in 0..160 {
            connection.receive(&[b'x'; 64 << 10]);
            answer_all(&mut connection);
            assert_eq!(memory(&connection), 0);
        }
    }

    #[test]
    fn many_lines_in_small_pieces_do_not_pile_up() {
        let mut connection = Connection::new(Arc::default());
        for _ in 0..10_000 {
            connection.receive(b"xx\nx");
            answer_all(&mut connection);
            connection.receive(b"x\nxx");
            answer_all(&mut connection);
        }
        assert!(memory(&connection) < 64, "{}", memory(&connection));
    }
}
