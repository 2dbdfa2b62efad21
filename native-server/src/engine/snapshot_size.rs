//! How large a snapshot would be, without making it.

use chatting_time_core::limits::{NAME_BYTES, USERNAME_BYTES};

use super::Engine;

/// What a message takes beside its text, at most: the sender's names, the recipient's, its time and the lengths of all these.
const MESSAGE_BYTES: u64 = (NAME_BYTES + 2 * USERNAME_BYTES + 64) as u64;
/// What a session takes, at most: when it was opened and when it was used.
const SESSION_BYTES: u64 = 128;
/// What a user takes, a password that was changed included. Longer names than anybody has would take somewhat more.
const USER_BYTES: u64 = 512;
/// What a snapshot of nothing takes, at most.
const LEAST_BYTES: u64 = 4 << 10;

impl Engine {
    /// What a snapshot of everything durable would take, rather too much than too little. Only what has gone from the state and
    /// not from the disk yet is left out, and that is no more than a batch or two.
    pub(super) fn expected_snapshot_bytes(&self) -> u64 {
        let waiting = self.undelivered().fill;
        let shared = self.lock();
        let (users, sessions) = (shared.state.user_count(), shared.state.session_count());
        drop(shared);
        LEAST_BYTES
            + waiting.text_bytes
            + waiting.messages * MESSAGE_BYTES
            + sessions as u64 * SESSION_BYTES
            + users as u64 * USER_BYTES
    }
}
