//! What may be true of the service, given all that was told and all that went wrong.
//!
//! The model is exact as long as nothing fails. After a failure what is left may be the state as it was behind any operation
//! since the last one that is known to be durable: all of these are kept as possible, and each answer rules out those that
//! would have given another. When none is left, the server said something that no history allows.

use std::mem;

use super::model::{
    Contents, Durable, Handover, Moment, Operation, Position, Soft, Told, Username, World,
};

pub(crate) struct Possibilities {
    possible: Vec<Possibility>,
    position: Position,
    /// Where something was taken out that is not known to be durable.
    taking_out: Option<Position>,
    /// Something was taken out, durably.
    took_out: bool,
}

/// One way in which it may all have come about.
#[derive(Clone)]
struct Possibility {
    /// The states that a crash may leave: the durable one, and that behind each later operation which changed something.
    states: Vec<(Position, Durable)>,
    soft: Soft,
    /// What left mailboxes and is not known to be durable.
    removals: Vec<(Position, Handover)>,
    /// What is to be told of operations whose answers are not known yet.
    unheard: Vec<(Position, Told)>,
}

impl Possibility {
    fn certain(position: Position, durable: Durable) -> Self {
        Self {
            soft: Soft::after_start(&durable),
            states: vec![(position, durable)],
            removals: Vec::new(),
            unheard: Vec::new(),
        }
    }

    fn carry_out(&mut self, moment: Moment, operation: &Operation) -> Told {
        let mut durable = self.latest().clone();
        let mut world = World {
            durable: &mut durable,
            soft: &mut self.soft,
        };
        let removed = match operation {
            Operation::Confirm(taken) if world.is_handing_over(moment.connection, *taken) => {
                vec![*taken]
            }
            Operation::Sweep => world.expired(moment),
            _ => Vec::new(),
        };
        self.removals
            .extend(removed.into_iter().map(|one| (moment.position, one)));
        let told = world.carry_out(moment, operation);
        if durable != *self.latest() {
            self.states.push((moment.position, durable));
        }
        told
    }

    fn latest(&self) -> &Durable {
        let (_, durable) = self.states.last().expect("there always is one");
        durable
    }
}

impl Possibilities {
    /// A new service, without any users.
    pub(crate) fn new() -> Self {
        Self {
            possible: vec![Possibility::certain(0, Durable::default())],
            position: 0,
            taking_out: None,
            took_out: false,
        }
    }

    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// Something happened and somebody is told, or will be once that is durable.
    ///
    /// # Errors
    /// Says what else had to be told.
    pub(crate) fn happened(
        &mut self,
        moment: Moment,
        operation: &Operation,
        told: &Told,
    ) -> Result<(), String> {
        self.happened_unheard(moment, operation);
        self.heard(moment.position, told)
    }

    /// Something happened, and what is told of it is not known yet.
    pub(crate) fn happened_unheard(&mut self, moment: Moment, operation: &Operation) {
        assert_eq!(moment.position, self.position + 1);
        self.position = moment.position;
        let mut takes_out = true;
        for one in &mut self.possible {
            let before = one.latest().counts();
            let told = one.carry_out(moment, operation);
            one.unheard.push((moment.position, told));
            let now = one.latest().counts();
            takes_out &= before.iter().zip(now).any(|(before, now)| now < *before);
        }
        if takes_out {
            self.taking_out.get_or_insert(moment.position);
        }
    }

    /// Whether users, sessions or messages have been taken out, durably, since this was asked last.
    pub(crate) fn took_out(&mut self) -> bool {
        mem::take(&mut self.took_out)
    }

    /// This is told of the operation at `position`.
    pub(crate) fn heard(&mut self, position: Position, told: &Told) -> Result<(), String> {
        let mut expected = Vec::new();
        self.possible.retain_mut(|one| {
            let unheard = one.unheard.iter();
            let Some(place) = unheard.clone().position(|(other, _)| *other == position) else {
                return true;
            };
            let (_, right) = one.unheard.remove(place);
            let is_right = right == *told;
            if !is_right && !expected.contains(&right) {
                expected.push(right);
            }
            is_right
        });
        self.check(|| format!("{told:?} was told, and right was one of {expected:?}"))
    }

    /// Nobody will be told anything of the operation at `position`.
    pub(crate) fn never_heard(&mut self, position: Position) {
        for one in &mut self.possible {
            one.unheard.retain(|(other, _)| *other != position);
        }
    }

