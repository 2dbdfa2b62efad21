//! What the operating system knows of a running server.

use std::fs;
use std::time::Duration;

use crate::Failure;

/// A process, by its number.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// Resident memory, in bytes.
    pub(crate) fn resident(self) -> Result<u64, Failure> {
        self.status("VmRSS:")
    }

    /// The most that it ever had resident, in bytes.
    pub(crate) fn peak(self) -> Result<u64, Failure> {
        self.status("VmHWM:")
    }

    /// How long its threads have run on a processor, those aside that are gone.
    pub(crate) fn processor_time(self) -> Result<Duration, Failure> {
        let mut nanoseconds = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.0))? {
            let text = fs::read_to_string(thread?.path().join("schedstat"))?;
            let ran = text
                .split_whitespace()
                .next()
                .ok_or("no time of a thread")?;
            nanoseconds += ran.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    fn status(self, name: &str) -> Result<u64, Failure> {
        let text = fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        let kibibytes: u64 = number
            .ok_or("the system does not tell its memory")?
            .parse()?;
        Ok(kibibytes << 10)
    }
}
