//! What the server has made durable: its events, encoded, in order.

use std::sync::Arc;

use chatting_time_core::{Event, State};

/// Cheap to clone: what fills a segment is shared from then on.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    full: Vec<Arc<Vec<Vec<u8>>>>,
    open: Vec<Vec<u8>>,
}

const SEGMENT_EVENTS: usize = 64;

impl Journal {
    pub(super) fn push(&mut self, event: &Event) {
        let mut bytes = Vec::new();
        event.encode(&mut bytes);
        self.open.push(bytes);
        if self.open.len() == SEGMENT_EVENTS {
            self.full.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    pub(super) fn events(&self) -> usize {
        self.full.len() * SEGMENT_EVENTS + self.open.len()
    }

    /// What a server that starts on this journal recovers: through a snapshot too, which must be as good as the whole.
    pub(super) fn recover(&self) -> State {
        let mut read = State::default();
        let segments = self.full.iter().map(|segment| segment.as_slice());
        for bytes in segments.chain([self.open.as_slice()]).flatten() {
            let event = Event::decode(bytes).expect("what was encoded can be decoded");
            read.apply(&event);
        }
        let mut recovered = State::default();
        for event in read.compacted() {
            recovered.apply(&event);
        }
        recovered
    }
}
