//! The batch that is being filled, and the one that is being written.

use std::mem;
use std::sync::Arc;

use chatting_time_core::Event;

use super::signal::Signal;
use crate::journal::Batch;

/// Events that are not durable yet. One batch fills while the one before it is written.
#[derive(Debug, Default)]
pub(super) struct Pending {
    open: Lot,
    writing: Option<Arc<Signal>>,
}

/// A batch with who waits for it.
#[derive(Debug, Default)]
pub(super) struct Lot {
    pub(super) batch: Batch,
    pub(super) commit: Arc<Signal>,
    /// The deliveries in it: should the batch be lost, these have happened all the same.
    pub(super) deliveries: Vec<Event>,
    /// Something in it makes earlier events superfluous, so that a fold would make room.
    pub(super) makes_room: bool,
}

/// Above this no further request is decided until the disk has caught up, in bytes.
const FULL_BYTES: usize = 16 << 20;

impl Pending {
    pub(super) fn push(&mut self, event: &Event) {
        if matches!(event, Event::MessagesDelivered { .. }) {
            self.open.deliveries.push(event.clone());
        }
        self.open.makes_room |= matches!(
            event,
            Event::MessagesDelivered { .. }
                | Event::UserRemoved { .. }
                | Event::PasswordChanged { .. }
                | Event::SessionEnded { .. }
        );
        self.open.batch.push(|buffer| event.encode(buffer));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open.batch.is_empty()
    }

    /// What has to be durable before anything decided now may be told: the latest batch.
    pub(super) fn latest(&self) -> Option<Arc<Signal>> {
        match self.open.batch.is_empty() {
            true => self.writing.clone(),
            false => Some(self.open.commit.clone()),
        }
    }

    /// The batch to wait for when there is no room for more.
    pub(super) fn full(&self) -> Option<Arc<Signal>> {
        let is_full = self.open.batch.bytes() >= FULL_BYTES;
        is_full.then(|| self.open.commit.clone())
    }

    /// Begins to write what has been filled. `spare` is an empty batch to go on with.
    pub(super) fn begin(&mut self, spare: Batch) -> Lot {
        let next = Lot {
            batch: spare,
            ..Lot::default()
        };
        let lot = mem::replace(&mut self.open, next);
        self.writing = Some(lot.commit.clone());
        lot
    }

    /// The batch that was being written is durable, or lost.
    pub(super) fn end(&mut self) {
        self.writing = None;
    }

    /// Takes the batch that was being filled on top of one that was lost.
    pub(super) fn take_lost(&mut self) -> Lot {
        mem::take(&mut self.open)
    }
}
