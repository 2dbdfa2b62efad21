//! Decoding of journals and snapshots.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Batch, Fold, Journal, JournalError, Options};

const FOLDER: &str = "/data";
/// A snapshot of the first two events, a sealed segment of two more and an open one.
const EVENTS: [&[u8]; 6] = [b"one", b"", b"three", b"CTev", b"five", b"six"];
const BATCH_EVENTS: usize = 2;
/// Where they stand among the files, which come in the order of their names.
const SEALED_SEGMENT: usize = 0;
const OPEN_SEGMENT: usize = 2;
const HEADER_BYTES: usize = 64;

/// A journal is damaged, four bytes at a time: which file, where (two bytes), and how: the bits of a byte turned over, or with no
/// bit set everything from there on cut off. Then it is refused, and refused again when it is opened once more, or it gives what
/// was in it: all of it, unless the damage lies where a crash could have left it. What it gives it gives again.
pub fn journal(input: &[u8]) {
    let disk = sound();
    let whole = files(&disk);
    for damage in input.chunks_exact(4) {
        let (path, _) = &whole[usize::from(damage[0]) % whole.len()];
        let mut contents = disk.contents(path).expect("it is on the disk");
        let place = usize::from(u16::from_le_bytes([damage[1], damage[2]]));
        match (contents.get_mut(place), damage[3]) {
            (None, _) => {}
            (Some(_), 0) => contents.truncate(place),
            (Some(byte), bits) => *byte ^= bits,
        }
        disk.put(path, &contents);
    }
    let kept = kept(&files(&disk), &whole);
    let first = open(&disk);
    disk.kill();
    let second = open(&disk);
    assert_eq!(second, first, "it was not mended");
    let Some(found) = first else {
        return;
    };
    assert!(found.len() >= kept, "{} of {kept} events", found.len());
    assert!(
        found.len().is_multiple_of(BATCH_EVENTS),
        "a part of a batch"
    );
    assert!(found.len() <= EVENTS.len());
    assert!(EVENTS.iter().zip(&found).all(|(event, read)| event == read));
}

/// How many events must be there, unless it is refused. Only the last segment may end before its time, as a crash leaves
/// it. Where nothing is left of that, not even its header, a crash may have come before it was begun, and the segment before it was the last.
fn kept(damaged: &Files, whole: &Files) -> usize {
    let differs = |index: usize| damaged[index] != whole[index];
    let header = |files: &Files| {
        files[OPEN_SEGMENT]
            .1
            .chunks(HEADER_BYTES)
            .next()
            .map(<[u8]>::to_vec)
    };
    let lost = match differs(OPEN_SEGMENT) {
        true if header(damaged) != header(whole) && differs(SEALED_SEGMENT) => 2,
        true => 1,
        false => 0,
    };
    EVENTS.len() - lost * BATCH_EVENTS
}

/// Paths and contents.
type Files = Vec<(PathBuf, Vec<u8>)>;

fn files(disk: &SimulatedDisk) -> Files {
    let contents = |path: &PathBuf| disk.contents(path).expect("the disk has listed it");
    let paths = disk.paths().into_iter();
    paths.map(|path| (path.clone(), contents(&path))).collect()
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
    for (number, events) in EVENTS.chunks(BATCH_EVENTS).enumerate() {
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

/// All events; `None` when they are refused because of damage.
fn open(disk: &SimulatedDisk) -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let opened = Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options(),
        &mut |_, event| {
            found.push(event.to_vec());
            Ok(())
        },
    );
    match opened {
        Ok(_) => Some(found),
        Err(JournalError::Damaged { .. } | JournalError::Missing { .. }) => None,
        Err(JournalError::NewerFormat { .. }) => None,
        Err(error) => panic!("{error}"),
    }
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
