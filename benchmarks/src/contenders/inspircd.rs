//! InspIRCd: nothing is kept, a message is relayed to who is there. Each connection writes to itself, so that what comes back
//! answers what was asked.

use std::path::Path;
use std::process::Command;

use chatting_time::bench::{Heard, Speaker};

use super::TEXT;
use crate::Failure;
use crate::contender::{Contender, Running, first_line};
use crate::row::Work;

pub(super) struct InspIrcd;

impl Contender for InspIrcd {
    fn name(&self) -> &'static str {
        "InspIRCd"
    }

    fn version(&self) -> Result<String, Failure> {
        first_line("inspircd", &["--version"])
    }

    fn start(&self, folder: &Path, _: Work) -> Result<Running, Failure> {
        let template = include_str!("../../servers/inspircd.conf");
        Running::configured(template, folder, |file, _| {
            let mut command = Command::new("inspircd");
            command
                .args(["--nofork", "--runasroot", "--config"])
                .arg(file);
            command
        })
    }

    fn speakers(
        &self,
        _: &Running,
        _: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        let speaker = |connection| {
            Box::new(IrcSpeaker {
                nick: format!("nick{connection}"),
                has_begun: false,
            }) as Box<dyn Speaker>
        };
        Ok((0..connections).map(speaker).collect())
    }
}

struct IrcSpeaker {
    nick: String,
    has_begun: bool,
}

impl Speaker for IrcSpeaker {
    fn choose(&mut self) -> usize {
        0
    }

    fn ask(&mut self, _: usize, output: &mut Vec<u8>) {
        let nick = &self.nick;
        if !self.has_begun {
            self.has_begun = true;
            let begin = format!("NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n");
            output.extend_from_slice(begin.as_bytes());
        }
        output.extend_from_slice(format!("PRIVMSG {nick} :{TEXT}\r\n").as_bytes());
    }

    /// `:nick!nick@host PRIVMSG nick :text`; before the first one comes a welcome of many lines.
    fn hear(&mut self, _: usize, input: &[u8], _: usize) -> Result<Heard, String> {
        let mut at = 0;
        while let Some(length) = input[at..].iter().position(|byte| *byte == b'\n') {
            let line = &input[at..=at + length];
            at += length + 1;
            if line.starts_with(b"ERROR") {
                return Err(String::from_utf8_lossy(line).into_owned());
            }
            if line.windows(9).any(|part| part == b" PRIVMSG ") {
                return Ok(Heard::Reply(at));
            }
        }
        Ok(Heard::Part)
    }
}
