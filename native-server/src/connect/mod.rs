//! The terminal client: `chatting-time connect`.
//!
//! The dialogue itself is [`chatting_time_core::terminal`]; here are its keyboard, its screen and
//! its wire. At a terminal, lines are edited and the server is watched while somebody types; from
//! a pipe, lines are echoed after their prompts, so that the output is the whole dialogue; with
//! `-c`, only answers are printed.

mod editor;
mod encryption;
mod failure;
mod link;

use std::io::{self, BufRead, IsTerminal as _, Read as _, Write as _};
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chatting_time_core::terminal::{AnswerKind, Language, Terminal, printable};
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueHint};
use rustls::pki_types::ServerName;

use crate::screen::complain;
use crate::settings::{DEFAULT_PORT, ListenAddress};
use editor::Editor;
use encryption::Trust;
use failure::Failure;
use link::{Event, Link};

const AFTER_HELP: &str = "\
At a terminal: the arrow keys edit and recall lines, Ctrl-C drops the line, Ctrl-D leaves. Lines
with a password are not recalled. When standard input is not a terminal, each line is echoed after
its prompt. Other users of this machine can read what is given with -c in its list of processes:
better write a password to standard input.

Exit codes:
  0  the conversation ended, whatever was said in it
  1  with -c: at least one command was refused (those after it were still run)
  2  the conversation could not be held: no server there, it went away, did not answer in time or
     speaks another protocol; also a wrong command line, input that is not UTF-8, full disk

Examples:
  chatting-time connect
  chatting-time connect chat.example.org:8889 --lang en
  chatting-time connect --tls --ca lab/certificate.pem lab.example:8890
  chatting-time connect -c 'auth messi surabaya' -c list
  chatting-time connect < dialogue.txt";

/// Talk to a server: type commands, read answers. `help` lists the commands.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub struct ConnectArguments {
    /// Where the server is; without a port, 8889.
    #[arg(value_name = "HOST:PORT", default_value = "127.0.0.1:8889", value_parser = parse_address)]
    server: ListenAddress,
    /// Run this command, print its answer and leave; may be given several times, all on one connection.
    #[arg(short = 'c', long = "command", value_name = "LINE")]
    commands: Vec<String>,
    /// Language of the answers: Indonesian, as documented, or English.
    #[arg(
        long = "lang",
        value_name = "LANGUAGE",
        default_value = "id",
        value_parser = PossibleValuesParser::new(Language::ALL.map(Language::code))
            .map(|code| Language::from_code(&code).expect("only codes of languages are accepted")),
    )]
    language: Language,
    /// How long to wait for the connection, and for the server to go on with an answer.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=86_400),
    )]
    timeout: u64,
    /// Encrypt, with a server that shows a trusted certificate for the name it is looked for by.
    #[arg(long)]
    tls: bool,
    /// Trust these certificates (PEM), or what they vouch for, in place of those that this computer trusts.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "tls")]
    ca: Option<PathBuf>,
    /// Name that the certificate has to be for, where it is not the one in HOST:PORT.
    #[arg(long, value_name = "NAME", requires = "tls", value_parser = parse_name)]
    tls_name: Option<ServerName<'static>>,
}

fn parse_address(text: &str) -> Result<ListenAddress, String> {
    if text.parse::<Ipv6Addr>().is_ok() {
        return Err(format!("an IPv6 address needs brackets: write [{text}]"));
    }
    let with_port = format!("{text}:{DEFAULT_PORT}");
    ListenAddress::parse(&with_port).or_else(|_| ListenAddress::parse(text))
}

fn parse_name(text: &str) -> Result<ServerName<'static>, String> {
    let name = ServerName::try_from(text.to_owned());
    name.map_err(|_| "must be a name such as chat.example.org, or an IP address".into())
}

/// Holds the conversation, and says how it ended.
pub fn run(arguments: ConnectArguments) -> ExitCode {
    converse(&arguments).unwrap_or_else(|failure| {
        complain(failure.line(&arguments.server.to_string(), arguments.language));
        ExitCode::from(2)
    })
}

fn converse(arguments: &ConnectArguments) -> Result<ExitCode, Failure> {
    let timeout = Duration::from_secs(arguments.timeout);
    let trust = match arguments.tls {
        true => Some(trust(arguments)?),
        false => None,
    };
    let mut conversation = Conversation {
        terminal: Terminal::new(arguments.language),
        link: Link::open(&arguments.server, timeout, trust.as_ref())?,
        refused: false,
    };
    let has_commands = !arguments.commands.is_empty();
    let held = if has_commands {
        conversation.run_commands(&arguments.commands)
    } else if io::stdin().is_terminal() && io::stdout().is_terminal() {
        greet(&arguments.server, arguments.language);
        conversation.run_terminal()
    } else {
        conversation.run_input(io::stdin().lock())
    };
    match held {
        // Whoever read the output has read enough, as `head` does.
        Ok(()) | Err(Failure::OutputClosed) => {}
        Err(failure) => return Err(failure),
    }
    Ok(ExitCode::from(u8::from(
        has_commands && conversation.refused,
    )))
}

fn trust(arguments: &ConnectArguments) -> Result<Trust, Failure> {
    let name = match &arguments.tls_name {
        Some(name) => name.clone(),
        // A host may be a name of the network that no certificate can be for.
        None => parse_name(arguments.server.host())
            .map_err(|_| Failure::OtherName(arguments.server.host().to_owned()))?,
    };
    Trust::new(name, arguments.ca.as_deref())
}

