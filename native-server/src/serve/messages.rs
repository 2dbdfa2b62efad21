//! One client's byte stream as a WebSocket (RFC 6455, PROTOCOL.md, section "WebSocket"): bytes
//! to requests, replies to bytes. No IO.
//!
//! Frames are put together here and not by a library that owns the socket, because the
//! connection has to know what such a library hides: whether a message has begun and must be
//! finished in time, and which byte of the output ends the reply that confirms a drain.
//!
//! At most one message is kept, up to the bound of a line, and what came with one read.

use std::io::Cursor;
use std::sync::Arc;

use chatting_time_core::{Command, Limits, Refusal, Reply, request_of_message};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

/// Most bytes that the payload of a control frame has (RFC 6455, 5.5).
const CONTROL_BYTES: u64 = 125;
/// What every header of a frame begins with.
const FIRST_BYTES: usize = 2;
/// Most bytes of the header of a frame.
const HEADER_BYTES: usize = 14;

/// The state of one stream. Costs little memory while nothing is under way. Never printed: it
/// holds passwords and tokens.
pub(super) struct Messages {
    limits: Arc<Limits>,
    input: Vec<u8>,
    /// Input up to here has been unpacked.
    taken: usize,
    /// The data frame whose payload is being unpacked.
    frame: Option<Frame>,
    /// A message has begun; `message` holds what has come of it.
    is_inside: bool,
    message: Vec<u8>,
    /// A frame between messages has ended.
    was_between_messages: bool,
    /// The rest of a message that was refused as too long is being dropped.
    discarding: bool,
    /// Why nothing more is taken in.
    end: Option<CloseCode>,
    has_closed: bool,
    output: Vec<u8>,
}

struct Frame {
    is_final: bool,
    mask: [u8; 4],
    /// How much of the payload is still to come.
    left: u64,
}

/// What a step through the input came to.
enum Step {
    /// Something was unpacked.
    Progress,
    /// A message is complete, or is known not to fit.
    Request(Result<Command, Refusal>),
    /// Nothing can be unpacked before more has come.
    Wait,
}

impl Messages {
    pub(super) fn new(limits: Arc<Limits>) -> Self {
        Self {
            limits,
            input: Vec::new(),
            taken: 0,
            frame: None,
            is_inside: false,
            message: Vec::new(),
            was_between_messages: false,
            discarding: false,
            end: None,
            has_closed: false,
            output: Vec::new(),
        }
    }

