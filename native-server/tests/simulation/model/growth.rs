//! Whether the service takes in what grows, by how much room there was when it looked last.

use std::mem;

/// What is enough room, in bytes; 0 is no bound.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) reserve: u64,
    pub(crate) limit: u64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Growth {
    bounds: Bounds,
    refused: Option<Cause>,
    /// Room was to be made when somebody looked last, and nobody has tried since.
    wants_room: bool,
    /// How much was free then.
    free: u64,
}

/// What a snapshot has to leave free, and how much more as long as anything that grows is taken in, beside the reserve.
const LEFT_BY_SNAPSHOT: u64 = 2 << 20;
const LEFT_FOR_GROWTH: u64 = 8 << 20;
/// More than a snapshot takes in a simulation.
const LARGEST_SNAPSHOT: u64 = 256 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    TooLittleFree,
    TooMuchUsed,
}

impl Growth {
    pub(crate) fn within(bounds: Bounds) -> Self {
        Self {
            bounds,
            ..Self::default()
        }
    }

    pub(crate) fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// Whether room is to be made, and nobody has tried since somebody looked last.
    pub(crate) fn takes_wish(&mut self) -> bool {
        mem::take(&mut self.wants_room)
    }

    /// Whether there is room for a snapshot, as far as this can tell.
    pub(crate) fn has_room_for_snapshot(&self) -> Option<bool> {
        let left = match self.is_refused() {
            true => LEFT_BY_SNAPSHOT,
            false => LEFT_BY_SNAPSHOT + LEFT_FOR_GROWTH + self.bounds.reserve,
        };
        let is_certain = !(left..left + LARGEST_SNAPSHOT).contains(&self.free);
        is_certain.then_some(self.free >= left)
    }

    /// Somebody looks. What was too little room has to become an eighth more.
    pub(crate) fn look(&mut self, free: u64, used: u64) {
        let Bounds { reserve, limit } = self.bounds;
        let (more, less) = match self.refused {
            Some(Cause::TooLittleFree) => (reserve / 8, 0),
            Some(Cause::TooMuchUsed) => (0, limit / 8),
            None => (0, 0),
        };
        self.refused = if free < reserve + more {
            Some(Cause::TooLittleFree)
        } else if limit > 0 && used > limit - less {
            Some(Cause::TooMuchUsed)
        } else {
            None
        };
        self.wants_room = free < 2 * reserve || (limit > 0 && used > limit - limit / 4);
        self.free = free;
    }
}
