//! The time that the service goes by, which never runs backwards whatever the time of day does.

/// Of one server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    now: u64,
    /// As if nobody had set the time of day since the start.
    steady: u64,
}

impl Clock {
    pub(crate) fn starting(now: u64) -> Self {
        Self { now, steady: now }
    }

    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn steady(&self) -> u64 {
        self.steady
    }

    pub(crate) fn pass(&mut self, milliseconds: u64) {
        self.now += milliseconds;
        self.steady += milliseconds;
    }

    /// Somebody set the time of day, and the server saw that.
    pub(crate) fn see(&mut self, time_of_day: u64) {
        self.now = self.now.max(time_of_day);
    }
}
