//! A point in time, as the host tells it. The core never asks a clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch. A host hands in values that never run
/// backwards within one life of a [`crate::State`].
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// Milliseconds from `earlier` to `self`; 0 when `earlier` is later.
    pub fn since(self, earlier: Timestamp) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}
