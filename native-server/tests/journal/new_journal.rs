//! A journal that begins with a state from elsewhere.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, JournalError, SnapshotWriter, create_journal, read_snapshot};

use super::{FOLDER, append, events, names, open, path};

#[test]
fn it_goes_on_from_where_its_state_ends() {
    let disk = SimulatedDisk::new(1);
    create(&disk).expect("an empty folder");
    let mut opened = open(&disk).expect("a journal");
    assert_eq!(opened.events, events(1..=5));
    assert_eq!(opened.recovery.snapshot, Some(40));
    assert_eq!(opened.recovery.last_sequence, 40);
    assert!(opened.recovery.was_closed);
    append(&mut opened.writer, &events(6..=6)).expect("room");
    disk.lose_power();
    let opened = open(&disk).expect("a journal");
    assert_eq!(opened.events, events(1..=6));
    assert_eq!(opened.recovery.last_sequence, 41);
}

#[test]
fn a_stop_at_any_operation_leaves_all_of_it_or_what_no_server_starts_on_or_nothing() {
    let operations = {
        let disk = SimulatedDisk::new(0);
        create(&disk).expect("an empty folder");
        disk.operations()
    };
    assert!(operations > 10);
    let mut outcomes = [0; 3];
    for stop in 0..operations {
        for seed in 0..10 {
            let disk = SimulatedDisk::new(seed);
            disk.stop_after(stop);
            assert!(create(&disk).is_err());
            disk.lose_power();
            match open(&disk) {
                Ok(opened) if opened.events.is_empty() => {
                    outcomes[0] += 1;
                    assert_eq!(opened.recovery.last_sequence, 0, "stopped at {stop}");
                }
                Ok(opened) => {
                    outcomes[1] += 1;
                    assert_eq!(opened.events, events(1..=5), "stopped at {stop}");
                }
                Err(JournalError::Missing { .. }) => outcomes[2] += 1,
                Err(error) => panic!("stopped at {stop}, seed {seed}: {error}"),
            }
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
}

#[test]
fn what_a_crash_left_before_anything_was_there_does_not_keep_it_from_being_made() {
    let mut left = BTreeSet::new();
    for stop in 0.. {
        let disk = SimulatedDisk::new(1);
        disk.stop_after(stop);
        assert!(create(&disk).is_err());
        disk.kill();
        let names = names(&disk);
        if names.iter().any(|name| name.ends_with(".segment")) {
            break;
        }
        left.extend(names);
        create(&disk).expect("a folder that is as good as empty");
        assert_eq!(open(&disk).expect("a journal").events, events(1..=5));
    }
    let expected = ["00000000000000000001.segment.temporary", "new.temporary"];
    assert!(left.iter().eq(expected.iter()), "{left:?}");
}

#[test]
fn a_disk_without_room_leaves_nothing() {
    for capacity in (0..9000).step_by(64) {
        let disk = SimulatedDisk::new(1);
        disk.set_capacity(capacity);
        match create(&disk) {
            Err(error) => {
                assert!(error.is_storage_full(), "{error}");
                assert_eq!(names(&disk), Vec::<String>::new(), "{capacity}");
            }
            Ok(()) => assert!(capacity > 4096),
        }
    }
}

#[test]
fn a_folder_with_anything_in_it_is_refused_and_stays_as_it_is() {
    for name in ["00000000000000000001.segment", "letter.txt", "admin.sock"] {
        let disk = SimulatedDisk::new(1);
        disk.put(&path(name), b"dear");
        let refused = create(&disk).expect_err("something is there").to_string();
        assert!(refused.contains(name), "{refused}");
        assert!(refused.contains("--data"), "{refused}");
        assert_eq!(names(&disk), [name]);
        assert_eq!(disk.contents(&path(name)).ok(), Some(b"dear".to_vec()));
    }
}

#[test]
fn a_snapshot_reads_back_from_anywhere_and_not_when_a_byte_of_it_is_another() {
    let disk = SimulatedDisk::new(1);
    let backup = Path::new("/elsewhere/backup");
    let file = disk.create(backup).expect("a disk that works");
    let mut snapshot = SnapshotWriter::begin(&*file, backup).expect("a random number");
    for event in events(1..=5) {
        snapshot.push(&event).expect("room");
    }
    assert_eq!(snapshot.events(), 5);
    let bytes = snapshot.finish(40, &disk).expect("room");
    assert_eq!(read(&disk, backup).expect("a snapshot"), events(1..=5));

    let whole = disk.contents(backup).expect("the file");
    assert_eq!(whole.len() as u64, bytes);
    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        disk.put(backup, &damaged);
        let refused = read(&disk, backup);
        assert!(
            matches!(refused, Err(JournalError::Damaged { .. })),
            "{place}"
        );
        disk.put(backup, &whole[..place]);
        let refused = read(&disk, backup);
        assert!(
            matches!(refused, Err(JournalError::Damaged { .. })),
            "{place}"
        );
    }
    for more in [&b"more"[..], &[0]] {
        disk.put(backup, &[&whole[..], more].concat());
        let refused = read(&disk, backup);
        let Err(JournalError::Damaged { offset, what, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(offset, bytes);
        assert!(what.contains("closing frame"), "{what}");
    }
}

/// Five events, which are what is left of forty.
fn create(disk: &SimulatedDisk) -> Result<(), JournalError> {
    create_journal(Path::new(FOLDER), Arc::new(disk.clone()), |snapshot| {
        for event in events(1..=5) {
            snapshot.push(&event)?;
        }
        Ok(40)
    })
}

fn read(disk: &SimulatedDisk, path: &Path) -> Result<Vec<super::Event>, JournalError> {
    let mut found = Vec::new();
    let file = disk.open(path).expect("the file");
    let sequence = read_snapshot(path, file, &mut |_, event| {
        found.push(event.to_vec());
        Ok(())
    })?;
    assert_eq!(sequence, 40);
    Ok(found)
}
