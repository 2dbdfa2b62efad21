//! How many plain HTTP connections there may be.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Plain HTTP connections at a time, where files are plenty.
const MOST_CONNECTIONS: u64 = 256;

/// How many plain HTTP connections there may be where this many files may be open: where those
/// are few, most are for the chat.
pub(crate) fn most_connections(open_files: u64) -> usize {
    (open_files / 4).clamp(1, MOST_CONNECTIONS) as usize
}

/// The room for plain HTTP connections. Further ones wait until they are accepted.
#[derive(Clone)]
pub(super) struct Room {
    places: Arc<Semaphore>,
    most: usize,
}

/// The place of one connection, until this is dropped.
pub(crate) struct Place {
    permit: OwnedSemaphorePermit,
    most: usize,
}

impl Room {
    pub(super) fn new(most: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(most)),
            most,
        }
    }

    /// A place, as soon as there is one.
    pub(super) async fn place(&self) -> Place {
        let permit = self.places.clone().acquire_owned().await;
        Place {
            permit: permit.expect("the semaphore is never closed"),
            most: self.most,
        }
    }
}

impl Place {
    /// Whether places are so few that no connection should be kept for a further request.
    pub(super) fn is_crowded(&self) -> bool {
        self.permit.semaphore().available_permits() < self.most / 2
    }
}
