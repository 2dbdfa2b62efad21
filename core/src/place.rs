//! Where things stand that are found in many ways.

use core::hash::{BuildHasher as _, Hash};
use core::num::NonZeroU32;

use hashbrown::HashTable;

/// A place in a slab. It takes four bytes, and so does an `Option` of it: there is one wherever a copy of what stands
/// there would take much more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place(NonZeroU32);

impl Place {
    /// The place of that key of a slab.
    pub(crate) fn of(key: usize) -> Self {
        let number = u32::try_from(key + 1).ok().and_then(NonZeroU32::new);
        Self(number.expect("memory ends before there are four billion of anything"))
    }

    /// The slab's key.
    pub(crate) fn key(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// Places that are found by something that stands there: a copy of that would take more room than all of the rest.
/// Nothing in it is generic, so that it is there only once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(HashTable<Place>);

impl Places {
    pub(crate) fn find(&self, hash: u64, is_it: &dyn Fn(Place) -> bool) -> Option<Place> {
        self.0.find(hash, |place| is_it(*place)).copied()
    }

    /// Adds one that is not there yet.
    pub(crate) fn insert(&mut self, place: Place, hash: &dyn Fn(Place) -> u64) {
        self.0
            .insert_unique(hash(place), place, |place| hash(*place));
    }

    pub(crate) fn remove(&mut self, place: Place, hash: u64) {
        if let Ok(found) = self.0.find_entry(hash, |other| *other == place) {
            found.remove();
        }
    }
}

/// Seeded the same everywhere, so that memory layout too is a function of the inputs. The keys
/// that get in are chosen by the operator or by chance, never by a client.
pub(crate) type Hasher = foldhash::fast::FixedState;

/// The hash by which a place is found.
pub(crate) fn hash(key: &(impl Hash + ?Sized)) -> u64 {
    Hasher::default().hash_one(key)
}
