//! Simulations of some instants, so that no replay is long.

use crate::Simulation;
use crate::bounds::{SNAPSHOT_BYTES, SNAPSHOTS};

/// A simulation of every so many steps of each branch. When there are too many, or they take too much memory, every other
/// one goes.
pub(super) struct Snapshots {
    start: Simulation,
    spacing: u32,
    kept: Vec<Snapshot>,
}

struct Snapshot {
    branch: usize,
    simulation: Simulation,
    /// About how much memory it takes.
    bytes: usize,
}

impl Snapshots {
    pub(super) fn new(start: &Simulation) -> Self {
        Self {
            start: start.clone(),
            spacing: 1,
            kept: Vec::new(),
        }
    }

    /// Keeps the simulation, if this is an instant to be kept.
    pub(super) fn offer(&mut self, branch: usize, simulation: &Simulation) {
        if !simulation.step().is_multiple_of(self.spacing) {
            return;
        }
        self.kept.push(Snapshot {
            branch,
            simulation: simulation.clone(),
            bytes: simulation.own_bytes(),
        });
        while self.kept.len() > SNAPSHOTS || self.bytes() > SNAPSHOT_BYTES {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.kept
                .retain(|kept| kept.simulation.step().is_multiple_of(spacing));
        }
    }

    /// The latest one that leads to a step. `path` holds the branches that lead there, each with its last step that
    /// counts.
    pub(super) fn nearest(&self, path: &[(usize, u32)], step: u32) -> &Simulation {
        let leads_there = |kept: &&Snapshot| {
            let at = kept.simulation.step();
            let mut path = path.iter();
            at <= step && path.any(|(branch, last)| *branch == kept.branch && at <= *last)
        };
        let leading = self.kept.iter().filter(leads_there);
        let latest = leading.max_by_key(|kept| kept.simulation.step());
        latest.map_or(&self.start, |kept| &kept.simulation)
    }

    /// Branches have other numbers from now on, or are gone.
    pub(super) fn renumber(&mut self, numbers: &[Option<usize>]) {
        self.kept.retain_mut(|kept| {
            let number = numbers.get(kept.branch).copied().flatten();
            kept.branch = number.unwrap_or(kept.branch);
            number.is_some()
        });
    }

    fn bytes(&self) -> usize {
        self.kept.iter().map(|kept| kept.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Input};

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Both clients are inside of a line of almost a mebibyte, which the server holds.
    fn large() -> Simulation {
        let mut config = Config::default();
        config.limits.insert("line_bytes".to_owned(), 1 << 20);
        let mut simulation = Simulation::new(7, &config).unwrap();
        for client in 0..2 {
            let bytes = vec![b'x'; (1 << 20) - 512].into();
            simulation.apply(&Input::Type { client, bytes }).unwrap();
        }
        while let Some(milliseconds) = simulation.next_due() {
            simulation.apply(&Input::Advance { milliseconds }).unwrap();
        }
        assert!(simulation.own_bytes() > 2 << 19);
        simulation
    }

    #[test]
    fn of_more_snapshots_than_the_bound_every_other_one_goes() {
        let mut simulation = Simulation::new(7, &Config::default()).unwrap();
        let mut snapshots = Snapshots::new(&simulation);
        for kept in (1..=SNAPSHOTS).chain([SNAPSHOTS / 2]) {
            let input = Input::Advance { milliseconds: 1 };
            simulation.apply(&input).unwrap();
            snapshots.offer(0, &simulation);
            assert_eq!(snapshots.kept.len(), kept);
        }
    }

    #[test]
    fn snapshots_take_bounded_memory_and_still_lead_to_any_step() {
        let mut simulation = large();
        let mut snapshots = Snapshots::new(&simulation);
        for _ in 0..2 * SNAPSHOTS {
            let input = Input::Advance { milliseconds: 1 };
            simulation.apply(&input).unwrap();
            snapshots.offer(0, &simulation);
            assert!(snapshots.bytes() <= SNAPSHOT_BYTES);
        }
        assert!(snapshots.bytes() > SNAPSHOT_BYTES / 4);
        let step = simulation.step();
        let nearest = snapshots.nearest(&[(0, u32::MAX)], step).step();
        assert!(step - nearest < snapshots.spacing);
    }
}
