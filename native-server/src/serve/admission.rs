//! How many connections there may be, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chatting_time_core::Limits;
use tracing::warn;

use super::episodes::Episodes;

use crate::metrics::Refused;

/// Open files kept for the server itself.
const RESERVED_FILES: u64 = 64;

/// Counts open connections.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    counts: Arc<Mutex<Counts>>,
    most: u64,
    most_per_address: u64,
    /// What the connections are, as the log calls them.
    what: &'static str,
}

#[derive(Debug, Default)]
struct Counts {
    all: u64,
    by_share: HashMap<IpAddr, u64>,
    /// That there are too many, in all or from one address.
    episodes: Episodes,
}

/// Stands for all addresses where there are too many in all.
const ALL: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// One admitted connection; it counts until this is dropped.
#[derive(Debug)]
pub(crate) struct Admitted {
    counts: Arc<Mutex<Counts>>,
    share: IpAddr,
}

impl Admission {
    /// `open_files` is how many files this process may have open, less those that are set aside
    /// for plain HTTP connections and for metrics, which are bounded apart.
    pub(super) fn new(limits: &Limits, open_files: u64) -> Self {
        // At least one: a server that admits nobody is of no use.
        let possible = open_files.saturating_sub(RESERVED_FILES).max(1);
        let unless_zero = |bound| if bound == 0 { u64::MAX } else { bound };
        Self::bounded(
            unless_zero(limits.connections).min(possible),
            unless_zero(limits.address_connections),
            "connections",
        )
    }

    /// `what` is what the log calls the connections, of which there may be so many.
    pub(crate) fn bounded(most: u64, most_per_address: u64, what: &'static str) -> Self {
        Self {
            counts: Arc::default(),
            most,
            most_per_address,
            what,
        }
    }

    /// How many connections there may be.
    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// Counts a connection in, or says why not.
    pub(crate) fn admit(&self, address: IpAddr) -> Result<Admitted, Refused> {
        let mut counts = lock(&self.counts);
        let (most, what) = (self.most, self.what);
        if counts.all >= most {
            if counts.episodes.is_new(ALL, Instant::now()) {
                warn!(%address, "there are {most} {what} already: further ones are refused, such as from this address");
            }
            return Err(Refused::TooMany);
        }
        let share = share_of(address);
        let from_address = counts.by_share.get(&share).copied().unwrap_or_default();
        let most = self.most_per_address;
        if from_address >= most {
            if counts.episodes.is_new(share, Instant::now()) {
                warn!(%address, "there are {most} {what} from this address already: further ones are refused");
            }
            return Err(Refused::TooManyFromAddress);
        }
        *counts.by_share.entry(share).or_default() += 1;
        counts.all += 1;
        Ok(Admitted {
            counts: self.counts.clone(),
            share,
        })
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut counts = lock(&self.counts);
        counts.all -= 1;
        if let Some(from_address) = counts.by_share.get_mut(&self.share) {
            *from_address -= 1;
            if *from_address == 0 {
                counts.by_share.remove(&self.share);
            }
        }
    }
}

/// What counts as one address: of IPv6 a network of 64 bits, for one machine may have all the
/// addresses of such a one; but link-local addresses are all of one, whichever machine has them.
pub(super) fn share_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if !address.is_unicast_link_local() => {
            let network = u128::from(address) >> 64 << 64;
            Ipv6Addr::from(network).into()
        }
        address => address,
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        Ipv4Addr::new(127, 0, 0, last).into()
    }

    fn admission(connections: u64, address_connections: u64, open_files: u64) -> Admission {
        let limits = Limits {
            connections,
            address_connections,
            ..Limits::default()
        };
        Admission::new(&limits, open_files)
    }

    #[test]
    fn connections_are_bounded_in_all() {
        let admission = admission(2, 0, 1024);
        let first = admission.admit(address(1)).unwrap();
        let _second = admission.admit(address(2)).unwrap();
        assert_eq!(admission.admit(address(3)).err(), Some(Refused::TooMany));
        drop(first);
        assert!(admission.admit(address(3)).is_ok());
    }

    #[test]
    fn connections_are_bounded_from_one_address() {
        let admission = admission(0, 1, 1024);
        let first = admission.admit(address(1)).unwrap();
        let refused = admission.admit(address(1)).err();
        assert_eq!(refused, Some(Refused::TooManyFromAddress));
        assert!(admission.admit(address(2)).is_ok());
        drop(first);
        assert!(admission.admit(address(1)).is_ok());
    }

    #[test]
    fn addresses_of_one_machine_count_as_one() {
        for (first, second, is_one) in [
            ("2001:db8::1", "2001:db8::2", true),
            ("2001:db8::1", "2001:db8:0:0:ffff:ffff:ffff:ffff", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "::ffff:192.0.2.2", false),
            ("192.0.2.1", "192.0.2.2", false),
            ("fe80::1", "fe80::2", false),
            ("::1", "2001:db8::1", false),
        ] {
            let admission = admission(0, 1, 1024);
            let [first, second] = [first, second].map(|address| address.parse::<IpAddr>().unwrap());
            let _first = admission.admit(first).unwrap();
            assert_eq!(admission.admit(second).is_err(), is_one, "{first} {second}");
        }
    }

    #[test]
    fn without_a_bound_of_its_own_the_limit_of_open_files_less_a_reserve_holds() {
        let admission = admission(0, 0, RESERVED_FILES + 1);
        let _first = admission.admit(address(1)).unwrap();
        assert!(admission.admit(address(1)).is_err());
    }
}
