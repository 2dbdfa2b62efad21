//! The chat state as the journal sees it: something that events add up to.

use std::borrow::Cow;
use std::mem;
use std::panic;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use chatting_time_core::{Compaction, Event, State};

use crate::journal::{Fold, JournalError, Sink};

/// How many events change threads at once, and how many such lots may wait: enough that none waits for the other at
/// every turn, few enough that they stay in the processor's cache.
const LOT_EVENTS: usize = 256;
const LOTS_WAITING: usize = 16;

/// The state that the events which `read` hands to its sink add up to, and what `read` returns.
///
/// Events are read, checked and decoded on this thread, where one that cannot be is refused with its place; they are
/// applied on another.
///
/// # Errors
/// Those of `read`; [`JournalError::Storage`] with `folder` when no thread can be had.
pub(super) fn state_of<T>(
    folder: &Path,
    read: impl FnOnce(&mut Sink<'_>) -> Result<T, JournalError>,
) -> Result<(State, T), JournalError> {
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<Vec<Event>>(LOTS_WAITING);
        let apply = move || {
            let mut state = State::default();
            for event in receiver.into_iter().flatten() {
                state.apply(&event);
            }
            state
        };
        let applying = thread::Builder::new()
            .name("apply".into())
            .spawn_scoped(scope, apply)
            .map_err(|source| JournalError::Storage {
                doing: "start a thread to read",
                path: folder.to_owned(),
                source,
            })?;
        let mut lot = Vec::with_capacity(LOT_EVENTS);
        // Sending fails only when the other thread has panicked, which joining it tells.
        let read = read(&mut |_, bytes| {
            lot.push(Event::decode(bytes).map_err(|error| error.to_string())?);
            if lot.len() == LOT_EVENTS {
                let full = mem::replace(&mut lot, Vec::with_capacity(LOT_EVENTS));
                let _ = sender.send(full);
            }
            Ok(())
        });
        let _ = sender.send(lot);
        drop(sender);
        let state = applying.join();
        let state = state.unwrap_or_else(|cause| panic::resume_unwind(cause));
        Ok((state, read?))
    })
}

/// What to fold the journal with, beside the state that is being served; and what a backup of it is read with.
#[derive(Default)]
pub struct Folding(Compaction);

impl Fold for Folding {
    fn apply(&mut self, event: &[u8]) -> Result<(), String> {
        self.0.apply(event).map_err(|error| error.to_string())
    }

    fn first(&self) -> Vec<Vec<u8>> {
        let mut bytes = Vec::new();
        self.0.first().encode(&mut bytes);
        vec![bytes]
    }

    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        let left = self.0.left_of(place, event);
        left.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use chatting_time_core::state::Generation;
    use chatting_time_core::{Body, Identity, Name, Password, PasswordCost, Timestamp, Username};

    use super::*;
    use crate::journal::simulated_disk::SimulatedDisk;
    use crate::journal::{Batch, Journal, Opened, Options};

    /// More than one lot, and not a whole number of them.
    const MESSAGES: usize = 3 * LOT_EVENTS + 7;

    #[test]
    fn a_state_is_made_of_every_event_in_order() {
        let disk = SimulatedDisk::new(1);
        write(&disk, |_| ());
        let (state, _) = state_of(Path::new("data"), |sink| open(&disk, sink)).expect("a journal");
        let texts = state.compacted().filter_map(|event| match event {
            Event::MessageAccepted { text, .. } => Some(text.as_str().to_owned()),
            _ => None,
        });
        assert!(texts.eq((0..MESSAGES).map(|number| number.to_string())));
    }

    #[test]
    fn an_event_that_cannot_be_decoded_is_refused_with_its_place() {
        const BAD: usize = 2 * LOT_EVENTS + 3;
        let disk = SimulatedDisk::new(1);
        write(&disk, |events| events[BAD] = vec![99]);
        let refused = state_of(Path::new("data"), |sink| open(&disk, sink)).map(drop);
        let Err(JournalError::Rejected { path, sequence, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(sequence, BAD as u64 + 1);
        assert_eq!(
            path,
            Path::new("/data").join("00000000000000000001.segment")
        );
    }

    fn open(disk: &SimulatedDisk, sink: &mut Sink<'_>) -> Result<Opened, JournalError> {
        let options = Options {
            prepare_ahead: false,
            ..Options::default()
        };
        Journal::open(Path::new("/data"), Arc::new(disk.clone()), options, sink)
    }

    /// A journal of one user and their messages, but for a change to the bytes of the events.
    fn write(disk: &SimulatedDisk, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
        let username = Username::parse("messi").expect("a username");
        let name = Name::parse("Lionel Messi").expect("a name");
        let password = Password::parse("surabaya").expect("a password");
        let added = Event::UserAdded {
            username,
            name: name.clone(),
            country: name.clone(),
            password: password.hash(PasswordCost::cheapest(), [7; 16]),
            generation: Generation(1),
        };
        let sender = Identity::new(&username, &name);
        let message = |number: usize| Event::MessageAccepted {
            sender: sender.clone(),
            recipient: username,
            text: Body::parse(&number.to_string(), 100).expect("a text"),
            at: Timestamp(1),
        };
        let events = std::iter::once(added).chain((0..MESSAGES).map(message));
        let mut events: Vec<_> = events
            .map(|event| {
                let mut bytes = Vec::new();
                event.encode(&mut bytes);
                bytes
            })
            .collect();
        change(&mut events);
        let mut opened = open(disk, &mut |_, _| Ok(())).expect("a new journal");
        for events in events.chunks(100) {
            let mut batch = Batch::new();
            for event in events {
                batch.push(|buffer| buffer.extend_from_slice(event));
            }
            opened.writer.append(&mut batch).expect("room");
        }
    }
}
