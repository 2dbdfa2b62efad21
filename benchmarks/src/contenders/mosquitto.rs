//! Mosquitto: each user is a client with a session that outlives its connection, and a topic. `send` publishes with quality
//! of service 1, so that it is answered once the broker has the message.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use chatting_time::bench::{Heard, Speaker};

use super::{TEXT, Turn};
use crate::Failure;
use crate::contender::{Contender, Running, first_line};
use crate::row::Work;

pub(super) struct Mosquitto;

impl Contender for Mosquitto {
    fn name(&self) -> &'static str {
        "Mosquitto"
    }

    fn version(&self) -> Result<String, Failure> {
        first_line("mosquitto", &["-h"])
    }

    fn start(&self, folder: &Path, work: Work) -> Result<Running, Failure> {
        let template = include_str!("../../servers/mosquitto.conf");
        let running = Running::configured(template, folder, |file, _| {
            let mut command = Command::new("mosquitto");
            command.arg("-c").arg(file);
            command
        })?;
        for user in work.user_names() {
            let mut stream = TcpStream::connect(running.address)?;
            let mut request = connect(&format!("reader-{user}"), false);
            let topic = format!("mail/{user}");
            let mut body = vec![0, 1];
            body.extend(text(&topic));
            body.push(1);
            request.extend(packet(0x82, &body));
            stream.write_all(&request)?;
            // CONNACK and SUBACK.
            let mut replies = [0; 9];
            stream.read_exact(&mut replies)?;
            stream.write_all(&packet(0xe0, &[]))?;
        }
        Ok(running)
    }

    fn speakers(
        &self,
        _: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        let speaker = |connection| {
            Box::new(MqttSpeaker {
                connection,
                has_begun: false,
                is_welcome: false,
                number: 0,
                turn: Turn::of(connection, work.users()),
            }) as Box<dyn Speaker>
        };
        Ok((0..connections).map(speaker).collect())
    }
}

struct MqttSpeaker {
    connection: usize,
    has_begun: bool,
    is_welcome: bool,
    /// Of the last message.
    number: u16,
    turn: Turn,
}

impl Speaker for MqttSpeaker {
    fn choose(&mut self) -> usize {
        0
    }

    fn ask(&mut self, _: usize, output: &mut Vec<u8>) {
        if !self.has_begun {
            self.has_begun = true;
            output.extend(connect(&format!("sender-{}", self.connection), true));
        }
        self.number = self.number.checked_add(1).unwrap_or(1);
        let mut body = text(&format!("mail/user-{}", self.turn.next()));
        body.extend(self.number.to_be_bytes());
        body.extend_from_slice(TEXT.as_bytes());
        output.extend(packet(0x32, &body));
    }

    /// PUBACK, four bytes; before the first one CONNACK, four bytes too.
    fn hear(&mut self, _: usize, input: &[u8], _: usize) -> Result<Heard, String> {
        let from = if self.is_welcome { 0 } else { 4 };
        let Some(answer) = input.get(from..from + 4) else {
            return Ok(Heard::Part);
        };
        if answer[0] != 0x40 {
            return Err(format!("a packet {:02x?}", answer));
        }
        self.is_welcome = true;
        Ok(Heard::Reply(from + 4))
    }
}

/// A packet of MQTT 3.1.1, section 2.2, of less than 16 KiB.
fn packet(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut packet = vec![kind];
    match length {
        short if short < 128 => packet.push(short as u8),
        long => packet.extend([(long % 128) as u8 | 128, (long / 128) as u8]),
    }
    packet.extend_from_slice(body);
    packet
}

/// Section 3.1. A session that is not clean outlives its connection.
fn connect(client: &str, is_clean: bool) -> Vec<u8> {
    let mut body = text("MQTT");
    body.extend([4, u8::from(is_clean) << 1, 0, 0]);
    body.extend(text(client));
    packet(0x10, &body)
}

/// Section 1.5.3.
fn text(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u16).to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}
