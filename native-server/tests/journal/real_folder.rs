//! What only the computer's own disk can show: modes, the lock, the thread that prepares segments.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use chatting_time::journal::{
    Disk, File, FolderLock, Journal, JournalError, Opened, Options, RealDisk, show, verify,
};

use super::{EveryEvent, append, events};

#[test]
fn a_new_folder_and_its_files_are_for_their_owner_only() {
    let parent = tempfile::tempdir().expect("a folder");
    let folder = parent.path().join("new").join("data");
    let lock = FolderLock::acquire(&folder).expect("a free folder");
    let mut opened = open(&folder);
    append(&mut opened.writer, &events(1..=1)).expect("room");
    opened.writer.seal().expect("room");
    opened
        .journal
        .fold(&mut EveryEvent::default())
        .expect("a fold");
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(lock);
}

#[test]
fn a_second_lock_is_refused_with_folder_and_process_until_the_first_is_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = FolderLock::acquire(folder.path()).expect("a free folder");
    let error = FolderLock::acquire(folder.path()).expect_err("it is taken");
    let text = error.to_string();
    assert!(matches!(error, JournalError::Locked { .. }));
    assert!(
        text.contains(&folder.path().display().to_string()),
        "{text}"
    );
    assert!(
        text.contains(&format!("pid {}", std::process::id())),
        "{text}"
    );
    drop(first);
    FolderLock::acquire(folder.path()).expect("it is free again");
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    if !rustix::process::geteuid().is_root() {
        // Nobody else can give a folder away.
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let give_to = |user| chown(folder.path(), Some(user), None).expect("root gives it away");
    let refusal = || {
        let error = FolderLock::acquire(folder.path()).expect_err("it is not root's");
        assert!(matches!(error, JournalError::NotOwner { .. }), "{error}");
        error.to_string()
    };
    give_to(54_321);
    assert!(refusal().contains("belongs to #54321"), "{}", refusal());
    assert!(refusal().contains("sudo -u '#54321'"), "{}", refusal());
    let files = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(files, 0);

    give_to(0);
    let lock = FolderLock::acquire(folder.path()).expect("a folder of root");
    give_to(54_321);
    // Whoever is told so asks the one that holds it.
    let error = FolderLock::acquire(folder.path()).expect_err("it is taken");
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
    drop(lock);
    refusal();
}

#[test]
fn a_lock_whose_holder_is_gone_is_waited_for_until_the_system_lets_go_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut gone = Command::new("true").spawn().expect("a process");
    gone.wait().expect("its end");
    let path = folder.path().join("lock");
    fs::write(&path, format!("{}\n", gone.id())).expect("a file");
    let held = fs::File::open(&path).expect("the file");
    held.lock().expect("a free file");
    let (trying, tries) = mpsc::channel();
    let folder = folder.path().to_owned();
    let start = thread::spawn(move || {
        trying.send(()).expect("somebody waits");
        FolderLock::acquire(&folder).map(drop)
    });
    tries.recv().expect("the start");
    // The start has to come first, and nothing tells when it waits; either order succeeds.
    thread::sleep(Duration::from_millis(20));
    drop(held);
    start.join().expect("no panic").expect("the lock");
}

#[test]
fn a_lock_that_was_removed_while_it_was_waited_for_locks_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lock");
    let held = fs::File::create(&path).expect("a file");
    held.lock().expect("a free file");
    let start = {
        let folder = folder.path().to_owned();
        thread::spawn(move || FolderLock::acquire(&folder))
    };
    // Until both have it open.
    while files_open_at(&path) < 2 {
        thread::yield_now();
    }
    fs::remove_file(&path).expect("it is there");
    drop(held);
    let first = start.join().expect("no panic").expect("the lock");
    let error = FolderLock::acquire(folder.path()).expect_err("it is taken");
    assert!(matches!(error, JournalError::Locked { .. }), "{error}");
    drop(first);
}

fn files_open_at(path: &Path) -> usize {
    let open = fs::read_dir("/proc/self/fd").expect("this process");
    // One that is closed meanwhile leads nowhere.
    open.filter(|file| {
        file.as_ref()
            .is_ok_and(|file| fs::read_link(file.path()).is_ok_and(|link| link == path))
    })
    .count()
}

