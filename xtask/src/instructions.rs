//! Holds core's hot paths to the number of instructions that they took when it was last written down. A count, unlike a
//! time, is the same on a busy machine, so it can be a check.
//!
//! `core/benches/instructions.rs` runs under callgrind, which writes one file for each path. gungraun would
//! count the same, but the comparison with a committed baseline would still be ours, and its runner alone takes longer to
//! build than all that is counted here.

use std::fmt;
use std::fs;

use crate::command::{Command, Failure};
use crate::setup::{self, Program};

/// The counts that the present ones are compared with.
const BASELINE: &str = "core/benches/instructions.toml";

/// Where callgrind's files go.
const FOLDER: &str = "target/instructions";

/// Within this nothing has changed: the compiler lays code out a little differently after any edit. It holds downwards too,
/// since a gain that is not written down could be lost again unnoticed.
const BAND_PERCENT: u64 = 5;

/// Counts, and fails when a path takes more or fewer instructions than the baseline says.
pub(crate) fn check() -> Result<(), Failure> {
    let now = count()?;
    let baseline = fs::read_to_string(BASELINE)
        .map_err(|error| Failure(format!("{BASELINE} cannot be read: {error}; {WRITE_ANEW}")))?;
    let baseline = Counts::parse(&baseline)?;
    let rows = rows(&baseline, &now);
    print!("\n{}", table(&rows));
    if baseline.counted_with != now.counted_with {
        println!(
            "\nNot judged: the baseline was counted with {}, and this is {}.",
            baseline.counted_with, now.counted_with
        );
        return Ok(());
    }
    judge(&rows)
}

/// Counts, and makes that the baseline.
pub(crate) fn update() -> Result<(), Failure> {
    let now = count()?;
    fs::write(BASELINE, now.to_string())
        .map_err(|error| Failure(format!("{BASELINE} cannot be written: {error}")))?;
    println!("\n{BASELINE} is written anew; commit it with the reason.");
    Ok(())
}

const WRITE_ANEW: &str = "write it anew with: cargo xtask bench instructions --update";

const VALGRIND: Program = Program {
    name: "valgrind",
    debian_package: "valgrind",
    used_for: "counts instructions",
};

/// How many instructions each path takes.
#[derive(Debug, PartialEq, Eq)]
struct Counts {
    /// Compiler, target and C library, which all have their share in the counts.
    counted_with: String,
    paths: Vec<(String, u64)>,
}

fn count() -> Result<Counts, Failure> {
    setup::programs(&[VALGRIND])?;
    // What an earlier run left could be taken for this one's.
    let _ = fs::remove_dir_all(FOLDER);
    fs::create_dir_all(FOLDER)
        .map_err(|error| Failure(format!("{FOLDER} cannot be made: {error}")))?;
    let compiler = Command::new("rustc --verbose --version").output()?;
    let host = compiler
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .ok_or_else(|| Failure("`rustc --verbose --version` names no host".into()))?;
    let runner = format!(
        "CARGO_TARGET_{}_RUNNER",
        host.to_uppercase().replace('-', "_")
    );
    // Cargo runs it in the package's folder.
    let callgrind = format!(
        "valgrind --quiet --tool=callgrind --callgrind-out-file=../{FOLDER}/callgrind.out --compress-strings=no \
         --collect-atstart=no --toggle-collect={COUNTED} --dump-after={COUNTED}"
    );
    let mut announced = Vec::new();
    Command::new("cargo bench --package chatting-time-core --bench instructions")
        .env(&runner, callgrind)
        .run_and_watch(|line| announced.extend(announcement(line)))?;
    let mut paths = Vec::new();
    for (times, name) in announced {
        let count = total(&callgrind_file(paths.len()))? / times;
        paths.push((name, count));
    }
    let library = Command::new("getconf GNU_LIBC_VERSION").output();
    Ok(Counts {
        counted_with: format!(
            "{} for {host}, {}",
            compiler.lines().next().unwrap_or_default(),
            library.as_deref().map_or("another C library", str::trim)
        ),
        paths,
    })
}

