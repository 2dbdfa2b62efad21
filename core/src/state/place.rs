//! Where things stand that are found in many ways.

use core::hash::{BuildHasher as _, Hash};
use core::num::NonZeroU32;

use super::Hasher;

/// A place in a slab. It takes four bytes, and so does an `Option` of it: there is one wherever a copy of what stands
/// there would take much more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place(NonZeroU32);

impl Place {
    /// The place of that key of a slab.
    pub(super) fn of(key: usize) -> Self {
        let number = u32::try_from(key + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("memory ends before there are four billion of anything"))
    }

    /// The slab's key.
    pub(super) fn key(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The hash by which a place is found.
pub(super) fn hash(key: &impl Hash) -> u64 {
    Hasher::default().hash_one(key)
}
