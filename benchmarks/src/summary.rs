//! The report: medians, spreads and ratios.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Failure;
use crate::run::{Round, RowResult};

pub(crate) fn write(results: &[RowResult], output: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    for result in results {
        writeln!(
            text,
            "| {} | a second | least to most | 99 % | ours is |",
            result.row.title
        )?;
        writeln!(text, "| --- | ---: | ---: | ---: | ---: |")?;
        let ours = median(&result.servers[0], |round| round.per_second);
        for (server, rounds) in result.row.servers.iter().zip(&result.servers) {
            let per_second = median(rounds, |round| round.per_second);
            let (least, most) = rounds
                .iter()
                .fold((f64::MAX, 0.0_f64), |(least, most), round| {
                    (least.min(round.per_second), most.max(round.per_second))
                });
            let target = result.row.targets.iter().find(|(name, _)| name == server);
            let ratio = match target {
                Some((_, target)) => format!("{:.2} ({target} asked)", ours / per_second),
                None => format!("{:.2}", ours / per_second),
            };
            writeln!(
                text,
                "| {server} | {per_second:.0} | {least:.0} to {most:.0} | {:.0} us | {ratio} |",
                median(rounds, |round| round.p99)
            )?;
        }
        writeln!(text)?;
    }
    print!("{text}");
    fs::write(output, text)?;
    Ok(())
}

fn median(rounds: &[Round], value: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
