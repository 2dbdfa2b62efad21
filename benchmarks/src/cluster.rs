//! One server with its data folder beside one, two and three servers on NATS: the same load, in turn, in one run.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use chatting_time::bench::{KINDS, Load, Pace, Progress, Speaker, generate, make_accounts_in};
use chatting_time::settings::{Settings, StoreAddress};
use chatting_time_tests::nats::{NatsCluster, NatsOptions};

use crate::contender::Running;
use crate::contenders::chat;
use crate::process::Process;
use crate::report::{self, count, time};
use crate::row::Work;
use crate::{Failure, machine, median};

/// Where the report begins in the document.
const BEGIN: &str = "<!-- What follows is written by `cargo xtask bench cluster`. -->\n";

const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_millis(500);
const DURATION: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(30);
const NATS_SERVERS: usize = 3;

/// What is asked, by how many connections together.
const ROWS: [(&str, Work, usize); 5] = [
    ("send", Work::Send, 48),
    ("send", Work::Send, 480),
    ("inbox, empty", Work::Inbox, 48),
    ("list of ten", Work::List, 48),
    ("mixed: 70 % send, 25 % inbox, 5 % list", Work::Mixed, 48),
];

/// Where the state is, and by how many servers it is served.
#[derive(Clone, Copy)]
enum Arrangement {
    Embedded,
    Nats { servers: usize, syncs: bool },
}

const ARRANGEMENTS: [Arrangement; 5] = [
    Arrangement::Embedded,
    Arrangement::Nats {
        servers: 1,
        syncs: false,
    },
    Arrangement::Nats {
        servers: 2,
        syncs: false,
    },
    Arrangement::Nats {
        servers: 3,
        syncs: false,
    },
    Arrangement::Nats {
        servers: 3,
        syncs: true,
    },
];

/// Times are in microseconds; those of processors are for one request.
struct Round {
    per_second: f64,
    p50: f64,
    p99: f64,
    servers_time: f64,
    nats_time: f64,
}

/// Measures all, and writes the report into `benchmarks.md` of a folder. Data is put into `parent`.
pub(crate) fn run(documents: &Path, parent: &Path) -> Result<(), Failure> {
    let mut results: Vec<Vec<Vec<Round>>> = ROWS
        .iter()
        .map(|_| ARRANGEMENTS.iter().map(|_| Vec::new()).collect())
        .collect();
    for number in 1..=ROUNDS {
        for ((title, work, connections), row) in ROWS.iter().zip(&mut results) {
            for (arrangement, rounds) in ARRANGEMENTS.iter().zip(row) {
                let round = arrangement
                    .measure(*work, *connections, parent)
                    .map_err(|error| format!("{}, {title}: {error}", arrangement.name()))?;
                eprintln!(
                    "round {number} of {ROUNDS}: {title}, {connections} connections: {}: {:.0} a second",
                    arrangement.name(),
                    round.per_second
                );
                rounds.push(round);
            }
        }
    }
    let text = text(&results)?;
    print!("{text}");
    report::replace(documents, BEGIN, &text)
}

