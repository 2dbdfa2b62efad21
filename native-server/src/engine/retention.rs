//! What ends by itself as time goes by: sessions that died of age, messages that have waited too long.

use std::sync::atomic::Ordering;

use tracing::debug;

use super::Engine;

impl Engine {
    /// Ends some of the sessions that died of age, and removes some of the messages that have waited too long; call it every
    /// now and then.
    pub fn sweep(&self) {
        const ACCOUNTS: usize = 1_000;
        // To remove these takes less than a millisecond.
        const MESSAGES: u64 = 5_000;
        let mut shared = self.lock();
        if !shared.is_serving() {
            return;
        }
        let now = shared.clock.now();
        let events = shared.state.sweep(now, &self.limits, ACCOUNTS);
        shared.apply(&events);
        let mut expired_messages = 0;
        if let Some(lifetime) = shared.message_lifetime {
            let is_too_old = shared.clock.longer_ago_than(lifetime);
            let from = shared.expiry_from;
            let expired = shared.state.expired(is_too_old, from, ACCOUNTS, MESSAGES);
            shared.apply(&expired.events);
            shared.expiry_from = expired.next;
            expired_messages = expired.messages;
        }
        self.release(shared);
        if expired_messages > 0 {
            self.expired_messages
                .fetch_add(expired_messages, Ordering::Relaxed);
            debug!("removed {expired_messages} messages that had waited too long");
        }
    }

    /// Removes messages that have waited so long, in milliseconds, from now on.
    pub fn keep_messages_for(&self, lifetime: u64) {
        self.lock().message_lifetime = Some(lifetime);
    }

    /// How many messages were removed since the start because they had waited too long.
    pub fn expired_messages(&self) -> u64 {
        self.expired_messages.load(Ordering::Relaxed)
    }
}
