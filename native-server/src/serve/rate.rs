//! How often something may happen: so many in a period, all of them at once if need be (the
//! generic cell rate algorithm). What has happened is a debt, which time pays back.
//!
//! The time is that of a clock that nobody sets: whatever becomes of the time of day, a debt is paid
//! back at the same pace.

use std::time::{Duration, Instant};

/// So many in a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rate {
    /// What one costs: after this long it has been paid back.
    one: Duration,
    most: u32,
}

/// Whether there is room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// For so many, one at least.
    For(u32),
    /// For one after this long.
    After(Duration),
}

impl Rate {
    /// `None` when there is no bound, which 0 says.
    pub(super) fn new(most: u64, period: Duration) -> Option<Self> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        (most > 0).then(|| Self {
            one: (period / most).max(Duration::from_nanos(1)),
            most,
        })
    }

    /// The room that is left by a debt that will have been paid back by then.
    pub(super) fn room(&self, paid: Option<Instant>, now: Instant) -> Room {
        let debt = paid.map_or(Duration::ZERO, |paid| paid.saturating_duration_since(now));
        let all = self.one * self.most;
        let free = all.saturating_sub(debt).as_nanos() / self.one.as_nanos();
        match u32::try_from(free).unwrap_or(u32::MAX) {
            0 => Room::After(debt + self.one - all),
            free => Room::For(free),
        }
    }

    /// By when the debt will have been paid back that so many more make of one.
    pub(super) fn after(&self, count: u32, paid: Option<Instant>, now: Instant) -> Instant {
        paid.map_or(now, |paid| paid.max(now)) + self.one * count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn all_may_happen_at_once_and_then_one_for_each_share_of_the_period() {
        let rate = Rate::new(4, SECOND).unwrap();
        let begin = Instant::now();
        assert_eq!(rate.room(None, begin), Room::For(4));
        let paid = rate.after(3, None, begin);
        assert_eq!(rate.room(Some(paid), begin), Room::For(1));
        let paid = rate.after(1, Some(paid), begin);
        assert_eq!(rate.room(Some(paid), begin), Room::After(SECOND / 4));
        let later = begin + SECOND / 8;
        assert_eq!(rate.room(Some(paid), later), Room::After(SECOND / 8));
        assert_eq!(rate.room(Some(paid), begin + SECOND / 4), Room::For(1));
        assert_eq!(rate.room(Some(paid), begin + SECOND), Room::For(4));
        assert_eq!(rate.room(Some(paid), begin + 100 * SECOND), Room::For(4));
    }

    #[test]
    fn more_than_there_was_room_for_is_paid_back_too() {
        let rate = Rate::new(2, SECOND).unwrap();
        let begin = Instant::now();
        let paid = rate.after(6, None, begin);
        assert_eq!(rate.room(Some(paid), begin), Room::After(SECOND * 5 / 2));
    }

    #[test]
    fn any_number_that_can_be_set_is_kept_to() {
        assert!(Rate::new(0, SECOND).is_none());
        let begin = Instant::now();
        for most in [1, 7, 60, 1_000_000] {
            for period in [SECOND, 60 * SECOND] {
                let rate = Rate::new(most, period).unwrap();
                let most = u32::try_from(most).unwrap();
                assert_eq!(rate.room(None, begin), Room::For(most));
                let paid = rate.after(most, None, begin);
                assert!(matches!(rate.room(Some(paid), begin), Room::After(_)));
                assert_eq!(rate.room(Some(paid), begin + period), Room::For(most));
            }
        }
    }
}
