//! Whether what the process takes grows.

use std::ops::RangeInclusive;

use crate::subject::Usage;

const MIB: u64 = 1 << 20;
/// More than this, and than a tenth of what it is compared with, has grown.
const MEMORY_BYTES: u64 = 8 * MIB;
const FILES: u64 = 4;
const THREADS: u64 = 4;

/// What the process took at the end of a cycle, with no client and nothing in the mailboxes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) cycle: usize,
    /// How many cycles this process has served, the one that began it included.
    pub(crate) age: usize,
    pub(crate) usage: Usage,
}

/// What has grown from the second cycle to these, or among these, in which the server is not restarted.
pub(crate) fn judge(samples: &[Sample], compared: RangeInclusive<usize>) -> Vec<String> {
    let Some(second) = samples.iter().find(|sample| sample.cycle == 2) else {
        return vec!["nothing was measured at the end of the second cycle".into()];
    };
    let compared = samples
        .iter()
        .filter(|sample| compared.contains(&sample.cycle));
    let earlier = [Some(second), compared.clone().next()];
    let pairs = earlier
        .into_iter()
        .flatten()
        .flat_map(|before| compared.clone().map(move |now| (before, now)));
    pairs
        .flat_map(|(before, now)| growth(before, now))
        .collect()
}

fn growth(before: &Sample, now: &Sample) -> Vec<String> {
    let counts = |sample: &Sample| {
        let usage = sample.usage;
        [usage.memory, usage.files as u64, usage.threads]
    };
    let names = [
        ("bytes of memory", MEMORY_BYTES),
        ("open files", FILES),
        ("threads", THREADS),
    ];
    let mut grown = Vec::new();
    for (((what, allowed), had), has) in names.into_iter().zip(counts(before)).zip(counts(now)) {
        if has > had + allowed.max(had / 10) {
            let (now, before) = (now.cycle, before.cycle);
            grown.push(format!(
                "after cycle {now} the server has {has} {what}, after cycle {before} it had {had}"
            ));
        }
    }
    grown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_may_grow_by_a_tenth_or_by_eight_mebibytes_whichever_is_more() {
        assert_eq!(after_cycle_5(100 * MIB, 110 * MIB), 0);
        assert_eq!(after_cycle_5(100 * MIB, 110 * MIB + 1), 1);
        assert_eq!(after_cycle_5(20 * MIB, 28 * MIB), 0);
        assert_eq!(after_cycle_5(20 * MIB, 28 * MIB + 1), 1);
        assert_eq!(after_cycle_5(20 * MIB, MIB), 0);
    }

    #[test]
    fn memory_may_not_grow_by_more_in_the_last_process_either() {
        let samples = [sample(2, 30 * MIB), sample(5, 8 * MIB), sample(6, 17 * MIB)];
        assert_eq!(judge(&samples, 5..=6).len(), 1);
    }

    #[test]
    fn cycles_that_are_not_compared_do_not_count() {
        let samples = [sample(2, MIB), sample(3, 100 * MIB), sample(4, MIB)];
        assert!(judge(&samples, 4..=4).is_empty());
        assert_eq!(judge(&samples, 3..=4).len(), 1);
        assert_eq!(judge(&samples[1..], 4..=4).len(), 1);
    }

    fn after_cycle_5(before: u64, now: u64) -> usize {
        judge(&[sample(2, before), sample(5, now)], 5..=5).len()
    }

    fn sample(cycle: usize, memory: u64) -> Sample {
        let usage = Usage {
            memory,
            ..Usage::default()
        };
        Sample {
            cycle,
            age: cycle,
            usage,
        }
    }
}
