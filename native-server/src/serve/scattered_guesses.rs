//! Accounts whose password is guessed from many addresses. Nobody is refused for that, since who has the right password gets in from
//! any other address; but whoever looks after the accounts can see it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use chatting_time_core::Username;
use tracing::warn;

/// From so many addresses within this time somebody guesses, and does not mistype.
const MANY: usize = 10;
const PERIOD: Duration = Duration::from_secs(600);
/// Accounts that are remembered, with 200 bytes or so each. When there is trouble at more, that of others is not told.
const MOST: usize = 10_000;
/// How often those are looked for whose time is over: to look takes a while.
const LOOK: Duration = Duration::from_secs(1);

/// The accounts at which passwords were wrong of late.
#[derive(Debug, Default)]
pub(super) struct ScatteredGuesses {
    accounts: HashMap<Username, Account>,
    looked: Option<Instant>,
}

/// Where wrong passwords came from since then, as far as that is still of interest.
#[derive(Debug)]
struct Account {
    since: Instant,
    shares: Vec<IpAddr>,
}

impl ScatteredGuesses {
    /// A password was wrong: it is in the log when that came from many addresses, once in a period.
    pub(super) fn note(&mut self, username: Username, share: IpAddr) {
        if self.are_many(username, share, Instant::now()) {
            let minutes = PERIOD.as_secs() / 60;
            warn!(
                user = %username,
                "wrong passwords for one account from {MANY} addresses within {minutes} minutes: \
                 somebody guesses it; whoever has the right one still gets in"
            );
        }
    }

    /// Whether this is the address by which there are many.
    fn are_many(&mut self, username: Username, share: IpAddr, now: Instant) -> bool {
        let is_over = |account: &Account| now.saturating_duration_since(account.since) >= PERIOD;
        let may_look = self.looked.is_none_or(|looked| now >= looked + LOOK);
        if self.accounts.len() >= MOST && may_look {
            self.looked = Some(now);
            self.accounts.retain(|_, account| !is_over(account));
        }
        if self.accounts.len() >= MOST && !self.accounts.contains_key(&username) {
            return false;
        }
        let begun = Account {
            since: now,
            shares: Vec::new(),
        };
        let account = self.accounts.entry(username).or_insert(begun);
        if is_over(account) {
            account.since = now;
            account.shares.clear();
        }
        if account.shares.len() == MANY || account.shares.contains(&share) {
            return false;
        }
        account.shares.push(share);
        account.shares.len() == MANY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    fn address(number: usize) -> IpAddr {
        IpAddr::from(u32::try_from(number).unwrap().to_be_bytes())
    }

    #[test]
    fn many_addresses_at_one_account_are_told_once_in_a_period() {
        let mut guesses = ScatteredGuesses::default();
        let begin = Instant::now();
        let mut told = |name: &str, addresses: usize, now: Instant| {
            let addresses = (0..addresses).map(address);
            addresses
                .filter(|share| guesses.are_many(user(name), *share, now))
                .count()
        };
        assert_eq!(told("messi", MANY - 1, begin), 0);
        assert_eq!(told("messi", MANY - 1, begin), 0, "they are the same");
        assert_eq!(told("lineker", MANY - 1, begin), 0);
        assert_eq!(told("messi", 100, begin), 1);
        assert_eq!(told("messi", 100, begin + PERIOD / 2), 0);
        assert_eq!(told("messi", 100, begin + PERIOD), 1);
        assert_eq!(told("lineker", MANY - 1, begin + PERIOD), 0);
    }

    #[test]
    fn accounts_without_number_take_no_more_than_their_room() {
        let mut guesses = ScatteredGuesses::default();
        let begin = Instant::now();
        for number in 0..2 * MOST {
            guesses.are_many(user(&format!("user{number}")), address(1), begin);
        }
        assert_eq!(guesses.accounts.len(), MOST);
        guesses.are_many(user("messi"), address(1), begin + PERIOD);
        assert_eq!(guesses.accounts.len(), 1);
    }
}
