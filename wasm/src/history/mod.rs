//! A history: everything that was done, as branches of inputs, and everything that was observed.
//!
//! Any instant is a replay from the nearest snapshot. What comes after an instant is never destroyed: who does something
//! else in the past begins a branch there.

mod branch;
mod changes;
mod opening;
mod relations;
mod rows;
mod snapshots;

pub use branch::BranchView;
pub use relations::Exchange;
pub use rows::{ObservationDetail, TraceFilter, TraceRow, TraceRows, TraceView};

use crate::bounds::{BRANCH_NAME_CHARACTERS, BRANCHES, INPUTS, TRACE_BYTES, WORK};
use crate::{
    Config, ErrorCode, Input, Moment, Observation, Overheard, PlaygroundError, Scenario, Simulation,
};
use branch::{Line, Played};
use changes::Before;
use opening::Leg;
use rows::Matches;
use snapshots::Snapshots;

/// The only version of scenarios so far.
const VERSION: u32 = 1;

/// A scenario being played: its branches, and the present instant of one of them.
pub struct History {
    seed: u64,
    config: Config,
    lines: Vec<Line>,
    /// The branch that the present instant is of.
    branch: usize,
    present: Simulation,
    before: Before,
    snapshots: Snapshots,
    matches: Option<Matches>,
    /// What an eavesdropper heard of everything with this fingerprint.
    overheard: Option<(u64, Overheard)>,
}

impl History {
    /// A scene in which nothing happened yet.
    ///
    /// # Errors
    ///
    /// When the configuration can't be one.
    pub fn new(seed: u64, config: Config) -> Result<Self, PlaygroundError> {
        let present = Simulation::new(seed, &config)?;
        Ok(Self {
            seed,
            config,
            lines: vec![Line::default()],
            branch: 0,
            before: Before::of(&present),
            snapshots: Snapshots::new(&present),
            present,
            matches: None,
            overheard: None,
        })
    }

    /// Plays a scenario and stops where its person was.
    ///
    /// # Errors
    ///
    /// When it is damaged, or of a later version.
    pub fn open(scenario: Scenario) -> Result<Self, PlaygroundError> {
        let bad = |what: &str| PlaygroundError::with_detail(ErrorCode::BadScenario, what);
        if scenario.version != VERSION {
            return Err(ErrorCode::UnknownVersion.into());
        }
        let seed = parse_seed(&scenario.seed)?;
        let inputs: usize = scenario
            .branches
            .iter()
            .map(|branch| branch.inputs.len())
            .sum();
        if inputs > INPUTS {
            return Err(ErrorCode::HistoryFull.into());
        }
        if !(1..=BRANCHES).contains(&scenario.branches.len()) {
            return Err(bad("number of branches"));
        }
        let bad_branch = |number: usize, what: &str| bad(&format!("branch {number}: {what}"));
        let mut names = scenario.branches.iter().map(|branch| &branch.name);
        if let Some(number) = names.position(|name| !is_branch_name(name)) {
            return Err(bad_branch(number, "name"));
        }
        let way = opening::way_through(&scenario.branches);
        let way = way.map_err(|number| bad_branch(number, "fork"))?;
        let mut history = Self::new(seed, scenario.config)?;
        let branches = scenario.branches.into_iter().map(Line::begun);
        let (lines, mut inputs): (_, Vec<_>) = branches.unzip();
        history.lines = lines;
        let mut kept = Vec::new();
        for leg in way {
            match leg {
                Leg::Play { branch, to } => {
                    history
                        .play(branch, to, &mut inputs[branch])
                        .map_err(|error| match error.code {
                            ErrorCode::HistoryFull => error,
                            _ => bad_branch(branch, &error.to_string()),
                        })?
                }
                Leg::Keep => kept.push(history.present.clone()),
                Leg::Return => {
                    if let Some(instant) = kept.pop() {
                        history.present = instant;
                    }
                }
            }
        }
        let branch = scenario.branch as usize;
        if branch >= history.lines.len() || scenario.step > history.steps(branch) {
            return Err(bad("present instant"));
        }
        history.branch = branch;
        history.go_to(scenario.step)?;
        Ok(history)
    }