/// On standard error: the documented dialogue begins with its prompt.
fn greet(server: &ListenAddress, language: Language) {
    let greeting = match language {
        Language::Indonesian => format!(
            "Tersambung ke {server}. Ketik help untuk daftar perintah, Ctrl-D untuk keluar."
        ),
        Language::English => {
            format!("Connected to {server}. Type help for the commands, Ctrl-D to leave.")
        }
    };
    let _ = writeln!(io::stderr(), "{greeting}");
}

struct Conversation {
    terminal: Terminal,
    link: Link,
    /// Whether any command was refused.
    refused: bool,
}

impl Conversation {
    fn run_commands(&mut self, commands: &[String]) -> Result<(), Failure> {
        commands
            .iter()
            .flat_map(|command| command.lines())
            .try_for_each(|line| self.enter(line))
    }

    fn run_input(&mut self, mut input: impl BufRead) -> Result<(), Failure> {
        let mut number = 1;
        while let Some(line) = read_line(&mut input, number)? {
            print(&format!("{}{}\n", self.terminal.prompt(), printable(&line)))?;
            self.enter(&line)?;
            number += 1;
        }
        Ok(())
    }

    fn run_terminal(&mut self) -> Result<(), Failure> {
        let mut editor = Editor::start(self.link.events_sender())?;
        loop {
            editor.ask(self.terminal.prompt())?;
            let Some(typed) = self.typed(&mut editor)? else {
                return Ok(());
            };
            // What is pasted may be several lines.
            typed.lines().try_for_each(|line| self.enter(line))?;
        }
    }

    /// Waits for the person, and meanwhile for the server to go away.
    fn typed(&mut self, editor: &mut Editor) -> Result<Option<String>, Failure> {
        loop {
            let failure = match self.link.next_event() {
                Event::Typed(typed) => return typed,
                Event::EditingBegan => {
                    editor.began();
                    continue;
                }
                Event::Bytes(bytes) => match self.link.unasked(&bytes) {
                    Ok(None) => continue,
                    Ok(Some(reply)) => match self.terminal.unasked(&reply) {
                        Some(refusal) => Failure::TurnedAway(refusal),
                        None => Failure::Unasked,
                    },
                    Err(failure) => failure,
                },
                Event::Ended(cause) => Failure::Gone {
                    cause,
                    unanswered: false,
                },
            };
            editor.abandon(|| self.link.next_event());
            return Err(failure);
        }
    }

    /// One typed line: shows what it means, asks the server and shows the answer.
    fn enter(&mut self, line: &str) -> Result<(), Failure> {
        let step = self.terminal.enter(line);
        print(&step.text)?;
        let Some(request) = step.request else {
            return Ok(());
        };
        let reply = self.link.ask(request.bytes())?;
        let answer = self.terminal.reply(request, &reply);
        match answer.kind {
            AnswerKind::Malformed => {
                return Err(Failure::OtherProtocol(answer.text.trim_end().to_owned()));
            }
            AnswerKind::Refused => self.refused = true,
            AnswerKind::Accepted => {}
        }
        print(&answer.text)
    }
}

/// Longest line taken from standard input, in bytes: the longest that any server may be
/// configured to take.
const INPUT_LINE_BYTES: u64 = 16 << 20;

/// The next line without its end, which the last line need not have. `None` at the end.
fn read_line(input: &mut impl BufRead, number: u64) -> Result<Option<String>, Failure> {
    let mut line = Vec::new();
    let mut bounded = input.take(INPUT_LINE_BYTES + 1);
    let length = bounded.read_until(b'\n', &mut line);
    let length = length.map_err(Failure::Input)? as u64;
    if length == 0 {
        return Ok(None);
    }
    if length > INPUT_LINE_BYTES {
        return Err(Failure::InputLineTooLong { number });
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match str::from_utf8(line) {
        Ok(line) => Ok(Some(line.to_owned())),
        Err(_) => Err(Failure::InputNotUtf8 { number }),
    }
}

fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    let written = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::OutputClosed,
        _ => Failure::Output(error),
    })
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn a_line_of_input_may_be_as_long_as_the_bound_and_no_longer() {
        let mut input = BufReader::new(io::repeat(b'a').take(INPUT_LINE_BYTES));
        let line = read_line(&mut input, 1).ok().unwrap().unwrap();
        assert_eq!(line.len() as u64, INPUT_LINE_BYTES);
        let mut input = BufReader::new(io::repeat(b'a').take(INPUT_LINE_BYTES + 1));
        let refused = read_line(&mut input, 7);
        assert!(matches!(
            refused,
            Err(Failure::InputLineTooLong { number: 7 })
        ));
    }

    #[test]
    fn an_ipv6_address_without_brackets_is_shown_with_them() {
        let problem = parse_address("::1").unwrap_err();
        assert_eq!(problem, "an IPv6 address needs brackets: write [::1]");
    }

    #[test]
    fn an_address_without_a_port_has_the_documented_one() {
        for (text, expected) in [
            ("localhost", "localhost:8889"),
            ("[::1]", "[::1]:8889"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("[::1]:80", "[::1]:80"),
        ] {
            assert_eq!(parse_address(text).unwrap().to_string(), expected);
        }
    }
}
