//! Looking at a journal: `verify` and `show`, which change nothing.

use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Finding, JournalError, PointInTime, VerifyReport, show, verify};

use super::busy_disk::{BusyDisk, Moment};
use super::{
    EveryEvent, FOLDER, append, events, fold, open, open_with_two_sealed, path, three_batches,
};

#[test]
fn a_sound_journal_is_reported_file_by_file_while_it_is_in_use() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    opened.writer.seal().expect("room");
    fold(&opened).expect("a fold");
    append(&mut opened.writer, &events(4..=5)).expect("room");
    opened.writer.seal().expect("room");
    append(&mut opened.writer, &events(6..=6)).expect("room");
    append(&mut opened.writer, &events(7..=9)).expect("room");
    let before = disk.operations();
    let report = look(&disk);
    assert_eq!(disk.operations(), before, "nothing is written");
    assert!(report.is_sound());
    let rows: Vec<_> = report
        .files
        .iter()
        .map(|file| (file.frames, file.events, file.sequences))
        .collect();
    assert_eq!(
        rows,
        [
            (1, 3, Some((1, 3))),
            (1, 2, Some((4, 5))),
            (2, 4, Some((6, 9)))
        ]
    );
    assert!(matches!(report.files[0].finding, Finding::Whole));
    assert!(matches!(report.files[1].finding, Finding::Whole));
    assert!(matches!(
        report.files[2].finding,
        Finding::Open {
            unfinished_bytes: 0,
            ..
        }
    ));
    opened.writer.close().expect("room");
    assert!(matches!(look(&disk).files[2].finding, Finding::Whole));
}

#[test]
fn a_torn_tail_is_reported_and_is_no_damage() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    let end = contents
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("frames");
    contents[end - 4..].fill(0);
    disk.put(&segment, &contents);
    let report = look(&disk);
    assert!(report.is_sound());
    assert_eq!(report.files[0].events, 5);
    assert!(matches!(
        report.files[0].finding,
        Finding::Open { unfinished_bytes, .. } if unfinished_bytes > 0
    ));
    assert_eq!(disk.contents(&segment).expect("the segment"), contents);
}

#[test]
fn damage_is_reported_for_each_file_that_has_any() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    for first in [1, 4, 7] {
        append(&mut opened.writer, &events(first..=first + 2)).expect("room");
        opened.writer.seal().expect("room");
    }
    for number in [1, 2] {
        let segment = path(&format!("{number:020}.segment"));
        let mut contents = disk.contents(&segment).expect("the segment");
        contents[100] ^= 1;
        disk.put(&segment, &contents);
    }
    let report = look(&disk);
    assert!(!report.is_sound());
    let damaged: Vec<bool> = report
        .files
        .iter()
        .map(|file| matches!(file.finding, Finding::Damaged(_)))
        .collect();
    assert_eq!(damaged, [true, true, false, false]);
}

#[test]
fn a_missing_segment_is_reported_and_those_beside_it_are_not_called_damaged() {
    for (missing, events_missing) in [(1, "events from 1 to 3"), (2, "events from 4 to 6")] {
        let disk = SimulatedDisk::new(1);
        open_with_two_sealed(&disk);
        disk.take_away(&path(&format!("{missing:020}.segment")));
        let report = look(&disk);
        assert!(!report.is_sound());
        assert_eq!(report.damage.len(), 1, "{report:?}");
        assert!(matches!(report.damage[0], JournalError::Missing { .. }));
        let text = report.damage[0].to_string();
        assert!(text.contains(events_missing), "{text}");
        let is_damaged = |finding: &Finding| matches!(finding, Finding::Damaged(_));
        assert!(
            !report.files.iter().any(|file| is_damaged(&file.finding)),
            "{report:?}"
        );
    }
}

#[test]
fn a_missing_last_segment_is_noticed_even_when_one_from_before_the_snapshot_is_left() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    let first = path("00000000000000000001.segment");
    let replaced = disk.contents(&first).expect("the segment");
    fold(&opened).expect("a fold");
    disk.put(&first, &replaced);
    assert!(look(&disk).is_sound());
    disk.take_away(&path("00000000000000000003.segment"));
    let report = look(&disk);
    assert!(
        matches!(report.damage[..], [JournalError::Missing { .. }]),
        "{report:?}"
    );
    assert!(matches!(open(&disk), Err(JournalError::Missing { .. })));
}

#[test]
fn every_flipped_bit_that_recovery_refuses_is_found_by_verify_too() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let whole = disk.contents(&segment).expect("the segment");
    for bit in 0..256 * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let disk = disk.copy(1);
        disk.put(&segment, &flipped);
        assert_eq!(look(&disk).is_sound(), open(&disk).is_ok(), "bit {bit}");
    }
}

