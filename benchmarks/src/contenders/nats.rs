//! NATS JetStream with one stream for all mailboxes: `send` publishes and waits until the stream says that it keeps the
//! message.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use chatting_time::bench::{Heard, Speaker};

use super::{TEXT, Turn};
use crate::Failure;
use crate::contender::{Contender, Running, first_line};
use crate::row::Work;

pub(super) struct JetStream;

impl Contender for JetStream {
    fn name(&self) -> &'static str {
        "JetStream"
    }

    fn version(&self) -> Result<String, Failure> {
        first_line("nats-server", &["--version"])
    }

    fn start(&self, folder: &Path, _: Work) -> Result<Running, Failure> {
        let template = include_str!("../../servers/nats-server.conf");
        let running = Running::configured(template, folder, |file, _| {
            let mut command = Command::new("nats-server");
            command
                .arg("--config")
                .arg(file)
                .stderr(std::process::Stdio::null());
            command
        })?;
        let stream = TcpStream::connect(running.address)?;
        let configuration = r#"{"name":"MAIL","subjects":["chat.mail.*"],"storage":"file","retention":"limits","num_replicas":1}"#;
        let length = configuration.len();
        write!(
            &stream,
            "CONNECT {{\"verbose\":false}}\r\nSUB _INBOX.create 1\r\nPUB $JS.API.STREAM.CREATE.MAIL _INBOX.create {length}\r\n{configuration}\r\n"
        )?;
        for line in BufReader::new(&stream).lines() {
            let line = line?;
            if line.contains("\"error\"") {
                return Err(line.into());
            }
            if line.contains("stream_create_response") {
                return Ok(running);
            }
        }
        Err("NATS made no stream".into())
    }

    fn speakers(
        &self,
        _: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        let speaker = |connection| {
            Box::new(NatsSpeaker {
                connection,
                has_begun: false,
                turn: Turn::of(connection, work.users()),
            }) as Box<dyn Speaker>
        };
        Ok((0..connections).map(speaker).collect())
    }
}

struct NatsSpeaker {
    connection: usize,
    has_begun: bool,
    turn: Turn,
}

impl Speaker for NatsSpeaker {
    fn choose(&mut self) -> usize {
        0
    }

    fn ask(&mut self, _: usize, output: &mut Vec<u8>) {
        let connection = self.connection;
        if !self.has_begun {
            self.has_begun = true;
            let begin = format!("CONNECT {{\"verbose\":false}}\r\nSUB _INBOX.{connection} 1\r\n");
            output.extend_from_slice(begin.as_bytes());
        }
        let publish = format!(
            "PUB chat.mail.user-{} _INBOX.{connection} {}\r\n{TEXT}\r\n",
            self.turn.next(),
            TEXT.len()
        );
        output.extend_from_slice(publish.as_bytes());
    }

    /// `MSG _INBOX.0 1 28`, and in the next line the acknowledgement. The server introduces itself before the first one.
    fn hear(&mut self, _: usize, input: &[u8], _: usize) -> Result<Heard, String> {
        let mut at = 0;
        while let Some(length) = input[at..].windows(2).position(|pair| pair == b"\r\n") {
            let line = &input[at..at + length];
            at += length + 2;
            if !line.starts_with(b"MSG ") {
                if line.starts_with(b"-ERR") {
                    return Err(String::from_utf8_lossy(line).into_owned());
                }
                continue;
            }
            let Some(length) = input[at..].windows(2).position(|pair| pair == b"\r\n") else {
                return Ok(Heard::Part);
            };
            let body = &input[at..at + length];
            at += length + 2;
            return match body.starts_with(b"{\"stream\":\"MAIL\"") {
                true => Ok(Heard::Reply(at)),
                false => Err(String::from_utf8_lossy(body).into_owned()),
            };
        }
        Ok(Heard::Part)
    }

    /// It asks once whether the client is there, and waits two minutes for the answer.
    fn hear_unasked(&mut self, input: &[u8]) -> Option<Heard> {
        const PING: &[u8] = b"PING\r\n";
        match input.starts_with(PING) {
            true => Some(Heard::Reply(PING.len())),
            false => PING.starts_with(input).then_some(Heard::Part),
        }
    }
}
