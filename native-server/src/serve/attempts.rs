//! How many logins may fail, from one address in all and there for one account.
//!
//! Only what failed counts, and what is under way counts until it is known: so many guesses at a time
//! are no more than so many one after the other. One who might be one too many, should all that are
//! under way fail, waits for them (`turns.rs`) and is not refused. An account is never refused for what failed
//! elsewhere: whoever has its password gets in.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chatting_time_core::Username;
use tracing::warn;

use super::admission::share_of;
use super::episodes::Episodes;
use super::rate::{Rate, Room};

/// What a number of attempts refers to.
const PERIOD: Duration = Duration::from_secs(60);
/// Debts that are remembered of each kind. An entry takes some 200 bytes.
const MOST_DEBTS: usize = 100_000;

/// Counts the attempts.
#[derive(Debug)]
pub(super) struct Attempts {
    counts: Mutex<Counts>,
}

#[derive(Debug)]
struct Counts {
    addresses: Quota<IpAddr>,
    accounts: Quota<Source>,
    episodes: Episodes,
}

/// Who tries: the share of an address, and the account where its name can be one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    share: IpAddr,
    source: Option<Source>,
}

pub(super) type Source = (Username, IpAddr);

/// There were too many. One more will be looked at after this long.
#[derive(Debug)]
pub(super) struct TooMany(Duration);

impl Attempts {
    /// Bounds what fails in a minute; 0 is no bound.
    pub(super) fn new(from_address: u64, at_account: u64) -> Self {
        Self {
            counts: Mutex::new(Counts {
                addresses: Quota::new(from_address),
                accounts: Quota::new(at_account),
                episodes: Episodes::default(),
            }),
        }
    }

    /// Whether an attempt would be refused whatever becomes of those that are under way.
    pub(super) fn look(&self, who: &Who) -> Result<(), TooMany> {
        self.lock().room(who, Instant::now()).map(|_| ())
    }

    /// Begins an attempt, which goes on until [`Attempts::end`]. `false` when those that are under
    /// way decide whether it is one too many: ask again when one of them is over.
    pub(super) fn begin(&self, who: &Who) -> Result<bool, TooMany> {
        let mut counts = self.lock();
        let has_room = counts.room(who, Instant::now())?;
        if has_room {
            counts.addresses.begin(who.share);
            if let Some(source) = who.source {
                counts.accounts.begin(source);
            }
        }
        Ok(has_room)
    }

