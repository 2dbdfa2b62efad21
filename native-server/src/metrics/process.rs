//! What the operating system knows of this process, by the names that Prometheus' own libraries
//! have for it.

use std::fs;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

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
        let (up, since_boot) = (since_boot()?, field(22)?);
        let seconds = |ticks: u64| ticks as f64 / clock_ticks_per_second() as f64;
        Some(Self {
            cpu_seconds: seconds(field(14)? + field(15)?),
            threads: field(20)?,
            start_time_seconds: *STARTED.get_or_init(|| time_of(seconds(since_boot), up)),
            virtual_memory_bytes: field(23)?,
            resident_memory_bytes: field(24)? * page_size() as u64,
            // One of them is the folder that is being listed.
            open_files: (fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1),
            most_open_files: getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX),
        })
    }
}

/// Kept, for a clock that is set would move it.
static STARTED: OnceLock<f64> = OnceLock::new();

/// When it was so many seconds after the machine was started, `up` being how many it is now; in seconds since 1970.
/// (`/proc/stat` would say when the machine was; a service that is confined as ours is does not see it.)
fn time_of(since_boot: f64, up: f64) -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs_f64() - (up - since_boot)
}

/// How many seconds ago the machine was started.
#[cfg(target_os = "linux")]
fn since_boot() -> Option<f64> {
    use rustix::time::{ClockId, clock_gettime};
    let up = clock_gettime(ClockId::Boottime);
    Some(up.tv_sec as f64 + up.tv_nsec as f64 / 1e9)
}

/// Nor is there a `/proc` elsewhere.
#[cfg(not(target_os = "linux"))]
fn since_boot() -> Option<f64> {
    None
}
