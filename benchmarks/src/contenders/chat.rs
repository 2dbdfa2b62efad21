//! Servers of this protocol: ours, and one in Python as a course writes it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chatting_time::bench::{ChatSpeaker, Client, Script, Speaker, make_accounts};

use super::built;
use crate::Failure;
use crate::contender::{Contender, Running, first_line};
use crate::row::Work;

pub(super) struct ChattingTime;

impl Contender for ChattingTime {
    fn name(&self) -> &'static str {
        "Chatting Time"
    }

    fn version(&self) -> Result<String, Failure> {
        first_line(
            &built("chatting-time")?.display().to_string(),
            &["--version"],
        )
    }

    fn start(&self, folder: &Path, work: Work) -> Result<Running, Failure> {
        make_accounts(folder, work.users())?;
        start(folder, &[])
    }

    fn speakers(
        &self,
        running: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        chat_speakers(running.address, work, connections)
    }
}

/// Our server on a folder, with mailboxes that never fill, and further flags.
pub(crate) fn start(folder: &Path, flags: &[String]) -> Result<Running, Failure> {
    let mut command = Command::new(built("chatting-time")?);
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--http",
            "off",
            "--admin-http",
            "off",
            "--log-filter",
            "warn",
        ])
        .args([
            "--mailbox-messages",
            "4000000000",
            "--mailbox-bytes",
            "1024GiB",
        ])
        .arg("--data")
        .arg(folder)
        .args(flags);
    Running::announced(command)
}

pub(super) struct ThreadedPython;

impl Contender for ThreadedPython {
    fn name(&self) -> &'static str {
        "Python"
    }

    fn version(&self) -> Result<String, Failure> {
        first_line("python3", &["--version"])
    }

    fn start(&self, _: &Path, work: Work) -> Result<Running, Failure> {
        let mut command = Command::new("python3");
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/servers/threaded.py"));
        command.arg(work.users().to_string());
        Running::announced(command)
    }

    fn speakers(
        &self,
        running: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure> {
        chat_speakers(running.address, work, connections)
    }
}

/// Ten users are online, and their connections share ten sessions.
pub(crate) fn chat_speakers(
    address: SocketAddr,
    work: Work,
    connections: usize,
) -> Result<Vec<Box<dyn Speaker>>, Failure> {
    let mut client = Client::connect(address, Duration::from_secs(10))?;
    let tokens = (0..Work::ONLINE)
        .map(|number| client.log_in(&format!("user-{number}"), "bench"))
        .collect::<Result<Vec<_>, _>>()?;
    let script = Script::new(
        work.mix(),
        work.user_names(),
        super::TEXT.len(),
        connections,
    )?;
    let script = Arc::new(script);
    let speaker = |connection: usize| {
        let token = tokens[connection % tokens.len()].clone();
        Box::new(ChatSpeaker::new(script.clone(), connection, token)) as Box<dyn Speaker>
    };
    Ok((0..connections).map(speaker).collect())
}
