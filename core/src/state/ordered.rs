//! Usernames with a time each, in an order.
//!
//! A B-tree would do, and would be the largest piece of code in a browser. This is the same with two levels: short runs,
//! each of them a vector. No operation moves more than one run and the list of runs.

use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::identity::Username;
use crate::time::Timestamp;

/// A user and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Timestamp,
    pub(super) username: Username,
}

/// Which of two entries comes first. Those that are equal in it stand for each other.
pub(super) type Order = fn(&Entry, &Entry) -> Ordering;

/// One entry a user, in alphabetical order.
pub(super) fn by_name(one: &Entry, other: &Entry) -> Ordering {
    one.username.cmp(&other.username)
}

/// In the order of their times.
pub(super) fn by_time(one: &Entry, other: &Entry) -> Ordering {
    one.at.cmp(&other.at).then_with(|| by_name(one, other))
}

/// Entries in an order, each once.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    order: Order,
    /// None of them empty, each behind the one before.
    runs: Vec<Vec<Entry>>,
    count: usize,
}

/// A run has at most so many entries: few enough that moving them takes less than finding them.
const RUN: usize = 128;

impl Ordered {
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            runs: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.runs.iter().flatten()
    }

    pub(super) fn first(&self) -> Option<&Entry> {
        self.runs.first()?.first()
    }

    pub(super) fn contains(&self, entry: &Entry) -> bool {
        self.find(entry).is_ok()
    }

    /// Takes the place of one that is equal to it.
    pub(super) fn insert(&mut self, entry: Entry) {
        match self.find(&entry) {
            Ok((run, place)) => self.runs[run][place] = entry,
            Err((mut run, mut place)) => {
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
                self.runs[run].insert(place, entry);
            }
        }
    }

    /// Takes out the one that is equal to this.
    pub(super) fn remove(&mut self, entry: &Entry) -> Option<Entry> {
        let (run, place) = self.find(entry).ok()?;
        self.count -= 1;
        let removed = self.runs[run].remove(place);
        self.join(run);
        self.join(run.saturating_sub(1));
        Some(removed)
    }

    /// The run and the place in it where the entry stands, or would have to.
    fn find(&self, entry: &Entry) -> Result<(usize, usize), (usize, usize)> {
        let is_before = |other: &Entry| (self.order)(other, entry).is_lt();
        let ends_before = |run: &Vec<Entry>| run.last().is_some_and(is_before);
        let run = self.runs.partition_point(ends_before);
        let Some(entries) = self.runs.get(run) else {
            // Behind all of them, so into the last run.
            let last = run.saturating_sub(1);
            return Err((last, self.runs.last().map_or(0, Vec::len)));
        };
        let place = entries.partition_point(is_before);
        match (self.order)(&entries[place], entry).is_eq() {
            true => Ok((run, place)),
            false => Err((run, place)),
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
    use alloc::format;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn entry(number: u64) -> Entry {
        let username = Username::parse(&format!("user{:05}", number % 5_003)).unwrap();
        let at = Timestamp(number / 7);
        Entry { at, username }
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

    fn assert_same(ordered: &Ordered, expected: &BTreeSet<(Timestamp, Username)>) {
        let entries = ordered.iter().map(|entry| (entry.at, entry.username));
        assert!(entries.eq(expected.iter().copied()));
        assert_eq!(ordered.len(), expected.len());
        let first = ordered.first().map(|entry| (entry.at, entry.username));
        assert_eq!(first, expected.first().copied());
        let mut pairs = ordered.runs.windows(2);
        assert!(pairs.all(|pair| pair[0].len() + pair[1].len() > RUN / 2));
        let mut runs = ordered.runs.iter();
        assert!(runs.all(|run| !run.is_empty() && run.capacity() <= RUN));
    }

    #[test]
    fn it_holds_what_a_b_tree_holds_in_runs_that_are_neither_long_nor_many() {
        let mut ordered = Ordered::new(by_time);
        let mut expected = BTreeSet::new();
        let mut numbers = numbers();
        // Fills up, then goes down to nothing.
        for likely in [9, 5, 1] {
            for round in 0..6_000 {
                let entry = entry(numbers.next().unwrap());
                let key = (entry.at, entry.username);
                assert_eq!(ordered.contains(&entry), expected.contains(&key));
                if numbers.next().unwrap() % 10 < likely {
                    ordered.insert(entry);
                    expected.insert(key);
                } else {
                    let removed = ordered.remove(&entry);
                    assert_eq!(removed.is_some(), expected.remove(&key));
                }
                if round % 100 == 0 {
                    assert_same(&ordered, &expected);
                }
            }
        }
        while let Some(first) = ordered.first().copied() {
            assert_eq!(ordered.remove(&first), Some(first));
            expected.pop_first();
            assert_same(&ordered, &expected);
        }
        assert!(ordered.runs.is_empty());
    }

    #[test]
    fn by_name_a_user_has_one_entry_with_the_latest_time() {
        let mut ordered = Ordered::new(by_name);
        let first = entry(1);
        let later = Entry {
            at: Timestamp(99),
            ..first
        };
        ordered.insert(first);
        ordered.insert(later);
        assert_eq!(ordered.len(), 1);
        assert!(ordered.contains(&first));
        assert_eq!(ordered.remove(&first), Some(later));
        assert_eq!(ordered.first(), None);
    }
}