    /// Everything from which this history can be played again.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            version: VERSION,
            seed: format!("{:016x}", self.seed),
            config: self.config.clone(),
            branches: self.lines.iter().map(Line::branch).collect(),
            branch: self.branch as u32,
            step: self.present.step(),
        }
    }

    /// Does something at the present instant. In the past this begins a branch, and goes on in it.
    ///
    /// # Errors
    ///
    /// When it can't be done, or the history is full; then nothing has changed.
    pub fn apply(&mut self, input: &Input) -> Result<(), PlaygroundError> {
        if self.inputs() == INPUTS {
            return Err(ErrorCode::HistoryFull.into());
        }
        let step = self.present.step();
        let is_tip = step == self.steps(self.branch);
        if !is_tip && self.lines.len() == BRANCHES {
            return Err(ErrorCode::TooManyBranches.into());
        }
        let before = Before::of(&self.present);
        let played = self.carry_out(input)?;
        if !self.has_room_for(&played) {
            drop(played);
            self.go_to(step)?;
            return Err(ErrorCode::HistoryFull.into());
        }
        if !is_tip {
            let fork = Line::fork(self.branch, step, self.observations_at(self.branch, step));
            self.lines.push(fork);
            self.branch = self.lines.len() - 1;
        }
        self.lines[self.branch].push(input.clone(), played);
        self.before = before;
        self.snapshots.offer(self.branch, &self.present);
        Ok(())
    }

    /// Goes to the instant behind so many inputs of the branch.
    ///
    /// # Errors
    ///
    /// When there are not so many.
    pub fn seek(&mut self, step: u32) -> Result<(), PlaygroundError> {
        if step > self.steps(self.branch) {
            return Err(ErrorCode::OutOfRange.into());
        }
        self.go_to(step)
    }

    /// The present instant.
    pub fn moment(&self) -> Moment {
        let now = &self.present;
        let (connections, server) = self.before.changes_to(now);
        Moment {
            branch: self.branch as u32,
            step: now.step(),
            steps: self.steps(self.branch),
            time: now.time(),
            observations: now.observations(),
            first_of_step: match now.step() {
                0 => 0,
                step => self.observations_at(self.branch, step - 1),
            },
            next_due: now.next_due(),
            next_deadline: now.next_deadline(),
            hash: format!("{:016x}", now.hash()),
            clients: now.client_views(),
            connections,
            server,
        }
    }

    /// Every branch, in the order in which they were begun.
    pub fn branches(&self) -> Vec<BranchView> {
        let lines = self.lines.iter().enumerate();
        lines
            .map(|(number, line)| BranchView {
                branch: number as u32,
                name: line.name.clone(),
                from: line.from.map(|from| from as u32),
                at: line.at,
                steps: self.steps(number),
                current: number == self.branch,
            })
            .collect()
    }

    /// Goes to the last instant of a branch.
    ///
    /// # Errors
    ///
    /// When there is none of that number.
    pub fn enter_branch(&mut self, branch: u32) -> Result<(), PlaygroundError> {
        self.branch = self.existing(branch)?;
        self.go_to(self.steps(self.branch))
    }

    /// Calls a branch by a name, at most 40 characters; an empty one takes the name away.
    ///
    /// # Errors
    ///
    /// When there is no such branch, or it can't be called that.
    pub fn name_branch(&mut self, branch: u32, name: &str) -> Result<(), PlaygroundError> {
        let branch = self.existing(branch)?;
        if !is_branch_name(name) {
            return Err(ErrorCode::BadName.into());
        }
        self.lines[branch].name = name.to_owned();
        Ok(())
    }

    /// Removes a branch with all that fork from it; later ones move down. When the present instant goes with it, the
    /// present becomes the instant at which the branch began.
    ///
    /// # Errors
    ///
    /// When there is no such branch, or it is the first.
    pub fn remove_branch(&mut self, branch: u32) -> Result<(), PlaygroundError> {
        let removed = self.existing(branch)?;
        let Some(from) = self.lines[removed].from else {
            return Err(ErrorCode::NoSuchBranch.into());
        };
        let at = self.lines[removed].at;
        let mut goes = vec![false; self.lines.len()];
        goes[removed] = true;
        for number in removed + 1..self.lines.len() {
            goes[number] = self.lines[number].from.is_some_and(|from| goes[from]);
        }
        let mut kept = 0;
        let numbers: Vec<Option<usize>> = goes
            .iter()
            .map(|goes| {
                kept += usize::from(!goes);
                (!goes).then_some(kept - 1)
            })
            .collect();
        let mut number = 0;
        self.lines.retain(|_| {
            number += 1;
            !goes[number - 1]
        });
        for line in &mut self.lines {
            line.from = line.from.and_then(|from| numbers[from]);
        }
        self.snapshots.renumber(&numbers);
        self.matches = None;
        match numbers[self.branch] {
            Some(branch) => {
                self.branch = branch;
                Ok(())
            }
            None => {
                self.branch = numbers[from].unwrap_or(0);
                self.go_to(at)
            }
        }
    }

    /// Inputs in a branch, from the start.
    fn steps(&self, branch: usize) -> u32 {
        let line = &self.lines[branch];
        line.at + line.inputs.len() as u32
    }

    /// How much was observed up to a step of a branch.
    fn observations_at(&self, branch: usize, step: u32) -> u32 {
        let mut line = &self.lines[branch];
        while step < line.at
            && let Some(from) = line.from
        {
            line = &self.lines[from];
        }
        line.observations_at(step)
    }

    /// An observation of the present branch, up to the present instant.
    pub fn observation(&self, number: u32) -> Option<&Observation> {
        if number >= self.present.observations() {
            return None;
        }
        let mut line = &self.lines[self.branch];
        while number < line.first_observation {
            line = &self.lines[line.from?];
        }
        line.trace.get((number - line.first_observation) as usize)
    }

    /// What an eavesdropper has heard up to the present instant.
    pub fn overheard(&mut self) -> &Overheard {
        let fingerprint = self.present.hash();
        let known = self.overheard.take();
        let overheard = match known.filter(|(of, _)| *of == fingerprint) {
            Some((_, overheard)) => overheard,
            None => {
                let trace = 0..self.present.observations();
                Overheard::of(trace.filter_map(|number| self.observation(number)))
            }
        };
        &self.overheard.insert((fingerprint, overheard)).1
    }

    /// The client that a connection of the present branch is of.
    fn client_of(&self, connection: u32) -> Option<u32> {
        let mut line = &self.lines[self.branch];
        loop {
            if let Some(client) = line.client_of(connection) {
                return Some(client);
            }
            line = &self.lines[line.from?];
        }
    }

    /// Goes on with a branch, at whose last step so far the present is.
    fn play(
        &mut self,
        branch: usize,
        to: u32,
        inputs: &mut impl Iterator<Item = Input>,
    ) -> Result<(), PlaygroundError> {
        let line = &mut self.lines[branch];
        if line.inputs.is_empty() {
            line.first_observation = self.present.observations();
        }
        let count = to - self.present.step();
        for input in inputs.take(count as usize) {
            let played = self.carry_out(&input)?;
            if !self.has_room_for(&played) {
                return Err(ErrorCode::HistoryFull.into());
            }
            self.lines[branch].push(input, played);
            self.snapshots.offer(branch, &self.present);
        }
        Ok(())
    }

    fn carry_out(&mut self, input: &Input) -> Result<Played, PlaygroundError> {
        let work = self.present.work();
        let observed = self.present.apply(input)?;
        let work = self.present.work() - work;
        Ok(Played::new(input, observed, work))
    }

    fn inputs(&self) -> usize {
        self.lines.iter().map(|line| line.inputs.len()).sum()
    }

    /// Whether all of it stays within bounds together. In whatever order it came about, it opens again.
    fn has_room_for(&self, played: &Played) -> bool {
        let bytes = self.lines.iter().map(|line| line.bytes).sum::<usize>();
        let work = self.lines.iter().map(|line| line.work).sum::<u64>();
        bytes + played.bytes <= TRACE_BYTES && work + played.work <= WORK
    }

    /// Replays up to a step of the present branch, from the nearest snapshot.
    fn go_to(&mut self, step: u32) -> Result<(), PlaygroundError> {
        // One earlier, to see what the last input changed.
        let before = step.saturating_sub(1);
        self.present = self.simulation_at(before)?;
        self.before = Before::of(&self.present);
        if step > 0 {
            self.replay(step)?;
        }
        Ok(())
    }

    fn simulation_at(&mut self, step: u32) -> Result<Simulation, PlaygroundError> {
        let path = self.path();
        let mut simulation = self.snapshots.nearest(&path, step).clone();
        std::mem::swap(&mut simulation, &mut self.present);
        let replayed = self.replay(step);
        std::mem::swap(&mut simulation, &mut self.present);
        replayed.map(|()| simulation)
    }

    /// Goes on with the inputs of the present branch up to a step.
    fn replay(&mut self, step: u32) -> Result<(), PlaygroundError> {
        while self.present.step() < step {
            let next = self.present.step() + 1;
            let mut line = &self.lines[self.branch];
            while next <= line.at
                && let Some(from) = line.from
            {
                line = &self.lines[from];
            }
            let input = &line.inputs[(next - line.at - 1) as usize];
            self.present.apply(input)?;
        }
        Ok(())
    }

    /// The branches that lead to the present one, itself first, each with its last step that counts.
    fn path(&self) -> Vec<(usize, u32)> {
        let mut path = vec![(self.branch, u32::MAX)];
        let mut line = &self.lines[self.branch];
        let mut last = u32::MAX;
        while let Some(from) = line.from {
            last = last.min(line.at);
            path.push((from, last));
            line = &self.lines[from];
        }
        path
    }

    fn existing(&self, branch: u32) -> Result<usize, PlaygroundError> {
        let number = branch as usize;
        match number < self.lines.len() {
            true => Ok(number),
            false => Err(ErrorCode::NoSuchBranch.into()),
        }
    }
}

/// A seed as a scenario writes it: 1 to 16 hex digits.
///
/// # Errors
///
/// When it is anything else.
pub(crate) fn parse_seed(text: &str) -> Result<u64, PlaygroundError> {
    let is_hex =
        (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let seed = u64::from_str_radix(text, 16).ok().filter(|_| is_hex);
    seed.ok_or_else(|| PlaygroundError::with_detail(ErrorCode::BadScenario, "seed"))
}

fn is_branch_name(name: &str) -> bool {
    name.chars().count() <= BRANCH_NAME_CHARACTERS && !name.chars().any(char::is_control)
}
