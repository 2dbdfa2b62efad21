//! Places in an order.
//!
//! A B-tree would do, and would be the largest piece of code in a browser. This is the same with two levels: short runs,
//! each of them a vector. No operation moves more than one run and the list of runs. What the order is made of stands at
//! the places and is not kept a second time, so whoever asks brings the comparison along.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::place::Place;

/// How others compare with the one that is meant: equal is that one alone.
pub(super) type Compare<'a> = &'a dyn Fn(Place) -> Ordering;

/// Places in an order, each once.
#[derive(Clone, Debug, Default)]
pub(super) struct Ordered {
    /// None of them empty, each behind the one before.
    runs: Vec<Vec<Place>>,
    count: usize,
}

/// A run has at most so many places: few enough that moving them takes less than finding them.
const RUN: usize = 256;

impl Ordered {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Place> {
        self.runs.iter().flatten().copied()
    }

    pub(super) fn last(&self) -> Option<Place> {
        self.runs.last()?.last().copied()
    }

    /// Puts in one that is not there yet.
    pub(super) fn insert(&mut self, new: Place, compare: Compare<'_>) {
        let (mut run, mut place) = self.find(compare);
        self.count += 1;
        if run == self.runs.len() {
            self.runs.push(Vec::new());
        }
        // Before it has to grow beyond that, so that no run takes room for more.
        if self.runs[run].len() == RUN {
            let behind = self.runs[run].split_off(RUN / 2);
            self.runs[run].shrink_to_fit();
            self.runs.insert(run + 1, behind);
            if place > RUN / 2 {
                run += 1;
                place -= RUN / 2;
            }
        }
        self.runs[run].insert(place, new);
    }

    /// Takes out one that is there.
    pub(super) fn remove(&mut self, compare: Compare<'_>) {
        let (run, place) = self.find(compare);
        self.take_out(run, place);
    }

    pub(super) fn remove_last(&mut self) {
        if let Some(run) = self.runs.len().checked_sub(1) {
            self.take_out(run, self.runs[run].len() - 1);
        }
    }

    fn take_out(&mut self, run: usize, place: usize) {
        self.count -= 1;
        self.runs[run].remove(place);
        self.join(run);
        self.join(run.saturating_sub(1));
    }

    /// The run and the place in it where the one that is meant stands, or would have to.
    fn find(&self, compare: Compare<'_>) -> (usize, usize) {
        let is_before = |other: &Place| compare(*other).is_lt();
        let ends_before = |run: &Vec<Place>| run.last().is_some_and(is_before);
        let run = self.runs.partition_point(ends_before);
        match self.runs.get(run) {
            Some(places) => (run, places.partition_point(is_before)),
            // Behind all of them, so into the last run.
            None => (run.saturating_sub(1), self.runs.last().map_or(0, Vec::len)),
        }
    }

    /// Makes one run of this and the next one, if they are short, and nothing of an empty one.
    fn join(&mut self, run: usize) {
        let length = |run: usize| self.runs.get(run).map_or(0, Vec::len);
        if length(run) == 0 {
            if run < self.runs.len() {
                self.runs.remove(run);
            }
        } else if run + 1 < self.runs.len() && length(run) + length(run + 1) <= RUN / 2 {
            let behind = self.runs.remove(run + 1);
            self.runs[run].extend(behind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Some order that is not that of the places.
    fn key(place: Place) -> usize {
        place.key().wrapping_mul(7_919) % 10_007
    }

    fn beside(place: Place) -> impl Fn(Place) -> Ordering {
        move |other| key(other).cmp(&key(place))
    }

    /// Numbers without a pattern, the same on every run.
    fn numbers() -> impl Iterator<Item = u64> {
        (0..u64::MAX).scan(7_u64, |state, _| {
            *state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            Some((*state >> 40) % 10_000)
        })
    }

    fn assert_same(ordered: &Ordered, expected: &BTreeSet<(usize, Place)>) {
        assert!(ordered.iter().eq(expected.iter().map(|(_, place)| *place)));
        assert_eq!(ordered.len(), expected.len());
        assert_eq!(ordered.last(), expected.last().map(|(_, place)| *place));
        let mut pairs = ordered.runs.windows(2);
        assert!(pairs.all(|pair| pair[0].len() + pair[1].len() > RUN / 2));
        let mut runs = ordered.runs.iter();
        assert!(runs.all(|run| !run.is_empty() && run.capacity() <= RUN));
    }

    #[test]
    fn it_holds_what_a_b_tree_holds_in_runs_that_are_neither_long_nor_many() {
        let mut ordered = Ordered::default();
        let mut expected = BTreeSet::new();
        let mut numbers = numbers();
        // Fills up, then goes down to nothing.
        for likely in [9, 5, 1] {
            for round in 0..6_000 {
                let place = Place::of(numbers.next().unwrap() as usize);
                let is_wanted = numbers.next().unwrap() % 10 < likely;
                if is_wanted && expected.insert((key(place), place)) {
                    ordered.insert(place, &beside(place));
                } else if !is_wanted && expected.remove(&(key(place), place)) {
                    ordered.remove(&beside(place));
                }
                if round % 100 == 0 {
                    assert_same(&ordered, &expected);
                }
            }
        }
        while expected.pop_last().is_some() {
            ordered.remove_last();
            assert_same(&ordered, &expected);
        }
        assert!(ordered.runs.is_empty());
    }
}