/// The function in which callgrind counts.
const COUNTED: &str = "instructions::counted";

/// Callgrind numbers its files in the order of what was counted.
fn callgrind_file(index: usize) -> String {
    format!("{FOLDER}/callgrind.out.{}", index + 1)
}

/// How often, and what, a line like `1000 times receive and parse` says is counted next.
fn announcement(line: &str) -> Option<(u64, String)> {
    let (times, name) = line.split_once(" times ")?;
    Some((times.parse().ok()?, name.to_owned()))
}

/// All that was counted into that file of callgrind.
fn total(file: &str) -> Result<u64, Failure> {
    let text = fs::read_to_string(file)
        .map_err(|error| Failure(format!("callgrind's {file} cannot be read: {error}")))?;
    total_line(&text)
        .ok_or_else(|| Failure(format!("callgrind's {file} names no total of instructions")))
}

fn total_line(text: &str) -> Option<u64> {
    let total = text
        .lines()
        .find_map(|line| line.strip_prefix("totals: "))?;
    total.trim().parse().ok()
}

impl Counts {
    /// Reads what `Display` writes, and nothing else that TOML allows.
    fn parse(text: &str) -> Result<Self, Failure> {
        let mut counts = Self {
            counted_with: String::new(),
            paths: Vec::new(),
        };
        for line in text.lines() {
            if line.is_empty() || line.starts_with(['#', '[']) {
                continue;
            }
            let path = || {
                let (name, count) = line.strip_prefix('"')?.split_once("\" = ")?;
                Some((name.to_owned(), count.parse().ok()?))
            };
            let counted_with = || line.strip_prefix("counted_with = \"")?.strip_suffix('"');
            if let Some(path) = path() {
                counts.paths.push(path);
            } else if let Some(counted_with) = counted_with() {
                counts.counted_with = counted_with.to_owned();
            } else {
                return Err(Failure(format!(
                    "{BASELINE} holds a line that is none of its own, `{line}`: {WRITE_ANEW}"
                )));
            }
        }
        Ok(counts)
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "# What core's hot paths take. Written by `cargo xtask bench instructions --update`.\n"
        )?;
        writeln!(formatter, "counted_with = \"{}\"", self.counted_with)?;
        writeln!(formatter, "\n[instructions]")?;
        for (name, count) in &self.paths {
            writeln!(formatter, "\"{name}\" = {count}")?;
        }
        Ok(())
    }
}

/// A path with its count in the baseline and its count now, of which one may be missing.
struct Row {
    name: String,
    before: Option<u64>,
    /// With callgrind's file.
    now: Option<(u64, String)>,
}

fn rows(baseline: &Counts, now: &Counts) -> Vec<Row> {
    let before = |name: &str| baseline.paths.iter().find(|path| path.0 == name);
    let measured = now
        .paths
        .iter()
        .enumerate()
        .map(|(index, (name, count))| Row {
            name: name.clone(),
            before: before(name).map(|path| path.1),
            now: Some((*count, callgrind_file(index))),
        });
    let is_gone = |name: &str| now.paths.iter().all(|path| path.0 != name);
    let gone = baseline.paths.iter().filter(|path| is_gone(&path.0));
    let gone = gone.map(|(name, count)| Row {
        name: name.clone(),
        before: Some(*count),
        now: None,
    });
    measured.chain(gone).collect()
}

fn table(rows: &[Row]) -> String {
    let shown = |count: Option<u64>| count.map_or("-".into(), |count| count.to_string());
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let head = format!(
        "{:width$} {:>10} {:>10} {:>7}\n",
        "instructions", "baseline", "now", "ratio"
    );
    let lines = rows.iter().map(|row| {
        let now = row.now.as_ref().map(|now| now.0);
        let ratio = row.before.zip(now);
        let ratio = ratio.map(|(before, now)| format!("{:.3}", now as f64 / before as f64));
        format!(
            "{:width$} {:>10} {:>10} {:>7}\n",
            row.name,
            shown(row.before),
            shown(now),
            ratio.as_deref().unwrap_or("-")
        )
    });
    std::iter::once(head).chain(lines).collect()
}

