//! `chatting-time bench`: how much a server does on this machine, and how long people wait for it.

mod accounts;
mod client;
mod error;
mod generator;
mod interruption;
mod ledger;
mod mix;
mod report;
mod server;
mod speaker;
mod tally;

pub use accounts::{make as make_accounts, make_in as make_accounts_in};
pub use client::Client;
pub use error::BenchError;
pub use generator::{GeneratorError, Heard, Load, Pace, Progress, Speaker, generate};
pub use ledger::Account as MessageAccount;
pub use mix::{KINDS, Mix, Shares};
pub use report::{KindReport, LoadReport, Report};
pub use speaker::{ChatSpeaker, Script};
pub use tally::{Kind, Tally};

use std::io::{self, IsTerminal as _, Write as _};
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::EXIT_CODES;
use crate::screen::{complain, print};
use crate::serve::raise_file_limit;
use crate::settings::{self, ListenAddress, Settings};
use accounts::Account;
use interruption::Interruption;
use server::Server;

const AFTER_HELP: &str = "\
Without --server it starts one of its own on loopback, with users and a data folder that go away
with it, and what it measures is this machine with the load on the same processors. With --server
it needs accounts made for it: their mailboxes are emptied.

Without --rate each connection asks again as soon as it is answered: how much the server can do.
With it, requests are asked at that rate whatever happens, and each is measured from when it was
due, so that no stall is hidden.

Examples:
  chatting-time bench
  chatting-time bench --mix send=1 --pipeline 16
  chatting-time bench --rate 5000 --connections 500 --duration 60s --format json
  chatting-time bench --server chat.example.org:8889 --accounts made-for-this.csv";

/// Put load onto a server and report how it fared.
#[derive(Debug, Args)]
#[command(after_help = format!("{AFTER_HELP}\n\n{EXIT_CODES} A lost message is an error."))]
pub struct BenchArguments {
    /// Measure the server that runs there.
    #[arg(long, value_name = "HOST:PORT", value_parser = ListenAddress::parse, requires = "accounts")]
    server: Option<ListenAddress>,
    /// Users of that server, in a CSV file with the columns username and password.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "server")]
    accounts: Option<PathBuf>,
    /// Where to put the data folder of a server started for this: on the disk to be measured [default: beside the
    /// data folder of `serve`].
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "server")]
    data_in: Option<PathBuf>,
    /// How many users to make for a server started for this.
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = number(1, 1_000_000), conflicts_with = "server")]
    users: usize,
    /// Connections at a time.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = number(1, 60_000))]
    connections: usize,
    /// Requests that a connection has without an answer, at most.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(1, 10_000))]
    pipeline: usize,
    /// Bytes of each message.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = number(ledger::NAME_BYTES, 60 << 10))]
    message_bytes: usize,
    /// Shares of send, inbox, list and reconnect (a new connection that asks list with the old token).
    #[arg(long, value_name = "SHARES", default_value = "send=70,inbox=25,list=5")]
    mix: Mix,
    /// Requests a second, all connections together.
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<f64>,
    /// How long to put the load on before it is measured.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = time)]
    warm_up: Duration,
    /// How long to measure.
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = some_time)]
    duration: Duration,
    /// How long nobody may be answered before that is an error.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = time)]
    patience: Duration,
    /// Threads that make the load.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(1, 64))]
    threads: usize,
    /// How to print the result.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Json,
}

/// Does what the command line says. The exit code is 1 when a message was lost.
pub fn run(arguments: &BenchArguments) -> ExitCode {
    let printed = arguments.measure().and_then(|report| {
        let text = match arguments.format {
            Format::Table => report.to_string(),
            Format::Json => {
                serde_json::to_string_pretty(&report).expect("it holds only numbers and names")
                    + "\n"
            }
        };
        print(text).map_err(|error| BenchError::Output(error.to_string()))?;
        Ok(report.lost)
    });
    match printed {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            complain(error);
            ExitCode::FAILURE
        }
    }
}

impl BenchArguments {
    fn measure(&self) -> Result<Report, BenchError> {
        let interruption = Interruption::listen()?;
        self.allow_files()?;
        // The data folder goes after the server that is in it.
        let folder;
        let (accounts, server, address) = match (&self.server, &self.accounts) {
            (Some(server), Some(file)) => (accounts::read(file)?, None, resolve(server)?),
            // The command line lets neither through without the other.
            _ => {
                folder = server::data_folder(&self.data_parent()?)?;
                interruption.made_folder(folder.path());
                let accounts = accounts::make(folder.path(), self.users)?;
                let server = Server::start(folder.path(), &interruption)?;
                let address = server.address;
                (accounts, Some(server), address)
            }
        };
        let tokens = self.log_in(address, &accounts)?;
        let users = accounts
            .iter()
            .map(|account| account.username.clone())
            .collect();
        let script = Script::new(self.mix, users, self.message_bytes, self.connections)?;
        let script = Arc::new(script);
        let (tally, speakers) = self.load(address, &script, &tokens, interruption.begin_load())?;
        let interrupted = interruption.end_load();
        let memory = server.as_ref().and_then(Server::peak_memory);
        self.empty_mailboxes(address, &script, &tokens)?;
        let mut account = MessageAccount::default();
        for speaker in &speakers {
            account += speaker.settle();
        }
        let load = LoadReport {
            server: self.server.as_ref().map(ToString::to_string),
            connections: self.connections,
            pipeline: self.pipeline,
            users: accounts.len(),
            message_bytes: self.message_bytes,
            mix: self.mix.to_string(),
            rate: self.rate,
            threads: self.threads,
        };
        Ok(Report::new(load, &tally, account, interrupted, memory))
    }

