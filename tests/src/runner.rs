//! Runs a vector against a host and says where the host differs.

use std::collections::BTreeMap;
use std::fmt;

use crate::host::{ConnectionNumber, Host, Trouble};
use crate::script::{Action, Need, Step, Vector};
use crate::template::{Shown, Template, Tokens};
use crate::terminal::Terminal;

/// What ends a reply (clause 2.5).
const TERMINATOR: &[u8] = b"\r\n\r\n";

/// How a vector ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every step went as it should. Holds what was said, for documentation.
    Passed(Vec<Said>),
    /// The host cannot do what the vector needs.
    Skipped(Need),
}

/// One thing that was said while a vector ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A client sent these bytes.
    Sent(String, Vec<u8>),
    /// A client received this reply, here without CR LF CR LF.
    Received(String, Vec<u8>),
    /// A terminal showed this line.
    Shown(String, Vec<u8>),
}

impl Said {
    /// The name of the connection on which it was said.
    pub fn connection(&self) -> &str {
        match self {
            Self::Sent(name, _) | Self::Received(name, _) | Self::Shown(name, _) => name,
        }
    }
}

/// Where and how a host differs from a vector.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The file of the vector.
    pub file: String,
    /// The line of the step, from 1.
    pub line: usize,
    /// The title of the vector.
    pub vector: String,
    /// What came instead of what should.
    pub difference: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            vector,
            difference,
        } = self;
        write!(formatter, "{file}:{line}: {vector}: {difference}")
    }
}

impl std::error::Error for Failure {}

/// Runs a vector on a host that was set up for it.
pub fn run(vector: &Vector, host: &mut dyn Host) -> Result<Outcome, Failure> {
    if let Some(need) = vector.setup.needs.iter().find(|need| !host.can(**need)) {
        return Ok(Outcome::Skipped(*need));
    }
    let mut run = Run {
        host,
        clients: BTreeMap::new(),
        tokens: Tokens::new(),
        said: Vec::new(),
    };
    for step in &vector.steps {
        run.step(step).map_err(|Trouble(difference)| Failure {
            file: vector.file.clone(),
            line: step.line,
            vector: vector.title.clone(),
            difference,
        })?;
    }
    run.finish().map_err(|Trouble(difference)| Failure {
        file: vector.file.clone(),
        line: vector.steps.last().map_or(vector.line, |step| step.line),
        vector: vector.title.clone(),
        difference,
    })?;
    Ok(Outcome::Passed(run.said))
}

struct Run<'a> {
    host: &'a mut dyn Host,
    clients: BTreeMap<String, Client>,
    tokens: Tokens,
    said: Vec<Said>,
}

struct Client {
    number: ConnectionNumber,
    /// Received and not compared yet.
    unread: Vec<u8>,
    terminal: Option<Terminal>,
}

