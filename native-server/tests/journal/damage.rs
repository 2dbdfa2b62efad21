//! A torn tail is cut off; everything else that is not as it was written is refused.

use chatting_time::journal::JournalError;
use chatting_time::journal::simulated_disk::SimulatedDisk;

use super::{append, events, fold, names, open, open_with_two_sealed, path, three_batches};

/// Where the frames of [`three_batches`] begin and end, from the format: 32 bytes of header, 4 for each event's length,
/// rounded up to 8.
fn frame_ends() -> [usize; 4] {
    let mut ends = [64; 4];
    for (index, batch) in [events(1..=2), events(3..=5), events(6..=6)]
        .iter()
        .enumerate()
    {
        let payload: usize = batch.iter().map(|event| 4 + event.len()).sum();
        ends[index + 1] = ends[index] + (32 + payload).next_multiple_of(8);
    }
    ends
}

#[test]
fn a_tail_torn_at_any_byte_is_cut_off_and_reported() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let whole = disk.contents(&segment).expect("the segment");
    let [_, _, start, end] = frame_ends();
    for cut in start..end {
        for (rest, file_end) in [(0, cut), (0, whole.len()), (0xff, whole.len())] {
            let mut torn = whole.clone();
            torn[cut..end].fill(rest);
            torn.truncate(file_end);
            if torn[..] == whole[..file_end] && file_end >= end {
                continue; // The frame ended in zeros, and zeros were put there.
            }
            let disk = disk.copy(1);
            disk.put(&segment, &torn);
            let opened = open(&disk).expect("a torn tail is no damage");
            assert_eq!(opened.events, events(1..=5), "torn at {cut}");
            assert!(!opened.recovery.was_closed);
            match opened.recovery.torn_tail {
                Some(tail) => {
                    assert_eq!(tail.path, segment);
                    assert_eq!(tail.offset, start as u64);
                    assert!(tail.bytes > 0 && tail.bytes <= (end - start) as u64);
                }
                None => assert!(cut == start && rest == 0, "not reported: torn at {cut}"),
            }
            let again = open(&disk).expect("what was mended is whole");
            assert_eq!(again.events, events(1..=5));
            assert_eq!(again.recovery.torn_tail, None);
        }
    }
}

#[test]
fn a_flipped_bit_in_a_journal_that_was_killed_costs_at_most_the_last_batch() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let [_, _, last, end] = frame_ends();
    each_flipped_bit(&disk, &segment, end + 16, |bit, result| match result {
        Ok(found) if bit / 8 >= end => assert_eq!(found, events(1..=6), "bit {bit}"),
        Ok(found) => {
            assert!(bit / 8 >= last, "bit {bit} was not noticed");
            assert_eq!(found, events(1..=5), "bit {bit}");
        }
        Err(_) => assert!(bit / 8 < last, "bit {bit} is in the tail"),
    });
}

#[test]
fn any_flipped_bit_in_a_journal_that_was_closed_is_refused() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    append(&mut opened.writer, &events(4..=4)).expect("room");
    opened.writer.close().expect("room");
    let segment = path("00000000000000000001.segment");
    let closing = disk.contents(&segment).expect("the segment").len() - 32;
    each_flipped_bit(&disk, &segment, closing + 32, |bit, result| match result {
        // What ends the file holds no events.
        Ok(found) => {
            assert!(bit / 8 >= closing, "bit {bit} was not noticed");
            assert_eq!(found, events(1..=4));
        }
        Err(_) => assert!(bit / 8 < closing, "bit {bit} costs nothing"),
    });
}

#[test]
fn any_flipped_bit_in_a_snapshot_is_refused() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    opened.writer.seal().expect("room");
    fold(&opened).expect("a fold");
    append(&mut opened.writer, &events(4..=4)).expect("room");
    opened.writer.close().expect("room");
    let snapshot = path("00000000000000000003.snapshot");
    let length = disk.contents(&snapshot).expect("the snapshot").len();
    each_flipped_bit(&disk, &snapshot, length, |bit, result| {
        assert!(result.is_err(), "bit {bit} was not noticed");
    });
}

fn each_flipped_bit(
    disk: &SimulatedDisk,
    file: &std::path::Path,
    bytes: usize,
    check: impl Fn(usize, Result<Vec<super::Event>, JournalError>),
) {
    let whole = disk.contents(file).expect("the file");
    for bit in 0..bytes * 8 {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let disk = disk.copy(1);
        disk.put(file, &flipped);
        let result = open(&disk).map(|opened| opened.events);
        if let Err(error) = &result {
            assert!(
                matches!(error, JournalError::Damaged { path, .. } if path == file),
                "bit {bit}: {error}"
            );
            assert_eq!(disk.contents(file).expect("the file"), flipped);
        }
        check(bit, result);
    }
}

#[test]
fn a_damaged_middle_is_refused_with_file_offset_and_what_to_do() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    let [_, second, ..] = frame_ends();
    contents[second + 40] ^= 1;
    disk.put(&segment, &contents);
    let Err(error) = open(&disk) else {
        panic!("the damage was not noticed");
    };
    let text = error.to_string();
    for part in [
        "00000000000000000001.segment",
        &format!("byte {second}"),
        "journal verify",
        "backup",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert_eq!(disk.contents(&segment).expect("the segment"), contents);
}

