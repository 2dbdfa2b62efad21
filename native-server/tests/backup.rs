//! `chatting-time backup`, with a server and without.

mod program;

use std::fs::{self, Permissions};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use chatting_time::journal::FolderLock;
use program::{Place, Ran, files, wait_until_it_writes};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat, open};
use rustix::process::{Pid, Signal, geteuid, kill_process};

const DEMO: &[&str] = &["--demo-users"];

#[test]
fn a_backup_of_a_running_server_restores_to_exactly_what_was_there() {
    let place = Place::new();
    let server = place.serve(DEMO);
    let mut messi = Client::connect(server.address);
    let token = messi.log_in("messi");
    for text in ["one", "two", "three"] {
        messi.ask(&format!("send lineker {text}"));
    }
    messi.ask("send messi mine");
    assert!(messi.ask("inbox").contains("mine"));
    // Once this is answered, that it was delivered is durable.
    assert!(!messi.ask("inbox").contains("mine"));

    let said = place.run(&["backup", "chat.backup"]).ok();
    let bytes = fs::metadata(place.path("chat.backup")).unwrap().len();
    assert_eq!(
        said,
        format!(
            "backed up 3 users, 1 session and 3 undelivered messages, up to event 9: chat.backup, {bytes} bytes\n"
        )
    );
    let exported = place.run(&["export", "--sessions"]).ok();
    messi.ask("send lineker later");

    let said = place
        .run(&["restore", "chat.backup", "--data", "restored"])
        .ok();
    assert_eq!(
        said,
        format!(
            "restored 3 users, 1 session and 3 undelivered messages, up to event 9, into {}\n",
            place.path("restored").display()
        )
    );
    let again = place
        .run(&["export", "--sessions", "--data", "restored"])
        .ok();
    assert_eq!(again, exported);

    let restored = place.serve(&["--data", "restored"]);
    // The session lives on, and so does what was sent before the backup, and nothing else.
    let list = restored.ask(&format!("list {token}"));
    assert!(list.contains("messi"), "{list}");
    let mut lineker = Client::connect(restored.address);
    lineker.log_in("lineker");
    let inbox = lineker.ask("inbox");
    for text in ["one", "two", "three"] {
        assert!(inbox.contains(text), "{inbox}");
    }
    assert!(!inbox.contains("later"), "{inbox}");
}

#[test]
fn a_backup_of_a_stopped_server_holds_what_its_next_start_would_find() {
    let place = Place::new();
    let server = place.serve(DEMO);
    let mut messi = Client::connect(server.address);
    messi.log_in("messi");
    messi.ask("send lineker halo");
    server.kill();
    let before = files(&place.data());
    let said = place.run(&["backup", "chat.backup"]).ok();
    assert!(
        said.starts_with("backed up 3 users, 1 session and 1 undelivered message, up to event 5: ")
    );
    assert_eq!(files(&place.data()), before, "nothing is changed");
}

#[test]
fn backups_taken_while_messages_come_in_and_journals_are_folded_hold_all_that_was_acknowledged() {
    const BACKUPS: usize = 12;
    let place = Place::new();
    let mut flags = DEMO.to_vec();
    flags.extend([
        "--journal-segment-bytes",
        "64KiB",
        "--snapshot-journal-bytes",
        "64KiB",
    ]);
    let server = place.serve(&flags);
    let sent = AtomicUsize::new(0);
    let made = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut messi = Client::connect(server.address);
            messi.log_in("messi");
            let filling = "x".repeat(2000);
            for number in 0.. {
                if made.load(Ordering::Acquire) == BACKUPS || number == 9_000 {
                    break;
                }
                let reply = messi.ask(&format!("send lineker {number} {filling}"));
                assert!(reply.contains("OK"), "{reply}");
                sent.store(number + 1, Ordering::Release);
            }
        });
        for number in 0..BACKUPS {
            let at_least = sent.load(Ordering::Acquire);
            let name = format!("{number}.backup");
            let restored = format!("restored-{number}");
            place.run(&["backup", &name]).ok();
            let at_most = sent.load(Ordering::Acquire) + 1;
            made.fetch_add(1, Ordering::Release);
            place.run(&["restore", &name, "--data", &restored]).ok();
            let exported = place.run(&["export", "--data", &restored]).ok();
            let texts = exported.lines().filter_map(|line| {
                let (_, text) = line.split_once("\"text\":\"")?;
                text.split(' ').next()?.parse::<usize>().ok()
            });
            let texts: Vec<_> = texts.collect();
            assert!(texts.iter().copied().eq(0..texts.len()), "{texts:?}");
            assert!(
                (at_least..=at_most).contains(&texts.len()),
                "{at_least} <= {} <= {at_most}",
                texts.len()
            );
        }
    });
    let files = files(&place.data());
    assert!(
        files.iter().any(|name| name.ends_with(".snapshot")),
        "{files:?}"
    );
}

