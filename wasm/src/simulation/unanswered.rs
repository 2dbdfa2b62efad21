//! The requests of a client that have no reply so far, in order.

use std::collections::VecDeque;
use std::sync::Arc;

use chatting_time_core::terminal::Request;

/// Raw lines are only counted: there may be very many, and every snapshot holds them.
#[derive(Clone, Default)]
pub(super) struct Unanswered {
    runs: VecDeque<Run>,
    count: usize,
}

#[derive(Clone)]
enum Run {
    /// So many that were written as raw bytes.
    Raw(usize),
    /// One that the terminal made, and understands the reply to.
    Own(Arc<Request>),
}

/// What the next reply is to.
pub(super) enum Asked {
    Raw,
    Own(Request),
}

impl Unanswered {
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// How many places it takes in memory.
    pub(super) fn runs(&self) -> usize {
        self.runs.len()
    }

    pub(super) fn push_own(&mut self, request: Request) {
        self.runs.push_back(Run::Own(Arc::new(request)));
        self.count += 1;
    }

    pub(super) fn push_raw(&mut self) {
        match self.runs.back_mut() {
            Some(Run::Raw(count)) => *count += 1,
            _ => self.runs.push_back(Run::Raw(1)),
        }
        self.count += 1;
    }

    pub(super) fn pop(&mut self) -> Option<Asked> {
        let asked = match self.runs.pop_front()? {
            Run::Own(request) => Asked::Own(Arc::unwrap_or_clone(request)),
            Run::Raw(count) => {
                if count > 1 {
                    self.runs.push_front(Run::Raw(count - 1));
                }
                Asked::Raw
            }
        };
        self.count -= 1;
        Some(asked)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
