//! The rounds: each row once for each of its servers, then all of it again, so that whatever else the machine does meets all.

use std::time::Duration;

use chatting_time::bench::{Load, Pace, Progress, Tally, generate};

use crate::Failure;
use crate::contender::Contender;
use crate::contenders;
use crate::row::{ROWS, Row};

const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_millis(500);
const DURATION: Duration = Duration::from_secs(2);

/// All rounds of one row.
pub(crate) struct RowResult {
    pub(crate) row: &'static Row,
    /// In the order of the row's servers: requests a second, and microseconds within which 99 of a hundred were answered.
    pub(crate) servers: Vec<Vec<Round>>,
}

#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p99: f64,
}

/// Everything, or the rows whose titles begin with one of these.
pub(crate) fn all(only: &[String]) -> Result<Vec<RowResult>, Failure> {
    let contenders = contenders::all();
    let is_asked = |row: &&Row| {
        only.is_empty()
            || only
                .iter()
                .any(|title| row.title.starts_with(title.as_str()))
    };
    let mut results: Vec<RowResult> = ROWS
        .iter()
        .filter(is_asked)
        .map(|row| RowResult {
            row,
            servers: vec![Vec::new(); row.servers.len()],
        })
        .collect();
    for round in 0..ROUNDS {
        for result in &mut results {
            for (server, rounds) in result.row.servers.iter().zip(&mut result.servers) {
                let contender = contenders
                    .iter()
                    .find(|contender| contender.name() == *server)
                    .ok_or_else(|| format!("there is no server {server}"))?;
                let measured = measure(contender.as_ref(), result.row)
                    .map_err(|error| format!("{server}, {}: {error}", result.row.title))?;
                eprintln!(
                    "round {} of {ROUNDS}: {}: {server}: {:.0} a second, 99 % within {:.0} us",
                    round + 1,
                    result.row.title,
                    measured.per_second,
                    measured.p99
                );
                rounds.push(measured);
            }
        }
    }
    Ok(results)
}

fn measure(contender: &dyn Contender, row: &Row) -> Result<Round, Failure> {
    // Beside the program, so on the disk that the project is on.
    let here = std::env::current_exe()?;
    let folder = tempfile::tempdir_in(here.parent().ok_or("no folder of programs")?)?;
    let running = contender.start(folder.path(), row.work)?;
    let speakers = contender.speakers(&running, row.work, row.connections)?;
    let load = Load {
        address: running.address,
        kinds: chatting_time::bench::KINDS,
        depth: row.depth,
        pace: Pace::Closed,
        warm_up: WARM_UP,
        duration: DURATION,
        patience: Duration::from_secs(20),
    };
    let (tally, _) = generate(&load, speakers, &Progress::default())?;
    Ok(round(&tally))
}

fn round(tally: &Tally) -> Round {
    let together = tally.together();
    Round {
        per_second: together.latency.len() as f64 / tally.elapsed.as_secs_f64(),
        p99: together.latency.value_at_quantile(0.99) as f64 / 1_000.0,
    }
}
