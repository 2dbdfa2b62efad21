//! What was measured: how many replies of each kind, how long each took, and what was refused.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

/// The replies of one load.
#[derive(Clone, Debug)]
pub struct Tally {
    /// One for each kind of request.
    pub kinds: Vec<Kind>,
    /// How long it was measured.
    pub elapsed: Duration,
    /// Requests that were due and never asked, for the server did not keep up.
    pub unasked: u64,
}

/// The replies to one kind of request.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: &'static str,
    /// Nanoseconds to each reply, refusals too, with three digits.
    pub latency: Histogram<u64>,
    /// How often each code of a refusal came.
    pub refusals: BTreeMap<String, u64>,
}

impl Tally {
    pub(super) fn new(kinds: &[&'static str]) -> Self {
        let kinds = kinds.iter().map(|name| Kind {
            name,
            latency: Histogram::new(3).expect("three digits are few enough"),
            refusals: BTreeMap::new(),
        });
        Self {
            kinds: kinds.collect(),
            elapsed: Duration::ZERO,
            unasked: 0,
        }
    }

    pub(super) fn count(&mut self, kind: usize, latency: Duration, refused: Option<String>) {
        let kind = &mut self.kinds[kind];
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        // A histogram that resizes takes every value.
        let _ = kind.latency.record(nanoseconds);
        if let Some(code) = refused {
            *kind.refusals.entry(code).or_default() += 1;
        }
    }

    pub(super) fn measure(&mut self, from: Instant, to: Instant) {
        self.elapsed = to.saturating_duration_since(from);
    }

    /// Takes in what another thread measured at the same time.
    pub fn add(&mut self, other: &Self) {
        self.elapsed = self.elapsed.max(other.elapsed);
        self.unasked += other.unasked;
        for (kind, more) in self.kinds.iter_mut().zip(&other.kinds) {
            kind.latency
                .add(&more.latency)
                .expect("a histogram that resizes takes every value");
            for (code, count) in &more.refusals {
                *kind.refusals.entry(code.clone()).or_default() += count;
            }
        }
    }

    /// All kinds as one.
    #[must_use]
    pub fn together(&self) -> Kind {
        let mut all = Self::new(&["together"]);
        for kind in &self.kinds {
            let one = Self {
                kinds: vec![kind.clone()],
                elapsed: self.elapsed,
                unasked: 0,
            };
            all.add(&one);
        }
        all.kinds.remove(0)
    }
}
