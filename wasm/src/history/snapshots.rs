//! Simulations of some instants, so that no replay is long.

use crate::Simulation;
use crate::bounds::SNAPSHOTS;

/// A simulation of every so many steps of each branch. When there are too many, every other one goes.
pub(super) struct Snapshots {
    start: Simulation,
    spacing: u32,
    /// Each with its branch.
    kept: Vec<(usize, Simulation)>,
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
        let step = simulation.step();
        if !step.is_multiple_of(self.spacing) {
            return;
        }
        self.kept.push((branch, simulation.clone()));
        while self.kept.len() > SNAPSHOTS {
            self.spacing *= 2;
            let spacing = self.spacing;
            self.kept
                .retain(|(_, kept)| kept.step().is_multiple_of(spacing));
        }
    }

    /// The latest one that leads to a step. `path` holds the branches that lead there, each with its last step that
    /// counts.
    pub(super) fn nearest(&self, path: &[(usize, u32)], step: u32) -> &Simulation {
        let leads_there = |branch: usize, kept: u32| {
            let mut path = path.iter();
            kept <= step && path.any(|(other, last)| *other == branch && kept <= *last)
        };
        let kept = self.kept.iter();
        let leading = kept.filter(|(branch, kept)| leads_there(*branch, kept.step()));
        let latest = leading.max_by_key(|(_, kept)| kept.step());
        latest.map_or(&self.start, |(_, kept)| kept)
    }

    /// Branches have other numbers from now on, or are gone.
    pub(super) fn renumber(&mut self, numbers: &[Option<usize>]) {
        self.kept.retain_mut(|(branch, _)| {
            let number = numbers.get(*branch).copied().flatten();
            *branch = number.unwrap_or(*branch);
            number.is_some()
        });
    }
}