#[test]
fn events_are_shown_from_a_sequence_on_with_their_place() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    opened.writer.seal().expect("room");
    append(&mut opened.writer, &events(4..=5)).expect("room");
    append(&mut opened.writer, &events(6..=7)).expect("room");
    let mut found = Vec::new();
    show_from(&disk, 3, &mut |sequence, file, event| {
        found.push((sequence, file, event));
        found.len() < 4
    })
    .expect("a sound journal");
    let expected: Vec<_> = (3..=6)
        .zip([1, 2, 2, 2])
        .map(|(sequence, number)| {
            let event = events(sequence..=sequence).remove(0);
            (sequence as u64, format!("{number:020}.segment"), event)
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn events_of_a_snapshot_are_shown_with_the_sequence_that_it_reaches_to() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=2)).expect("room");
    opened.writer.seal().expect("room");
    fold(&opened).expect("a fold");
    append(&mut opened.writer, &events(3..=3)).expect("room");
    let mut sequences = Vec::new();
    show_from(&disk, 1, &mut |sequence, _, _| {
        sequences.push(sequence);
        true
    })
    .expect("a sound journal");
    assert_eq!(sequences, [2, 2, 3]);
}

#[test]
fn a_frame_that_the_server_finishes_between_two_looks_is_no_damage() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    let end = contents
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("frames");
    // Larger than what is read at once, so that the second look reads again.
    contents.resize(1 << 20, 0);
    disk.put(&segment, &contents);
    let (last_bytes, offset) = (contents[end - 4..=end].to_vec(), end as u64 - 4);
    let disk = Arc::new(BusyDisk::new(disk, move |moment, file| match moment {
        Moment::Opened => file.write_at(&[0; 5], offset),
        Moment::Read { offset: 0 } | Moment::LengthTold => Ok(()),
        Moment::Read { .. } => file.write_at(&last_bytes, offset),
    }));

    let mut shown = Vec::new();
    show(Path::new(FOLDER), disk.clone(), 1, &mut |_, event| {
        shown.push(event.to_vec());
        true
    })
    .expect("a sound journal");
    assert_eq!(shown, events(1..=6));

    let report = verify(Path::new(FOLDER), disk).expect("a folder that can be read");
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.files[0].events, 6);
}

#[test]
fn files_that_a_fold_replaces_between_two_looks_are_not_missing() {
    let disk = SimulatedDisk::new(1);
    let opened = open_with_two_sealed(&disk);
    fold(&opened).expect("a fold").expect("something to fold");
    // Listed piece by piece: neither what was removed nor what came for it.
    let torn = vec!["00000000000000000003.segment".to_owned()];
    let disk = BusyDisk::new(disk, |_, _| Ok(())).with_lists(vec![torn; 3]);
    let report = verify(Path::new(FOLDER), Arc::new(disk)).expect("a folder that can be read");
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.files.len(), 2);
}

#[test]
fn a_segment_that_the_server_cuts_to_size_meanwhile_is_read_to_its_end() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let contents = disk.contents(&segment).expect("the segment");
    let end = contents.iter().rposition(|byte| *byte != 0);
    let length = end.expect("frames").next_multiple_of(8) as u64;
    let busy = || {
        disk.put(&segment, &contents);
        Arc::new(BusyDisk::new(
            disk.clone(),
            move |moment, file| match moment {
                Moment::LengthTold => file.truncate(length),
                Moment::Opened | Moment::Read { .. } => Ok(()),
            },
        ))
    };
    let report = verify(Path::new(FOLDER), busy()).expect("a folder that can be read");
    assert!(report.is_sound(), "{report:?}");
    assert_eq!(report.files[0].events, 6);

    let point = PointInTime::open(Path::new(FOLDER), busy(), Some(6)).expect("a sound journal");
    let mut found = Vec::new();
    point
        .compact(&mut EveryEvent::default(), &mut |event| {
            found.push(event.to_vec());
            Ok(())
        })
        .expect("a sound journal");
    assert_eq!(found, events(1..=6));
}

fn look(disk: &SimulatedDisk) -> VerifyReport {
    verify(Path::new(FOLDER), Arc::new(disk.clone())).expect("a folder that can be read")
}

fn show_from(
    disk: &SimulatedDisk,
    from: u64,
    visit: &mut dyn FnMut(u64, String, Vec<u8>) -> bool,
) -> Result<(), JournalError> {
    show(
        Path::new(FOLDER),
        Arc::new(disk.clone()),
        from,
        &mut |place, event| {
            let file = place.path.file_name().expect("a file").to_string_lossy();
            visit(place.sequence, file.into_owned(), event.to_vec())
        },
    )
}
