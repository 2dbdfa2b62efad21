//! How much room the data folder has, and whether anything that grows may still be taken in.

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::{info, warn};

use super::Engine;
use crate::journal::{Journal, Room};

/// What is thought to be enough room, in bytes. 0 leaves a bound out.
#[derive(Clone, Copy, Debug)]
pub struct StorageBounds {
    /// With less free on the disk, the log warns.
    pub warning: u64,
    /// With less free on the disk, nothing that grows is taken in: so that there is room for taking out.
    pub reserve: u64,
    /// With more in the data folder, nothing that grows is taken in.
    pub limit: u64,
}

/// How the data folder stands with its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageLevel {
    /// There is enough room, as far as anybody has looked.
    Enough,
    /// Less is free than what the warning is for.
    Low,
    /// Less is free than the reserve: nothing that grows is taken in.
    Reserve,
    /// The folder holds more than its limit: nothing that grows is taken in.
    OverLimit,
}

impl StorageLevel {
    /// Whether nothing that grows is taken in.
    pub fn refuses_growth(self) -> bool {
        matches!(self, Self::Reserve | Self::OverLimit)
    }
}

/// What was found when somebody looked last.
#[derive(Clone, Copy, Debug)]
pub struct StorageStatus {
    /// Free on the disk, in bytes.
    pub free: u64,
    /// In the data folder, in bytes.
    pub used: u64,
    /// How that stands with the bounds.
    pub level: StorageLevel,
}

/// Looks now and then, and says what changes.
pub(super) struct Storage {
    bounds: OnceLock<StorageBounds>,
    status: Mutex<StorageStatus>,
    /// What was written since somebody looked, in bytes.
    written: AtomicU64,
    /// Whether it was said that nobody can tell.
    is_unknown: Mutex<bool>,
}

/// What follows from a look.
pub(super) struct Verdict {
    pub(super) refuses_growth: bool,
    /// It would be good to have what was taken out make room.
    pub(super) wants_room: bool,
}

/// So much is written at most before somebody looks again, so that a reserve is noticed before it is used up.
const WRITTEN_BEFORE_LOOKING: u64 = 8 << 20;
/// What a snapshot has to leave, in bytes, for the segment that follows.
const LEFT_FOR_SEGMENT: u64 = 2 << 20;

impl Engine {
    /// Watches how much room there is from now on: call it once, and [`Engine::check_storage`] now and then.
    pub fn watch_storage(&self, bounds: StorageBounds) {
        self.storage.watch(bounds);
        self.check_storage();
    }

    /// Looks how much room there is, says in the log what has changed, and refuses what grows, or takes it in again. It blocks as
    /// long as the disk takes to tell.
    pub fn check_storage(&self) {
        let Some(verdict) = self.storage.look(&self.journal) else {
            return;
        };
        let mut shared = self.lock();
        shared.refuses_growth = verdict.refuses_growth;
        shared.wants_room = verdict.wants_room;
        drop(shared);
        if verdict.wants_room {
            self.work.notify_one();
        }
    }

    /// How much room there was when somebody looked last, and what follows from it.
    pub fn storage(&self) -> StorageStatus {
        self.storage.status()
    }
}

impl Storage {
    pub(super) fn unwatched() -> Self {
        Self {
            bounds: OnceLock::new(),
            status: Mutex::new(StorageStatus {
                free: 0,
                used: 0,
                level: StorageLevel::Enough,
            }),
            written: AtomicU64::new(0),
            is_unknown: Mutex::new(false),
        }
    }

    pub(super) fn watch(&self, bounds: StorageBounds) {
        let _ = self.bounds.set(bounds);
    }

    pub(super) fn status(&self) -> StorageStatus {
        *lock(&self.status)
    }

    /// What has to be free beside a snapshot that is to make room. It may use the reserve while nothing that grows is taken in;
    /// otherwise that would use up what the snapshot needs while it is written.
    pub(super) fn left_by_snapshot(&self) -> u64 {
        match (self.bounds.get(), self.status().level.refuses_growth()) {
            (Some(bounds), false) => bounds
                .reserve
                .saturating_add(WRITTEN_BEFORE_LOOKING + LEFT_FOR_SEGMENT),
            _ => LEFT_FOR_SEGMENT,
        }
    }

    /// Counts what was written; true when it is time to look.
    pub(super) fn wrote(&self, bytes: u64) -> bool {
        let written = self.written.fetch_add(bytes, Ordering::Relaxed) + bytes;
        written >= WRITTEN_BEFORE_LOOKING && self.bounds.get().is_some()
    }

    /// Looks. `None` when nobody watches, or nobody can tell.
    pub(super) fn look(&self, journal: &Journal) -> Option<Verdict> {
        let bounds = self.bounds.get()?;
        self.written.store(0, Ordering::Relaxed);
        let looked = journal.room();
        self.tell_unknown(journal, looked.as_ref().err());
        let room = looked.ok()?;
        let before = {
            let mut status = lock(&self.status);
            let before = status.level;
            *status = StorageStatus {
                free: room.free,
                used: room.used,
                level: bounds.level(room, before),
            };
            before
        };
        let level = self.status().level;
        if level != before {
            bounds.tell(journal, room, level, before);
        }
        Some(Verdict {
            refuses_growth: level.refuses_growth(),
            wants_room: bounds.wants_room(room),
        })
    }

