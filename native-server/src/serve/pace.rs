//! How fast requests are run, on one connection and from one address: those that come faster wait
//! and are not refused. A connection that waits is not read from, so nothing piles up here.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;
use tokio::time::sleep;
use tracing::debug;

use super::admission::share_of;
use super::rate::{Rate, Room};
use crate::settings::Settings;

/// What the numbers refer to.
const PERIOD: Duration = Duration::from_secs(1);

/// The bounds, and what has been run from each address.
#[derive(Debug)]
pub(super) struct Paces {
    connection: Option<Rate>,
    address: Option<Rate>,
    shares: Arc<Mutex<Shares>>,
}

/// By when what has been run is paid back. Connections from one address get to it in the order in
/// which they came.
type Debt = Arc<tokio::sync::Mutex<Option<Instant>>>;

/// The debts of addresses, until they are paid and nobody is connected from there. So whoever
/// connects anew has no better place.
#[derive(Debug, Default)]
struct Shares {
    addresses: HashMap<IpAddr, Address>,
    /// Those that nobody was connected from any more, and when they had paid.
    left: VecDeque<(Instant, IpAddr)>,
}

#[derive(Debug, Default)]
struct Address {
    debt: Debt,
    connections: usize,
}

/// The pace of one connection.
#[derive(Debug)]
pub(super) struct Pace {
    peer: SocketAddr,
    own: Option<(Rate, Option<Instant>)>,
    shared: Option<(Rate, Share)>,
    was_paused: bool,
}

#[derive(Debug)]
struct Share {
    address: IpAddr,
    debt: Debt,
    shares: Arc<Mutex<Shares>>,
}

/// Leave to run some requests, which counts when they have been run.
pub(super) struct Leave<'a> {
    most: usize,
    own: Option<(Rate, &'a mut Option<Instant>)>,
    shared: Option<(Rate, OwnedMutexGuard<Option<Instant>>)>,
}

impl Paces {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            connection: Rate::new(settings.connection_requests, PERIOD),
            address: Rate::new(settings.address_requests, PERIOD),
            shares: Arc::default(),
        }
    }

    /// The pace of a new connection; `None` when there is no bound.
    pub(super) fn of(&self, peer: SocketAddr) -> Option<Box<Pace>> {
        if self.connection.is_none() && self.address.is_none() {
            return None;
        }
        Some(Box::new(Pace {
            peer,
            own: self.connection.map(|rate| (rate, None)),
            shared: self.address.map(|rate| (rate, self.share(peer.ip()))),
            was_paused: false,
        }))
    }

    fn share(&self, address: IpAddr) -> Share {
        let address = share_of(address);
        let mut shares = lock(&self.shares);
        shares.forget(Instant::now());
        let entry = shares.addresses.entry(address).or_default();
        entry.connections += 1;
        Share {
            address,
            debt: entry.debt.clone(),
            shares: self.shares.clone(),
        }
    }
}

impl Pace {
    /// Waits until one request may be run, or more.
    pub(super) async fn leave(&mut self) -> Leave<'_> {
        let mut most = u32::MAX;
        let mut is_paused = false;
        if let Some((rate, paid)) = &self.own {
            most = most.min(pay(rate, *paid, &mut is_paused).await);
        }
        let mut shared = None;
        if let Some((rate, share)) = &self.shared {
            let debt = share.debt.clone();
            let paid = match debt.clone().try_lock_owned() {
                Ok(paid) => paid,
                Err(_) => {
                    is_paused = true;
                    debt.lock_owned().await
                }
            };
            most = most.min(pay(rate, *paid, &mut is_paused).await);
            shared = Some((*rate, paid));
        }
        if is_paused && !self.was_paused {
            debug!(peer = %self.peer, "requests come too fast and are made to wait");
        }
        self.was_paused = is_paused;
        Leave {
            most: most as usize,
            own: self.own.as_mut().map(|(rate, paid)| (*rate, paid)),
            shared,
        }
    }
}

