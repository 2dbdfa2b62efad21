//! The server of Chatting Time beside what people would pick instead: the same load, in turn, in one run.
//!
//! `cargo xtask bench compare` installs the others, runs this and so writes its part of `docs/benchmarks.md`;
//! `cargo xtask bench cluster` writes another, about several servers on NATS.

mod cluster;
mod contender;
mod contenders;
mod data;
mod figures;
mod machine;
mod plot;
mod process;
mod report;
mod row;
mod run;

use std::error::Error;
use std::path::PathBuf;

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "usage: chatting-time-benchmarks DOCUMENTS [cluster | FIRST WORDS OF A ROW..]";

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let documents = PathBuf::from(arguments.next().ok_or(USAGE)?);
    let only: Vec<String> = arguments.collect();
    // Beside the program, so on the disk that the project is on.
    let here = std::env::current_exe()?;
    let parent = here.parent().ok_or("no folder of programs")?;
    if only == ["cluster"] {
        return cluster::run(&documents, parent);
    }
    let contenders = contenders::all();
    let rows = run::all(&contenders, parent, &only)?;
    let mut at_equal_rate = Vec::new();
    for result in rows
        .iter()
        .filter(|result| result.row.at_equal_rate.is_some())
    {
        let servers = result.row.at_equal_rate.unwrap_or_default();
        at_equal_rate.push(run::at_equal_rate(result, servers, &contenders, parent)?);
    }
    let figures = match only.is_empty() || only.iter().any(|word| word == "figures") {
        true => figures::all(parent)?,
        false => Vec::new(),
    };
    let report = report::Report {
        contenders: &contenders,
        rows: &rows,
        at_equal_rate: &at_equal_rate,
        figures: &figures,
    };
    // A part of it replaces nothing that came from the whole.
    print!("{}", report.text()?);
    match only.is_empty() {
        true => report.write(&documents),
        false => Ok(()),
    }
}

/// The middle one, or NaN of none.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
