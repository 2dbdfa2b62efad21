//! What the operating system knows of this process, by the names that Prometheus' own libraries
//! have for it.

use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

/// What is told where the system has it in `/proc`.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) cpu_seconds: f64,
    pub(super) start_time_seconds: f64,
    pub(super) virtual_memory_bytes: u64,
    pub(super) resident_memory_bytes: u64,
    pub(super) open_files: u64,
    pub(super) most_open_files: u64,
    pub(super) threads: u64,
}

impl Process {
    /// As it is now; nothing where the system does not tell.
    pub(super) fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        // The second field is the program's name in parentheses, which may hold anything.
        let (_, fields) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // Counted from 1 in proc_pid_stat(5); the first here is the third there.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        let seconds = |ticks: u64| ticks as f64 / clock_ticks_per_second() as f64;
        Some(Self {
            cpu_seconds: seconds(field(14)? + field(15)?),
            threads: field(20)?,
            start_time_seconds: boot_time()? + seconds(field(22)?),
            virtual_memory_bytes: field(23)?,
            resident_memory_bytes: field(24)? * page_size() as u64,
            // One of them is the folder that is being listed.
            open_files: (fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1),
            most_open_files: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
        })
    }
}

/// When the machine was started, in seconds since 1970.
fn boot_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let time = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    time.trim().parse().ok()
}