#[test]
fn events_survive_on_a_real_disk_over_many_segments() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut expected = Vec::new();
    for _ in 0..3 {
        let mut opened = open(folder.path());
        for _ in 0..20 {
            let first = expected.len() + 1;
            let new = events(first..=first + 29);
            append(&mut opened.writer, &new).expect("room");
            expected.extend(new);
        }
        opened
            .journal
            .fold(&mut EveryEvent::default())
            .expect("a fold");
        opened.writer.close().expect("room");
    }
    let mut found = Vec::new();
    Journal::open(
        folder.path(),
        Arc::new(RealDisk),
        options(),
        &mut |_, event| {
            found.push(event.to_vec());
            Ok(())
        },
    )
    .expect("a journal");
    assert_eq!(found, expected);
}

#[test]
fn segments_are_prepared_ahead_and_a_close_leaves_none_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut opened = open(folder.path());
    let batch = events(1..=40);
    // The thread takes the time it takes; until then the segments are small ones.
    while !sizes(folder.path()).contains(&options().segment_bytes) {
        append(&mut opened.writer, &batch).expect("room");
    }
    append(&mut opened.writer, &batch).expect("room");
    opened.writer.close().expect("room");
    let names: Vec<String> = RealDisk.list(folder.path()).expect("the folder");
    assert!(
        names.iter().all(|name| name.ends_with(".segment")),
        "{names:?}"
    );
}

#[test]
fn looking_at_a_journal_is_not_misled_by_one_who_writes_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut opened = open(folder.path());
    append(&mut opened.writer, &events(1..=1)).expect("room");
    let writing = std::thread::spawn(move || {
        for round in 0..150 {
            append(&mut opened.writer, &events(1..=50)).expect("room");
            if round % 30 == 29 {
                opened
                    .journal
                    .fold(&mut EveryEvent::default())
                    .expect("a fold");
            }
        }
    });
    let mut last = 0;
    while !writing.is_finished() {
        let report = verify(folder.path(), Arc::new(RealDisk)).expect("a readable folder");
        assert!(report.is_sound(), "{report:?}");
        let before = last;
        show(folder.path(), Arc::new(RealDisk), 1, &mut |place, _| {
            last = place.sequence;
            true
        })
        .expect("a sound journal");
        assert!(last >= before);
    }
    writing.join().expect("no panic");
}

#[test]
fn a_folder_that_cannot_be_written_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let result = Journal::open(
        folder.path(),
        Arc::new(ReadOnly(RealDisk)),
        options(),
        &mut |_, _| Ok(()),
    );
    let Err(error) = result else {
        panic!("it was written");
    };
    let text = error.to_string();
    assert!(
        text.contains(&folder.path().display().to_string()),
        "{text}"
    );
    assert!(text.contains("writable"), "{text}");
    assert!(text.contains("--data"), "{text}");
}

fn open(folder: &Path) -> Opened {
    Journal::open(folder, Arc::new(RealDisk), options(), &mut |_, _| Ok(())).expect("a journal")
}

fn options() -> Options {
    Options {
        segment_bytes: 65536,
        first_segment_bytes: 8192,
        prepare_ahead: true,
        fold_after_bytes: 65536,
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn sizes(folder: &Path) -> Vec<u64> {
    fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "segment"))
        .filter_map(|entry| Some(entry.metadata().ok()?.len()))
        .collect()
}

/// A disk that refuses as the operating system does where a user may not write. (For root, who may write everywhere.)
struct ReadOnly(RealDisk);

impl Disk for ReadOnly {
    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.create_folder(folder)
    }
    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }
    fn create(&self, _path: &Path) -> io::Result<Box<dyn File>> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.0.open(path)
    }
    fn rename(&self, _from: &Path, _to: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
    fn remove(&self, _path: &Path) -> io::Result<()> {
        Err(io::ErrorKind::PermissionDenied.into())
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.0.sync_folder(folder)
    }

    fn room(&self, folder: &Path) -> io::Result<chatting_time::journal::Room> {
        self.0.room(folder)
    }
}