impl Run<'_> {
    fn step(&mut self, step: &Step) -> Result<(), Trouble> {
        match &step.action {
            Action::Connect(name) => self.open(name, None),
            Action::Terminal(name) => self.open(name, Some(Terminal::new())),
            Action::Send(name, bytes) => self.send(name, bytes.fill(&self.tokens)),
            Action::Receive {
                connection,
                times,
                reply,
            } => (0..*times).try_for_each(|_| self.expect_reply(connection, reply)),
            Action::ReceiveBytes(name, bytes) => self.expect_bytes(name, bytes),
            Action::Type {
                connection,
                prompt,
                line,
            } => self.type_line(connection, prompt, line),
            Action::Print(name, line) => self.expect_line(name, line),
            Action::HalfClose(name) => {
                let number = self.number(name)?;
                self.host.end_sending(number)
            }
            Action::Close(name) => {
                let number = self.number(name)?;
                self.host.close(number)
            }
            Action::IsClosed(name) => self.expect_end(name),
            Action::IsQuiet(name) => self.expect_nothing(name),
            Action::Pause => self.host.settle(),
            Action::Advance(milliseconds) => self.host.advance(*milliseconds),
            Action::Restart => {
                self.clients.clear();
                self.host.restart()
            }
            Action::Stop => self.host.stop(),
            Action::Operate(operation) => self.host.operate(operation),
        }
    }

    fn open(&mut self, name: &str, terminal: Option<Terminal>) -> Result<(), Trouble> {
        let number = self.host.open()?;
        let unread = Vec::new();
        self.clients.insert(
            name.into(),
            Client {
                number,
                unread,
                terminal,
            },
        );
        Ok(())
    }

    fn send(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), Trouble> {
        let number = self.number(name)?;
        self.host.send(number, &bytes)?;
        self.said.push(Said::Sent(name.into(), bytes));
        Ok(())
    }

    fn expect_reply(&mut self, name: &str, expected: &Template) -> Result<(), Trouble> {
        let reply = self.next_reply(name)?;
        expected
            .compare(&reply, &mut self.tokens)
            .map_err(Trouble)?;
        self.said.push(Said::Received(name.into(), reply));
        Ok(())
    }

    /// The next reply without its terminator.
    fn next_reply(&mut self, name: &str) -> Result<Vec<u8>, Trouble> {
        let mut searched = 0;
        loop {
            let unread = &mut self.client(name)?.unread;
            if let Some(end) = find(&unread[searched..], TERMINATOR) {
                let rest = unread.split_off(searched + end + TERMINATOR.len());
                let mut reply = std::mem::replace(unread, rest);
                reply.truncate(searched + end);
                return Ok(reply);
            }
            searched = unread.len().saturating_sub(TERMINATOR.len() - 1);
            self.receive_more(name)?;
        }
    }

    fn expect_bytes(&mut self, name: &str, expected: &Template) -> Result<(), Trouble> {
        let wanted = expected.fill(&self.tokens);
        while self.client(name)?.unread.len() < wanted.len() {
            self.receive_more(name)?;
        }
        let unread = &mut self.client(name)?.unread;
        let rest = unread.split_off(wanted.len());
        let came = std::mem::replace(unread, rest);
        expected.compare(&came, &mut self.tokens).map_err(Trouble)?;
        let reply = came.strip_suffix(TERMINATOR).unwrap_or(&came).to_vec();
        self.said.push(Said::Received(name.into(), reply));
        Ok(())
    }

    fn receive_more(&mut self, name: &str) -> Result<(), Trouble> {
        let number = self.number(name)?;
        let came = self.host.receive(number);
        let unread = &mut self.client(name)?.unread;
        let before = match unread.is_empty() {
            true => String::new(),
            false => format!("; before that came: {}", Shown(unread)),
        };
        match came {
            Ok(bytes) if bytes.is_empty() => Err(Trouble(format!(
                "the server closed the connection instead of replying{before}"
            ))),
            Ok(bytes) => {
                unread.extend(bytes);
                Ok(())
            }
            Err(Trouble(why)) => Err(Trouble(format!("no reply: {why}{before}"))),
        }
    }

    fn expect_end(&mut self, name: &str) -> Result<(), Trouble> {
        let number = self.number(name)?;
        let mut unread = std::mem::take(&mut self.client(name)?.unread);
        loop {
            if !unread.is_empty() {
                return Err(Trouble(format!(
                    "the server sent before it closed: {}",
                    Shown(&unread)
                )));
            }
            unread = match self.host.receive(number) {
                Ok(bytes) if bytes.is_empty() => break,
                Ok(bytes) => bytes,
                Err(Trouble(why)) => {
                    return Err(Trouble(format!("the server did not close: {why}")));
                }
            };
        }
        self.host.close(number)?;
        self.clients.remove(name);
        Ok(())
    }

    fn expect_nothing(&mut self, name: &str) -> Result<(), Trouble> {
        self.host.settle()?;
        let number = self.number(name)?;
        let came = self.host.received(number)?;
        let client = self.client(name)?;
        client.unread.extend(came);
        match client.unread.is_empty() {
            true => Ok(()),
            false => Err(Trouble(format!(
                "nobody asked for: {}",
                Shown(&client.unread)
            ))),
        }
    }

    fn type_line(&mut self, name: &str, prompt: &Template, line: &Template) -> Result<(), Trouble> {
        let line = line.fill(&self.tokens);
        let terminal = self.terminal(name)?;
        terminal.is_read()?;
        let mut shown = terminal.prompt().into_bytes();
        prompt.compare(&shown, &mut self.tokens).map_err(Trouble)?;
        let request = self.terminal(name)?.enter(&String::from_utf8_lossy(&line));
        shown.extend(line);
        self.said.push(Said::Shown(name.into(), shown));
        if let Some(request) = request {
            let number = self.number(name)?;
            self.host.send(number, &request)?;
            let reply = self.next_reply(name)?;
            self.terminal(name)?.receive(&reply);
        }
        Ok(())
    }

    fn expect_line(&mut self, name: &str, expected: &Template) -> Result<(), Trouble> {
        let line = self.terminal(name)?.next_line()?;
        expected
            .compare(line.as_bytes(), &mut self.tokens)
            .map_err(Trouble)?;
        self.said.push(Said::Shown(name.into(), line.into_bytes()));
        Ok(())
    }

    /// What a terminal printed and no line of the vector expected is a difference too.
    fn finish(&self) -> Result<(), Trouble> {
        let terminals = self
            .clients
            .values()
            .filter_map(|client| client.terminal.as_ref());
        terminals.into_iter().try_for_each(Terminal::is_read)
    }

    fn client(&mut self, name: &str) -> Result<&mut Client, Trouble> {
        let client = self.clients.get_mut(name);
        client.ok_or_else(|| Trouble(format!("the connection {name} is gone")))
    }

    fn number(&mut self, name: &str) -> Result<ConnectionNumber, Trouble> {
        Ok(self.client(name)?.number)
    }

    fn terminal(&mut self, name: &str) -> Result<&mut Terminal, Trouble> {
        let terminal = self.client(name)?.terminal.as_mut();
        terminal.ok_or_else(|| Trouble(format!("{name} is no terminal")))
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