    /// Takes in what the client sent.
    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.input.extend_from_slice(bytes);
        // At once, so that whoever asks knows whether the client has begun another message.
        while self.discarding && matches!(self.step(), Step::Progress) {}
    }

    /// The next complete request, or why it is none. Each wants exactly one reply.
    pub(super) fn next_request(&mut self) -> Option<Result<Command, Refusal>> {
        loop {
            match self.step() {
                Step::Progress => {}
                Step::Request(request) => return Some(request),
                Step::Wait => {
                    self.forget_taken();
                    return None;
                }
            }
        }
    }

    /// Whether the client has begun a message and not ended it, all complete ones being taken.
    pub(super) fn is_inside_message(&self) -> bool {
        self.is_inside || self.input[self.taken..].first().is_some_and(begins_data)
    }

    /// Whether the client has begun a message, or a frame between messages, and not ended it.
    pub(super) fn is_inside_frame(&self) -> bool {
        self.is_inside || self.taken < self.input.len()
    }

    /// Whether a frame between messages has ended since this was asked last: whatever the client
    /// is inside of now is younger than that.
    pub(super) fn take_between_messages(&mut self) -> bool {
        std::mem::take(&mut self.was_between_messages)
    }

    /// Whether the message that the client is inside of has had its reply already.
    pub(super) fn has_replied_to_message(&self) -> bool {
        self.discarding
    }

    /// Whether the client has closed, or sent what no client may.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some()
    }

    /// Appends a reply to the output.
    pub(super) fn reply(&mut self, reply: &Reply) {
        let mut object = Vec::new();
        reply.write_object(&mut object);
        self.write_frame(OpCode::Data(Data::Text), &object);
    }

    /// Appends the frame that closes, once. What the client has brought about goes before `code`.
    pub(super) fn close(&mut self, code: CloseCode) {
        if !self.has_closed {
            self.has_closed = true;
            let code: u16 = self.end.unwrap_or(code).into();
            self.write_frame(OpCode::Control(Control::Close), &code.to_be_bytes());
        }
    }

    pub(super) fn output(&self) -> &[u8] {
        &self.output
    }

    pub(super) fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.output)
    }

    fn step(&mut self) -> Step {
        if self.end.is_some() {
            self.taken = self.input.len();
            return Step::Wait;
        }
        match self.frame.take() {
            Some(frame) => self.unpack(frame),
            None => self.begin_frame(),
        }
    }

    /// Reads a header; of a control frame, which may stand inside of a message, all of it.
    fn begin_frame(&mut self) -> Step {
        let unread = &self.input[self.taken..];
        let mut cursor = Cursor::new(&unread[..unread.len().min(HEADER_BYTES)]);
        let (header, length) = match FrameHeader::parse(&mut cursor) {
            Ok(Some(parsed)) => parsed,
            Ok(None) => return Step::Wait,
            Err(_) => return self.violated(),
        };
        let is_plain = !(header.rsv1 || header.rsv2 || header.rsv3);
        // A client always masks.
        let Some(mask) = header.mask.filter(|_| is_plain) else {
            return self.violated();
        };
        let header_bytes = cursor.position() as usize;
        if !is_shortest(length, header_bytes - FIRST_BYTES - mask.len()) {
            return self.violated();
        }
        match header.opcode {
            OpCode::Control(control) => {
                if !header.is_final || length > CONTROL_BYTES {
                    return self.violated();
                }
                let end = header_bytes + length as usize;
                let Some(payload) = unread.get(header_bytes..end) else {
                    return Step::Wait;
                };
                let payload: Vec<u8> = unmasked(payload, mask).collect();
                self.taken += end;
                self.was_between_messages |= !self.is_inside;
                self.control(control, &payload);
                Step::Progress
            }
            OpCode::Data(data) => {
                match (data, self.is_inside) {
                    (Data::Text, false) => self.is_inside = true,
                    (Data::Continue, true) => {}
                    (Data::Binary, false) => return self.ended(CloseCode::Unsupported),
                    _ => return self.violated(),
                }
                self.taken += header_bytes;
                self.frame = Some(Frame {
                    is_final: header.is_final,
                    mask,
                    left: length,
                });
                Step::Progress
            }
        }
    }

    /// Takes what is there of the payload of a frame.
    fn unpack(&mut self, mut frame: Frame) -> Step {
        let unread = &self.input[self.taken..];
        let there = unread
            .len()
            .min(frame.left.try_into().unwrap_or(usize::MAX));
        if !self.discarding {
            // As much as shows that the message is too long.
            let room = self.limits.line_bytes as usize - self.message.len();
            self.message
                .extend(unmasked(&unread[..there.min(room)], frame.mask));
        }
        self.taken += there;
        frame.left -= there as u64;
        frame.mask.rotate_left(there % 4);
        let is_complete = frame.left == 0 && frame.is_final;
        if frame.left > 0 {
            self.frame = Some(frame);
        }
        let is_too_long = self.message.len() as u64 >= self.limits.line_bytes;
        if !is_complete && !is_too_long {
            return match self.frame.is_some() {
                true => Step::Wait,
                false => Step::Progress,
            };
        }
        self.is_inside = !is_complete;
        let was_discarding = std::mem::replace(&mut self.discarding, !is_complete);
        let message = std::mem::take(&mut self.message);
        if was_discarding {
            return Step::Progress;
        }
        if !is_too_long && std::str::from_utf8(&message).is_err() {
            return self.ended(CloseCode::Invalid);
        }
        Step::Request(request_of_message(&message, &self.limits))
    }

    fn control(&mut self, control: Control, payload: &[u8]) {
        match control {
            Control::Ping => self.write_frame(OpCode::Control(Control::Pong), payload),
            Control::Close => {
                let code = match *payload {
                    [] => Some(CloseCode::Normal),
                    [high, low, ref reason @ ..] => {
                        let code = CloseCode::from(u16::from_be_bytes([high, low]));
                        let is_sound = code.is_allowed() && std::str::from_utf8(reason).is_ok();
                        is_sound.then_some(code)
                    }
                    [_] => None,
                };
                self.ended(code.unwrap_or(CloseCode::Protocol));
            }
            // Nothing was asked that it could answer.
            Control::Pong | Control::Reserved(_) => {}
        }
    }

    fn violated(&mut self) -> Step {
        self.ended(CloseCode::Protocol)
    }

    fn ended(&mut self, code: CloseCode) -> Step {
        self.end = Some(code);
        self.is_inside = false;
        self.message = Vec::new();
        self.taken = self.input.len();
        Step::Progress
    }

    fn write_frame(&mut self, opcode: OpCode, payload: &[u8]) {
        let header = FrameHeader {
            opcode,
            ..FrameHeader::default()
        };
        header
            .format(payload.len() as u64, &mut self.output)
            .expect("memory can always be written to");
        self.output.extend_from_slice(payload);
    }

    fn forget_taken(&mut self) {
        if self.taken == self.input.len() {
            // Most connections are idle most of the time: an empty buffer costs nothing.
            self.input = Vec::new();
        } else {
            self.input.drain(..self.taken);
        }
        self.taken = 0;
    }
}