#[test]
fn a_torn_end_of_a_segment_that_others_follow_is_refused() {
    let disk = SimulatedDisk::new(1);
    let segment = sealed_segments(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    let last = contents
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("frames");
    contents.truncate(last - 8);
    disk.put(&segment, &contents);
    assert!(matches!(open(&disk), Err(JournalError::Damaged { path, .. }) if path == segment));
}

#[test]
fn a_missing_segment_is_named_by_its_events_and_its_neighbour_with_what_to_do() {
    for (missing, events_missing) in [(1, "events from 1 to 3"), (2, "events from 4 to 6")] {
        let disk = SimulatedDisk::new(1);
        sealed_segments(&disk);
        disk.take_away(&path(&format!("{missing:020}.segment")));
        // Without the first one the second begins too late, without the second one the first ends too early.
        let neighbour = format!("{:020}.segment", 3 - missing);
        match open(&disk).map(|opened| opened.events) {
            Err(error @ JournalError::Missing { .. }) => {
                let text = error.to_string();
                for part in ["missing from /data:", events_missing, &neighbour, "backup"] {
                    assert!(text.contains(part), "{part} is not in: {text}");
                }
                assert!(!text.contains("damaged"), "{text}");
            }
            other => panic!("segment {missing} was not missed: {other:?}"),
        }
    }
}

#[test]
fn a_missing_snapshot_is_refused_and_so_is_one_without_its_segments() {
    let disk = SimulatedDisk::new(1);
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=3)).expect("room");
    opened.writer.seal().expect("room");
    fold(&opened).expect("a fold");
    assert_eq!(
        names(&disk),
        [
            "00000000000000000002.segment",
            "00000000000000000003.snapshot"
        ]
    );
    for missing in disk.paths() {
        let disk = disk.copy(1);
        disk.take_away(&missing);
        assert!(matches!(open(&disk), Err(JournalError::Missing { .. })));
    }
}

#[test]
fn a_segment_that_took_another_ones_name_is_refused() {
    let disk = SimulatedDisk::new(1);
    let segment = sealed_segments(&disk);
    let contents = disk.contents(&segment).expect("the segment");
    disk.put(&path("00000000000000000002.segment"), &contents);
    assert!(matches!(open(&disk), Err(JournalError::Damaged { .. })));
}

#[test]
fn a_later_format_is_refused_by_its_version() {
    let error = open_in_version(2);
    assert!(matches!(
        error,
        JournalError::NewerFormat { version: 2, .. }
    ));
    assert!(error.to_string().contains("format version 2"));
}

#[test]
fn a_format_before_the_first_is_refused() {
    let error = open_in_version(0);
    assert!(matches!(error, JournalError::Damaged { offset: 0, .. }));
    assert!(error.to_string().contains("format version 0"), "{error}");
}

/// What is said of a segment as another version would have written it.
fn open_in_version(version: u32) -> JournalError {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    contents[8..12].copy_from_slice(&version.to_le_bytes());
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&contents[..12]);
    hasher.update(&contents[16..64]);
    contents[12..16].copy_from_slice(&hasher.finalize().to_le_bytes());
    disk.put(&segment, &contents);
    match open(&disk) {
        Ok(_) => panic!("it was read"),
        Err(error) => error,
    }
}

#[test]
fn a_last_segment_that_was_only_begun_is_no_damage() {
    for length in [0, 1, 63, 64, 4096] {
        let disk = SimulatedDisk::new(1);
        three_batches(&disk);
        disk.put(&path("00000000000000000002.segment"), &vec![0; length]);
        let opened = open(&disk).expect("nothing is lost");
        assert_eq!(opened.events, events(1..=6));
        assert_eq!(open(&disk).expect("still good").events, events(1..=6));
    }
}

#[test]
fn a_header_that_is_gone_is_damage_when_frames_follow_it() {
    let disk = SimulatedDisk::new(1);
    let segment = three_batches(&disk);
    let mut contents = disk.contents(&segment).expect("the segment");
    contents[..64].fill(0);
    disk.put(&segment, &contents);
    assert!(matches!(open(&disk), Err(JournalError::Damaged { .. })));
}

#[test]
fn a_frame_inside_an_event_is_never_taken_for_one() {
    let disk = SimulatedDisk::new(1);
    let donor = three_batches(&SimulatedDisk::new(2));
    let disk_of_donor = SimulatedDisk::new(2);
    three_batches(&disk_of_donor);
    let frames = disk_of_donor.contents(&donor).expect("the segment")[64..frame_ends()[3]].to_vec();
    let mut opened = open(&disk).expect("a new journal");
    append(&mut opened.writer, &events(1..=1)).expect("room");
    // 32 bytes of header and 4 of length, so 4 more bring the smuggled frames to a multiple of 8.
    let smuggled = [&[0; 4][..], &frames].concat();
    append(&mut opened.writer, &[smuggled]).expect("room");
    let segment = path("00000000000000000001.segment");
    let mut contents = disk.contents(&segment).expect("the segment");
    let second = 64 + (32 + 4 + events(1..=1)[0].len()).next_multiple_of(8);
    contents[second + 5] ^= 1;
    disk.put(&segment, &contents);
    let opened = open(&disk).expect("a torn tail with a message in it");
    assert_eq!(opened.events, events(1..=1));
    assert!(opened.recovery.torn_tail.is_some());
}

/// Three segments, of which the first two have to be whole; the path is that of the first.
fn sealed_segments(disk: &SimulatedDisk) -> std::path::PathBuf {
    let mut opened = open_with_two_sealed(disk);
    append(&mut opened.writer, &events(7..=7)).expect("room");
    path("00000000000000000001.segment")
}
