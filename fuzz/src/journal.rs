//! Decoding of journals and snapshots.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Batch, Fold, Journal, JournalError, Options};

const FOLDER: &str = "/data";
/// A snapshot of the first two events, a sealed segment of two more and an open one.
const EVENTS: [&[u8]; 6] = [b"one", b"", b"three", b"CTev", b"five", b"six"];

/// A journal is damaged, four bytes at a time: which file, where (two bytes), and how: the bits of a byte turned over, or with no
/// bit set everything from there on cut off. Then it is refused, or gives a beginning of what was in it, and the same again when it is opened once more.
pub fn journal(input: &[u8]) {
    let disk = sound();
    for damage in input.chunks_exact(4) {
        let paths = disk.paths();
        let path = &paths[usize::from(damage[0]) % paths.len()];
        let mut contents = disk.contents(path).expect("the disk has listed it");
        let place = usize::from(u16::from_le_bytes([damage[1], damage[2]]));
        match (contents.get_mut(place), damage[3]) {
            (None, _) => {}
            (Some(_), 0) => contents.truncate(place),
            (Some(byte), bits) => *byte ^= bits,
        }
        disk.put(path, &contents);
    }
    let Ok(found) = open(&disk) else {
        return;
    };
    assert!(
        EVENTS
            .iter()
            .zip(&found)
            .all(|(written, read)| written == read)
    );
    assert!(found.len() <= EVENTS.len());
    disk.kill();
    assert_eq!(open(&disk).expect("it was mended"), found);
}

fn sound() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    write(&disk).expect("the disk is sound");
    disk.kill();
    disk
}

fn write(disk: &SimulatedDisk) -> Result<(), JournalError> {
    let mut opened = Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options(),
        &mut |_, _| Ok(()),
    )?;
    for (number, events) in EVENTS.chunks(2).enumerate() {
        let mut batch = Batch::new();
        for event in events {
            batch.push(|buffer| buffer.extend_from_slice(event));
        }
        opened.writer.append(&mut batch)?;
        if number < 2 {
            opened.writer.seal()?;
        }
        if number == 0 {
            opened.journal.fold(&mut EveryEvent)?;
        }
    }
    Ok(())
}

fn open(disk: &SimulatedDisk) -> Result<Vec<Vec<u8>>, JournalError> {
    let mut found = Vec::new();
    Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options(),
        &mut |_, event| {
            found.push(event.to_vec());
            Ok(())
        },
    )?;
    Ok(found)
}

fn options() -> Options {
    Options {
        segment_bytes: 4096,
        first_segment_bytes: 4096,
        prepare_ahead: false,
        ..Options::default()
    }
}

/// Nothing is left out of the snapshot.
struct EveryEvent;

impl Fold for EveryEvent {
    fn apply(&mut self, _: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn first(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn left_of<'a>(&self, _: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        Ok(Some(Cow::Borrowed(event)))
    }
}
