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

    /// How long its threads have run on a processor, to a hundredth of a second; those that are gone too.
    pub(crate) fn processor_time(self) -> Result<Duration, Failure> {
        const TICKS_A_SECOND: u64 = 100;
        let text = fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // Behind the name, which may hold anything: fields 3 and later, of which 14 and 15 are meant.
        let (_, fields) = text.rsplit_once(')').ok_or("no state of a process")?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let mut ticks: u64 = 0;
        for field in fields.get(11..13).ok_or("no time of a process")? {
            ticks += field.parse::<u64>()?;
        }
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
    }

    /// Whether it has a thread of that name.
    pub(crate) fn has_thread(self, name: &str) -> Result<bool, Failure> {
        for thread in fs::read_dir(format!("/proc/{}/task", self.0))? {
            // One that ends meanwhile has no name any more.
            let found = fs::read_to_string(thread?.path().join("comm")).unwrap_or_default();
            if found.trim_end() == name {
                return Ok(true);
            }
        }
        Ok(false)
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
