//! The host's clock, as the core wants it: never running backwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chatting_time_core::Timestamp;
use tracing::warn;

/// So far a clock may be behind without a word: clocks are set right now and then.
const MILLISECONDS_UNNOTICED: u64 = 60_000;

/// The system's time of day, which someone may set back: then time goes on from where it was, at
/// its usual pace, until the time of day has caught up.
#[derive(Debug)]
pub(super) struct Clock {
    base: Timestamp,
    since: Instant,
    /// What it showed at first, and when that was.
    first: (Timestamp, Instant),
    source: Source,
}

/// Where a clock reads the time of day, and the time that nobody sets back.
#[derive(Debug)]
enum Source {
    System,
    /// The instant at which none of the simulated time had passed.
    Simulated(SimulatedTime, Instant),
}

/// A time that passes only when it is told to. Clones are the same time.
#[derive(Clone, Debug, Default)]
pub struct SimulatedTime(Arc<SimulatedClocks>);

#[derive(Debug, Default)]
struct SimulatedClocks {
    /// In milliseconds, as all of them.
    time_of_day: AtomicU64,
    /// What passed since the start, which nobody sets.
    passed: AtomicU64,
}

impl SimulatedTime {
    /// Lets so many milliseconds pass.
    pub fn advance(&self, milliseconds: u64) {
        self.0
            .time_of_day
            .fetch_add(milliseconds, Ordering::Relaxed);
        self.0.passed.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Somebody sets the clock, and no time passes.
    pub fn set(&self, time_of_day: Timestamp) {
        self.0.time_of_day.store(time_of_day.0, Ordering::Relaxed);
    }

    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.time_of_day.load(Ordering::Relaxed))
    }

    fn passed(&self) -> Duration {
        Duration::from_millis(self.0.passed.load(Ordering::Relaxed))
    }
}

impl Source {
    fn read(&self) -> (Timestamp, Instant) {
        match self {
            Self::System => (time_of_day(), Instant::now()),
            Self::Simulated(time, zero) => (time.now(), *zero + time.passed()),
        }
    }
}

impl Clock {
    /// A clock that shows nothing earlier than `latest`, the latest time on record.
    pub(super) fn after(latest: Timestamp) -> Self {
        let now = Source::System.read();
        let behind = latest.0.saturating_sub(now.0.0);
        if behind > MILLISECONDS_UNNOTICED {
            warn!(
                "the clock of this machine is {} s behind the latest time in the data folder: it was set back, or was ahead \
                 before. Time goes on from there until the clock has caught up",
                behind / 1000
            );
        }
        Self::starting(latest, Source::System, now)
    }

    /// The same, of a simulated time.
    pub(super) fn simulated(time: SimulatedTime, latest: Timestamp) -> Self {
        let source = Source::Simulated(time, Instant::now());
        let now = source.read();
        Self::starting(latest, source, now)
    }

    fn starting(latest: Timestamp, source: Source, now: (Timestamp, Instant)) -> Self {
        let (time_of_day, instant) = now;
        Self {
            base: latest,
            since: instant,
            first: (latest.max(time_of_day), instant),
            source,
        }
    }

    pub(super) fn now(&mut self) -> Timestamp {
        let (time_of_day, instant) = self.source.read();
        self.at(time_of_day, instant)
    }

    /// Which times on record lie longer back than so many milliseconds: for what cannot be taken back when the time of day
    /// turns out to be wrong, or to have been wrong.
    pub(super) fn longer_ago_than(&self, milliseconds: u64) -> impl Fn(Timestamp) -> bool {
        let (time_of_day, instant) = self.source.read();
        self.longer_ago_at(milliseconds, time_of_day, instant)
    }

