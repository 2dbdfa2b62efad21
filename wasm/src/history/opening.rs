//! In which order the branches of a scenario are played, so that no input is played twice and few instants are kept.
//!
//! Where branches part, the instant is kept for one of them while the other is played. The one that waits is the one with
//! more branches, so each kept instant at least halves what is left: of a hundred branches never more than six wait.

use crate::Branch;

/// A part of the way through all branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    /// Goes on with a branch up to a step.
    Play { branch: usize, to: u32 },
    /// Keeps the present instant.
    Keep,
    /// Returns to the instant that was kept last.
    Return,
}

/// The way through all branches, from the start.
///
/// # Errors
///
/// The number of a branch that forks from nowhere.
pub(super) fn way_through(branches: &[Branch]) -> Result<Vec<Leg>, usize> {
    let mut forks: Vec<Vec<usize>> = vec![Vec::new(); branches.len()];
    let mut ends: Vec<u32> = Vec::new();
    for (number, branch) in branches.iter().enumerate() {
        match branch.from {
            None if number == 0 && branch.at == 0 => {}
            Some(from) if (from as usize) < number && branch.at <= ends[from as usize] => {
                let forks = &mut forks[source(branches, number, from as usize)];
                let place = forks.partition_point(|fork| branches[*fork].at <= branch.at);
                forks.insert(place, number);
            }
            _ => return Err(number),
        }
        ends.push(branch.at + branch.inputs.len() as u32);
    }
    let mut sizes = vec![1; branches.len()];
    for number in (0..branches.len()).rev() {
        sizes[number] += forks[number].iter().map(|fork| sizes[*fork]).sum::<usize>();
    }
    let tree = Tree {
        branches,
        forks: &forks,
        ends: &ends,
        sizes: &sizes,
    };
    let mut legs = Vec::new();
    tree.walk(0, tree.forks(0), &mut legs);
    Ok(legs)
}

/// The branch whose own inputs lead to where this one forks: one may fork from where the other had not begun yet.
fn source(branches: &[Branch], number: usize, from: usize) -> usize {
    let mut source = from;
    while branches[number].at < branches[source].at
        && let Some(from) = branches[source].from
    {
        source = from as usize;
    }
    source
}

struct Tree<'a> {
    branches: &'a [Branch],
    /// What forks off each branch, in the order of the steps.
    forks: &'a [Vec<usize>],
    ends: &'a [u32],
    /// Of how many branches each is the beginning, itself included.
    sizes: &'a [usize],
}

impl<'a> Tree<'a> {
    fn forks(&self, branch: usize) -> &'a [usize] {
        &self.forks[branch]
    }

    /// Plays what is left of a branch, and all that forks off there.
    fn walk(&self, branch: usize, forks: &[usize], legs: &mut Vec<Leg>) {
        let Some((fork, later)) = forks.split_first() else {
            let to = self.ends[branch];
            legs.push(Leg::Play { branch, to });
            return;
        };
        let to = self.branches[*fork].at;
        legs.extend([Leg::Play { branch, to }, Leg::Keep]);
        let left = 1 + later.iter().map(|fork| self.sizes[*fork]).sum::<usize>();
        let (mut first, mut second) = ((branch, later), (*fork, self.forks(*fork)));
        if self.sizes[*fork] < left {
            (first, second) = (second, first);
        }
        self.walk(first.0, first.1, legs);
        legs.push(Leg::Return);
        self.walk(second.0, second.1, legs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;
    use crate::bounds::BRANCHES;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn branch(from: Option<usize>, at: usize, length: usize) -> Branch {
        Branch {
            name: String::new(),
            from: from.map(|from| from as u32),
            at: at as u32,
            inputs: vec![Input::StopServer; length],
        }
    }

    /// Goes the way, and says how many instants it kept at most. Every input has to be played once, where it belongs.
    fn most_kept(branches: &[Branch]) -> usize {
        // An instant is the input that led to it, by branch and number.
        let start = (0, 0);
        let before = |number: usize, played: usize| {
            let (mut number, mut step) = (number, branches[number].at as usize + played);
            while step <= branches[number].at as usize
                && let Some(from) = branches[number].from
            {
                number = from as usize;
                step = step.min(branches[number].at as usize + branches[number].inputs.len());
            }
            match step {
                0 => start,
                _ => (number, step),
            }
        };
        let mut played = vec![0; branches.len()];
        let (mut now, mut kept, mut most) = (start, Vec::new(), 0);
        for leg in way_through(branches).unwrap() {
            match leg {
                Leg::Play { branch, to } => {
                    assert_eq!(now, before(branch, played[branch]), "{branch}");
                    played[branch] = to as usize - branches[branch].at as usize;
                    now = before(branch, played[branch]);
                }
                Leg::Keep => {
                    kept.push(now);
                    most = most.max(kept.len());
                }
                Leg::Return => now = kept.pop().unwrap(),
            }
        }
        assert!(kept.is_empty());
        let all = branches.iter().map(|branch| branch.inputs.len());
        assert_eq!(played, all.collect::<Vec<_>>());
        most
    }

    #[test]
    fn every_input_is_played_once_and_few_instants_wait() {
        // All fork from the end of the first; each from the middle, or the end, of the one before.
        let fan = (1..BRANCHES).map(|_| branch(Some(0), 9, 3));
        let chain = (1..BRANCHES).map(|number| branch(Some(number - 1), number, 2));
        let tips = (1..BRANCHES).map(|number| branch(Some(number - 1), 9 + 3 * (number - 1), 3));
        // Each half of them the same way again: nothing keeps more instants.
        let halves = (1..BRANCHES).map(|number| branch(Some((number - 1) / 2), 0, 2));
        let trees: [Vec<Branch>; 4] = [
            fan.collect(),
            chain.collect(),
            tips.collect(),
            halves.collect(),
        ];
        for tree in trees {
            let branches: Vec<_> = [branch(None, 0, 9)].into_iter().chain(tree).collect();
            assert!(most_kept(&branches) <= 6);
        }
    }

    #[test]
    fn any_tree_is_played_with_few_instants_kept() {
        let mut state: u64 = 7;
        let mut below = |bound: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % bound
        };
        for _ in 0..500 {
            let mut branches = vec![branch(None, 0, below(9))];
            for number in 1..1 + below(BRANCHES) {
                let nearest = 1 + below(number);
                let from = number - 1 - below(nearest);
                let steps = branches[from].at as usize + branches[from].inputs.len();
                branches.push(branch(Some(from), below(steps + 1), below(5)));
            }
            assert!(most_kept(&branches) <= 6);
        }
    }

    #[test]
    fn a_branch_that_forks_from_nowhere_is_told() {
        let first = || branch(None, 0, 3);
        for (bad, number) in [
            (vec![branch(Some(0), 0, 1)], 0),
            (vec![branch(None, 1, 1)], 0),
            (vec![first(), branch(None, 0, 1)], 1),
            (vec![first(), branch(Some(1), 0, 1)], 1),
            (vec![first(), branch(Some(0), 4, 1)], 1),
        ] {
            assert_eq!(way_through(&bad), Err(number));
        }
    }
}