impl Leave<'_> {
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// So many were run, no more than there was leave for.
    pub(super) fn used(self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let now = Instant::now();
        if let Some((rate, paid)) = self.own {
            *paid = Some(rate.after(count, *paid, now));
        }
        if let Some((rate, mut paid)) = self.shared {
            *paid = Some(rate.after(count, *paid, now));
        }
    }
}

/// Waits until there is room for one, and returns for how many.
async fn pay(rate: &Rate, paid: Option<Instant>, is_paused: &mut bool) -> u32 {
    loop {
        match rate.room(paid, Instant::now()) {
            Room::For(count) => return count,
            Room::After(wait) => {
                *is_paused = true;
                sleep(wait).await;
            }
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut shares = lock(&self.shares);
        let Some(address) = shares.addresses.get_mut(&self.address) else {
            return;
        };
        address.connections -= 1;
        if address.connections == 0 {
            let paid = address.paid(now);
            shares.left.push_back((paid, self.address));
        }
        shares.forget(now);
    }
}

impl Shares {
    /// Forgets who has paid and is gone.
    fn forget(&mut self, now: Instant) {
        while let Some(&(paid, address)) = self.left.front()
            && paid <= now
        {
            self.left.pop_front();
            // It may have come back, and left again later.
            let is_over = |address: &Address| address.connections == 0 && address.paid(now) <= now;
            if self.addresses.get(&address).is_some_and(is_over) {
                self.addresses.remove(&address);
            }
        }
    }
}

impl Address {
    /// By when the debt is paid; nobody is connected who could add to it.
    fn paid(&self, now: Instant) -> Instant {
        let paid = self.debt.try_lock().ok().and_then(|paid| *paid);
        paid.map_or(now, |paid| paid.max(now))
    }
}

fn lock(shares: &Mutex<Shares>) -> MutexGuard<'_, Shares> {
    shares.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: [u8; 4] = [127, 0, 0, 1];

    fn paces(connection_requests: u64, address_requests: u64) -> Paces {
        Paces::new(&Settings {
            connection_requests,
            address_requests,
            ..Settings::default()
        })
    }

    #[tokio::test]
    async fn whoever_connects_anew_finds_the_debt_of_the_address() {
        let paces = paces(0, 3);
        let mut first = paces.of((ADDRESS, 1).into()).unwrap();
        first.leave().await.used(2);
        drop(first);
        let mut second = paces.of((ADDRESS, 2).into()).unwrap();
        assert_eq!(second.leave().await.most(), 1);
        let mut other = paces.of(([127, 0, 0, 2], 1).into()).unwrap();
        assert_eq!(other.leave().await.most(), 3);
    }

    #[tokio::test]
    async fn addresses_are_forgotten_when_they_have_paid_and_nobody_is_connected() {
        let paces = paces(0, 1_000_000);
        for last in 0..=255 {
            let mut pace = paces.of(([127, 0, 0, last], 1).into()).unwrap();
            let _other = paces.of(([127, 0, 0, last], 2).into()).unwrap();
            pace.leave().await.used(1);
        }
        let mut shares = lock(&paces.shares);
        let last = shares.left.iter().map(|(paid, _)| *paid).max();
        shares.forget(last.unwrap_or_else(Instant::now));
        assert!(shares.addresses.is_empty() && shares.left.is_empty());
    }

    #[tokio::test]
    async fn the_narrower_bound_holds() {
        let mut pace = paces(5, 3).of((ADDRESS, 1).into()).unwrap();
        assert_eq!(pace.leave().await.most(), 3);
        let mut pace = paces(2, 3).of((ADDRESS, 1).into()).unwrap();
        assert_eq!(pace.leave().await.most(), 2);
        assert!(paces(0, 0).of((ADDRESS, 1).into()).is_none());
    }
}
