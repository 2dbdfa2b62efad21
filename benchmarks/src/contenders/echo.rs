//! What the machine allows: servers that do nothing but answer, and nothing but keep and answer.

use std::path::Path;
use std::process::Command;

use chatting_time::bench::{Heard, KINDS, Speaker};

use super::{TEXT, Turn, built};
use crate::Failure;
use crate::contender::{Contender, Running};
use crate::row::Work;

pub(super) struct TokioEcho;
pub(super) struct DurableEcho;

impl Contender for TokioEcho {
    fn name(&self) -> &'static str {
        "tokio echo"
    }

    fn version(&self) -> Result<String, Failure> {
        Ok("benchmarks/examples/tokio_echo.rs".into())
    }

    fn start(&self, _: &Path, work: Work) -> Result<Running, Failure> {
        let mut command = Command::new(built("examples/tokio_echo")?);
        command.arg(reply_bytes(work).to_string());
        Running::announced(command)
    }

    fn speakers(
        &self,
        _: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        Ok(speakers(work, connections))
    }
}

impl Contender for DurableEcho {
    fn name(&self) -> &'static str {
        "durable echo"
    }

    fn version(&self) -> Result<String, Failure> {
        Ok("benchmarks/examples/durable_echo.rs".into())
    }

    fn start(&self, folder: &Path, work: Work) -> Result<Running, Failure> {
        let mut command = Command::new(built("examples/durable_echo")?);
        command
            .arg(reply_bytes(work).to_string())
            .arg(folder.join("log"));
        Running::announced(command)
    }

    fn speakers(
        &self,
        _: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        Ok(speakers(work, connections))
    }
}

fn speakers(work: Work, connections: usize) -> Vec<Box<dyn Speaker>> {
    let speaker = |connection| {
        Box::new(EchoSpeaker {
            work,
            reply_bytes: reply_bytes(work),
            turn: Turn::of(connection, work.users()),
        }) as Box<dyn Speaker>
    };
    (0..connections).map(speaker).collect()
}

/// As many bytes as our server answers.
fn reply_bytes(work: Work) -> usize {
    let names: Vec<String> = (0..Work::ONLINE)
        .map(|number| format!("\"user-{number}\""))
        .collect();
    let names = names.join(", ");
    let reply = match work {
        Work::Inbox => r#"{"status": "OK", "messages": {}}"#.to_owned(),
        Work::List => format!(
            r#"{{"status": "OK", "user": [{names}], "users": [{names}], "message": [{names}], "messages": [{names}]}}"#
        ),
        Work::Send | Work::Mixed => r#"{"status": "OK", "message": "Message Sent"}"#.to_owned(),
    };
    reply.len() + "\r\n\r\n".len()
}

/// Asks in our words.
struct EchoSpeaker {
    work: Work,
    reply_bytes: usize,
    turn: Turn,
}

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";

impl Speaker for EchoSpeaker {
    fn choose(&mut self) -> usize {
        let word = match self.work {
            Work::Inbox => "inbox",
            Work::List => "list",
            Work::Send | Work::Mixed => "send",
        };
        KINDS.iter().position(|kind| *kind == word).unwrap_or(0)
    }

    fn ask(&mut self, kind: usize, output: &mut Vec<u8>) {
        output.extend_from_slice(KINDS[kind].as_bytes());
        output.push(b' ');
        output.extend_from_slice(TOKEN.as_bytes());
        if KINDS[kind] == "send" {
            output.extend_from_slice(format!(" user-{} {TEXT}", self.turn.next()).as_bytes());
        }
        output.push(b'\n');
    }

    fn hear(&mut self, _: usize, input: &[u8], _: usize) -> Result<Heard, String> {
        Ok(match input.len() >= self.reply_bytes {
            true => Heard::Reply(self.reply_bytes),
            false => Heard::Part,
        })
    }
}
