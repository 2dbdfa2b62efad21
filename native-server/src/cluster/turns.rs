//! Who does one after the other here what would be in each other's way: servers are few, and connections to one are many.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chatting_time_core::Username;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use super::bucket::PATIENCE;

/// Users who have a turn of their own, or nearly: some share one.
const TURNS: usize = 256;

/// One turn for each user.
pub(super) struct Turns([Mutex<()>; TURNS]);

impl Turns {
    /// Waits until nobody here has the turn of this user, which ends when what this returns is dropped. Whoever has waited for
    /// [`PATIENCE`] goes on without: it is an order, and nothing rests on it.
    pub(super) async fn wait(&self, username: &Username) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        username.hash(&mut hasher);
        let place = hasher.finish() % TURNS as u64;
        timeout(PATIENCE, self.0[place as usize].lock()).await.ok()
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}
