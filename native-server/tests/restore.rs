//! `chatting-time restore`, and what it and `import` leave when they fail.

mod program;

use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chatting_time::journal::{FolderLock, SnapshotWriter};
use program::{Place, files, wait_until_it_writes};
use rustix::process::{Pid, Signal, kill_process};

const DEMO: &[&str] = &["--demo-users"];

#[test]
fn a_backup_goes_through_standard_output_and_comes_back_through_a_pipe() {
    let place = Place::new();
    let server = place.serve(DEMO);
    server.ask("auth messi surabaya\nsend lineker halo");
    let backup = place.command(&["backup", "-"]).output().unwrap();
    assert_eq!(backup.status.code(), Some(0));
    assert_eq!(
        String::from_utf8_lossy(&backup.stderr),
        format!(
            "chatting-time: backed up 3 users, 1 session and 1 undelivered message, up to event 5: {} bytes\n",
            backup.stdout.len()
        )
    );
    let exported = place.run(&["export", "--sessions"]).ok();
    for name in ["-", "/dev/stdin"] {
        let data = format!("from-{}", name.len());
        let mut command = place.command(&["restore", name, "--data", &data]);
        let mut restore = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = restore.stdin.take().unwrap();
        pipe.write_all(&backup.stdout).unwrap();
        drop(pipe);
        let said = restore.wait_with_output().unwrap();
        assert!(said.status.success(), "{said:?}");
        let again = place.run(&["export", "--sessions", "--data", &data]).ok();
        assert_eq!(again, exported);
    }
    let file = File::open(place.write("chat.backup", &backup.stdout)).unwrap();
    let mut command = place.command(&["restore", "-", "--data", "from-file"]);
    assert!(command.stdin(file).status().unwrap().success());
    // What is called so is a file all the same.
    place.run(&["backup", "./-"]).ok();
    place.run(&["restore", "./-", "--data", "again"]).ok();
}

#[test]
fn a_backup_is_not_for_a_terminal_and_does_not_come_from_one() {
    let place = Place::new();
    drop(place.serve(DEMO));
    let before = files(&place.path(""));
    let at_terminal = |arguments: &[&str]| {
        // `script` makes one.
        let within = ["sh", "-c", "exec script -qec \"'$0' $*\" /dev/null"];
        let ran = program::run(place.command_within(&within, arguments), "");
        assert_eq!(ran.code, Some(1), "{}", ran.stdout);
        ran.stdout
    };
    let said = at_terminal(&["backup", "-"]);
    assert!(said.contains("standard output is a terminal"), "{said}");
    let said = at_terminal(&["restore", "-", "--data", "new"]);
    assert!(said.contains("standard input is a terminal"), "{said}");
    assert_eq!(files(&place.path("")), before);
}

#[test]
fn a_backup_that_cannot_go_on_says_that_it_is_not_whole() {
    let place = Place::new();
    drop(place.serve(DEMO));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let mut command = place.command(&["backup", "-"]);
    let ended = command.stdout(full).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(
        said.contains("cannot write to standard output: No space left"),
        "{said}"
    );
    assert!(said.contains("is no whole backup"), "{said}");
}

#[test]
fn only_an_empty_folder_is_restored_into() {
    let place = Place::new();
    let server = place.serve(DEMO);
    place.run(&["backup", "chat.backup"]).ok();

    let running = place.run(&["restore", "chat.backup"]).refused(1);
    assert!(running.contains("is not empty"), "{running}");
    drop(server);
    let before = files(&place.data());
    let full = place.run(&["restore", "chat.backup"]).refused(1);
    assert!(full.contains("00000000000000000001.segment"), "{full}");
    assert_eq!(files(&place.data()), before);

    fs::create_dir(place.path("letters")).unwrap();
    place.write("letters/dear.txt", "dear");
    let refused = place
        .run(&["restore", "chat.backup", "--data", "letters"])
        .refused(1);
    assert!(
        refused.contains("it has dear.txt; choose another folder"),
        "{refused}"
    );
    assert_eq!(files(&place.path("letters")), ["dear.txt"]);

    fs::create_dir(place.path("new")).unwrap();
    let lock = FolderLock::acquire(&place.path("new")).unwrap();
    let refused = place
        .run(&["restore", "chat.backup", "--data", "new"])
        .refused(1);
    assert!(
        refused.contains("is in use by another process"),
        "{refused}"
    );
    drop(lock);
    place.run(&["restore", "chat.backup", "--data", "new"]).ok();
}

