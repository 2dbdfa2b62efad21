//! Snapshots replace what they hold, and a fold that fails changes nothing.

use std::borrow::Cow;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Fold, JournalError};

use super::{Event, Open, append, events, fold, names, open, open_with_two_sealed, path, reopen};

#[test]
fn a_fold_replaces_sealed_segments_by_a_snapshot_and_leaves_the_open_one_alone() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open_with_two_sealed(&disk);
    append(&mut opened.writer, &events(7..=8)).expect("room");
    let open_segment = disk.contents(&path("00000000000000000003.segment"));
    let folded = fold(&opened).expect("a fold").expect("something to fold");
    assert_eq!(folded.sequence, 6);
    assert_eq!(
        names(&disk),
        [
            "00000000000000000003.segment",
            "00000000000000000006.snapshot"
        ]
    );
    assert_eq!(
        disk.contents(&path("00000000000000000003.segment")).ok(),
        open_segment.ok()
    );
    assert_eq!(opened.journal.sealed_bytes(), 0);
    disk.lose_power();
    let opened = open(&disk).expect("a journal");
    assert_eq!(opened.events, events(1..=8));
    assert_eq!(opened.recovery.snapshot, Some(6));
    assert_eq!(opened.recovery.last_sequence, 8);
    assert_eq!(opened.recovery.events, 8);
}

#[test]
fn a_fold_builds_on_the_snapshot_before() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    for first in (1..60).step_by(3) {
        append(&mut opened.writer, &events(first..=first + 2)).expect("room");
        opened.writer.seal().expect("room");
        fold(&opened).expect("a fold");
        assert_eq!(names(&disk).len(), 2);
    }
    assert_eq!(open(&disk).expect("a journal").events, events(1..=60));
}

#[test]
fn with_nothing_sealed_there_is_nothing_to_fold() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=2)).expect("room");
    assert_eq!(fold(&opened).expect("nothing to do"), None);
    opened.writer.seal().expect("room");
    assert!(fold(&opened).expect("a fold").is_some());
    assert_eq!(fold(&opened).expect("nothing to do"), None);
    opened.writer.seal().expect("nothing to seal");
    assert_eq!(fold(&opened).expect("nothing to do"), None);
}

#[test]
fn a_fold_is_due_when_as_much_is_sealed_as_the_last_snapshot_holds() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &[vec![b'a'; 3000]]).expect("room");
    opened.writer.seal().expect("room");
    assert!(!opened.journal.fold_is_due(), "less than the least amount");
    append(&mut opened.writer, &[vec![b'b'; 3000]]).expect("room");
    opened.writer.seal().expect("room");
    assert!(opened.journal.fold_is_due());
    fold(&opened).expect("a fold");
    assert!(!opened.journal.fold_is_due());
    append(&mut opened.writer, &[vec![b'c'; 5000]]).expect("room");
    opened.writer.seal().expect("room");
    assert!(!opened.journal.fold_is_due(), "less than the snapshot");
    append(&mut opened.writer, &[vec![b'd'; 3000]]).expect("room");
    opened.writer.seal().expect("room");
    assert!(opened.journal.fold_is_due());
}

#[test]
fn a_stop_at_any_operation_of_a_fold_loses_nothing() {
    let operations = {
        let disk = SimulatedDisk::new(0);
        let opened = open_with_two_sealed(&disk);
        fold(&opened).expect("a fold");
        append_and_seal(opened, 7);
        let opened = open(&disk).expect("a journal");
        let before = disk.operations();
        fold(&opened).expect("a fold");
        disk.operations() - before
    };
    assert!(operations > 6);
    for stop in 0..operations {
        for seed in 0..10 {
            let disk = SimulatedDisk::new(seed);
            let opened = open_with_two_sealed(&disk);
            fold(&opened).expect("a fold");
            append_and_seal(opened, 7);
            let opened = open(&disk).expect("a journal");
            disk.stop_after(stop);
            // Only the removal of what is replaced may fail unnoticed.
            let _ = fold(&opened);
            disk.lose_power();
            let opened = match open(&disk) {
                Ok(opened) => opened,
                Err(error) => panic!("stopped at {stop}, seed {seed}: {error}"),
            };
            assert_eq!(
                opened.events,
                events(1..=9),
                "stopped at {stop}, seed {seed}"
            );
            fold(&opened).expect("a fold");
            assert_eq!(names(&disk).len(), 2);
            assert_eq!(open(&disk).expect("a journal").events, events(1..=9));
        }
    }
}