fn text(results: &[Vec<Vec<Round>>]) -> Result<String, Failure> {
    let mut text = format!(
        "Measured on {}, all servers and the load on the same processors; medians of {ROUNDS} rounds of {} s.\n\n",
        machine::description(),
        DURATION.as_secs()
    );
    for ((title, _, connections), row) in ROWS.iter().zip(results) {
        writeln!(
            text,
            "| {title}; {connections} connections | a second | beside one data folder | median | 99 % | processor time of ours | of NATS |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        )?;
        let median_of = |rounds: &[Round], value: fn(&Round) -> f64| {
            median(&mut rounds.iter().map(value).collect::<Vec<_>>())
        };
        let embedded = median_of(&row[0], |round| round.per_second);
        for (arrangement, rounds) in ARRANGEMENTS.iter().zip(row) {
            let per_second = median_of(rounds, |round| round.per_second);
            writeln!(
                text,
                "| {} | {} | {:.2} | {} | {} | {} | {} |",
                arrangement.name(),
                count(per_second),
                per_second / embedded,
                time(median_of(rounds, |round| round.p50)),
                time(median_of(rounds, |round| round.p99)),
                time(median_of(rounds, |round| round.servers_time)),
                time(median_of(rounds, |round| round.nats_time)),
            )?;
        }
        writeln!(text)?;
    }
    Ok(text)
}

impl Arrangement {
    fn name(self) -> String {
        match self {
            Self::Embedded => "one data folder".to_owned(),
            Self::Nats { servers, syncs } => format!(
                "{servers} on NATS{}",
                if syncs { ", sync always" } else { "" }
            ),
        }
    }

    fn measure(self, work: Work, connections: usize, parent: &Path) -> Result<Round, Failure> {
        let folder = tempfile::tempdir_in(parent)?;
        let mut settings = Settings {
            data: folder.path().to_owned(),
            ..Settings::default()
        };
        let nats = match self {
            Self::Embedded => None,
            Self::Nats { syncs, .. } => Some(NatsCluster::start_with(&NatsOptions {
                servers: NATS_SERVERS,
                most_bytes: "8GB".to_owned(),
                jetstream: match syncs {
                    true => "sync_interval: always".to_owned(),
                    false => String::new(),
                },
                folder: Some(folder.path().to_owned()),
                ..NatsOptions::default()
            })?),
        };
        let (servers, flags) = match (&nats, self) {
            (Some(nats), Self::Nats { servers, .. }) => {
                settings.store = StoreAddress::parse(&nats.store())?;
                let flags = [
                    "--store".to_owned(),
                    nats.store(),
                    "--demo-users=false".to_owned(),
                ];
                (servers, flags.to_vec())
            }
            _ => {
                make_accounts_in(&settings, work.users())?;
                (1, Vec::new())
            }
        };
        let running = (0..servers).map(|_| chat::start(folder.path(), &flags));
        let running = running.collect::<Result<Vec<_>, _>>()?;
        if nats.is_some() {
            make_accounts_in(&settings, work.users())?;
        }
        let ours: Vec<Process> = running.iter().map(Running::process).collect();
        let theirs = nats.iter().flat_map(NatsCluster::servers);
        let theirs: Vec<Process> = theirs
            .filter_map(|server| server.process().map(Process))
            .collect();
        put_load_on(&running, (&ours, &theirs), work, connections)
    }
}

/// Each server gets its share of the connections, from a thread of its own.
fn put_load_on(
    running: &[Running],
    (ours, theirs): (&[Process], &[Process]),
    work: Work,
    connections: usize,
) -> Result<Round, Failure> {
    let mut loads = Vec::new();
    for server in running {
        let share = connections / running.len();
        let speakers = chat::chat_speakers(server.address, work, share)?;
        loads.push((server.address, speakers));
    }
    let (ours_before, theirs_before) = (processor_time(ours)?, processor_time(theirs)?);
    let tallies: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = loads
            .into_iter()
            .map(|(address, speakers)| scope.spawn(move || measure(address, speakers)))
            .collect();
        threads.into_iter().map(|thread| thread.join()).collect()
    });
    let (ours_after, theirs_after) = (processor_time(ours)?, processor_time(theirs)?);
    let mut together = None;
    for tally in tallies {
        let (tally, replies) = tally.map_err(|_| "a thread of the load ended early")??;
        match &mut together {
            None => together = Some((tally, replies)),
            Some((all, count)) => {
                all.add(&tally);
                *count += replies;
            }
        }
    }
    let (tally, replies) = together.ok_or("there was no load")?;
    let latency = tally.together().latency;
    let within = |share: f64| latency.value_at_quantile(share) as f64 / 1_000.0;
    // Those of the warm-up took their time as well.
    let each = |before: Duration, after: Duration| {
        (after - before).as_secs_f64() * 1_000_000.0 / replies as f64
    };
    Ok(Round {
        per_second: latency.len() as f64 / tally.elapsed.as_secs_f64(),
        p50: within(0.5),
        p99: within(0.99),
        servers_time: each(ours_before, ours_after),
        nats_time: each(theirs_before, theirs_after),
    })
}

fn measure(
    address: std::net::SocketAddr,
    speakers: Vec<Box<dyn Speaker>>,
) -> Result<(chatting_time::bench::Tally, u64), String> {
    let load = Load {
        address,
        kinds: KINDS,
        depth: 1,
        pace: Pace::Closed,
        warm_up: WARM_UP,
        duration: DURATION,
        patience: PATIENCE,
    };
    let progress = Progress::default();
    let (tally, _) = generate(&load, speakers, &progress).map_err(|error| error.to_string())?;
    Ok((tally, progress.replies.into_inner()))
}

fn processor_time(processes: &[Process]) -> Result<Duration, Failure> {
    let times = processes.iter().map(|process| process.processor_time());
    times.sum()
}