#[test]
fn a_damaged_a_cut_and_a_foreign_file_are_refused_before_anything_is_made() {
    let place = Place::new();
    drop(place.serve(DEMO));
    place.run(&["backup", "chat.backup"]).ok();
    let whole = fs::read(place.path("chat.backup")).unwrap();
    let mut flipped = whole.clone();
    flipped[200] ^= 1;
    let newer = with_version(&whole, 2);
    let older = with_version(&whole, 0);
    for (contents, expected) in [
        (
            &flipped[..],
            "bad is damaged or cut off, at byte 64: there is no whole frame with event 1; nothing was restored",
        ),
        (
            &whole[..whole.len() - 1],
            "bad is damaged or cut off, at byte ",
        ),
        (&whole[..64], "bad is damaged or cut off, at byte 64: "),
        (
            &whole[..63],
            "the file is shorter than its header; nothing was restored",
        ),
        (b"", "bad is no backup, or damaged at its beginning: "),
        (&[b'{'; 200], "What `export` made is read by `import`"),
        (
            &older,
            "bad is no backup, or damaged at its beginning: the header has format version 0, which no release writes",
        ),
        (
            &newer,
            "bad has format version 2, and this release reads up to 1; use the release of chatting-time that wrote it",
        ),
    ] {
        place.write("bad", contents);
        let refused = place.run(&["restore", "bad", "--data", "new"]).refused(1);
        assert!(refused.contains(expected), "{refused}");
        assert!(refused.contains("nothing was restored"), "{refused}");
        assert!(!place.path("new").exists());
    }
    let refused = place.run(&["restore", "none", "--data", "new"]).refused(1);
    assert!(
        refused.contains("cannot open none: No such file"),
        "{refused}"
    );
    let refused = place.run(&["restore", ".", "--data", "new"]).refused(1);
    assert!(
        refused.contains("cannot read .: is a directory"),
        "{refused}"
    );
    assert!(!place.path("new").exists());
}

#[test]
fn a_backup_with_events_of_a_later_release_is_refused() {
    let place = Place::new();
    let path = place.path("later.backup");
    let file = fs::File::create(&path).unwrap();
    let mut snapshot = SnapshotWriter::begin(&file, &path).unwrap();
    snapshot.push(&[99, 1, 2, 3]).unwrap();
    let disk = chatting_time::journal::RealDisk;
    snapshot.finish(7, &disk).unwrap();
    let refused = place
        .run(&["restore", "later.backup", "--data", "new"])
        .refused(1);
    assert_eq!(
        refused,
        "chatting-time: later.backup holds something that this release cannot read (not an event known to this version); \
         nothing was restored. Use the release of chatting-time that made it, or a later one\n"
    );
    assert!(!place.path("new").exists());
}

#[test]
fn what_follows_the_end_of_a_backup_is_refused() {
    let place = Place::new();
    drop(place.serve(DEMO));
    place.run(&["backup", "chat.backup"]).ok();
    let whole = fs::read(place.path("chat.backup")).unwrap();
    for more in [&b"more"[..], &[0], &whole] {
        place.write("bad", [&whole, more].concat());
        let refused = place.run(&["restore", "bad", "--data", "new"]).refused(1);
        let expected = format!("bad is damaged or cut off, at byte {}: ", whole.len());
        assert!(refused.contains(&expected), "{refused}");
        assert!(refused.contains("the closing frame"), "{refused}");
        assert!(!place.path("new").exists());
    }
}