    /// An attempt is over.
    pub(super) fn end(&self, who: &Who, has_failed: bool) {
        let mut counts = self.lock();
        let now = Instant::now();
        counts.addresses.end(who.share, has_failed, now);
        if let Some(source) = who.source {
            counts.accounts.end(source, has_failed, now);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// Whether there is room for one more while the others are under way.
    fn room(&mut self, who: &Who, now: Instant) -> Result<bool, TooMany> {
        let of_address = self.addresses.room(&who.share, now);
        let of_account = match &who.source {
            Some(source) => self.accounts.room(source, now),
            None => Ok(true),
        };
        match (of_address, of_account) {
            (Ok(one), Ok(other)) => Ok(one && other),
            (Err(TooMany(one)), Err(TooMany(other))) => Err(TooMany(one.max(other))),
            (Err(too_many), _) | (_, Err(too_many)) => Err(too_many),
        }
        .inspect_err(|_| {
            if self.episodes.is_new(who.share, now) {
                warn!(address = %who.share, "too many failed logins: further ones are refused for a while");
            }
        })
    }
}

impl Who {
    pub(super) fn new(address: IpAddr, username: Option<&Username>) -> Self {
        let share = share_of(address);
        let source = username.map(|username| (*username, share));
        Self { share, source }
    }

    /// The share of the address.
    pub(super) fn share(&self) -> IpAddr {
        self.share
    }

    /// The account with it, where the name can be one.
    pub(super) fn source(&self) -> Option<Source> {
        self.source
    }
}

impl TooMany {
    /// In whole seconds, one at least.
    pub(super) fn retry_after(&self) -> u64 {
        let Self(wait) = self;
        (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
    }
}

/// What may fail under one kind of key.
#[derive(Debug)]
struct Quota<K> {
    rate: Option<Rate>,
    most_debts: usize,
    /// By when what failed has been paid back.
    debts: HashMap<K, Instant>,
    /// The same in this order.
    by_time: BTreeSet<(Instant, K)>,
    under_way: HashMap<K, u32>,
}

impl<K: Copy + Eq + Hash + Ord> Quota<K> {
    fn new(most: u64) -> Self {
        Self {
            rate: Rate::new(most, PERIOD),
            most_debts: MOST_DEBTS,
            debts: HashMap::new(),
            by_time: BTreeSet::new(),
            under_way: HashMap::new(),
        }
    }

    /// Whether there is room for one more while the others are under way.
    fn room(&self, key: &K, now: Instant) -> Result<bool, TooMany> {
        let Some(rate) = self.rate else {
            return Ok(true);
        };
        match rate.room(self.debts.get(key).copied(), now) {
            Room::For(count) => Ok(count > self.under_way.get(key).copied().unwrap_or_default()),
            Room::After(wait) => Err(TooMany(wait)),
        }
    }

    fn begin(&mut self, key: K) {
        if self.rate.is_some() {
            *self.under_way.entry(key).or_default() += 1;
        }
    }

    fn end(&mut self, key: K, has_failed: bool, now: Instant) {
        let Some(rate) = self.rate else {
            return;
        };
        if let Some(count) = self.under_way.get_mut(&key) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(&key);
            }
        }
        if has_failed {
            let before = self.debts.get(&key).copied();
            let paid = rate.after(1, before, now);
            self.debts.insert(key, paid);
            if let Some(before) = before {
                self.by_time.remove(&(before, key));
            }
            self.by_time.insert((paid, key));
        }
        self.forget(now);
    }

    /// Forgets debts that have been paid back; and where there are too many, those that are next to
    /// be. Whoever wants a debt of many attempts forgotten has to make others as large.
    fn forget(&mut self, now: Instant) {
        while let Some(&(paid, key)) = self.by_time.first()
            && (paid <= now || self.debts.len() > self.most_debts)
        {
            self.by_time.pop_first();
            self.debts.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn who(username: &str, last: u8) -> Who {
        Who::new([127, 0, 0, last].into(), Username::parse(username).as_ref())
    }

    #[test]
    fn what_is_under_way_counts_until_it_is_known() {
        let attempts = Attempts::new(0, 2);
        let messi = who("messi", 1);
        assert!(attempts.begin(&messi).unwrap());
        assert!(attempts.begin(&messi).unwrap());
        assert!(!attempts.begin(&messi).unwrap(), "both others may fail");
        attempts.end(&messi, false);
        assert!(attempts.begin(&messi).unwrap());
        attempts.end(&messi, true);
        attempts.end(&messi, true);
        let too_many = attempts.begin(&messi).unwrap_err();
        assert_eq!(too_many.retry_after(), 30);
        assert!(attempts.begin(&who("messi", 2)).unwrap());
        assert!(attempts.begin(&who("lineker", 1)).unwrap());
    }

    #[test]
    fn a_debt_is_paid_back_with_time() {
        let mut quota = Quota::new(2);
        let begin = Instant::now();
        quota.end(1, true, begin);
        quota.end(1, true, begin);
        assert_eq!(quota.room(&1, begin).unwrap_err().retry_after(), 30);
        let later = begin + 29 * SECOND + SECOND / 2;
        assert_eq!(quota.room(&1, later).unwrap_err().retry_after(), 1);
        assert!(quota.room(&1, begin + 30 * SECOND).unwrap());
        quota.end(2, false, begin + 60 * SECOND);
        assert!(quota.debts.is_empty() && quota.by_time.is_empty());
    }

    #[test]
    fn many_small_debts_do_not_make_a_large_one_forgotten() {
        let mut quota = Quota::new(4);
        quota.most_debts = 10;
        let now = Instant::now();
        for _ in 0..4 {
            quota.end(0, true, now);
        }
        for key in 1..10_000 {
            for _ in 0..3 {
                quota.begin(key);
                quota.end(key, true, now);
            }
            assert!(quota.debts.len() <= 10 && quota.by_time.len() <= 10);
            assert!(quota.under_way.is_empty());
        }
        assert!(quota.room(&0, now).is_err());
    }
}
