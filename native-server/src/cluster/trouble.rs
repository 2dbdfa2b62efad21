//! Times when JetStream does not do what is asked of it: told in the log when one begins and when it is over, and not for
//! every request.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::{info, warn};

/// It is over when all was well for so long.
const QUIET: Duration = Duration::from_secs(3);

/// What is not as it should be, if something is not.
#[derive(Debug, Default)]
pub(super) struct Trouble(Mutex<Option<Episode>>);

#[derive(Clone, Copy, Debug)]
struct Episode {
    began: Instant,
    latest: Instant,
    /// How often something was not done.
    failures: u64,
}

impl Trouble {
    /// Something was not done: `what` and why.
    pub(super) fn met(&self, what: impl fmt::Display) {
        if self.is_new(Instant::now(), 1) {
            warn!("{what}; what else fails is not told until it is over");
        }
    }

    /// Whether there is some, or was a moment ago.
    pub(super) fn is_there(&self) -> bool {
        self.episode().is_some()
    }

    /// Looks whether some has begun of which no request has told, and whether it is over.
    pub(super) fn look(&self, wrong: Option<impl fmt::Display>) {
        let now = Instant::now();
        if let Some(wrong) = wrong {
            if self.is_new(now, 0) {
                warn!("requests are refused: {wrong}");
            }
        } else if let Some(episode) = self.over(now) {
            let lasted = episode.latest.saturating_duration_since(episode.began);
            info!(
                "JetStream of NATS does again what is asked of it, after {:.1} s; not done meanwhile: {}",
                lasted.as_secs_f32(),
                episode.failures
            );
        }
    }

    /// Whether it begins now.
    fn is_new(&self, now: Instant, failures: u64) -> bool {
        let mut episode = self.episode();
        let is_new = episode.is_none();
        let episode = episode.get_or_insert(Episode {
            began: now,
            latest: now,
            failures: 0,
        });
        episode.latest = now;
        episode.failures += failures;
        is_new
    }

    /// What is over now.
    fn over(&self, now: Instant) -> Option<Episode> {
        let is_over =
            |episode: &mut Episode| now.saturating_duration_since(episode.latest) >= QUIET;
        self.episode().take_if(is_over)
    }

    fn episode(&self) -> MutexGuard<'_, Option<Episode>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_new_once_until_all_was_well_for_a_while() {
        let trouble = Trouble::default();
        let begin = Instant::now();
        assert!(trouble.over(begin).is_none());
        assert!(trouble.is_new(begin, 1));
        assert!(!trouble.is_new(begin + QUIET / 2, 1));
        assert!(!trouble.is_new(begin + QUIET, 0));
        assert!(trouble.over(begin + QUIET * 2 - QUIET / 8).is_none());
        let episode = trouble.over(begin + QUIET * 2).unwrap();
        assert_eq!(episode.failures, 2);
        assert_eq!(episode.latest - episode.began, QUIET);
        assert!(trouble.over(begin + QUIET * 4).is_none());
        assert!(trouble.is_new(begin + QUIET * 4, 1));
    }
}
