//! The host's clock, as the core wants it: never running backwards.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chatting_time_core::Timestamp;

/// The system's time of day, which someone may set back: then time goes on from where it was, at
/// its usual pace, until the time of day has caught up.
#[derive(Debug)]
pub(super) struct Clock {
    base: Timestamp,
    since: Instant,
}

impl Clock {
    /// A clock that shows nothing earlier than `latest`, the latest time on record.
    pub(super) fn after(latest: Timestamp) -> Self {
        Self {
            base: latest,
            since: Instant::now(),
        }
    }

    pub(super) fn now(&mut self) -> Timestamp {
        self.at(time_of_day(), Instant::now())
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
    use std::time::Duration;

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
    fn after_a_restart_it_goes_on_behind_the_latest_time_on_record() {
        let mut clock = Clock::after(Timestamp(9_000));
        let later = clock.since + Duration::from_millis(40);
        assert_eq!(clock.at(Timestamp(1_000), later), Timestamp(9_040));
    }
}
