//! The rounds: each row once for each of its servers, then all of it again, so that whatever else the machine does meets all.

use std::path::Path;
use std::time::Duration;

use chatting_time::bench::{KINDS, Load, Pace, Progress, generate};

use crate::contender::Contender;
use crate::row::{ROWS, Row};
use crate::{Failure, median};

pub(crate) const ROUNDS: usize = 5;
const WARM_UP: Duration = Duration::from_millis(500);
const DURATION: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(20);

/// All rounds of one row.
pub(crate) struct RowResult {
    pub(crate) row: &'static Row,
    /// Requests a second of all together, where they are asked at a constant rate.
    pub(crate) rate: Option<f64>,
    pub(crate) servers: Vec<ServerResult>,
}

/// All rounds of one server in a row.
pub(crate) struct ServerResult {
    pub(crate) name: &'static str,
    pub(crate) rounds: Vec<Round>,
}

/// Times are in microseconds.
#[derive(Clone, Copy)]
pub(crate) struct Round {
    pub(crate) per_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl ServerResult {
    pub(crate) fn median(&self, value: impl Fn(&Round) -> f64) -> f64 {
        median(&mut self.rounds.iter().map(value).collect::<Vec<_>>())
    }
}

/// Every row, or those whose titles begin with one of these. Folders are made in `parent`.
pub(crate) fn all(
    contenders: &[Box<dyn Contender>],
    parent: &Path,
    only: &[String],
) -> Result<Vec<RowResult>, Failure> {
    let is_asked = |row: &&Row| {
        only.is_empty()
            || only
                .iter()
                .any(|title| row.title.starts_with(title.as_str()))
    };
    let mut results: Vec<RowResult> = ROWS
        .iter()
        .filter(is_asked)
        .map(|row| RowResult::new(row, row.servers, None))
        .collect();
    for round in 1..=ROUNDS {
        for result in &mut results {
            result.measure(contenders, parent, round)?;
        }
    }
    Ok(results)
}

/// The row once more at one rate for two of its servers: 70 of a hundred of what the slower one reached.
pub(crate) fn at_equal_rate(
    result: &RowResult,
    servers: &'static [&'static str],
    contenders: &[Box<dyn Contender>],
    parent: &Path,
) -> Result<RowResult, Failure> {
    let compared = result.servers.iter();
    let compared = compared.filter(|server| servers.contains(&server.name));
    let slowest = compared
        .map(|server| server.median(|round| round.per_second))
        .fold(f64::MAX, f64::min);
    let mut result = RowResult::new(result.row, servers, Some(slowest * 0.7));
    for round in 1..=ROUNDS {
        result.measure(contenders, parent, round)?;
    }
    Ok(result)
}

impl RowResult {
    fn new(row: &'static Row, servers: &[&'static str], rate: Option<f64>) -> Self {
        let servers = servers.iter().map(|name| ServerResult {
            name,
            rounds: Vec::new(),
        });
        Self {
            row,
            rate,
            servers: servers.collect(),
        }
    }

    /// One round of each server.
    fn measure(
        &mut self,
        contenders: &[Box<dyn Contender>],
        parent: &Path,
        round: usize,
    ) -> Result<(), Failure> {
        let title = self.row.title;
        for server in &mut self.servers {
            let name = server.name;
            let contender = contenders
                .iter()
                .find(|contender| contender.name() == name)
                .ok_or_else(|| format!("there is no server {name}"))?;
            let measured = measure(contender.as_ref(), self.row, self.rate, parent)
                .map_err(|error| format!("{name}, {title}: {error}"))?;
            eprintln!(
                "round {round} of {ROUNDS}: {title}: {name}: {:.0} a second, 99 % within {:.0} µs",
                measured.per_second, measured.p99
            );
            server.rounds.push(measured);
        }
        Ok(())
    }
}

fn measure(
    contender: &dyn Contender,
    row: &Row,
    rate: Option<f64>,
    parent: &Path,
) -> Result<Round, Failure> {
    let folder = tempfile::tempdir_in(parent)?;
    let running = contender.start(folder.path(), row.work)?;
    let speakers = contender.speakers(&running, row.work, row.connections)?;
    let load = Load {
        address: running.address,
        kinds: KINDS,
        depth: row.depth,
        pace: rate.map_or(Pace::Closed, Pace::Open),
        warm_up: WARM_UP,
        duration: DURATION,
        patience: PATIENCE,
    };
    let (tally, _) = generate(&load, speakers, &Progress::default())?;
    let latency = tally.together().latency;
    let within = |share: f64| latency.value_at_quantile(share) as f64 / 1_000.0;
    Ok(Round {
        per_second: latency.len() as f64 / tally.elapsed.as_secs_f64(),
        p50: within(0.5),
        p99: within(0.99),
    })
}
