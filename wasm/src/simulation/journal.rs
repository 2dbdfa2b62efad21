//! What the server has made durable: a snapshot, and the events since then, in order. Not as bytes, of which nobody here
//! could damage one: that each event survives its encoding is core's to hold to.

use std::sync::Arc;

use chatting_time_core::{Event, State};

/// Cheap to clone: the snapshot is shared, and so is what fills a segment.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    /// What the latest recovery rebuilt. It stands for every event before, so that the next one is short.
    snapshot: Arc<State>,
    /// How many events the snapshot was rebuilt of.
    compacted: usize,
    /// How many events it stands for.
    before: usize,
    full: Vec<Arc<Vec<Arc<Event>>>>,
    open: Vec<Arc<Event>>,
}

/// What a server that starts on a journal finds in it.
pub(super) struct Recovered {
    pub(super) state: State,
    /// How many events it took, those of the snapshot and those behind it.
    pub(super) work: usize,
}

const SEGMENT_EVENTS: usize = 64;
/// About what a place for an event or a segment takes.
const PLACE: usize = 8;

impl Journal {
    pub(super) fn push(&mut self, event: &Event) {
        self.open.push(Arc::new(event.clone()));
        if self.open.len() == SEGMENT_EVENTS {
            self.full.push(Arc::new(std::mem::take(&mut self.open)));
        }
    }

    /// Every event that there ever was.
    pub(super) fn events(&self) -> usize {
        self.before + self.events_since()
    }

    /// How many bytes its clones do not share.
    pub(super) fn own_bytes(&self) -> usize {
        PLACE * (self.open.len() + self.full.len())
    }

    /// Recovers through a new snapshot, which must be as good as the events that it takes the place of.
    pub(super) fn recover(&mut self) -> Recovered {
        let since = self.events_since();
        if since > 0 {
            let read = self.read();
            let mut rebuilt = State::default();
            self.compacted = 0;
            for event in read.compacted() {
                rebuilt.apply(&event);
                self.compacted += 1;
            }
            self.snapshot = Arc::new(rebuilt);
            self.before += since;
            self.full.clear();
            self.open.clear();
        }
        Recovered {
            state: self.snapshot.as_ref().clone(),
            work: self.compacted + since,
        }
    }

    fn read(&self) -> State {
        let mut read = self.snapshot.as_ref().clone();
        let segments = self.full.iter().map(|segment| segment.as_slice());
        for event in segments.chain([self.open.as_slice()]).flatten() {
            read.apply(event);
        }
        read
    }

    fn events_since(&self) -> usize {
        self.full.len() * SEGMENT_EVENTS + self.open.len()
    }
}
