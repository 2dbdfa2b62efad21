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

    /// The time since the clock was started at its usual pace, whatever became of the time of day since: for what cannot be
    /// taken back when that turns out to have been wrong.
    pub(super) fn steady(&self) -> Timestamp {
        let (_, instant) = self.source.read();
        self.steady_at(instant)
    }

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
    fn after_a_restart_it_goes_on_behind_the_latest_time_on_record() {
        let mut clock = Clock::after(Timestamp(9_000));
        let later = clock.since + Duration::from_millis(40);
        assert_eq!(clock.at(Timestamp(1_000), later), Timestamp(9_040));
    }
}
