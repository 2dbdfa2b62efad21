//! Decoding of events, which are what journals, snapshots and backups hold.

use chatting_time_core::{Compaction, Event, State};

/// Each event has its length in a byte before it. One that is read reads the same again after it was written, and whatever
/// state such events make, what a snapshot leaves of them makes the same.
pub fn events(input: &[u8]) {
    let mut state = State::default();
    let mut compaction = Compaction::default();
    let mut taken_in = Vec::new();
    for bytes in pieces(input) {
        let Ok(event) = Event::decode(bytes) else {
            continue;
        };
        let written = encoded(&event);
        assert_eq!(Event::decode(&written).as_ref(), Ok(&event));
        state.apply(&event);
        assert_eq!(compaction.apply(bytes), Ok(()), "{event:?}");
        taken_in.push(bytes);
    }
    let mut of_snapshot = State::default();
    of_snapshot.apply(&compaction.first());
    for (place, event) in taken_in.into_iter().enumerate() {
        let left = compaction.left_of(place, event).expect("it was taken in");
        if let Some(left) = left {
            of_snapshot.apply(&Event::decode(&left).expect("it was an event"));
        }
    }
    assert!(durable(&of_snapshot) == durable(&state));
}

fn pieces(input: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = input;
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first()?;
        let (piece, after) = after.split_at(after.len().min(usize::from(*length)));
        rest = after;
        Some(piece)
    })
}

/// All that a state has to keep, in an order that does not depend on where its accounts are in memory.
fn durable(state: &State) -> Vec<Vec<u8>> {
    let mut events: Vec<_> = state.compacted().map(|event| encoded(&event)).collect();
    events.sort();
    events
}

fn encoded(event: &Event) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    bytes
}