    /// Each connection is an open file.
    fn allow_files(&self) -> Result<(), BenchError> {
        /// Beside the connections.
        const OWN: u64 = 64;
        let allowed = raise_file_limit();
        match self.connections as u64 + OWN <= allowed {
            true => Ok(()),
            false => Err(BenchError::TooFewFiles(allowed)),
        }
    }

    fn data_parent(&self) -> Result<PathBuf, BenchError> {
        let default = Settings::default().data;
        let parent = default.parent().map(PathBuf::from);
        self.data_in
            .clone()
            .or(parent)
            .ok_or(BenchError::NoDataFolder)
    }

    /// One session for each user, which its connections share.
    fn log_in(&self, address: SocketAddr, accounts: &[Account]) -> Result<Vec<String>, BenchError> {
        let mut client = Client::connect(address, self.patience)?;
        accounts
            .iter()
            .map(|account| client.log_in(&account.username, &account.password))
            .collect()
    }

    /// The load itself, on threads of its own, while this one tells how far it is.
    fn load(
        &self,
        address: SocketAddr,
        script: &Arc<Script>,
        tokens: &[String],
        progress: &Progress,
    ) -> Result<(Tally, Vec<ChatSpeaker>), BenchError> {
        let threads = self.threads.min(self.connections);
        let load = Load {
            address,
            kinds: KINDS,
            depth: self.pipeline,
            pace: match self.rate {
                Some(rate) => Pace::Open(rate / threads as f64),
                None => Pace::Closed,
            },
            warm_up: self.warm_up,
            duration: self.duration,
            patience: self.patience,
        };
        let mut shares: Vec<Vec<ChatSpeaker>> = (0..threads).map(|_| Vec::new()).collect();
        for connection in 0..self.connections {
            let token = tokens[connection % tokens.len()].clone();
            shares[connection % threads].push(ChatSpeaker::new(script.clone(), connection, token));
        }
        let results = thread::scope(|scope| {
            let (done, waiting) = channel();
            let workers: Vec<_> = shares
                .into_iter()
                .map(|speakers| {
                    let (load, done) = (&load, done.clone());
                    scope.spawn(move || {
                        let result = generate(load, speakers, progress);
                        if result.is_err() {
                            progress.stop.store(true, Ordering::Relaxed);
                        }
                        drop(done);
                        result
                    })
                })
                .collect();
            drop(done);
            self.tell(progress, &waiting);
            let joined = workers.into_iter().map(|worker| worker.join());
            joined
                .map(|result| result.expect("the load does not panic"))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let mut tally = Tally::new(KINDS);
        let mut speakers = Vec::new();
        for (part, spoken) in results {
            tally.add(&part);
            speakers.extend(spoken);
        }
        Ok((tally, speakers))
    }

    /// At a terminal: how far it is, each second, until every thread is done.
    fn tell(&self, progress: &Progress, waiting: &std::sync::mpsc::Receiver<()>) {
        let is_watched = io::stderr().is_terminal();
        let (began, mut before) = (Instant::now(), 0);
        while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(Duration::from_secs(1)) {
            let replies = progress.replies.load(Ordering::Relaxed);
            if is_watched {
                let elapsed = began.elapsed();
                let part = if elapsed < self.warm_up {
                    ", warming up"
                } else {
                    ""
                };
                let all = (self.warm_up + self.duration).as_secs();
                let (now, rate) = (elapsed.as_secs(), replies - before);
                let _ = write!(
                    io::stderr(),
                    "\r\x1b[K{now} of {all} s: {rate} replies a second{part}"
                );
            }
            before = replies;
        }
        if is_watched {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    /// Takes over whatever still lies in the mailboxes, and ends the sessions.
    fn empty_mailboxes(
        &self,
        address: SocketAddr,
        script: &Script,
        tokens: &[String],
    ) -> Result<(), BenchError> {
        let mut client = Client::connect(address, self.patience)?;
        for token in tokens {
            loop {
                let reply = client.ask(&format!("inbox {token}\n"))?;
                if let Some(code) = speaker::refusal_code(reply) {
                    return Err(BenchError::Refused("inbox", code));
                }
                if script.hand_over(reply) == 0 {
                    break;
                }
            }
            client.ask(&format!("logout {token}\n"))?;
        }
        Ok(())
    }
}

fn resolve(server: &ListenAddress) -> Result<SocketAddr, BenchError> {
    let unknown = |error| BenchError::NoSuchServer(server.clone(), error);
    let mut addresses = (server.host(), server.port())
        .to_socket_addrs()
        .map_err(unknown)?;
    addresses
        .next()
        .ok_or_else(|| unknown(io::ErrorKind::NotFound.into()))
}

fn number(least: usize, most: usize) -> impl Fn(&str) -> Result<usize, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("must be a number from {least} to {most}")),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.1..=1e8).contains(&rate) => Ok(rate),
        _ => Err("must be a number from 0.1 to 100000000".into()),
    }
}

fn some_time(text: &str) -> Result<Duration, String> {
    match time(text)? {
        Duration::ZERO => Err("must be more than 0".into()),
        time => Ok(time),
    }
}

fn time(text: &str) -> Result<Duration, String> {
    settings::parse_time(text).ok_or_else(|| "must be a time, such as 500ms, 10s or 5m".into())
}
