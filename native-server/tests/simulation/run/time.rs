//! Time, which passes, and the clock, which people set.

use chatting_time_core::Timestamp;

use super::super::model::bounds;
use super::super::model::clock::Clock;
use super::Simulation;

impl Simulation {
    pub(super) fn time_passes(&mut self) {
        let longest = self.random.pick(&[100, 1_000, 70_000, 700_000, 3_000_000]);
        // Now and then to the very moment at which something ends.
        let passed = match (self.random.below(8), self.message_lifetime) {
            (0, Some(lifetime)) => lifetime,
            (0 | 1, _) => self.random.pick(&bounds::TIMES),
            _ => self.random.below(longest) as u64,
        };
        self.time.advance(passed);
        self.clock.pass(passed);
        self.note(format!("{passed} ms pass"));
        if self.random.one_in(4) {
            self.sweep();
        }
    }

    /// Somebody sets the clock of the machine, by mistake or to mend that.
    pub(super) fn set_clock(&mut self) {
        let before = self.time.now();
        let by = self.random.pick(&[1_000, 60_000, 700_000, 5_000_000]);
        let now = Timestamp(match self.random.one_in(2) {
            true => before.0 + by,
            false => before.0.saturating_sub(by),
        });
        self.time.set(now);
        self.note(format!("the clock is set from {} to {}", before.0, now.0));
        if self.random.one_in(4) {
            self.time.set(before);
            self.note("and back, before anybody looks".into());
            return;
        }
        // Whoever asks for anything makes the server look.
        let _ = self.server().journal.now();
        self.clock.see(now.0);
    }

    /// A server has started, and its clock shows this.
    pub(super) fn clock_starts(&mut self, now: u64) {
        let time_of_day = self.time.now().0;
        let latest = time_of_day.max(self.clock.now());
        assert!(
            (time_of_day..=latest).contains(&now),
            "the server goes on at {now}: the time of day is {time_of_day}, and the latest it ever showed {latest}"
        );
        self.clock = Clock::starting(now);
        let right = self.possibilities.goes_on_from(now);
        self.must(right);
    }
}
