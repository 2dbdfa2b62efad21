//! Journals that the real server wrote, and that then were damaged.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use chatting_time_tests::server::{self, Server};

use crate::random::{self, Random};
use crate::service::Service;
use crate::startup::refused_start;
use chatting_time_tests::client::{Client, code};

const MESSAGES: usize = 20;
const ANY_PORT: [&str; 2] = ["--listen", "127.0.0.1:0"];
/// The length of a file's header in bytes.
const HEADER: u64 = 64;

/// A service with so many messages for ani, each of which was waited for and so is a frame of its own.
fn service_with_messages() -> Service {
    let service = Service::start(&["ani"], &[]);
    let mut ani = service.client_of("ani");
    for number in 0..MESSAGES {
        assert_eq!(code(&ani.ask(format!("send ani {number}"))), "");
    }
    service
}

fn segments(data: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut segments: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|ext| ext == "segment"))
        .collect();
    segments.sort();
    segments
}

/// Where the written part of a file ends.
fn used(path: &Path) -> u64 {
    let bytes = fs::read(path).unwrap();
    bytes.iter().rposition(|byte| *byte != 0).unwrap() as u64 + 1
}

fn flip(path: &Path, offset: u64, bit: u8) {
    let file = fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).unwrap();
    file.write_all_at(&[byte[0] ^ 1 << bit], offset).unwrap();
}

/// A copy to damage.
fn copy(data: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(data).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
    }
    folder
}

#[test]
fn a_torn_tail_is_cut_off_and_said() {
    let mut service = service_with_messages();
    service.kill();
    let last = segments(service.data()).pop().unwrap();
    let used = used(&last);
    // As if the last write had not got through to its end.
    let file = fs::OpenOptions::new().write(true).open(&last).unwrap();
    file.write_all_at(&[0; 5], used - 5).unwrap();
    server::run(&["journal", "verify"], service.data(), "").expect("a torn tail is no damage");
    service.start_again();
    let expected: Vec<String> = (0..MESSAGES - 1).map(|number| number.to_string()).collect();
    assert_eq!(service.client_of("ani").take_texts(), expected);
    let printed = service.printed();
    let line = printed.lines().find(|line| line.contains("cut "));
    let line = line.unwrap_or_else(|| panic!("{printed}"));
    assert!(
        line.contains(last.to_str().unwrap()) && line.contains("offset"),
        "{line}"
    );
}

#[test]
fn a_file_that_ends_in_the_middle_of_its_last_frame_is_a_torn_tail_too() {
    let mut service = service_with_messages();
    service.kill();
    let last = segments(service.data()).pop().unwrap();
    let used = used(&last);
    let file = fs::OpenOptions::new().write(true).open(&last).unwrap();
    file.set_len(used - 9).unwrap();
    service.start_again();
    assert_eq!(service.client_of("ani").take_texts().len(), MESSAGES - 1);
}

#[test]
fn garbage_after_the_last_frame_is_cut_off() {
    let mut service = service_with_messages();
    service.kill();
    let last = segments(service.data()).pop().unwrap();
    let end = used(&last).next_multiple_of(8);
    let file = fs::OpenOptions::new().write(true).open(&last).unwrap();
    file.write_all_at(&[0xa5; 300], end).unwrap();
    service.start_again();
    assert_eq!(service.client_of("ani").take_texts().len(), MESSAGES);
}

#[test]
fn a_flipped_bit_before_the_last_frame_is_refused_with_its_place() {
    let mut service = service_with_messages();
    service.kill();
    let last = segments(service.data()).pop().unwrap();
    let used = used(&last);
    let mut random = Random::new(random::seed());
    // The last message's frame is shorter than this.
    let end = used - 200;
    for _ in 0..12 {
        let offset = HEADER + random.below(end - HEADER);
        assert_refused(service.data(), &last, offset, random.below(8) as u8);
    }
}

#[test]
fn a_flipped_bit_in_a_journal_that_was_closed_is_refused_or_harmless() {
    let mut service = service_with_messages();
    service.terminate();
    assert_eq!(service.exit_code(), Some(0));
    let mut random = Random::new(random::seed());
    for path in &segments(service.data()) {
        let used = used(path);
        for offset in [0, 20, 33, used - 1, random.below(used), random.below(used)] {
            let bit = random.below(8) as u8;
            // Behind the last event of a segment nothing counts but that it ends there.
            assert_refused_or_whole(service.data(), path, offset, bit);
        }
    }
}

fn assert_refused_or_whole(data: &Path, path: &Path, offset: u64, bit: u8) {
    let copy = copy(data);
    flip(&copy.path().join(path.file_name().unwrap()), offset, bit);
    match Server::start(copy.path(), &[]) {
        Ok(server) => {
            let mut ani = Client::connect(server.address());
            ani.log_in("ani");
            assert_eq!(ani.take_texts().len(), MESSAGES, "byte {offset}");
        }
        Err(_) => assert_refused(data, path, offset, bit),
    }
}

/// Flips a bit in a copy of the folder and expects the server not to start on it, nor to change it.
fn assert_refused(data: &Path, path: &Path, offset: u64, bit: u8) {
    let copy = copy(data);
    let damaged = copy.path().join(path.file_name().unwrap());
    flip(&damaged, offset, bit);
    let before = fs::read(&damaged).unwrap();
    let said = refused_start(&[], copy.path(), &ANY_PORT);
    let place = format!("{} is damaged at byte ", damaged.display());
    let (_, rest) = said
        .split_once(&place)
        .unwrap_or_else(|| panic!("{offset}: {said}"));
    let named: u64 = rest.split(':').next().unwrap().parse().unwrap();
    assert!(named <= offset, "byte {offset} was damaged: {said}");
    assert!(said.contains("journal verify"), "{said}");
    let verified = server::run(&["journal", "verify"], copy.path(), "");
    let found = verified.expect_err("it is damaged").to_string();
    assert!(found.contains("is damaged"), "{found}");
    assert!(
        fs::read(&damaged).unwrap() == before,
        "the damaged file was changed"
    );
}
