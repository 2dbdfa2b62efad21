//! Drains that are neither confirmed nor given back: soft state.

use alloc::vec::Vec;

use super::mailbox::InFlight;
use crate::decision::ConnectionId;
use crate::place::Place;

/// One drain a mailbox, by the place of its user, in the order of places. There are as many as replies with messages under
/// way, which is few: to find one takes as long as in a map, and in a browser this is less code.
#[derive(Clone, Debug, Default)]
pub(super) struct Drains(Vec<(Place, InFlight)>);

impl Drains {
    pub(super) fn get(&self, place: Place) -> Option<&InFlight> {
        let found = self.find(place).ok()?;
        Some(&self.0[found].1)
    }

    /// Takes the place of one of the same mailbox.
    pub(super) fn insert(&mut self, place: Place, drain: InFlight) {
        match self.find(place) {
            Ok(found) => self.0[found].1 = drain,
            Err(between) => self.0.insert(between, (place, drain)),
        }
    }

    pub(super) fn remove(&mut self, place: Place) {
        if let Ok(found) = self.find(place) {
            self.0.remove(found);
        }
    }

    /// Takes out those of a connection, and hands over whose they are.
    pub(super) fn give_back(&mut self, connection: ConnectionId, mut each: impl FnMut(Place)) {
        self.0.retain(|(place, drain)| {
            let is_other = drain.connection != connection;
            if !is_other {
                each(*place);
            }
            is_other
        });
    }

    fn find(&self, place: Place) -> Result<usize, usize> {
        self.0.binary_search_by_key(&place, |(place, _)| *place)
    }
}
