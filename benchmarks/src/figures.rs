//! What is no race: memory, the time of a start, and what a message costs as data grows.

use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chatting_time::bench::{ChatSpeaker, Client, KINDS, Load, Pace, Progress, Script, generate};
use chatting_time::journal::Options;
use chatting_time::serve::raise_file_limit;

use crate::Failure;
use crate::contender::Running;
use crate::contenders::{TEXT, chat};
use crate::data::{self, Amount};
use crate::run::ROUNDS;

/// A line of the report.
pub(crate) struct Figure {
    pub(crate) what: String,
    pub(crate) measured: String,
    pub(crate) asked: &'static str,
}

const PATIENCE: Duration = Duration::from_secs(60);
const MILLION: usize = 1_000_000;

/// All of them, in folders made in `parent`.
pub(crate) fn all(parent: &Path) -> Result<Vec<Figure>, Failure> {
    let mut figures = vec![idle_connections(parent)?];
    figures.extend(a_million(parent)?);
    figures.extend(cost_of_a_send(parent)?);
    Ok(figures)
}

/// What a connection takes on which nothing happens.
fn idle_connections(parent: &Path) -> Result<Figure, Failure> {
    const CONNECTIONS: usize = 10_000;
    allow_files(CONNECTIONS as u64 + 1_000)?;
    let folder = tempfile::tempdir_in(parent)?;
    data::write(folder.path(), &Amount::of_users(10))?;
    let server = chat::start(folder.path(), &[])?;
    let mut client = Client::connect(server.address, PATIENCE)?;
    client.ask("help\n")?;
    let before = server.process().resident()?;
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(TcpStream::connect(server.address)?);
    }
    // Connections are accepted in their order: when this one is answered, the others have been.
    Client::connect(server.address, PATIENCE)?.ask("help\n")?;
    let grown = server.process().resident()?.saturating_sub(before);
    drop(connections);
    Ok(Figure {
        what: format!("memory of an idle connection, of {CONNECTIONS}"),
        measured: format!("{:.2} KiB", grown as f64 / CONNECTIONS as f64 / 1_024.0),
        asked: "2.5 KiB",
    })
}

/// A million users, each with a session and a message that waits.
fn a_million(parent: &Path) -> Result<Vec<Figure>, Failure> {
    let folder = tempfile::tempdir_in(parent)?;
    let amount = Amount {
        users: MILLION,
        sessions: MILLION,
        mailboxes: MILLION,
        messages: 1,
    };
    data::write(folder.path(), &amount)?;
    let begun = Instant::now();
    let server = chat::start(folder.path(), &[])?;
    let mut client = Client::connect(server.address, PATIENCE)?;
    client.ask("help\n")?;
    let started = begun.elapsed();
    let resident = server.process().resident()?;
    fold(&server, folder.path())?;
    let folding = server.process().peak()?;
    let megabytes = |bytes: u64| format!("{:.0} MB", bytes as f64 / 1e6);
    let figure = |what: &str, measured: String, asked| Figure {
        what: format!("a million users, sessions and undelivered messages: {what}"),
        measured,
        asked,
    };
    Ok(vec![
        figure("memory", megabytes(resident), "600 MB"),
        figure(
            "most memory while a snapshot is folded",
            megabytes(folding),
            "1300 MB",
        ),
        figure(
            "start, until the first reply",
            format!("{:.2} s", started.as_secs_f64()),
            "3 s",
        ),
    ])
}

