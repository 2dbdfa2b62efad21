//! Something that happens once, as those see it who wait for it: a batch is durable, a mailbox is free.

use std::sync::OnceLock;

use tokio::sync::Notify;

/// Settles once, for good or ill, and wakes everyone who waits for that.
#[derive(Debug, Default)]
pub struct Signal {
    outcome: OnceLock<bool>,
    settled: Notify,
}

impl Signal {
    /// Waits until it has come about (`true`) or turned out to be impossible (`false`).
    pub async fn wait(&self) -> bool {
        loop {
            // Made before looking, so that settling in between is not missed.
            let settled = self.settled.notified();
            if let Some(outcome) = self.outcome.get() {
                return *outcome;
            }
            settled.await;
        }
    }

    pub(super) fn settle(&self, outcome: bool) {
        self.outcome.get_or_init(|| outcome);
        self.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_before_and_who_waits_after_hear_the_same() {
        let signal = Signal::default();
        let (before, ()) = tokio::join!(signal.wait(), async { signal.settle(true) });
        assert!(before);
        assert!(signal.wait().await);
    }

    #[tokio::test]
    async fn a_settled_signal_stays_as_it_is() {
        let signal = Signal::default();
        signal.settle(false);
        signal.settle(true);
        assert!(!signal.wait().await);
    }
}