/// Fails when one is outside of the band, and says what to do.
fn judge(rows: &[Row]) -> Result<(), Failure> {
    let complaints: Vec<String> = rows.iter().filter_map(complaint).collect();
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Failure(format!(
        "core's hot paths are not what {BASELINE} says:\n{}\nIf this is what you want, {WRITE_ANEW}\n\
         and commit it with the reason.",
        complaints.join("\n")
    )))
}

fn complaint(row: &Row) -> Option<String> {
    let name = &row.name;
    let (before, (now, file)) = match (row.before, &row.now) {
        (Some(before), Some(now)) => (before, now),
        (None, _) => return Some(format!("  {name}: is new, and not in the baseline")),
        (_, None) => {
            return Some(format!(
                "  {name}: is in the baseline, and no longer counted"
            ));
        }
    };
    let (before_percent, now_percent) = (before * 100, now * 100);
    let band = before * BAND_PERCENT;
    if now_percent > before_percent + band {
        Some(format!(
            "  {name}: {now} instructions instead of {before}, more than {BAND_PERCENT} % above; where they go:\n    \
             callgrind_annotate --inclusive=yes {file}"
        ))
    } else if now_percent + band < before_percent {
        Some(format!(
            "  {name}: {now} instructions instead of {before}, more than {BAND_PERCENT} % below; a gain is held by \
             writing it down"
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(paths: &[(&str, u64)]) -> Counts {
        Counts {
            counted_with: "rustc 1.95.0 for a machine".into(),
            paths: paths
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
        }
    }

    fn judgement(before: &[(&str, u64)], now: &[(&str, u64)]) -> Result<(), Failure> {
        judge(&rows(&counts(before), &counts(now)))
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let counts = counts(&[("`send` = 60 bytes", 1_727), ("list", 24)]);
        assert_eq!(Counts::parse(&counts.to_string()).unwrap(), counts);
        assert!(Counts::parse("\"send\" = many\n").is_err());
    }

    #[test]
    fn a_path_may_stay_within_the_band_and_not_leave_it_either_way() {
        for now in [950, 1_000, 1_050] {
            judgement(&[("send", 1_000)], &[("send", now)]).unwrap();
        }
        for (now, word) in [(949, "below"), (1_051, "above")] {
            let failure = judgement(
                &[("list", 1_000), ("send", 1_000)],
                &[("list", 1_000), ("send", now)],
            )
            .unwrap_err();
            assert!(
                failure.0.contains("send") && failure.0.contains(word),
                "{failure}"
            );
            assert!(
                !failure.0.contains("list") && failure.0.contains("--update"),
                "{failure}"
            );
        }
    }

    #[test]
    fn a_path_that_only_one_side_knows_is_named() {
        let failure = judgement(&[("old", 1)], &[("new", 1)]).unwrap_err();
        assert!(
            failure.0.contains("old: is in") && failure.0.contains("new: is new"),
            "{failure}"
        );
    }

    #[test]
    fn the_profile_of_a_path_that_grew_is_named() {
        let failure = judgement(&[("a", 1), ("b", 1)], &[("a", 1), ("b", 2)]).unwrap_err();
        assert!(failure.0.contains("callgrind.out.2"), "{failure}");
    }

    #[test]
    fn the_lines_of_bench_and_callgrind_are_understood() {
        assert_eq!(
            announcement("1000 times receive `list`"),
            Some((1_000, "receive `list`".into()))
        );
        assert_eq!(announcement("many times over"), None);
        assert_eq!(
            total_line("events: Ir\nsummary: 7\n\ntotals: 428705\n"),
            Some(428_705)
        );
    }
}