/// Has the server write something, whereupon it folds what the start found, and waits for the snapshot.
fn fold(server: &Running, folder: &Path) -> Result<(), Failure> {
    let mut client = Client::connect(server.address, PATIENCE)?;
    let token = client.log_in(&data::username(0), data::PASSWORD)?;
    client.ask(&format!("send {token} {} {TEXT}\n", data::username(1)))?;
    let deadline = Instant::now() + PATIENCE;
    while !has_snapshot(folder)? || server.process().has_thread("fold")? {
        if Instant::now() > deadline {
            return Err("the server folds no snapshot".into());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Whether the server folds as soon as something is written, which is not what a send costs.
fn is_worth_folding(folder: &Path) -> Result<bool, Failure> {
    let mut bytes = 0;
    for file in folder.read_dir()? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes > 2 * Options::default().fold_after_bytes)
}

fn has_snapshot(folder: &Path) -> Result<bool, Failure> {
    for file in folder.read_dir()? {
        if file?
            .path()
            .extension()
            .is_some_and(|ending| ending == "snapshot")
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Time of the server's threads on processors for one `send`, where there is ever more data, in turn.
fn cost_of_a_send(parent: &Path) -> Result<Vec<Figure>, Failure> {
    let users = [1_000, 100_000, MILLION].map(Amount::of_users);
    let messages = [1, 1_000, 100_000].map(|messages| Amount {
        mailboxes: MAILBOXES,
        messages,
        ..Amount::of_users(1_000)
    });
    let costs = costs(parent, &users)?;
    let mut figures = vec![flat("send with 10³, 10⁵ and 10⁶ users", &costs)];
    let costs = self::costs(parent, &messages)?;
    figures.push(flat(
        "send into mailboxes with 1, 10³ and 10⁵ messages",
        &costs,
    ));
    Ok(figures)
}

/// Mailboxes that are written to, where it is about mailboxes.
const MAILBOXES: usize = 20;

/// The median cost for each amount, in microseconds.
fn costs(parent: &Path, amounts: &[Amount]) -> Result<Vec<f64>, Failure> {
    let mut costs = vec![Vec::new(); amounts.len()];
    for _ in 0..ROUNDS {
        for (amount, costs) in amounts.iter().zip(&mut costs) {
            costs.push(cost(parent, amount)?);
        }
    }
    Ok(costs.iter_mut().map(|costs| crate::median(costs)).collect())
}

fn cost(parent: &Path, amount: &Amount) -> Result<f64, Failure> {
    const CONNECTIONS: usize = 10;
    const DEPTH: usize = 1;
    let folder = tempfile::tempdir_in(parent)?;
    data::write(folder.path(), amount)?;
    let server = chat::start(folder.path(), &[])?;
    if is_worth_folding(folder.path())? {
        fold(&server, folder.path())?;
    }
    let mut client = Client::connect(server.address, PATIENCE)?;
    let recipients = match amount.mailboxes {
        0 => amount.users,
        mailboxes => mailboxes,
    };
    let recipients = (0..recipients).map(data::username).collect();
    let script = Script::new("send=1".parse()?, recipients, TEXT.len(), CONNECTIONS)?;
    let script = Arc::new(script);
    let speakers = (0..CONNECTIONS)
        .map(|connection| {
            let token = client.log_in(&data::username(connection), data::PASSWORD)?;
            Ok(ChatSpeaker::new(script.clone(), connection, token))
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let load = Load {
        address: server.address,
        kinds: KINDS,
        depth: DEPTH,
        pace: Pace::Closed,
        warm_up: Duration::ZERO,
        duration: Duration::from_secs(1),
        patience: PATIENCE,
    };
    let progress = Progress::default();
    let before = server.process().processor_time()?;
    generate(&load, speakers, &progress)?;
    let spent = server.process().processor_time()?.saturating_sub(before);
    let sends = progress.replies.into_inner();
    Ok(spent.as_secs_f64() * 1e6 / sends as f64)
}

fn flat(what: &str, costs: &[f64]) -> Figure {
    let least = costs.iter().copied().fold(f64::MAX, f64::min);
    let most = costs.iter().copied().fold(0.0, f64::max);
    let each: Vec<String> = costs.iter().map(|cost| format!("{cost:.2}")).collect();
    Figure {
        what: format!("processor time of a {what}"),
        measured: format!("{} µs: within {:.2}", each.join(", "), most / least),
        asked: "1.3",
    }
}

/// Both ends of a connection are files, each of its own process; the server raises its limit itself.
fn allow_files(count: u64) -> Result<(), Failure> {
    match raise_file_limit() {
        allowed if allowed < count => {
            Err(format!("{count} open files are needed, {allowed} are allowed here").into())
        }
        _ => Ok(()),
    }
}
