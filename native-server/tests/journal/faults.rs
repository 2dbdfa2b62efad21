//! Writes and syncs that fail, disks that fill up, power that goes away.

use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Journal, JournalError, Options};

use super::{Event, FOLDER, append, events, names, open, options, path, reopen, three_batches};

#[test]
fn events_come_back_in_order_after_closing_killing_and_losing_power() {
    let disk = SimulatedDisk::new(7);
    let mut expected = Vec::new();
    for round in 0..30 {
        let mut opened = open(&disk).expect("a journal");
        assert_eq!(opened.events, expected);
        assert_eq!(opened.recovery.last_sequence, expected.len() as u64);
        for batch in 0..5 {
            let first = expected.len() + 1;
            let new = events(first..=first + batch);
            append(&mut opened.writer, &new).expect("room");
            expected.extend(new);
            assert_eq!(opened.writer.last_sequence(), expected.len() as u64);
        }
        match round % 3 {
            0 => opened.writer.close().expect("room"),
            1 => disk.kill(),
            _ => disk.lose_power(),
        }
    }
}

#[test]
fn only_a_journal_that_was_closed_says_so() {
    let disk = SimulatedDisk::new(1);
    assert!(open(&disk).expect("a new journal").recovery.was_closed);
    assert!(!open(&disk).expect("a journal").recovery.was_closed);
    let opened = open(&disk).expect("a journal");
    opened.writer.close().expect("room");
    assert!(open(&disk).expect("a journal").recovery.was_closed);
}

#[test]
fn starting_again_and_again_leaves_no_pile_of_files() {
    let disk = SimulatedDisk::new(1);
    for _ in 0..20 {
        let opened = open(&disk).expect("a journal");
        opened.writer.close().expect("room");
        drop(open(&disk).expect("a journal"));
    }
    assert_eq!(names(&disk).len(), 1, "{:?}", names(&disk));
}

#[test]
fn a_batch_larger_than_a_segment_gets_one_of_its_own() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    let large = vec![vec![b'l'; 100_000], vec![b'm'; 1], Vec::new()];
    append(&mut opened.writer, &events(1..=1)).expect("room");
    append(&mut opened.writer, &large).expect("room");
    append(&mut opened.writer, &events(5..=5)).expect("room");
    let expected = [events(1..=1), large, events(5..=5)].concat();
    assert_eq!(open(&disk).expect("a journal").events, expected);
}

#[test]
fn no_segment_is_larger_than_segments_may_be_unless_a_batch_needs_it() {
    let disk = SimulatedDisk::new(1);
    let options = Options {
        segment_bytes: 8192,
        prepare_ahead: false,
        ..Options::default()
    };
    let opened = Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options,
        &mut |_, _| Ok(()),
    );
    let mut writer = opened.expect("a new journal").writer;
    append(&mut writer, &[vec![b'a'; 6000]]).expect("room");
    append(&mut writer, &[vec![b'b'; 6000]]).expect("room");
    append(&mut writer, &[vec![b'c'; 10_000]]).expect("room");
    let sizes: Vec<usize> = disk
        .paths()
        .iter()
        .map(|path| disk.contents(path).expect("the segment").len())
        .collect();
    assert_eq!(sizes[..2], [8192, 8192]);
    assert!(sizes[2] > 10_000, "{sizes:?}");
}

#[test]
fn a_batch_can_be_cleared_and_used_again_and_an_empty_one_writes_nothing() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    let mut batch = chatting_time::journal::Batch::new();
    batch.push(|buffer| buffer.extend_from_slice(b"first"));
    assert_eq!((batch.len(), batch.bytes()), (1, 9));
    opened.writer.append(&mut batch).expect("room");
    batch.clear();
    assert!(batch.is_empty());
    let before = disk.operations();
    opened.writer.append(&mut batch).expect("nothing to do");
    assert_eq!(disk.operations(), before);
    batch.push(|buffer| buffer.extend_from_slice(b"second"));
    opened.writer.append(&mut batch).expect("room");
    assert_eq!(disk.operations(), before + 2, "one write and one sync");
    let expected: [Event; 2] = [b"first".to_vec(), b"second".to_vec()];
    assert_eq!(open(&disk).expect("a journal").events, expected);
}

#[test]
fn after_a_failed_sync_the_old_file_is_never_written_or_trusted_again() {
    for seed in 0..50 {
        let disk = SimulatedDisk::new(seed);
        let mut opened = open(&disk).expect("a new journal");
        append(&mut opened.writer, &events(1..=3)).expect("room");
        disk.fail_syncs(1);
        assert!(append(&mut opened.writer, &events(101..=103)).is_err());
        assert!(opened.writer.is_poisoned());
        let old = path("00000000000000000001.segment");
        let poisoned = disk.contents(&old).expect("the segment");
        assert!(matches!(
            append(&mut opened.writer, &events(4..=4)),
            Err(JournalError::Poisoned)
        ));

        assert_eq!(reopen(&mut opened), events(1..=3));
        append(&mut opened.writer, &events(4..=6)).expect("syncs succeed again");
        assert_eq!(disk.contents(&old).expect("the segment"), poisoned);
        // The failed batch reads well in the old file, until the power goes.
        if seed % 2 == 0 {
            disk.kill();
            assert_eq!(open(&disk).expect("a journal").events, events(1..=6));
        }
        disk.lose_power();
        assert_eq!(open(&disk).expect("a journal").events, events(1..=6));
    }
}

