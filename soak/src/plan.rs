//! What happens when: drawn from the seed before anything begins.
//!
//! A run has cycles. In each, clients come and use the service, faults happen to it, all clients leave, and what is
//! left then is looked at. The first cycle warms up. The second has a full disk but no restart, and is what the last
//! third is compared with, in which there is none either, so that whatever grows with time, connections or messages has
//! all that third to do so in one process.

use std::time::Duration;

use chatting_time_tests::random::Random;

/// How long a cycle is at least when there is enough time for [`FEWEST`] of that length.
const CYCLE: Duration = Duration::from_secs(150);
/// A cycle to warm up, one to compare with, one with a kill, and one that is compared.
pub(crate) const FEWEST: u64 = 4;
/// The part of a cycle in which clients use the service; what is left is for them to leave.
const LOAD_PERCENT: u32 = 88;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) cycles: Vec<Cycle>,
}

#[derive(Debug)]
pub(crate) struct Cycle {
    pub(crate) load: Duration,
    /// In order, each so long after the load began.
    pub(crate) faults: Vec<(Duration, Fault)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// SIGKILL, and where it says so a second one so long after the server serves again.
    Kill { again: Option<Duration> },
    /// SIGTERM.
    Stop,
    /// No byte is left on the disk, for so long after the first refusal.
    Full { hold: Duration },
    /// Less is left than the server keeps in reserve.
    NearlyFull { hold: Duration },
}

impl Plan {
    /// So many cycles, at least [`FEWEST`], or as many as there is time for.
    pub(crate) fn draw(length: Duration, cycles: Option<u64>, random: &mut Random) -> Self {
        let usual = (length.as_secs() / CYCLE.as_secs()).max(FEWEST);
        let count = cycles.unwrap_or(usual);
        let load = length / count as u32 * LOAD_PERCENT / 100;
        let mut plan = Self { cycles: Vec::new() };
        for number in 1..=count {
            let mut faults = Vec::new();
            // Out of 1000 parts of the load; what takes long begins early.
            if number > 2 && number <= plan.last_restarts(count) {
                let fault = match random.below(4) {
                    0 => Fault::Stop,
                    1 => Fault::Kill {
                        again: Some(Duration::from_millis(random.below(500))),
                    },
                    _ => Fault::Kill { again: None },
                };
                faults.push((100 + random.below(600), fault));
            }
            if number % 2 == 0 {
                let hold = load / 40 * (1 + random.below(4) as u32);
                let is_long = load > Duration::from_secs(100);
                // What others are compared with has had what takes most: a state that was rebuilt.
                let is_reserve_left = is_long && number > 2 && random.below(2) == 0;
                let fault = match is_reserve_left {
                    true => Fault::NearlyFull { hold },
                    false => Fault::Full { hold },
                };
                faults.push((100 + random.below(200), fault));
            }
            faults.sort_by_key(|(moment, _)| *moment);
            let faults = faults.into_iter();
            let faults = faults.map(|(moment, fault)| (load * moment as u32 / 1000, fault));
            plan.cycles.push(Cycle {
                load,
                faults: faults.collect(),
            });
        }
        plan
    }

    /// The number of the last cycle in which the server may be restarted.
    fn last_restarts(&self, count: u64) -> u64 {
        count - count / 3
    }

    /// The numbers of the cycles that are compared with the second one.
    pub(crate) fn compared(&self) -> std::ops::RangeInclusive<usize> {
        let count = self.cycles.len();
        self.last_restarts(count as u64) as usize + 1..=count
    }
}