#[test]
fn a_restore_or_an_import_that_fails_leaves_nothing_that_it_made() {
    let place = Place::new();
    drop(place.serve(DEMO));
    place.run(&["backup", "chat.backup"]).ok();
    place.run(&["export", "chat.jsonl"]).ok();
    let backup = fs::read(place.path("chat.backup")).unwrap();
    let export = fs::read(place.path("chat.jsonl")).unwrap();
    for (command, whole) in [("restore", backup), ("import", export)] {
        let fail = |folder: &str| {
            let mut command = place.command(&[command, "-", "--data", folder]);
            let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
            let mut pipe = child.stdin.take().unwrap();
            pipe.write_all(&whole[..whole.len() - 10]).unwrap();
            drop(pipe);
            assert_eq!(child.wait().unwrap().code(), Some(1));
        };
        fs::create_dir(place.path("there")).unwrap();
        fail("there/new/data");
        assert!(files(&place.path("there")).is_empty(), "{command}");
        // The lock stays: somebody else may wait for it.
        fail("there");
        assert_eq!(files(&place.path("there")), ["lock"], "{command}");
        place.write("whole", &whole);
        place
            .run(&[command, "whole", "--data", "there/new/data"])
            .ok();
        fs::remove_dir_all(place.path("there")).unwrap();
    }
}

#[test]
fn a_data_folder_that_cannot_be_filled_is_named_and_not_a_file_that_was_in_it() {
    let place = Place::new();
    let server = place.serve(DEMO);
    server.ask(&format!(
        "auth messi surabaya\nsend lineker {}",
        "x".repeat(30_000)
    ));
    drop(server);
    place.run(&["backup", "chat.backup"]).ok();
    place.run(&["export", "chat.jsonl"]).ok();
    for arguments in [["restore", "chat.backup"], ["import", "chat.jsonl"]] {
        // The bound is in units of 512 or of 1,024 bytes.
        let bounded = ["sh", "-c", "ulimit -f 16; trap '' XFSZ; exec \"$@\"", "sh"];
        let arguments = [&arguments[..], &["--data", "new/data"]].concat();
        let ran = program::run(place.command_within(&bounded, &arguments), "");
        assert_eq!(
            ran.refused(1),
            format!(
                "chatting-time: cannot write {}: File too large (os error 27); nothing was put into it\n",
                place.path("new/data").display()
            )
        );
        assert!(!place.path("new").exists());
    }
}

#[test]
fn an_interrupted_restore_or_import_leaves_nothing_that_it_made() {
    let place = Place::new();
    drop(place.serve(DEMO));
    let backup = place.command(&["backup", "-"]).output().unwrap().stdout;
    let export = place.command(&["export", "-"]).output().unwrap().stdout;
    let before = files(&place.path(""));
    for (command, whole) in [("restore", backup), ("import", export)] {
        let mut command = place.command(&[command, "-", "--data", "new/data"]);
        let mut child = spawn_with_pipes(&mut command);
        // The rest of it never comes.
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(&whole[..whole.len() - 10]).unwrap();
        if command.get_args().next().unwrap() == "restore" {
            wait_until_it_writes(child.id(), &place);
        } else {
            wait_for(|| place.path("new/data/new.temporary").exists());
        }
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            said.contains("stopped before it was done; nothing was put into"),
            "{said}"
        );
        assert_eq!(files(&place.path("")), before);
    }
}

fn spawn_with_pipes(command: &mut Command) -> Child {
    let piped = command.stdin(Stdio::piped()).stderr(Stdio::piped());
    piped.spawn().unwrap()
}

fn wait_for(condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < deadline, "it does not come to this");
        std::thread::yield_now();
    }
}

/// The same file as another version would have written it.
fn with_version(backup: &[u8], version: u32) -> Vec<u8> {
    let mut backup = backup.to_vec();
    backup[8..12].copy_from_slice(&version.to_le_bytes());
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&backup[..12]);
    checksum.update(&backup[16..64]);
    backup[12..16].copy_from_slice(&checksum.finalize().to_le_bytes());
    backup
}