    fn longer_ago_at(
        &self,
        milliseconds: u64,
        time_of_day: Timestamp,
        instant: Instant,
    ) -> impl Fn(Timestamp) -> bool {
        let steady = self.steady_at(instant);
        // The time of day may have jumped ahead since the start.
        let now = time_of_day.min(steady);
        move |at| {
            // What lies behind that was on record while the clock was ahead, from where the steady time goes on. What lies
            // before it did not become older by that.
            let now = if at > now { steady } else { now };
            at.0 < now.0.saturating_sub(milliseconds)
        }
    }

    /// The time since the clock was started at its usual pace, whatever became of the time of day since.
    fn steady_at(&self, instant: Instant) -> Timestamp {
        let (first, since) = self.first;
        let elapsed = instant.saturating_duration_since(since);
        Timestamp(first.0.saturating_add(milliseconds(elapsed.as_millis())))
    }

    fn at(&mut self, time_of_day: Timestamp, instant: Instant) -> Timestamp {
        let elapsed = instant.saturating_duration_since(self.since);
        let going_on = Timestamp(
            self.base
                .0
                .saturating_add(milliseconds(elapsed.as_millis())),
        );
        if time_of_day > going_on {
            self.base = time_of_day;
            self.since = instant;
        }
        going_on.max(time_of_day)
    }
}

fn time_of_day() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(milliseconds(since_epoch.as_millis()))
}

fn milliseconds(number: u128) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_time_of_day() {
        let mut clock = Clock::after(Timestamp(0));
        let start = clock.since;
        assert_eq!(clock.at(Timestamp(5_000), start), Timestamp(5_000));
        assert_eq!(clock.at(Timestamp(9_000), start), Timestamp(9_000));
    }

    #[test]
    fn a_clock_that_is_set_back_goes_on_at_its_usual_pace() {
        let mut clock = Clock::after(Timestamp(0));
        let start = clock.since;
        clock.at(Timestamp(9_000), start);
        let later = start + Duration::from_millis(250);
        assert_eq!(clock.at(Timestamp(1_000), later), Timestamp(9_250));
        assert_eq!(clock.at(Timestamp(9_300), later), Timestamp(9_300));
    }

    #[test]
    fn the_steady_time_does_not_follow_a_clock_that_is_set() {
        let start = Instant::now();
        let mut clock =
            Clock::starting(Timestamp(3_000), Source::System, (Timestamp(9_000), start));
        let later = start + Duration::from_millis(250);
        assert_eq!(clock.at(Timestamp(999_000), later), Timestamp(999_000));
        assert_eq!(clock.steady_at(later), Timestamp(9_250));
        let clock = Clock::starting(Timestamp(9_000), Source::System, (Timestamp(3_000), start));
        assert_eq!(clock.steady_at(later), Timestamp(9_250));
    }

    #[test]
    fn nothing_grows_old_by_a_clock_that_is_ahead_for_a_while() {
        let start = Instant::now();
        let later = start + Duration::from_millis(250);
        let clock = Clock::starting(Timestamp(3_000), Source::System, (Timestamp(9_000), start));
        let is_old = clock.longer_ago_at(1_000, Timestamp(999_000), later);
        assert!(is_old(Timestamp(8_249)));
        assert!(!is_old(Timestamp(8_250)));
        assert!(!is_old(Timestamp(998_000)));

        // After a restart, with the clock set right.
        let right = (Timestamp(9_300), start);
        let clock = Clock::starting(Timestamp(999_000), Source::System, right);
        let is_old = clock.longer_ago_at(1_000, Timestamp(9_550), later);
        assert!(is_old(Timestamp(8_549)));
        assert!(!is_old(Timestamp(8_550)));
        assert!(!is_old(Timestamp(9_300)));
        // What was accepted while it was ahead waits no longer than anything else.
        assert!(is_old(Timestamp(998_249)));
        assert!(!is_old(Timestamp(998_250)));
    }

    #[test]
    fn after_a_restart_it_goes_on_behind_the_latest_time_on_record() {
        let mut clock = Clock::after(Timestamp(9_000));
        let later = clock.since + Duration::from_millis(40);
        assert_eq!(clock.at(Timestamp(1_000), later), Timestamp(9_040));
    }
}
