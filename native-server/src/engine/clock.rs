//! The host's clock, as the core wants it: never running backwards.

use std::time::{SystemTime, UNIX_EPOCH};

use chatting_time_core::Timestamp;

/// Reads the system's time of day, which someone may set back.
#[derive(Debug, Default)]
pub(super) struct Clock {
    latest: Timestamp,
}

impl Clock {
    pub(super) fn now(&mut self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = Timestamp(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX));
        self.latest = self.latest.max(now);
        self.latest
    }
}
