//! `chatting-time journal` as the operator runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use chatting_time::journal::{Batch, Journal, Options, RealDisk};
use chatting_time_core::{Event, Token};

const TOKEN: [u8; 16] = *b"\x01secret-token-\x02\x03";

#[test]
fn verify_lists_each_file_and_says_up_to_which_event_all_is_sound() {
    let folder = journal_of_three_events();
    let output = journal(&["verify"], folder.path());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("00000000000000000001.segment: 3 events in 1 frames"),
        "{text}"
    );
    assert!(text.contains("is sound, up to event 3."), "{text}");
}

#[test]
fn verify_names_the_damage_and_fails() {
    let folder = journal_of_three_events();
    let segment = folder.path().join("00000000000000000001.segment");
    let mut contents = fs::read(&segment).expect("the segment");
    contents[100] ^= 1;
    fs::write(&segment, contents).expect("the segment");
    for action in ["verify", "show"] {
        let text = refused(action, folder.path());
        assert!(text.contains("00000000000000000001.segment"), "{text}");
        assert!(text.contains("damaged at byte 64"), "{text}");
        assert!(text.contains("backup"), "{text}");
    }
}

#[test]
fn what_a_later_release_wrote_is_not_called_damaged() {
    let folder = journal_of_three_events();
    let segment = folder.path().join("00000000000000000001.segment");
    let mut contents = fs::read(&segment).expect("the segment");
    contents[8] = 2;
    let checksum = [&contents[..12], &contents[16..64]].concat();
    contents[12..16].copy_from_slice(&crc32fast::hash(&checksum).to_le_bytes());
    fs::write(&segment, contents).expect("the segment");
    for action in ["verify", "show"] {
        let text = refused(action, folder.path());
        assert!(text.contains("has format version 2"), "{text}");
        assert!(!text.to_lowercase().contains("damaged"), "{text}");
        assert!(!text.contains("backup"), "{text}");
    }
}

#[test]
fn an_event_that_only_a_later_release_knows_is_not_sound_and_not_damaged() {
    let folder = journal_of(&[&[250, 1, 2]]);
    for action in ["verify", "show"] {
        let text = refused(action, folder.path());
        assert!(text.contains("1 events are not known"), "{text}");
        assert!(!text.contains("is sound"), "{text}");
        assert!(!text.to_lowercase().contains("damaged"), "{text}");
    }
}

#[test]
fn show_prints_one_event_a_line_without_secrets() {
    let folder = journal_of_three_events();
    let output = journal(&["show"], folder.path());
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), 3, "{text}");
    for (line, sequence) in text.lines().zip(1..) {
        let place = format!("{sequence} 00000000000000000001.segment@64 SessionEnded");
        assert!(line.starts_with(&place), "{line}");
    }
    let wire = Token::from_random(TOKEN);
    let mut buffer = [0; Token::TEXT_BYTES];
    assert!(!text.contains(wire.to_wire(&mut buffer)), "{text}");
}

#[test]
fn show_begins_and_ends_where_it_is_told() {
    let folder = journal_of_three_events();
    let output = journal(&["show", "--from", "2", "--limit", "1"], folder.path());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.starts_with("2 "), "{text}");
}

#[test]
fn a_folder_without_a_journal_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    for path in [folder.path(), &folder.path().join("missing")] {
        for action in ["verify", "show"] {
            let output = journal(&[action], path);
            assert_eq!(output.status.code(), Some(1), "{action}");
            let text = String::from_utf8_lossy(&output.stderr);
            let there = format!("there is no journal in {};", path.display());
            assert!(text.contains(&there), "{text}");
            assert!(text.contains("--data DIR"), "{text}");
        }
    }
}

fn journal_of_three_events() -> tempfile::TempDir {
    let event = Event::SessionEnded {
        token: Token::from_random(TOKEN),
    };
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    journal_of(&[&bytes[..]; 3])
}

fn journal_of(events: &[&[u8]]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let disk = Arc::new(RealDisk);
    let mut opened = Journal::open(folder.path(), disk, Options::default(), &mut |_, _| Ok(()))
        .expect("a new journal");
    let mut batch = Batch::new();
    for event in events {
        batch.push(|buffer| buffer.extend_from_slice(event));
    }
    opened.writer.append(&mut batch).expect("room");
    opened.writer.close().expect("room");
    folder
}

/// What it said on both outputs when it failed.
#[track_caller]
fn refused(action: &str, folder: &Path) -> String {
    let output = journal(&[action], folder);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&said).into_owned()
}

fn journal(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chatting-time"))
        .arg("journal")
        .args(arguments)
        .arg("--data")
        .arg(folder)
        .env_clear()
        .env("HOME", folder)
        .output()
        .expect("the command")
}
