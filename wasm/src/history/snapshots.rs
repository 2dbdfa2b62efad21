//! Simulations of some instants, so that no replay is long.

use std::collections::BTreeMap;

use crate::Simulation;
use crate::bounds::SNAPSHOTS;

/// A simulation of every so many steps of each branch. When there are too many, every other one goes.
pub(super) struct Snapshots {
    start: Simulation,
    spacing: u32,
    kept: BTreeMap<(usize, u32), Simulation>,
}

impl Snapshots {
    pub(super) fn new(start: &Simulation) -> Self {
        Self {
            start: start.clone(),
            spacing: 1,
            kept: BTreeMap::new(),
        }
    }

    /// Keeps the simulation, if this is an instant to be kept.
    pub(super) fn offer(&mut self, branch: usize, simulation: &Simulation) {
        let step = simulation.step();
        if !step.is_multiple_of(self.spacing) {
            return;
        }
        self.kept.insert((branch, step), simulation.clone());
        while self.kept.len() > SNAPSHOTS {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.kept
                .retain(|(_, step), _| step.is_multiple_of(spacing));
        }
    }

    /// The latest one that leads to a step. `path` holds the branches that lead there, each with its last step that
    /// counts.
    pub(super) fn nearest(&self, path: &[(usize, u32)], step: u32) -> &Simulation {
        let nearest = path.iter().filter_map(|(branch, last)| {
            let last = step.min(*last);
            let mut earlier = self.kept.range((*branch, 0)..=(*branch, last));
            earlier.next_back().map(|(_, simulation)| simulation)
        });
        let latest = nearest.max_by_key(|simulation| simulation.step());
        latest.unwrap_or(&self.start)
    }

    /// Branches have other numbers from now on, or are gone.
    pub(super) fn renumber(&mut self, numbers: &[Option<usize>]) {
        let kept = std::mem::take(&mut self.kept).into_iter();
        let renumbered = kept.filter_map(|((branch, step), simulation)| {
            let number = numbers.get(branch).copied().flatten()?;
            Some(((number, step), simulation))
        });
        self.kept = renumbered.collect();
    }
}