    /// Everything up to `position` survives whatever happens.
    pub(crate) fn durable(&mut self, position: Position) {
        let has_taken_out = self.taking_out.take_if(|other| *other <= position);
        self.took_out |= has_taken_out.is_some();
        for one in &mut self.possible {
            let later = one.states.partition_point(|(other, _)| *other <= position);
            one.states.drain(..later.saturating_sub(1));
            one.removals.retain(|(other, _)| *other > position);
        }
    }

    /// The server started, and found what its last end left.
    pub(crate) fn restarted(&mut self) {
        self.taking_out = None;
        let mut left: Vec<Durable> = Vec::new();
        for (_, durable) in self.possible.drain(..).flat_map(|one| one.states) {
            if !left.contains(&durable) {
                left.push(durable);
            }
        }
        let position = self.position;
        let certain = |durable| Possibility::certain(position, durable);
        self.possible = left.into_iter().map(certain).collect();
    }

    /// The server lost what was not durable and went on; only what it handed over stays handed over, and what it removed stays
    /// away.
    pub(crate) fn rebuilt(&mut self) {
        self.taking_out = None;
        let base = self.position + 1;
        let mut last = base;
        let mut rebuilt = Vec::new();
        for one in &self.possible {
            for (index, (_, durable)) in one.states.iter().enumerate() {
                // It holds all that happened before the operation that made the next state.
                let next = one.states.get(index + 1);
                let end = next.map_or(base, |(position, _)| *position);
                let mut states = vec![(base, durable.clone())];
                let mut removals = Vec::new();
                let lost = one.removals.iter().filter(|(other, _)| *other >= end);
                for ((_, removal), position) in lost.zip(base + 1..) {
                    let mut durable = states[states.len() - 1].1.clone();
                    durable.deliver(*removal);
                    states.push((position, durable));
                    removals.push((position, *removal));
                    last = last.max(position);
                }
                let latest = &states[states.len() - 1].1;
                rebuilt.push(Possibility {
                    soft: one.soft.clone().taken_over(latest),
                    states,
                    removals,
                    unheard: one.unheard.clone(),
                });
            }
        }
        self.position = last;
        self.possible = rebuilt;
    }

    /// As [`Self::rebuilt`], or else nothing.
    pub(crate) fn may_be_rebuilt(&mut self) {
        let mut before = self.possible.clone();
        self.rebuilt();
        self.possible.append(&mut before);
    }

    /// The server shows so many users, sessions and undelivered messages.
    pub(crate) fn shows(
        &mut self,
        users: &[String],
        sessions: usize,
        undelivered: usize,
    ) -> Result<(), String> {
        let mut expected = Vec::new();
        self.possible.retain(|one| {
            let latest = one.latest();
            let right = latest.counts();
            let is_right =
                latest.users.keys().eq(users) && right == [users.len(), sessions, undelivered];
            if !is_right {
                let names: Vec<_> = latest.users.keys().copied().collect();
                expected.push((names, right));
            }
            is_right
        });
        self.check(|| {
            format!(
                "the server holds the users {users:?}, {sessions} sessions and {undelivered} messages, and right was \
                 one of {expected:?}"
            )
        })
    }

    /// What the reply to the last `inbox` of this user hands over.
    pub(crate) fn handover(&self, username: Username) -> Option<Handover> {
        self.possible.first()?.soft.handover(username)
    }

    /// The clock of the server shows this time, which is not before any that is on record.
    pub(crate) fn goes_on_from(&mut self, now: u64) -> Result<(), String> {
        let latest_time = |one: &Possibility| one.latest().latest_time();
        let on_record: Vec<_> = self.possible.iter().map(latest_time).collect();
        self.possible.retain(|one| latest_time(one) <= now);
        self.check(|| format!("it goes on at {now}, and on record was one of {on_record:?}"))
    }

    /// What may be what is durable.
    pub(crate) fn durable_contents(&self) -> Vec<Contents> {
        let mut all = Vec::new();
        for one in &self.possible {
            let contents = one.states[0].1.contents();
            if !all.contains(&contents) {
                all.push(contents);
            }
        }
        all
    }

    fn check(&self, wrong: impl FnOnce() -> String) -> Result<(), String> {
        match self.possible.is_empty() {
            true => Err(wrong()),
            false => Ok(()),
        }
    }
}
