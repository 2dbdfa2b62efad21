//! How often which magnitude came up.

use std::time::Duration;

use super::Counter;

/// Magnitudes by the first bound that holds them; the last bucket is for those beyond all bounds.
#[derive(Debug)]
pub(crate) struct Histogram {
    bounds: &'static [u64],
    buckets: Box<[Counter]>,
    sum: Counter,
    /// How much of the unit that is shown one is.
    scale: f64,
}

/// What a histogram holds, in the unit that is shown.
pub(super) struct Snapshot {
    pub(super) sum: f64,
    pub(super) count: u64,
    /// The bounds, and how much is in each bucket.
    pub(super) buckets: Vec<(f64, u64)>,
}

const MICROSECOND: u64 = 1_000;
const MILLISECOND: u64 = 1_000_000;
const SECOND: u64 = 1_000_000_000;

/// From a request that finds all in memory to a disk that hangs, in nanoseconds.
const TIMES: &[u64] = &[
    50 * MICROSECOND,
    100 * MICROSECOND,
    250 * MICROSECOND,
    500 * MICROSECOND,
    MILLISECOND,
    2_500 * MICROSECOND,
    5 * MILLISECOND,
    10 * MILLISECOND,
    25 * MILLISECOND,
    50 * MILLISECOND,
    100 * MILLISECOND,
    250 * MILLISECOND,
    500 * MILLISECOND,
    SECOND,
    2_500 * MILLISECOND,
    5 * SECOND,
    10 * SECOND,
];
/// From a snapshot of next to nothing to one of many gigabytes, in nanoseconds.
const LONG_TIMES: &[u64] = &[
    10 * MILLISECOND,
    100 * MILLISECOND,
    SECOND,
    10 * SECOND,
    60 * SECOND,
    600 * SECOND,
];
const COUNTS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16_384];
const BYTES: &[u64] = &[
    64,
    256,
    1 << 10,
    4 << 10,
    16 << 10,
    64 << 10,
    256 << 10,
    1 << 20,
    4 << 20,
    16 << 20,
];

impl Histogram {
    /// Of how long something takes that somebody waits for.
    pub(crate) fn of_times() -> Self {
        Self::new(TIMES, SECOND as f64)
    }

    /// Of how long something takes that nobody waits for.
    pub(crate) fn of_long_times() -> Self {
        Self::new(LONG_TIMES, SECOND as f64)
    }

    pub(crate) fn of_counts() -> Self {
        Self::new(COUNTS, 1.0)
    }

    pub(crate) fn of_bytes() -> Self {
        Self::new(BYTES, 1.0)
    }

    fn new(bounds: &'static [u64], scale: f64) -> Self {
        Self {
            bounds,
            buckets: (0..=bounds.len()).map(|_| Counter::default()).collect(),
            sum: Counter::default(),
            scale,
        }
    }

    pub(crate) fn took(&self, time: Duration) {
        self.observe(nanoseconds(time), 1);
    }

    pub(crate) fn observe(&self, magnitude: u64, times: u64) {
        let bucket = self.bounds.partition_point(|bound| *bound < magnitude);
        self.buckets[bucket].add(times);
        self.sum.add(magnitude.saturating_mul(times));
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let counts: Vec<u64> = self.buckets.iter().map(Counter::get).collect();
        let bounds = self.bounds.iter().map(|bound| *bound as f64 / self.scale);
        Snapshot {
            sum: self.sum.get() as f64 / self.scale,
            count: counts.iter().sum(),
            buckets: bounds.chain([f64::INFINITY]).zip(counts).collect(),
        }
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_magnitude_is_counted_by_the_first_bound_that_holds_it() {
        let histogram = Histogram::of_counts();
        for magnitude in [0, 1, 2, 3, 16_384, 16_385] {
            histogram.observe(magnitude, 2);
        }
        let Snapshot {
            sum,
            count,
            buckets,
        } = histogram.snapshot();
        assert_eq!((sum, count), (65_550.0, 12));
        let filled: Vec<_> = buckets
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect();
        let expected = [
            (1.0, 4),
            (2.0, 2),
            (4.0, 2),
            (16_384.0, 2),
            (f64::INFINITY, 2),
        ];
        assert_eq!(filled, expected);
    }

    #[test]
    fn times_are_shown_in_seconds() {
        let histogram = Histogram::of_times();
        histogram.took(Duration::from_millis(1_500));
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.sum, 1.5);
        assert!(snapshot.buckets.contains(&(2.5, 1)));
    }
}
