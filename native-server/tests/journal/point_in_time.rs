//! What a journal held at one moment, as a backup reads it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, File, JournalError, PointInTime, Room};

use super::{
    EveryEvent, FOLDER, append, events, fold, open, open_with_two_sealed, path, three_batches,
};

#[test]
fn it_ends_at_the_durable_sequence_whatever_stands_behind() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open_with_two_sealed(&disk);
    append(&mut opened.writer, &events(7..=8)).expect("room");
    assert_eq!(opened.journal.durable_sequence(), 8);
    let point = point(&disk, Some(8)).expect("a sound journal");
    append(&mut opened.writer, &events(9..=9)).expect("room");
    assert_eq!(opened.journal.durable_sequence(), 9);
    let before = disk.operations();
    assert_eq!(point.sequence(), 8);
    assert_eq!(read(&point), events(1..=8));
    assert_eq!(disk.operations(), before, "nothing is written");
}

#[test]
fn what_a_failed_write_left_behind_is_not_in_it() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    // It reads well, and nobody knows whether it stays.
    disk.fail_syncs(1);
    assert!(append(&mut opened.writer, &events(4..=4)).is_err());
    let durable = opened.journal.durable_sequence();
    let point = point(&disk, Some(durable)).expect("a sound journal");
    assert_eq!(read(&point), events(1..=3));
}

#[test]
fn a_fold_that_removes_its_files_meanwhile_does_it_no_harm() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open_with_two_sealed(&disk);
    append(&mut opened.writer, &events(7..=7)).expect("room");
    let before = point(&disk, Some(7)).expect("a sound journal");
    fold(&opened).expect("a fold").expect("something to fold");
    assert_eq!(read(&before), events(1..=7));
    let after = point(&disk, Some(7)).expect("a sound journal");
    assert_eq!(read(&after), events(1..=7));
}

#[test]
fn a_snapshot_that_is_newer_than_what_was_said_to_be_durable_makes_it_a_later_moment() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    fold(&opened).expect("a fold").expect("something to fold");
    let point = point(&disk, Some(3)).expect("a sound journal");
    assert_eq!(point.sequence(), 6);
    assert_eq!(read(&point), events(1..=6));
}

#[test]
fn without_a_server_it_is_what_the_next_start_finds() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    let end = contents.iter().rposition(|byte| *byte != 0);
    // The last batch is torn.
    contents[end.expect("frames")] ^= 1;
    disk.put(&segment, &contents);
    let point = point(&disk, None).expect("a sound journal");
    assert_eq!(point.sequence(), 5);
    assert_eq!(read(&point), events(1..=5));
    assert_eq!(open(&disk).expect("a journal").events, events(1..=5));
}

#[test]
fn damage_and_missing_files_are_refused() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    drop(opened);
    let first = path("00000000000000000001.segment");
    let mut contents = disk.contents(&first).expect("the segment");
    contents[70] ^= 1;
    disk.put(&first, &contents);
    let damaged = point(&disk, Some(6)).expect("its headers are whole");
    let refused = damaged.compact(&mut EveryEvent::default(), &mut |_| Ok(()));
    assert!(matches!(refused, Err(JournalError::Damaged { .. })));
    disk.take_away(&first);
    let refused = point(&disk, Some(6)).map(drop);
    assert!(matches!(refused, Err(JournalError::Missing { .. })));
}

#[test]
fn a_folder_of_a_server_is_never_empty() {
    let disk = SimulatedDisk::new(1);
    let refused = point(&disk, Some(12)).map(drop);
    assert!(matches!(refused, Err(JournalError::Missing { .. })));
    assert_eq!(point(&disk, None).expect("nothing").sequence(), 0);
}

#[test]
fn files_that_vanish_while_they_are_opened_are_looked_for_again_as_long_as_others_come() {
    let disk = SimulatedDisk::new(1);
    drop(open_with_two_sealed(&disk));
    let opened = |changing: bool| {
        let disk = Vanishing {
            disk: disk.clone(),
            lists: AtomicU64::new(0),
            changing,
        };
        PointInTime::open(Path::new(FOLDER), Arc::new(disk), Some(6))
    };
    assert_eq!(
        read(&opened(true).expect("it stops one day")),
        events(1..=6)
    );
    // A file that is just not there is not looked for for ever.
    assert!(matches!(
        opened(false).map(drop),
        Err(JournalError::Storage { .. })
    ));
}

/// Its lists end in a segment that is gone when it is opened; each time in another one, and some day in none, or always in the same.
struct Vanishing {
    disk: SimulatedDisk,
    lists: AtomicU64,
    changing: bool,
}

impl Disk for Vanishing {
    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = self.disk.list(folder)?;
        match self.lists.fetch_add(1, Ordering::Relaxed) {
            earlier if self.changing && earlier < 100 => {
                names.push(format!("{:020}.segment", 50 + earlier));
            }
            _ if self.changing => {}
            _ => names.push(format!("{:020}.segment", 50)),
        }
        Ok(names)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.disk.open(path)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.create_folder(folder)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.disk.create(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        self.disk.room(folder)
    }
}

fn point(disk: &SimulatedDisk, durable: Option<u64>) -> Result<PointInTime, JournalError> {
    PointInTime::open(Path::new(FOLDER), Arc::new(disk.clone()), durable)
}

fn read(point: &PointInTime) -> Vec<super::Event> {
    let mut found = Vec::new();
    point
        .compact(&mut EveryEvent::default(), &mut |event| {
            found.push(event.to_vec());
            Ok(())
        })
        .expect("a sound journal");
    found
}
