//! One branch: its own inputs, and what was observed of them.

use serde::Serialize;
use tsify::Tsify;

use crate::{Branch, Input, Observation, What};

/// A branch as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct BranchView {
    /// Its number.
    pub branch: u32,
    /// Empty while nobody gave it one.
    pub name: String,
    /// The branch that it forks off.
    #[tsify(optional)]
    pub from: Option<u32>,
    /// Behind how many inputs of that one.
    pub at: u32,
    /// Its inputs, from the start.
    pub steps: u32,
    /// Whether the present instant is of it.
    pub current: bool,
}

#[derive(Default)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) from: Option<usize>,
    pub(super) at: u32,
    pub(super) inputs: Vec<Input>,
    /// The number of the first observation in `trace`.
    pub(super) first_observation: u32,
    pub(super) trace: Vec<Observation>,
    /// How much was observed after each of `inputs`.
    ends: Vec<u32>,
    /// Each connection that was opened here, with its client.
    connections: Vec<(u32, u32)>,
    /// About how much memory it takes.
    pub(super) bytes: usize,
    /// How much work it was to play `inputs`.
    pub(super) work: u64,
}

/// What came of an input.
pub(super) struct Played {
    observed: Vec<Observation>,
    /// About how much memory it takes, with the input.
    pub(super) bytes: usize,
    pub(super) work: u64,
}

impl Played {
    pub(super) fn new(input: &Input, observed: Vec<Observation>, work: u64) -> Self {
        let bytes = observed.iter().map(Observation::memory).sum::<usize>();
        Self {
            bytes: INPUT_BYTES + input.heap_bytes() + bytes,
            observed,
            work,
        }
    }
}

impl Line {
    pub(super) fn fork(from: usize, at: u32, first_observation: u32) -> Self {
        Self {
            from: Some(from),
            at,
            first_observation,
            ..Self::default()
        }
    }

    /// A branch of a scenario before it is played, and its inputs.
    pub(super) fn begun(branch: Branch) -> (Self, std::vec::IntoIter<Input>) {
        let line = Self {
            name: branch.name,
            from: branch.from.map(|from| from as usize),
            at: branch.at,
            ..Self::default()
        };
        (line, branch.inputs.into_iter())
    }

    pub(super) fn push(&mut self, input: Input, played: Played) {
        self.work += played.work;
        self.bytes += played.bytes;
        for observation in &played.observed {
            if let What::Connected { client, connection } = observation.what {
                self.connections.push((connection, client));
            }
        }
        self.inputs.push(input);
        self.trace.extend(played.observed);
        let end = self.first_observation + self.trace.len() as u32;
        self.ends.push(end);
    }

    pub(super) fn observations_at(&self, step: u32) -> u32 {
        match step.checked_sub(self.at + 1) {
            None => self.first_observation,
            Some(index) => self.ends[index as usize],
        }
    }

    /// The client of a connection that was opened here.
    pub(super) fn client_of(&self, connection: u32) -> Option<u32> {
        let place = self
            .connections
            .binary_search_by_key(&connection, |(one, _)| *one);
        place.ok().map(|place| self.connections[place].1)
    }

    pub(super) fn branch(&self) -> Branch {
        Branch {
            name: self.name.clone(),
            from: self.from.map(|from| from as u32),
            at: self.at,
            inputs: self.inputs.clone(),
        }
    }
}

/// About what an input takes, beside what it points to. A constant, for sizes differ between platforms, and the input at
/// which a history is full must not.
const INPUT_BYTES: usize = 128;
