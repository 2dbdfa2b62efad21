//! What a measurement says: as a table for a person, as JSON for a program.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::Serialize;

use super::ledger::Account;
use super::tally::{Kind, Tally};

/// All of it. JSON has these fields, with these names.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version that measured.
    pub version: &'static str,
    /// What was measured, and how.
    pub load: LoadReport,
    /// How long, in seconds.
    pub seconds: f64,
    /// Whether it was ended before its time.
    pub interrupted: bool,
    /// Each kind of request that was asked.
    pub requests: Vec<KindReport>,
    /// All of them.
    pub together: KindReport,
    /// Requests that were due at a constant rate and never asked, for the server did not keep up.
    pub unasked: u64,
    /// Messages that were acknowledged, those of the warm-up too.
    pub acknowledged: u64,
    /// Of these, how many were never handed over.
    pub lost: u64,
    /// How often one was handed over once more.
    pub doubled: u64,
    /// The most memory of the server, in bytes, if it was started for this and the system tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_memory_bytes: Option<u64>,
}

/// The load.
#[derive(Clone, Debug, Serialize)]
pub struct LoadReport {
    /// The server; none when it was started for this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Connections at a time.
    pub connections: usize,
    /// Requests of a connection without an answer, at most.
    pub pipeline: usize,
    /// Users that are written to.
    pub users: usize,
    /// Bytes of each message.
    pub message_bytes: usize,
    /// Shares of the kinds of requests.
    pub mix: String,
    /// Requests a second, if they were asked at a constant rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Threads of the load.
    pub threads: usize,
}

/// The replies to one kind of request. Latencies are in microseconds.
#[derive(Clone, Debug, Serialize)]
pub struct KindReport {
    /// Its name.
    pub request: &'static str,
    /// How many replies.
    pub replies: u64,
    /// How many a second.
    pub per_second: f64,
    /// Half of the replies came within this.
    pub p50: f64,
    /// 90 of a hundred.
    pub p90: f64,
    /// 99 of a hundred.
    pub p99: f64,
    /// 999 of a thousand.
    pub p999: f64,
    /// The slowest.
    pub longest: f64,
    /// How many of the replies were refusals, by their code.
    pub refusals: BTreeMap<String, u64>,
}

impl Report {
    pub(super) fn new(
        load: LoadReport,
        tally: &Tally,
        account: Account,
        interrupted: bool,
        peak_memory_bytes: Option<u64>,
    ) -> Self {
        let of = |kind: &Kind| KindReport::new(kind, tally.elapsed);
        Self {
            version: env!("CARGO_PKG_VERSION"),
            load,
            seconds: tally.elapsed.as_secs_f64(),
            interrupted,
            requests: tally
                .kinds
                .iter()
                .filter(|kind| !kind.latency.is_empty())
                .map(of)
                .collect(),
            together: of(&tally.together()),
            unasked: tally.unasked,
            acknowledged: account.acknowledged,
            lost: account.lost,
            doubled: account.doubled,
            peak_memory_bytes,
        }
    }
}

impl KindReport {
    fn new(kind: &Kind, elapsed: Duration) -> Self {
        let latency = &kind.latency;
        let at = |share: f64| latency.value_at_quantile(share) as f64 / 1_000.0;
        Self {
            request: kind.name,
            replies: latency.len(),
            per_second: latency.len() as f64 / elapsed.as_secs_f64().max(1e-9),
            p50: at(0.5),
            p90: at(0.9),
            p99: at(0.99),
            p999: at(0.999),
            longest: latency.max() as f64 / 1_000.0,
            refusals: kind.refusals.clone(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.load)?;
        let early = if self.interrupted {
            ", ended early"
        } else {
            ""
        };
        writeln!(formatter, "measured for {:.1} s{early}\n", self.seconds)?;
        writeln!(
            formatter,
            "{:<10} {:>12} {:>12} {:>10} {:>10} {:>10} {:>10} {:>10}",
            "request", "replies", "a second", "median", "90 %", "99 %", "99.9 %", "longest"
        )?;
        let together = (self.requests.len() > 1).then_some(&self.together);
        for kind in self.requests.iter().chain(together) {
            writeln!(formatter, "{kind}")?;
        }
        writeln!(formatter)?;
        for kind in &self.requests {
            for (code, count) in &kind.refusals {
                let times = if *count == 1 { "time" } else { "times" };
                writeln!(
                    formatter,
                    "{} was refused {} {times}: {code}",
                    kind.request,
                    grouped(*count)
                )?;
            }
        }
        if self.unasked > 0 {
            writeln!(
                formatter,
                "{} requests were due and never asked: the server did not keep up with that rate",
                grouped(self.unasked)
            )?;
        }
        if let Some(bytes) = self.peak_memory_bytes {
            writeln!(
                formatter,
                "most memory of the server: {:.1} MiB",
                bytes as f64 / f64::from(1 << 20)
            )?;
        }
        write!(
            formatter,
            "{} messages were acknowledged; {}",
            grouped(self.acknowledged),
            match self.lost {
                0 => "all of them were handed over".to_owned(),
                lost => format!("{} OF THEM WERE NEVER HANDED OVER", grouped(lost)),
            }
        )?;
        match self.doubled {
            0 => writeln!(formatter, ", none twice"),
            doubled => writeln!(formatter, ", {} of them more than once", grouped(doubled)),
        }
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = match &self.server {
            Some(server) => server.as_str(),
            None => "a server started for this",
        };
        write!(
            formatter,
            "{server}: {} connections, {} users, messages of {} bytes, {}",
            self.connections, self.users, self.message_bytes, self.mix
        )?;
        match self.rate {
            Some(rate) => write!(
                formatter,
                "; {rate} requests a second, at most {} of a connection at a time",
                self.pipeline
            ),
            None if self.pipeline == 1 => write!(formatter, "; one request at a time"),
            None => write!(formatter, "; {} requests at a time", self.pipeline),
        }
    }
}

impl fmt::Display for KindReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<10} {:>12} {:>12} {:>10} {:>10} {:>10} {:>10} {:>10}",
            self.request,
            grouped(self.replies),
            grouped(self.per_second.round() as u64),
            time(self.p50),
            time(self.p90),
            time(self.p99),
            time(self.p999),
            time(self.longest)
        )
    }
}

/// Microseconds, in the unit that a person reads best.
fn time(microseconds: f64) -> String {
    match microseconds {
        short if short < 1_000.0 => format!("{short:.0} us"),
        middle if middle < 1_000_000.0 => format!("{:.2} ms", middle / 1_000.0),
        long => format!("{:.2} s", long / 1_000_000.0),
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
