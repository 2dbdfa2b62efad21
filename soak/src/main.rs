//! A soak: thousands of clients that come, use the real server, and leave in every way there is, while it is killed,
//! stopped and left without room; for half an hour, or as long as told.
//!
//! All along, what clients are told is held to what the service promises ([`chatting_time_tests::ledger`]); at the end, so is what the
//! process takes ([`flatness`]). Everything that is drawn follows from the seed; when it meets what, does not.

mod actor;
mod conductor;
mod connection;
mod flatness;
mod plan;
mod report;
mod subject;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chatting_time::serve::raise_file_limit;
use chatting_time_tests::host::Trouble;
use chatting_time_tests::random::Random;
use chatting_time_tests::server;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{LocalSet, spawn_blocking};

use conductor::Conductor;
use plan::Plan;
use report::Report;
use subject::Subject;

/// Files that this program has open beside its connections.
const OWN_FILES: u64 = 64;

/// Put clients, kills and a full disk onto a server for a long time, and hold it to what it promises.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long, in minutes.
    #[arg(long, value_name = "N", default_value = "30", value_parser = minutes)]
    minutes: f64,
    /// Connections at a time, each of a user of its own.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u64).range(2..=20_000))]
    connections: u64,
    /// Times that all clients come and leave [default: as many as there are in --minutes, at 150 s each].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(plan::FEWEST..=10_000))]
    cycles: Option<u64>,
    /// What everything is drawn from.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The program to test [default: built with the profile of this one].
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(Some(report)) => {
            print!("{report}");
            match report.is_good() {
                true => ExitCode::SUCCESS,
                false => ExitCode::FAILURE,
            }
        }
        Ok(None) => {
            eprintln!("stopped before the end: nothing is shown by this run");
            ExitCode::FAILURE
        }
        Err(Trouble(what)) => {
            eprintln!("{what}");
            ExitCode::FAILURE
        }
    }
}

/// `None` when somebody wanted it to end.
fn run(arguments: &Arguments) -> Result<Option<Report>, Trouble> {
    let users = arguments.connections as usize;
    let files = raise_file_limit();
    if files < arguments.connections + OWN_FILES {
        return Err(Trouble(format!(
            "only {files} files may be open here, and each connection is one: raise the limit \
             (ulimit -n) or ask for fewer --connections"
        )));
    }
    let program = match &arguments.server {
        // It is started from another folder.
        Some(program) => program
            .canonicalize()
            .map_err(|error| Trouble(format!("{} cannot be run: {error}", program.display())))?,
        None => server::binary()?.to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(LocalSet::new().run_until(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut random = Random::new(arguments.seed);
        let length = Duration::from_secs_f64(arguments.minutes * 60.0);
        let plan = Plan::draw(length, arguments.cycles, &mut random);
        println!("seed {}, {} cycles", arguments.seed, plan.cycles.len());
        let preparing = spawn_blocking(move || Subject::prepare(program, users));
        let subject = preparing.await.expect("it does not panic")?;
        let conductor = Conductor::new(subject, users, &mut random);
        // Whoever is dropped here takes the server, its disk and all data along.
        tokio::select! {
            report = conductor.play(&plan) => Ok(Some(report)),
            _ = interrupt.recv() => Ok(None),
            _ = terminate.recv() => Ok(None),
        }
    }))
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if (0.05..=10_000.0).contains(&minutes) => Ok(minutes),
        _ => Err("must be a number from 0.05 to 10000".into()),
    }
}