/// Whether a length stands in as many further bytes as it needs, and is one (RFC 6455, 5.2).
fn is_shortest(length: u64, further_bytes: usize) -> bool {
    match further_bytes {
        0 => true,
        2 => length > CONTROL_BYTES,
        _ => length > u64::from(u16::MAX) && length >> 63 == 0,
    }
}

/// Whether a frame with this first byte is part of a message and no control frame.
fn begins_data(first: &u8) -> bool {
    first & 0x08 == 0
}

fn unmasked(payload: &[u8], mask: [u8; 4]) -> impl Iterator<Item = u8> {
    payload
        .iter()
        .zip(mask.into_iter().cycle())
        .map(|(byte, mask)| byte ^ mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame as a client sends it.
    fn frame(is_final: bool, opcode: OpCode, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 4, 8];
        let header = FrameHeader {
            is_final,
            opcode,
            mask: Some(mask),
            ..FrameHeader::default()
        };
        let mut bytes = Vec::new();
        header.format(payload.len() as u64, &mut bytes).unwrap();
        bytes.extend(unmasked(payload, mask));
        bytes
    }

    /// What has come of all that was received: the requests and what is written.
    fn answer_all(messages: &mut Messages, said: &mut Vec<String>) {
        while let Some(request) = messages.next_request() {
            said.push(match request {
                Ok(Command::Send(_)) => "send".into(),
                Ok(_) => "another".into(),
                Err(refusal) => refusal.code().into(),
            });
        }
        said.extend(Some(format!("{:?}", messages.take_output())).filter(|output| output != "[]"));
    }

    #[test]
    fn how_the_stream_is_cut_makes_no_difference() {
        let text = OpCode::Data(Data::Text);
        let more = OpCode::Data(Data::Continue);
        let ping = OpCode::Control(Control::Ping);
        let stream = [
            frame(true, text, b"send lineker halo"),
            frame(false, text, b"se"),
            frame(true, ping, b"one"),
            frame(false, more, b""),
            frame(false, more, b"nd messi "),
            frame(true, more, "\u{1f600}".as_bytes()),
            frame(true, text, &[b'x'; 600]),
            frame(false, text, &[b'x'; 511]),
            frame(false, more, b"yy"),
            frame(true, ping, b"two"),
            frame(true, more, b"help"),
            frame(true, text, b"help"),
            frame(true, OpCode::Control(Control::Close), &[3, 232]),
            frame(true, text, b"help"),
        ]
        .concat();
        let limits = Limits {
            line_bytes: 512,
            message_text_bytes: 256,
            ..Limits::default()
        };
        let limits = Arc::new(limits);
        let run = |piece: usize| {
            let mut messages = Messages::new(limits.clone());
            let mut said = Vec::new();
            for piece in stream.chunks(piece) {
                messages.receive(piece);
                answer_all(&mut messages, &mut said);
                assert!(messages.message.len() <= 512);
            }
            assert!(messages.is_over());
            said.sort();
            said
        };
        let expected = [
            "[138, 3, 111, 110, 101]",
            "[138, 3, 116, 119, 111]",
            "another",
            "line_too_long",
            "line_too_long",
            "send",
            "send",
        ];
        for piece in 1..64 {
            assert_eq!(run(piece), expected, "in pieces of {piece}");
        }
    }

    #[test]
    fn an_idle_stream_keeps_no_memory() {
        let mut messages = Messages::new(Arc::default());
        for payload in [&b"help"[..], &[b'x'; 70_000], b""] {
            messages.receive(&frame(true, OpCode::Data(Data::Text), payload));
            answer_all(&mut messages, &mut Vec::new());
            let capacities = [&messages.input, &messages.message, &messages.output];
            assert_eq!(capacities.map(Vec::capacity), [0; 3]);
        }
    }
}
