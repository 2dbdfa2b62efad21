//! The journal through its public face: what was acknowledged is there again after every kind of stop, fault and damage, and
//! what cannot be read without a loss is refused.

mod busy_disk;
mod damage;
mod faults;
mod folding;
mod looking;
mod new_journal;
mod point_in_time;
mod random_runs;
mod real_folder;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{
    Batch, Fold, Folded, Journal, JournalError, Opened, Options, Recovery, Writer,
};

/// The data folder on simulated disks.
const FOLDER: &str = "/data";

type Event = Vec<u8>;

/// Small segments, so that a few events fill several, and no thread, so that runs can be repeated to the operation.
fn options() -> Options {
    Options {
        segment_bytes: 4096,
        first_segment_bytes: 4096,
        prepare_ahead: false,
        fold_after_bytes: 4096,
    }
}

/// A journal on a simulated disk, and what it handed out when it was opened.
struct Open {
    journal: Journal,
    writer: Writer,
    recovery: Recovery,
    events: Vec<Event>,
}

fn open(disk: &SimulatedDisk) -> Result<Open, JournalError> {
    let mut events = Vec::new();
    let Opened {
        journal,
        writer,
        recovery,
    } = Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options(),
        &mut |_, event| {
            events.push(event.to_vec());
            Ok(())
        },
    )?;
    Ok(Open {
        journal,
        writer,
        recovery,
        events,
    })
}

fn append(writer: &mut Writer, events: &[Event]) -> Result<(), JournalError> {
    let mut batch = Batch::new();
    for event in events {
        batch.push(|buffer| buffer.extend_from_slice(event));
    }
    writer.append(&mut batch)
}

/// Events that tell by their content where they belong.
fn events(range: std::ops::RangeInclusive<usize>) -> Vec<Event> {
    range
        .map(|number| format!("event {number} {}", "x".repeat(number % 23)).into_bytes())
        .collect()
}

/// A journal of events 1 to 6 in three batches, abandoned as a killed process leaves it; the path is that of its segment.
fn three_batches(disk: &SimulatedDisk) -> PathBuf {
    let mut open = open(disk).expect("a new journal");
    append(&mut open.writer, &events(1..=2)).expect("room");
    append(&mut open.writer, &events(3..=5)).expect("room");
    append(&mut open.writer, &events(6..=6)).expect("room");
    path("00000000000000000001.segment")
}

/// A journal of events 1 to 6 in two sealed segments, and a third one without any.
fn open_with_two_sealed(disk: &SimulatedDisk) -> Open {
    let mut open = open(disk).expect("a new journal");
    for batch in [events(1..=3), events(4..=6)] {
        append(&mut open.writer, &batch).expect("room");
        open.writer.seal().expect("room");
    }
    open
}

fn path(name: &str) -> PathBuf {
    Path::new(FOLDER).join(name)
}

fn names(disk: &SimulatedDisk) -> Vec<String> {
    disk.paths()
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// A state that rests on every event: a snapshot of it loses none unnoticed.
#[derive(Default)]
struct EveryEvent {
    count: usize,
}

impl Fold for EveryEvent {
    fn apply(&mut self, _event: &[u8]) -> Result<(), String> {
        self.count += 1;
        Ok(())
    }

    fn first(&self) -> Vec<Event> {
        Vec::new()
    }

    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        assert!(place < self.count);
        Ok(Some(Cow::Borrowed(event)))
    }
}

fn fold(open: &Open) -> Result<Option<Folded>, JournalError> {
    open.journal.fold(&mut EveryEvent::default())
}

/// Has everything durable handed out once more.
fn reopen(open: &mut Open) -> Vec<Event> {
    let mut found = Vec::new();
    open.writer
        .reopen(&mut |_, event| {
            found.push(event.to_vec());
            Ok(())
        })
        .expect("a disk that works");
    found
}