#[test]
fn a_fold_that_fails_leaves_everything_as_it_was_and_the_next_one_succeeds() {
    for fault in 0..4 {
        let disk = SimulatedDisk::new(1);
        let mut opened = open_with_two_sealed(&disk);
        let before = names(&disk);
        match fault {
            0 => disk.fail_writes(1),
            1 => disk.fail_syncs(1),
            2 => disk.set_capacity(disk.used() + 100),
            _ => {}
        }
        if fault == 3 {
            let error = opened.journal.fold(&mut Refusing);
            assert!(matches!(
                error,
                Err(JournalError::Rejected { sequence: 1, .. })
            ));
        } else {
            assert!(fold(&opened).is_err());
        }
        assert_eq!(names(&disk), before);
        assert!(opened.journal.sealed_bytes() > 0);
        disk.set_capacity(u64::MAX);
        append(&mut opened.writer, &events(7..=7)).expect("the journal goes on");
        assert!(fold(&opened).expect("a fold").is_some());
        assert_eq!(open(&disk).expect("a journal").events, events(1..=7));
    }
}

#[test]
fn a_fold_reads_what_counts_of_a_segment_whose_sync_failed() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    disk.fail_syncs(1);
    assert!(append(&mut opened.writer, &events(101..=102)).is_err());
    opened
        .writer
        .reopen(&mut |_, _| Ok(()))
        .expect("a disk that works");
    append(&mut opened.writer, &events(4..=4)).expect("room");
    fold(&opened).expect("a fold");
    disk.lose_power();
    let mut opened = open(&disk).expect("a journal");
    assert_eq!(opened.events, events(1..=4));
    disk.fail_syncs(1);
    assert!(append(&mut opened.writer, &events(101..=102)).is_err());
    assert_eq!(
        reopen(&mut opened),
        events(1..=4),
        "a snapshot, sealed segments, and no more"
    );
}

#[test]
fn a_fold_and_a_reopening_open_one_sealed_file_at_a_time() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    for sequence in 1..=100 {
        append(&mut opened.writer, &events(sequence..=sequence)).expect("room");
        opened.writer.seal().expect("room");
    }
    let _ = disk.most_open_files();
    disk.fail_syncs(1);
    assert!(append(&mut opened.writer, &events(201..=201)).is_err());
    assert_eq!(reopen(&mut opened), events(1..=100));
    fold(&opened).expect("a fold");
    // The segment being written, the new snapshot, and what it is read back by or made of.
    assert!(disk.most_open_files() <= 4);
}

#[test]
fn sealed_events_are_found_again_after_a_restart() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    let bytes = opened.journal.sealed_bytes();
    assert!(bytes > 0);
    drop(opened);
    let opened = open(&disk).expect("a journal");
    assert_eq!(opened.journal.sealed_bytes(), bytes);
}

fn append_and_seal(mut opened: Open, first: usize) {
    append(&mut opened.writer, &events(first..=first + 2)).expect("room");
    opened.writer.seal().expect("room");
}

struct Refusing;

impl Fold for Refusing {
    fn apply(&mut self, _event: &[u8]) -> Result<(), String> {
        Err("not today".to_owned())
    }

    fn first(&self) -> Vec<Event> {
        Vec::new()
    }

    fn left_of<'a>(
        &self,
        _place: usize,
        _event: &'a [u8],
    ) -> Result<Option<Cow<'a, [u8]>>, String> {
        Ok(None)
    }
}

/// Rests on the last event only, as a state does that others overwrite, and changes it.
#[derive(Default)]
struct LastOnly {
    count: usize,
}

impl Fold for LastOnly {
    fn apply(&mut self, _event: &[u8]) -> Result<(), String> {
        self.count += 1;
        Ok(())
    }

    fn first(&self) -> Vec<Event> {
        vec![b"first".to_vec()]
    }

    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        let is_last = place + 1 == self.count;
        Ok(is_last.then(|| Cow::Owned([event, b", the last"].concat())))
    }
}

#[test]
fn a_snapshot_holds_what_is_left_of_the_events_and_no_more() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open_with_two_sealed(&disk);
    opened
        .journal
        .fold(&mut LastOnly::default())
        .expect("a fold");
    append(&mut opened.writer, &events(7..=7)).expect("room");
    let opened = open(&disk).expect("a journal");
    let last = [&events(6..=6)[0][..], b", the last"].concat();
    let expected = [vec![b"first".to_vec(), last], events(7..=7)].concat();
    assert_eq!(opened.events, expected);
    assert_eq!(opened.recovery.last_sequence, 7);
}

/// Takes every event in, and then does not know one again.
#[derive(Default)]
struct Forgetful;

impl Fold for Forgetful {
    fn apply(&mut self, _event: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn first(&self) -> Vec<Event> {
        Vec::new()
    }

    fn left_of<'a>(&self, place: usize, event: &'a [u8]) -> Result<Option<Cow<'a, [u8]>>, String> {
        match place {
            4 => Err("never seen".to_owned()),
            _ => Ok(Some(Cow::Borrowed(event))),
        }
    }
}

#[test]
fn an_event_that_is_refused_when_it_is_read_again_ends_the_fold_and_is_named() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    let before = names(&disk);
    let error = opened.journal.fold(&mut Forgetful);
    assert!(matches!(
        error,
        Err(JournalError::Rejected { sequence: 5, .. })
    ));
    assert_eq!(names(&disk), before);
    assert_eq!(open(&disk).expect("a journal").events, events(1..=6));
}
