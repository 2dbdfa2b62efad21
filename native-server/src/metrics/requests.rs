//! Requests by command: how many there were, how many were refused and why, how long they took.

use std::mem::discriminant;
use std::time::Duration;

use chatting_time_core::command::COMMANDS;
use chatting_time_core::{Command, Refusal, Reply};

use super::histogram::nanoseconds;
use super::{Counter, Histogram};
use crate::engine::Answer;

/// The command of a request, or that it is no well-formed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RequestKind(u8);

/// Every command, and what is none.
const KINDS: usize = COMMANDS.len() + 1;
/// What stands for a request that is no well-formed command.
const NO_COMMAND: &str = "none";

impl RequestKind {
    /// No well-formed command, or not a whole one.
    pub(crate) const NONE: Self = Self(COMMANDS.len() as u8);

    pub(crate) fn of(request: &Result<Command, Refusal>) -> Self {
        match request {
            Ok(command) => Self(command.position() as u8),
            Err(_) => Self::NONE,
        }
    }

    /// The command that this word calls.
    pub(crate) fn called(word: &str) -> Self {
        let position = COMMANDS.iter().position(|spec| spec.word == word);
        position.map_or(Self::NONE, |position| Self(position as u8))
    }

    fn all() -> impl Iterator<Item = Self> {
        (0..KINDS as u8).map(Self)
    }

    fn index(self) -> usize {
        usize::from(self.0)
    }

    fn word(self) -> &'static str {
        COMMANDS
            .get(self.index())
            .map_or(NO_COMMAND, |spec| spec.word)
    }
}

/// What is counted of all requests.
#[derive(Debug)]
pub(crate) struct RequestMetrics {
    by_kind: [OfKind; KINDS],
}

/// What is counted of those of one command; in cache lines of its own, since commands run on
/// several processors at a time.
#[derive(Debug)]
#[repr(align(128))]
struct OfKind {
    answered: Counter,
    times: Histogram,
    refused: [Counter; Refusal::ALL.len()],
}

impl Default for RequestMetrics {
    fn default() -> Self {
        Self {
            by_kind: std::array::from_fn(|_| OfKind {
                answered: Counter::default(),
                times: Histogram::of_times(),
                refused: std::array::from_fn(|_| Counter::default()),
            }),
        }
    }
}

impl RequestMetrics {
    /// These answers are what is told.
    pub(crate) fn answered(&self, answers: &[Answer]) {
        for answer in answers {
            self.answered_one(answer.kind, &answer.reply);
        }
    }

    /// Those of these answers that say something about the state were lost, and refused instead.
    pub(crate) fn lost(&self, answers: &[Answer]) {
        let refusal = Reply::Refused(Refusal::StorageUnavailable);
        for answer in answers {
            let reply = match answer.is_about_state {
                true => &refusal,
                false => &answer.reply,
            };
            self.answered_one(answer.kind, reply);
        }
    }

    fn answered_one(&self, kind: RequestKind, reply: &Reply) {
        let of_kind = &self.by_kind[kind.index()];
        of_kind.answered.add(1);
        if let Reply::Refused(refusal) = reply {
            self.refused(kind, refusal);
        }
    }

    /// A request that was refused and is counted as none, such as one that was never finished.
    pub(crate) fn refused(&self, kind: RequestKind, refusal: &Refusal) {
        let is_it = |one: &Refusal| discriminant(one) == discriminant(refusal);
        if let Some(position) = Refusal::ALL.iter().position(is_it) {
            self.by_kind[kind.index()].refused[position].add(1);
        }
    }

    /// The operating system has taken these answers so long after their requests were complete.
    pub(crate) fn taken(&self, answers: &[Answer], time: Duration) {
        let time = nanoseconds(time);
        // Answers that go together mostly are of one kind.
        for answers in answers.chunk_by(|one, next| one.kind == next.kind) {
            let of_kind = &self.by_kind[answers[0].kind.index()];
            of_kind.times.observe(time, answers.len() as u64);
        }
    }

    /// For each command its word, how many were answered, and how long that took.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&'static str, &Counter, &Histogram)> {
        RequestKind::all().map(|kind| {
            let of_kind = &self.by_kind[kind.index()];
            (kind.word(), &of_kind.answered, &of_kind.times)
        })
    }

    /// For each command and refusal the word of the one, the code of the other, and how many
    /// there were.
    pub(super) fn refusals(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        RequestKind::all().flat_map(|kind| {
            let refused = self.by_kind[kind.index()].refused.iter();
            let codes = Refusal::ALL.iter().map(Refusal::code);
            codes
                .zip(refused)
                .map(move |(code, count)| (kind.word(), code, count.get()))
        })
    }
}
