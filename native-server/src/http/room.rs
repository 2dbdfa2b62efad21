//! How many plain HTTP connections there may be, in all and from one address.

use std::net::IpAddr;
use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::serve::{Admission, Admitted};

/// Plain HTTP connections at a time, where files are plenty.
const MOST_CONNECTIONS: u64 = 256;

/// How many plain HTTP connections there may be where this many files may be open: where those
/// are few, most are for the chat.
pub(crate) fn most_connections(open_files: u64) -> usize {
    (open_files / 4).clamp(1, MOST_CONNECTIONS) as usize
}

/// The room for plain HTTP connections. Further ones wait until they are accepted.
#[derive(Clone)]
pub(crate) struct Room {
    places: Arc<Semaphore>,
    most: usize,
    shares: Admission,
}

/// The place of one connection, until this is dropped.
pub(crate) struct Place {
    permit: OwnedSemaphorePermit,
    most: usize,
    _share: Option<Admitted>,
}

impl Room {
    /// `what` is what the log calls the connections.
    pub(crate) fn new(most: usize, what: &'static str) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            most,
            shares: Admission::bounded(u64::MAX, (most as u64 / 4).max(1), what),
        }
    }

    /// A place, as soon as there is one.
    pub(crate) async fn place(&self) -> Place {
        let permit = self.places.clone().acquire_owned().await;
        Place {
            permit: permit.expect("the semaphore is never closed"),
            most: self.most,
            _share: None,
        }
    }

    /// Gives a place to a connection from this address; nothing when the address has its share
    /// already, a quarter of all. This machine has no share: a proxy on it speaks for everybody.
    pub(crate) fn give(&self, place: Place, address: IpAddr) -> Option<Place> {
        if address.to_canonical().is_loopback() {
            return Some(place);
        }
        let _share = Some(self.shares.admit(address).ok()?);
        Some(Place { _share, ..place })
    }
}

impl Place {
    /// Whether places are so few that no connection should be kept for a further request.
    pub(crate) fn is_crowded(&self) -> bool {
        self.permit.semaphore().available_permits() < self.most / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    async fn enter(room: &Room, address: impl Into<IpAddr>) -> Option<Place> {
        let place = room.place().await;
        room.give(place, address.into())
    }

    #[tokio::test]
    async fn no_address_has_more_than_a_quarter_of_the_places_but_this_machine() {
        let room = Room::new(8, "HTTP connections");
        let (greedy, other) = (Ipv4Addr::new(192, 0, 2, 1), Ipv4Addr::new(192, 0, 2, 2));
        let first = enter(&room, greedy).await.unwrap();
        let _second = enter(&room, greedy).await.unwrap();
        assert!(enter(&room, greedy).await.is_none());
        let _other = enter(&room, other).await.unwrap();
        drop(first);
        let _again = enter(&room, greedy).await.unwrap();
        let proxied = async || enter(&room, Ipv4Addr::LOCALHOST).await.unwrap();
        let _proxied = [proxied().await, proxied().await, proxied().await];
        let last = enter(&room, other).await.unwrap();
        assert!(last.is_crowded());
        assert_eq!(
            room.places.available_permits(),
            1,
            "who was refused left no trace"
        );
    }

    #[test]
    fn where_few_files_may_be_open_places_are_few() {
        let most = [0, 4, 256, 1024, 1 << 20].map(most_connections);
        assert_eq!(most, [1, 1, 64, 256, 256]);
    }
}
