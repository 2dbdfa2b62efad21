//! Users and their generations.

use serde::{Deserialize, Serialize};

use crate::identity::{Identity, Name};
use crate::password::PasswordHash;

/// Counts up over all users with every new user and every changed password, so that no value
/// ever stands for two states of a name.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Generation(pub u64);

impl Generation {
    /// The one after this.
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// An account.
#[derive(Clone, Debug)]
pub struct User {
    /// Unique name and display name.
    pub identity: Identity,
    /// Country (`negara`).
    pub country: Name,
    /// The stored password.
    pub password: PasswordHash,
    /// Sessions of an earlier generation are dead.
    pub generation: Generation,
}
