//! What the figures were measured on.

use std::fs;
use std::thread::available_parallelism;

/// One line, such as "2 cores (AMD EPYC), 24 GiB, Linux 6.1".
pub(crate) fn description() -> String {
    let cores = available_parallelism().map_or(0, usize::from);
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
    let kibibytes = field("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    let gibibytes = kibibytes.map_or(0, |number| (number + (1 << 19)) >> 20);
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let kernel: Vec<&str> = release.trim().split(['.', '-']).take(2).collect();
    format!(
        "{cores} cores ({processor}), {gibibytes} GiB, Linux {}",
        kernel.join(".")
    )
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start_matches([' ', '\t', ':']).trim().to_owned())
}
