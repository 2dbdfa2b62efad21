//! Redis: a mailbox is a list. `send` is RPUSH; `inbox` is LRANGE and DEL in one transaction; `list` is LRANGE of the names.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use chatting_time::bench::{Heard, KINDS, Shares, Speaker};

use super::{TEXT, Turn};
use crate::Failure;
use crate::contender::{Contender, Running, first_line};
use crate::row::Work;

pub(super) struct Redis {
    pub(super) is_durable: bool,
}

impl Contender for Redis {
    fn name(&self) -> &'static str {
        match self.is_durable {
            true => "Redis, always",
            false => "Redis, in memory",
        }
    }

    fn version(&self) -> Result<String, Failure> {
        first_line("redis-server", &["--version"])
    }

    fn start(&self, folder: &Path, _: Work) -> Result<Running, Failure> {
        let append = if self.is_durable { "yes" } else { "no" };
        let template = include_str!("../../servers/redis.conf");
        Running::configured(template, folder, |file, port| {
            let mut command = Command::new("redis-server");
            command
                .arg(file)
                .args(["--port", &port.to_string(), "--appendonly", append, "--dir"])
                .arg(folder);
            command
        })
    }

    fn speakers(
        &self,
        running: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        let mut stream = TcpStream::connect(running.address)?;
        for name in work.user_names().into_iter().take(Work::ONLINE) {
            let mut request = Vec::new();
            command(&mut request, &["RPUSH", "online", &name]);
            stream.write_all(&request)?;
            let mut reply = [0; 64];
            if stream.read(&mut reply)? == 0 || reply[0] != b':' {
                return Err("Redis keeps no names".into());
            }
        }
        let speaker = |connection: usize| {
            Box::new(RedisSpeaker {
                shares: Shares::new(work.mix(), connection as u64),
                own: format!("mailbox:user-{}", connection % Work::ONLINE),
                turn: Turn::of(connection, work.users()),
            }) as Box<dyn Speaker>
        };
        Ok((0..connections).map(speaker).collect())
    }
}

struct RedisSpeaker {
    shares: Shares,
    own: String,
    turn: Turn,
}

impl Speaker for RedisSpeaker {
    fn choose(&mut self) -> usize {
        self.shares.next_kind()
    }

    fn ask(&mut self, kind: usize, output: &mut Vec<u8>) {
        match KINDS[kind] {
            "send" => {
                let mailbox = format!("mailbox:user-{}", self.turn.next());
                command(output, &["RPUSH", &mailbox, TEXT]);
            }
            "inbox" => {
                command(output, &["MULTI"]);
                command(output, &["LRANGE", &self.own, "0", "-1"]);
                command(output, &["DEL", &self.own]);
                command(output, &["EXEC"]);
            }
            _ => command(output, &["LRANGE", "online", "0", "-1"]),
        }
    }

    fn hear(&mut self, kind: usize, input: &[u8], _: usize) -> Result<Heard, String> {
        let replies = if KINDS[kind] == "inbox" { 4 } else { 1 };
        let mut at = 0;
        for _ in 0..replies {
            match skip(&input[at..])? {
                Some(length) => at += length,
                None => return Ok(Heard::Part),
            }
        }
        Ok(Heard::Reply(at))
    }
}

/// Appends a command in Redis's encoding.
fn command(output: &mut Vec<u8>, words: &[&str]) {
    let mut text = format!("*{}\r\n", words.len());
    for word in words {
        text += &format!("${}\r\n{word}\r\n", word.len());
    }
    output.extend_from_slice(text.as_bytes());
}

/// The length of the first reply, if it is there to its end.
fn skip(input: &[u8]) -> Result<Option<usize>, String> {
    let Some(end) = input.windows(2).position(|pair| pair == b"\r\n") else {
        return Ok(None);
    };
    let head = &input[1..end];
    let number = || -> Result<i64, String> {
        let text = std::str::from_utf8(head).map_err(|error| error.to_string())?;
        text.parse().map_err(|_| format!("no number: {text}"))
    };
    let mut at = end + 2;
    match input[0] {
        b'+' | b':' => {}
        b'$' => at += usize::try_from(number()?).map_or(0, |length| length + 2),
        b'*' => {
            for _ in 0..number()? {
                match skip(input.get(at..).unwrap_or_default())? {
                    Some(length) => at += length,
                    None => return Ok(None),
                }
            }
        }
        _ => return Err(String::from_utf8_lossy(&input[..end]).into_owned()),
    }
    Ok((at <= input.len()).then_some(at))
}
