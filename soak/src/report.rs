//! What is told while a run goes on, and at its end.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use tokio::time::Instant;

use crate::flatness::Sample;
use crate::subject::Usage;
use crate::world::{Tally, World};
use chatting_time_tests::ledger::Totals;

const MIB: f64 = (1 << 20) as f64;

/// Tells how far a run is, and what has happened since it last did.
pub(crate) struct Progress {
    phase: String,
    told: Instant,
    before: Tally,
}

impl Progress {
    pub(crate) fn begin() -> Self {
        Self {
            phase: String::new(),
            told: Instant::now(),
            before: Tally::default(),
        }
    }

    pub(crate) fn told(&self) -> Instant {
        self.told
    }

    pub(crate) fn enter(&mut self, phase: String) {
        self.phase = phase;
    }

    pub(crate) fn tell(&mut self, world: &World, usage: Usage) {
        let now = world.tally.borrow().clone();
        let seconds = self.told.elapsed().as_secs_f64();
        let requests = now.requests - self.before.requests;
        let rate = match seconds > 0.5 {
            true => format!("{:.0}", requests as f64 / seconds),
            false => "-".into(),
        };
        let mut line = format!(
            "{:>5} s  {:<34} {rate:>5} requests/s, {:>5.1} MiB, {:>4} files, {:>2} threads",
            world.began.elapsed().as_secs(),
            self.phase,
            usage.memory as f64 / MIB,
            usage.files,
            usage.threads,
        );
        for (code, count) in &now.refusals {
            let new = count - self.before.refusals.get(code).unwrap_or(&0);
            if new > 0 {
                let _ = write!(line, ", {code} {new}");
            }
        }
        println!("{line}");
        self.told = Instant::now();
        self.before = now;
    }
}

/// How often what was done to the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    pub(crate) kills: u64,
    pub(crate) stops: u64,
    pub(crate) fills: u64,
    /// Whether there is a disk of its own.
    pub(crate) can_fill: bool,
}

/// What a whole run has shown.
pub(crate) struct Report {
    seconds: u64,
    tally: Tally,
    totals: Totals,
    faults: Faults,
    samples: Vec<Sample>,
    wrong: Vec<String>,
    wrong_count: u64,
}

impl Report {
    pub(crate) fn new(world: &World, samples: Vec<Sample>, faults: Faults) -> Self {
        let (wrong, wrong_count) = world.wrongs();
        Self {
            seconds: world.began.elapsed().as_secs(),
            tally: world.tally.borrow().clone(),
            totals: world.ledger.borrow().totals.clone(),
            faults,
            samples,
            wrong,
            wrong_count,
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.wrong_count == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (tally, totals) = (&self.tally, &self.totals);
        writeln!(formatter, "\nin {} s:", self.seconds)?;
        let mut row = |name: &str, value: String| writeln!(formatter, "  {name:<36}{value}");
        row("requests", tally.requests.to_string())?;
        row("connections", tally.connections.to_string())?;
        row("  left by", counts(&tally.partings))?;
        row("logins", tally.logins.to_string())?;
        row("refusals", counts(&tally.refusals))?;
        row("server killed", self.faults.kills.to_string())?;
        row("server told to stop", self.faults.stops.to_string())?;
        let fills = match self.faults.can_fill {
            true => self.faults.fills.to_string(),
            false => "NOT TESTED: there is no disk that could be full".into(),
        };
        row("disk filled", fills)?;
        row("messages sent", totals.sent.to_string())?;
        row("  acknowledged", totals.acknowledged.to_string())?;
        row("  handed over", totals.handed_over.to_string())?;
        row("  twice", totals.twice.to_string())?;
        row(
            "  lost with a reset of the reader",
            totals.lost_by_reader.to_string(),
        )?;
        row("  lost", totals.lost.to_string())?;
        writeln!(
            formatter,
            "\nafter each cycle, without clients and messages:"
        )?;
        for Sample { cycle, age, usage } in &self.samples {
            writeln!(
                formatter,
                "  cycle {cycle:>2}, {age:>2} of this process: {:>6.1} MiB, {} files, {} threads",
                usage.memory as f64 / MIB,
                usage.files,
                usage.threads
            )?;
        }
        if self.is_good() {
            return writeln!(formatter, "\neverything is as promised");
        }
        writeln!(formatter, "\nWRONG, {} times:", self.wrong_count)?;
        for wrong in &self.wrong {
            writeln!(formatter, "  {wrong}")?;
        }
        Ok(())
    }
}

fn counts<K: AsRef<str>>(counts: &BTreeMap<K, u64>) -> String {
    let each = counts.iter();
    let each = each.map(|(name, count)| format!("{} {count}", name.as_ref()));
    let each: Vec<String> = each.collect();
    match each.is_empty() {
        true => "none".into(),
        false => each.join(", "),
    }
}
