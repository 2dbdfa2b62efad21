//! The report: medians, spreads and ratios, in the documents of the project.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::contender::Contender;
use crate::figures::Figure;
use crate::plot;
use crate::run::{ROUNDS, RowResult};
use crate::{Failure, machine};

/// Where the report begins in the document, and where each report ends.
const BEGIN: &str = "<!-- What follows is written by `cargo xtask bench compare`. -->\n";
const END: &str = "<!-- What was written ends here. -->\n";

pub(crate) struct Report<'a> {
    pub(crate) contenders: &'a [Box<dyn Contender>],
    pub(crate) rows: &'a [RowResult],
    pub(crate) at_equal_rate: &'a [RowResult],
    pub(crate) figures: &'a [Figure],
}

impl Report<'_> {
    /// Writes it into `benchmarks.md` of a folder, in place of the one before, with its plots beside.
    pub(crate) fn write(&self, documents: &Path) -> Result<(), Failure> {
        replace(documents, BEGIN, &self.text()?)?;
        fs::write(
            documents.join("requests-a-second.svg"),
            plot::requests_a_second(self.rows),
        )?;
        Ok(())
    }

    pub(crate) fn text(&self) -> Result<String, Failure> {
        let mut text = format!(
            "Measured on {}, the load's own processor time included; medians of {ROUNDS} rounds.\n\n",
            machine::description()
        );
        writeln!(
            text,
            "![Requests a second of each server](requests-a-second.svg)\n"
        )?;
        for result in self.rows {
            throughput(&mut text, result)?;
        }
        for result in self.at_equal_rate {
            latency(&mut text, result)?;
        }
        if !self.figures.is_empty() {
            writeln!(text, "| what | figure | at most |\n| --- | ---: | ---: |")?;
            for figure in self.figures {
                writeln!(
                    text,
                    "| {} | {} | {} |",
                    figure.what, figure.measured, figure.asked
                )?;
            }
            writeln!(text)?;
        }
        writeln!(text, "| server | version |\n| --- | --- |")?;
        for contender in self.contenders {
            writeln!(text, "| {} | {} |", contender.name(), contender.version()?)?;
        }
        writeln!(text)?;
        Ok(text)
    }
}

/// Puts a text into `benchmarks.md` of a folder, behind the line that says what is written there and in place of what was.
pub(crate) fn replace(documents: &Path, begin: &str, text: &str) -> Result<(), Failure> {
    let file = documents.join("benchmarks.md");
    let document = fs::read_to_string(&file)?;
    let lost = || {
        format!(
            "{} has lost the two lines that the report stands between",
            file.display()
        )
    };
    let (before, rest) = document.split_once(begin).ok_or_else(lost)?;
    let (_, after) = rest.split_once(END).ok_or_else(lost)?;
    fs::write(&file, format!("{before}{begin}\n{text}{END}{after}"))?;
    Ok(())
}

fn throughput(text: &mut String, result: &RowResult) -> Result<(), Failure> {
    let row = result.row;
    writeln!(
        text,
        "| {}; {} connections | a second | least to most | median | 99 % | ours is | at least |",
        row.title,
        count(row.connections as f64)
    )?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    let ours = result.servers[0].median(|round| round.per_second);
    for server in &result.servers {
        let per_second = server.median(|round| round.per_second);
        let all = server.rounds.iter().map(|round| round.per_second);
        let (least, most) = (
            all.clone().fold(f64::MAX, f64::min),
            all.fold(0.0, f64::max),
        );
        let target = row.targets.iter().find(|(name, _)| *name == server.name);
        writeln!(
            text,
            "| {} | {} | {} to {} | {} | {} | {:.2} | {} |",
            server.name,
            count(per_second),
            count(least),
            count(most),
            time(server.median(|round| round.p50)),
            time(server.median(|round| round.p99)),
            ours / per_second,
            target.map_or_else(String::new, |(_, target)| target.to_string())
        )?;
    }
    writeln!(text, "\n{}\n", row.limit)?;
    Ok(())
}

fn latency(text: &mut String, result: &RowResult) -> Result<(), Failure> {
    writeln!(
        text,
        "| {}; {} connections, {} requests a second | median | 99 % | ours is | at most |",
        result.row.title,
        count(result.row.connections as f64),
        count(result.rate.unwrap_or_default())
    )?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: |")?;
    let ours = result.servers[0].median(|round| round.p99);
    for (place, server) in result.servers.iter().enumerate() {
        let p99 = server.median(|round| round.p99);
        writeln!(
            text,
            "| {} | {} | {} | {:.2} | {} |",
            server.name,
            time(server.median(|round| round.p50)),
            time(p99),
            ours / p99,
            if place == 0 { "" } else { "1.1" }
        )?;
    }
    writeln!(text)?;
    Ok(())
}

/// A number with its thousands apart.
pub(crate) fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Microseconds, as milliseconds where there are many.
pub(crate) fn time(microseconds: f64) -> String {
    match microseconds < 1_000.0 {
        true => format!("{microseconds:.0} µs"),
        false => format!("{:.1} ms", microseconds / 1_000.0),
    }
}