    fn tell_unknown(&self, journal: &Journal, failure: Option<&io::Error>) {
        let mut is_unknown = lock(&self.is_unknown);
        if let Some(failure) = failure
            && !*is_unknown
        {
            warn!(
                "nobody can tell how much room there is for {}: {failure}",
                journal.folder().display()
            );
        }
        *is_unknown = failure.is_some();
    }
}

impl StorageBounds {
    fn level(&self, room: Room, before: StorageLevel) -> StorageLevel {
        use StorageLevel::{Enough, Low, OverLimit, Reserve};
        // What was too little has to become an eighth more, so that it does not change its mind all the time.
        let least = |bound: u64, was_less: bool| match was_less {
            true => bound.saturating_add(bound / 8),
            false => bound,
        };
        let limit = match before {
            OverLimit => self.limit - self.limit / 8,
            _ => self.limit,
        };
        if room.free < least(self.reserve, before == Reserve) {
            Reserve
        } else if self.limit > 0 && room.used > limit {
            OverLimit
        } else if room.free < least(self.warning, matches!(before, Low | Reserve)) {
            Low
        } else {
            Enough
        }
    }

    /// Somewhat before anything is refused.
    fn wants_room(&self, room: Room) -> bool {
        let nearly = self.limit - self.limit / 4;
        room.free < self.reserve.saturating_mul(2) || (self.limit > 0 && room.used > nearly)
    }

    fn tell(&self, journal: &Journal, room: Room, level: StorageLevel, before: StorageLevel) {
        let folder = journal.folder().display();
        let (free, used) = (MiB(room.free), MiB(room.used));
        match level {
            StorageLevel::Enough => info!("{free} free on the disk of {folder}: enough again"),
            StorageLevel::Low => {
                if before.refuses_growth() {
                    info!("messages and users are taken in again");
                }
                warn!(
                    "only {free} free on the disk of {folder}, less than disk-space-warning-bytes ({}): \
                     free space on it; below {} messages and users are refused",
                    MiB(self.warning),
                    MiB(self.reserve)
                );
            }
            StorageLevel::Reserve => warn!(
                "only {free} free on the disk of {folder}, less than disk-space-reserve-bytes ({}): \
                 messages and users are refused until there is more; free space on it",
                MiB(self.reserve)
            ),
            StorageLevel::OverLimit => warn!(
                "{folder} holds {used}, more than storage-limit-bytes ({}): \
                 messages and users are refused until enough messages were taken; or allow more",
                MiB(self.limit)
            ),
        }
    }
}

/// A size for people.
struct MiB(u64);

impl fmt::Display for MiB {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes if bytes < 1 << 20 => write!(formatter, "{} KiB", bytes >> 10),
            bytes => write!(formatter, "{} MiB", bytes >> 20),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: StorageBounds = StorageBounds {
        warning: 800,
        reserve: 80,
        limit: 1600,
    };

    #[test]
    fn each_bound_has_its_level_and_what_refuses_more_goes_first() {
        for (free, used, level) in [
            (800, 1600, StorageLevel::Enough),
            (799, 1600, StorageLevel::Low),
            (80, 0, StorageLevel::Low),
            (79, 0, StorageLevel::Reserve),
            (79, 1601, StorageLevel::Reserve),
            (9000, 1601, StorageLevel::OverLimit),
            (100, 1601, StorageLevel::OverLimit),
        ] {
            let found = BOUNDS.level(Room { free, used }, StorageLevel::Enough);
            assert_eq!(found, level, "{free} {used}");
        }
    }

    #[test]
    fn what_was_too_little_has_to_become_an_eighth_more() {
        for (free, used, before, level) in [
            (899, 0, StorageLevel::Low, StorageLevel::Low),
            (900, 0, StorageLevel::Low, StorageLevel::Enough),
            (89, 0, StorageLevel::Reserve, StorageLevel::Reserve),
            (90, 0, StorageLevel::Reserve, StorageLevel::Low),
            (9000, 1401, StorageLevel::OverLimit, StorageLevel::OverLimit),
            (9000, 1400, StorageLevel::OverLimit, StorageLevel::Enough),
        ] {
            let found = BOUNDS.level(Room { free, used }, before);
            assert_eq!(found, level, "{free} {used} {before:?}");
        }
    }

    #[test]
    fn bounds_of_zero_are_none() {
        let none = StorageBounds {
            warning: 0,
            reserve: 0,
            limit: 0,
        };
        let full = Room {
            free: 0,
            used: u64::MAX,
        };
        assert_eq!(none.level(full, StorageLevel::Enough), StorageLevel::Enough);
        assert!(!none.wants_room(full));
    }
}