#[test]
fn what_a_restart_finds_after_a_failed_sync_is_on_the_disk_before_it_is_relied_on() {
    for seed in 0..50 {
        let disk = SimulatedDisk::new(seed);
        let mut opened = open(&disk).expect("a new journal");
        append(&mut opened.writer, &events(1..=3)).expect("room");
        disk.fail_syncs(1);
        assert!(append(&mut opened.writer, &events(4..=5)).is_err());
        // Killed before it could reopen: the failed batch reads well, and the restart takes it in.
        disk.kill();
        let mut opened = open(&disk).expect("a journal");
        assert_eq!(opened.events, events(1..=5));
        append(&mut opened.writer, &events(6..=6)).expect("room");
        disk.lose_power();
        assert_eq!(open(&disk).expect("a journal").events, events(1..=6));
    }
}

#[test]
fn a_failed_write_is_taken_back_even_when_the_reopening_fails_many_times() {
    for seed in 0..20 {
        let disk = SimulatedDisk::new(seed);
        let mut opened = open(&disk).expect("a new journal");
        append(&mut opened.writer, &events(1..=3)).expect("room");
        disk.fail_writes(1);
        assert!(append(&mut opened.writer, &events(101..=101)).is_err());
        for fault in 0..20 {
            match fault % 2 {
                0 => disk.fail_writes(1),
                _ => disk.fail_syncs(1 + fault % 3),
            }
            while opened.writer.reopen(&mut |_, _| Ok(())).is_err() {}
            disk.fail_syncs(1);
            assert!(append(&mut opened.writer, &events(101..=102)).is_err());
        }
        assert_eq!(reopen(&mut opened), events(1..=3));
        append(&mut opened.writer, &events(4..=4)).expect("all is well again");
        disk.lose_power();
        assert_eq!(open(&disk).expect("a journal").events, events(1..=4));
    }
}

#[test]
fn a_full_disk_refuses_and_once_it_is_freed_the_journal_goes_on() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    disk.set_capacity(disk.used() + 2000);
    let mut acknowledged = events(1..=3);
    let error = loop {
        let first = acknowledged.len() + 1;
        let new = events(first..=first + 9);
        match append(&mut opened.writer, &new) {
            Ok(()) => acknowledged.extend(new),
            Err(error) => break error,
        }
    };
    assert!(error.is_storage_full());
    assert!(error.to_string().contains("free space"));
    assert!(
        acknowledged.len() > 20,
        "the preallocated room is used up first"
    );
    let before = names(&disk);
    for _ in 0..3 {
        let error = opened.writer.reopen(&mut |_, _| Ok(()));
        assert!(error.is_err_and(|error| error.is_storage_full()));
    }
    assert_eq!(names(&disk), before, "the attempts leave nothing behind");

    disk.set_capacity(u64::MAX);
    assert_eq!(reopen(&mut opened), acknowledged);
    let first = acknowledged.len() + 1;
    append(&mut opened.writer, &events(first..=first)).expect("room");
    acknowledged.extend(events(first..=first));
    disk.lose_power();
    assert_eq!(open(&disk).expect("a journal").events, acknowledged);
}

#[test]
fn a_stop_at_any_operation_loses_nothing_acknowledged_and_halves_no_batch() {
    let script = |disk: &SimulatedDisk, acknowledged: &mut Vec<Event>, asked: &mut Vec<Event>| {
        for _ in 0..2 {
            let mut opened = open(disk)?;
            for batch in [1, 40, 90, 3] {
                let first = acknowledged.len() + 1;
                *asked = events(first..=first + batch);
                append(&mut opened.writer, asked)?;
                acknowledged.append(asked);
            }
            opened.writer.seal()?;
            let first = acknowledged.len() + 1;
            *asked = events(first..=first);
            append(&mut opened.writer, asked)?;
            acknowledged.append(asked);
            opened.writer.close()?;
        }
        Ok::<(), JournalError>(())
    };
    let disk = SimulatedDisk::new(0);
    script(&disk, &mut Vec::new(), &mut Vec::new()).expect("a disk without faults");
    let operations = disk.operations();
    assert!(operations > 40);
    for stop in 0..operations {
        for seed in 0..4 {
            let disk = SimulatedDisk::new(seed);
            disk.stop_after(stop);
            let (mut acknowledged, mut asked) = (Vec::new(), Vec::new());
            assert!(script(&disk, &mut acknowledged, &mut asked).is_err());
            match seed {
                0 => disk.kill(),
                _ => disk.lose_power(),
            }
            let mut opened = match open(&disk) {
                Ok(opened) => opened,
                Err(error) => panic!("stopped at {stop}, seed {seed}: {error}"),
            };
            if opened.events != acknowledged {
                acknowledged.append(&mut asked);
                assert_eq!(
                    opened.events, acknowledged,
                    "stopped at {stop}, seed {seed}"
                );
            }
            let first = acknowledged.len() + 1;
            append(&mut opened.writer, &events(first..=first)).expect("room");
            acknowledged.extend(events(first..=first));
            disk.lose_power();
            assert_eq!(open(&disk).expect("a journal").events, acknowledged);
            let temporary = names(&disk).iter().any(|name| name.ends_with("temporary"));
            assert!(!temporary);
        }
    }
}

#[test]
fn an_event_that_the_state_refuses_is_named() {
    let disk = SimulatedDisk::new(1);
    three_batches(&disk);
    let result = Journal::open(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        options(),
        &mut |sequence, _| match sequence {
            4 => Err("it is of an unknown kind".to_owned()),
            _ => Ok(()),
        },
    );
    let Err(error) = result else {
        panic!("the refusal was ignored");
    };
    let text = error.to_string();
    assert!(text.contains("event 4"), "{text}");
    assert!(text.contains("unknown kind"), "{text}");
    let again = open(&disk).expect("nothing was changed for the worse");
    assert_eq!(again.events, events(1..=6));
}
