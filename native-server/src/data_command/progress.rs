//! Says now and then how far a command is.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use crate::screen::complain;

/// To a person who watches.
const AT_A_TERMINAL: Duration = Duration::from_secs(1);
/// Where it is kept: only what takes long.
const ELSEWHERE: Duration = Duration::from_secs(30);

/// What one command says on standard error.
pub(super) struct Progress {
    every: Duration,
    due: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        let every = match io::stderr().is_terminal() {
            true => AT_A_TERMINAL,
            false => ELSEWHERE,
        };
        Self {
            every,
            due: Instant::now() + every,
        }
    }

    /// Says it if it is time.
    pub(super) fn at(&mut self, place: impl fmt::Display) {
        let now = Instant::now();
        if now >= self.due {
            self.due = now + self.every;
            complain(place);
        }
    }
}