#[test]
fn a_backup_is_for_its_owner_alone_and_replaces_nothing() {
    let place = Place::new();
    drop(place.serve(DEMO));
    place.run(&["backup", "chat.backup"]).ok();
    let backup = place.path("chat.backup");
    let mode = fs::metadata(&backup).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = fs::read(&backup).unwrap();
    let refused = place.run(&["backup", "chat.backup"]).refused(1);
    assert_eq!(
        refused,
        "chatting-time: chat.backup is there already and is not replaced; choose another name, or move it away\n"
    );
    assert_eq!(fs::read(&backup).unwrap(), before);
    // Nor where the name leads nowhere at the moment.
    std::os::unix::fs::symlink("nowhere", place.path("link")).unwrap();
    assert!(
        place
            .run(&["backup", "link"])
            .refused(1)
            .contains("is not replaced")
    );
}

#[test]
fn a_backup_that_cannot_be_made_leaves_nothing() {
    let place = Place::new();
    let before = files(place.path("").as_path());
    let refused = place.run(&["backup", "chat.backup"]).refused(1);
    assert!(refused.contains("there is no journal in"), "{refused}");
    assert!(refused.contains("--data DIR"), "{refused}");
    let refused = place.run(&["backup", "missing/chat.backup"]).refused(1);
    assert!(
        refused.contains("cannot create missing/chat.backup"),
        "{refused}"
    );
    let refused = place.run(&["backup", ".."]).refused(1);
    assert!(refused.contains(".."), "{refused}");
    assert_eq!(files(place.path("").as_path()), before);

    let server = place.serve(DEMO);
    server.ask("auth messi surabaya");
    server.kill();
    flip(&place, 100);
    let before = files(place.path("").as_path());
    let refused = place.run(&["backup", "chat.backup"]).refused(1);
    assert!(refused.contains("is damaged at byte"), "{refused}");
    assert_eq!(files(place.path("").as_path()), before);
}

