//! What the operating system knows of this process, by the names that Prometheus' own libraries
//! have for it.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

/// What is told, as far as the system has it in `/proc`.
#[derive(Debug, Default)]
pub(super) struct Process {
    pub(super) cpu_seconds: Option<f64>,
    pub(super) start_time_seconds: Option<f64>,
    pub(super) virtual_memory_bytes: Option<u64>,
    pub(super) resident_memory_bytes: Option<u64>,
    pub(super) open_files: Option<u64>,
    pub(super) most_open_files: Option<u64>,
    pub(super) threads: Option<u64>,
}

impl Process {
    /// As it is now. Where something cannot be read, the rest is told all the same.
    pub(super) fn now() -> Self {
        Self::read(Path::new("/proc/self"))
    }

    fn read(folder: &Path) -> Self {
        let stat = fs::read_to_string(folder.join("stat")).unwrap_or_default();
        // The second field is the program's name in parentheses, which may hold anything.
        let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // Counted from 1 in proc_pid_stat(5); the first here is the third there.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        let seconds = |ticks: u64| ticks as f64 / clock_ticks_per_second() as f64;
        let started = || {
            let (up, since_boot) = (since_boot()?, field(22)?);
            Some(*STARTED.get_or_init(|| time_of(seconds(since_boot), up)))
        };
        let processors = || Some(seconds(field(14)? + field(15)?));
        let open_files = || Some(fs::read_dir(folder.join("fd")).ok()?.count() as u64);
        Self {
            cpu_seconds: processors(),
            threads: field(20),
            start_time_seconds: started(),
            virtual_memory_bytes: field(23),
            resident_memory_bytes: field(24).map(|pages| pages * page_size() as u64),
            // One of them is the folder that is being listed.
            open_files: open_files().map(|files| files.saturating_sub(1)),
            most_open_files: Some(getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)),
        }
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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_takes_nothing_else_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = Process::read(folder.path());
        assert_eq!((nothing.threads, nothing.open_files), (None, None));
        assert!(nothing.most_open_files.is_some());
        fs::copy("/proc/self/stat", folder.path().join("stat")).unwrap();
        let no_files = Process::read(folder.path());
        assert!(no_files.threads.is_some() && no_files.cpu_seconds.is_some());
        assert!(no_files.start_time_seconds.is_some() && no_files.open_files.is_none());
    }
}
