//! Trouble that comes again and again from one address: told in the log when it begins, and not each time.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Trouble from an address is over when none has come for this long.
const QUIET: Duration = Duration::from_secs(60);
/// Addresses that are remembered. When there is trouble from more, that of others is not told.
const MOST: usize = 1_000;

/// How often those are looked for from which no more comes: to look takes a while.
const LOOK: Duration = Duration::from_secs(1);

/// The addresses from which trouble comes.
#[derive(Debug, Default)]
pub(super) struct Episodes {
    /// When it came last.
    latest: HashMap<IpAddr, Instant>,
    looked: Option<Instant>,
}

impl Episodes {
    /// Whether this is the beginning of some trouble.
    pub(super) fn is_new(&mut self, address: IpAddr, now: Instant) -> bool {
        if let Some(latest) = self.latest.get_mut(&address) {
            let before = std::mem::replace(latest, now);
            return now.saturating_duration_since(before) >= QUIET;
        }
        let may_look = self.looked.is_none_or(|looked| now >= looked + LOOK);
        if self.latest.len() == MOST && may_look {
            self.looked = Some(now);
            self.latest
                .retain(|_, latest| now.saturating_duration_since(*latest) < QUIET);
        }
        let has_room = self.latest.len() < MOST;
        if has_room {
            self.latest.insert(address, now);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_new_once_until_it_has_been_quiet() {
        let mut episodes = Episodes::default();
        let (one, other) = ([127, 0, 0, 1].into(), [127, 0, 0, 2].into());
        let begin = Instant::now();
        assert!(episodes.is_new(one, begin));
        assert!(!episodes.is_new(one, begin + QUIET / 2));
        assert!(episodes.is_new(other, begin + QUIET / 2));
        assert!(!episodes.is_new(one, begin + QUIET));
        assert!(episodes.is_new(one, begin + QUIET * 2));
    }

    #[test]
    fn addresses_without_number_take_no_more_than_their_room() {
        let mut episodes = Episodes::default();
        let begin = Instant::now();
        let address = |number: u32| IpAddr::from(number.to_be_bytes());
        let told = (0..5_000).filter(|number| episodes.is_new(address(*number), begin));
        assert_eq!(told.count(), MOST);
        assert!(episodes.is_new(address(9_999), begin + QUIET));
        assert_eq!(episodes.latest.len(), 1);
    }
}