#[test]
fn a_data_folder_that_may_not_be_read_is_told_with_who_may() {
    let place = Place::new();
    drop(place.serve(DEMO));
    fs::set_permissions(place.path(""), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(place.data(), Permissions::from_mode(0o000)).unwrap();
    let mut command = place.command(&["export"]);
    if geteuid().is_root() {
        // Who may read everything.
        command.uid(54_321);
    }
    match command.output() {
        // Where the program itself is nobody else's business.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {}
        ran => assert_eq!(
            Ran::from(ran.unwrap()).refused(1),
            format!(
                "chatting-time: cannot read the data folder {}: Permission denied (os error 13); \
                 run this as the user that it belongs to\n",
                place.data().display()
            )
        ),
    }
    fs::set_permissions(place.data(), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn what_a_crash_left_unfinished_is_not_in_a_backup_and_is_told() {
    let place = Place::new();
    drop(place.serve(DEMO));
    flip(&place, 100);
    let ran = place.run(&["backup", "chat.backup"]);
    assert!(
        ran.stderr.contains("00000000000000000001.segment: the ")
            && ran
                .stderr
                .contains("bytes at offset 64 are what a crash left unfinished, and not in it"),
        "{}",
        ran.stderr
    );
    assert!(ran.ok().starts_with("backed up 0 users"));
}

#[test]
fn a_backup_from_a_server_that_does_not_answer_is_given_up() {
    let place = Place::new();
    drop(place.serve(DEMO));
    // Somebody who holds the folder, and hangs up on whoever asks.
    let _lock = FolderLock::acquire(&place.data()).unwrap();
    let socket = place.data().join("admin.sock");
    fs::remove_file(&socket).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    let hangs_up = std::thread::spawn(move || listener.accept().map(drop));
    let before = files(place.path("").as_path());
    let refused = place.run(&["backup", "chat.backup"]).refused(1);
    assert_eq!(
        refused,
        "chatting-time: the server went away before it answered, as one that is stopped does; try again\n"
    );
    assert_eq!(files(place.path("").as_path()), before);
    hangs_up.join().unwrap().unwrap();
}

#[test]
fn an_interrupted_backup_leaves_nothing() {
    let place = Place::new();
    drop(place.serve(DEMO));
    // Reading this takes for ever.
    let endless = place.data().join("00000000000000000009.segment");
    mknodat(CWD, &endless, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    // Under `nohup` a hangup does nothing.
    let [plain, nohup] = [&["env", "--default-signal=HUP"][..], &["nohup"]];
    for (outer, signal) in [
        (plain, Signal::INT),
        (plain, Signal::TERM),
        (plain, Signal::HUP),
        (nohup, Signal::TERM),
    ] {
        let before = files(place.path("").as_path());
        let mut backup = place.command_within(outer, &["backup", "chat.backup"]);
        let child = backup.stderr(Stdio::piped()).spawn().unwrap();
        wait_until_it_writes(child.id(), &place);
        assert_eq!(ignores_hangup(child.id()), outer == nohup);
        kill_process(Pid::from_raw(child.id() as i32).unwrap(), signal).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        assert_eq!(
            String::from_utf8_lossy(&ended.stderr),
            "chatting-time: stopped before it was done; no file was made\n"
        );
        assert_eq!(files(place.path("").as_path()), before);
    }
}

#[test]
fn a_killed_backup_or_export_leaves_nothing() {
    let place = Place::new();
    if !knows_unnamed_files(&place.path("")) {
        // There it leaves one file whose name begins with .chatting-time-, as is documented.
        return;
    }
    drop(place.serve(DEMO));
    // Reading this takes for ever.
    let endless = place.data().join("00000000000000000009.segment");
    mknodat(CWD, &endless, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let before = files(place.path("").as_path());
    for command in ["backup", "export"] {
        let mut child = place.command(&[command, "chat"]).spawn().unwrap();
        wait_until_it_writes(child.id(), &place);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(files(place.path("").as_path()), before, "{command}");
    }
}

fn knows_unnamed_files(folder: &Path) -> bool {
    open(folder, OFlags::TMPFILE | OFlags::RDWR, Mode::RUSR).is_ok()
}

#[test]
fn a_backup_may_have_the_longest_name_that_there_is() {
    let place = Place::new();
    drop(place.serve(DEMO));
    let longest = "n".repeat(255);
    place.run(&["backup", &longest]).ok();
    place.run(&["restore", &longest, "--data", "new"]).ok();
    let longer = "n".repeat(256);
    let refused = place.run(&["backup", &longer]).refused(1);
    let expected = format!("chatting-time: cannot create {longer}: File name too long");
    assert!(refused.starts_with(&expected), "{refused}");
    let refused = place.run(&["export", &longer]).refused(1);
    assert!(refused.starts_with(&expected), "{refused}");
}

#[test]
fn a_backup_that_cannot_be_written_names_the_file_that_was_asked_for() {
    let place = Place::new();
    let server = place.serve(DEMO);
    server.ask(&format!(
        "auth messi surabaya\nsend lineker {}",
        "x".repeat(30_000)
    ));
    drop(server);
    let before = files(place.path("").as_path());
    for command in ["backup", "export"] {
        // The bound is in units of 512 or of 1,024 bytes.
        let bounded = ["sh", "-c", "ulimit -f 16; trap '' XFSZ; exec \"$@\"", "sh"];
        let ran = program::run(place.command_within(&bounded, &[command, "chat"]), "");
        let refused = ran.refused(1);
        assert!(
            refused.starts_with("chatting-time: cannot write chat: File too large"),
            "{refused}"
        );
        assert_eq!(files(place.path("").as_path()), before);
    }
    fs::create_dir(place.path("folder")).unwrap();
    for name in ["folder", "folder/"] {
        let refused = place.run(&["backup", name]).refused(1);
        let expected = format!("{name} is a folder; say which file to make in it");
        assert!(refused.contains(&expected), "{refused}");
    }
    let refused = place.run(&["backup", "missing/"]).refused(1);
    assert!(
        refused.contains("missing/ is no name of a file"),
        "{refused}"
    );
}

fn ignores_hangup(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    u64::from_str_radix(mask.unwrap().trim(), 16).unwrap() & 1 != 0
}

/// Changes a bit of the journal's first file.
fn flip(place: &Place, offset: usize) {
    let segment = place.data().join("00000000000000000001.segment");
    let mut contents = fs::read(&segment).unwrap();
    contents[offset] ^= 1;
    fs::write(&segment, contents).unwrap();
}

/// One connection on which one line after the other is asked.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn ask(&mut self, line: &str) -> String {
        self.0
            .get_mut()
            .write_all(format!("{line}\r\n").as_bytes())
            .unwrap();
        let mut reply = String::new();
        while !reply.ends_with("\r\n\r\n") {
            assert_ne!(self.0.read_line(&mut reply).unwrap(), 0, "{reply}");
        }
        reply
    }

    /// Returns the token.
    fn log_in(&mut self, username: &str) -> String {
        let reply = self.ask(&format!("auth {username} surabaya"));
        let (_, token) = reply.split_once("tokenid").expect("it is logged in");
        let token = token.trim_matches(|c: char| !c.is_ascii_hexdigit());
        token.split('"').next().unwrap().to_owned()
    }
}
