//! A disk that is full for a while.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use chatting_time_core::PasswordCost;
use chatting_time_tests::http;
use chatting_time_tests::server::{self, PATIENCE, Server};

use crate::service::{Service, make_users};
use chatting_time_tests::client::{Client, code};
use chatting_time_tests::namespace::Namespace;

const UNAVAILABLE: &str = "storage_unavailable";

/// For disks that are meant to be full.
const NO_RESERVE: &[&str] = &["--disk-space-reserve-bytes", "0"];

#[test]
fn a_full_disk_loses_nothing_acknowledged_and_service_resumes_when_it_is_freed() {
    let Some(namespace) = Namespace::with_disk("size=8m") else {
        return;
    };
    let outside = namespace.disk_from_outside().join("data");
    make_users(&outside, &["ani", "budi"], PasswordCost::cheapest());
    let own = [
        "--journal-segment-bytes",
        "1MiB",
        "--admin-http",
        "127.0.0.1:0",
    ];
    let flags = flags(&[NO_RESERVE, &own]);
    let data = namespace.disk().join("data");
    let mut server = Server::start_within(&namespace.enter(), &data, &flags).unwrap();

    let mut ani = Client::connect(server.address());
    ani.log_in("ani");
    let mut budi = Client::connect(server.address());
    budi.log_in("budi");
    let mut sent = Sent::default();
    for _ in 0..3 {
        sent.send(&mut ani);
        let filler = namespace.disk_from_outside().join("filler");
        fill(&filler);
        while sent.send(&mut ani) {}
        // Nothing is promised meanwhile, nor is anybody cut off.
        assert_eq!(code(&ani.ask("help")), "");
        assert_eq!(code(&budi.ask("inbox")), UNAVAILABLE);
        let password = chatting_time_tests::client::PASSWORD;
        assert_eq!(code(&ani.ask(format!("auth ani {password}"))), UNAVAILABLE);
        assert_eq!(code(&ani.ask("nothing")), "unknown_command");
        let readiness = http::get(server.admin_http_address().unwrap(), "/readyz");
        assert_eq!(readiness.status, 503);
        let page = http::get(server.admin_http_address().unwrap(), "/metrics").body;
        assert!(page.contains("\nchatting_time_ready 0\n"), "{page}");
        assert!(
            !page.contains("\nchatting_time_journal_failed_writes_total 0\n"),
            "{page}"
        );
        assert!(
            readiness.body.starts_with("storage refusing"),
            "{readiness:?}"
        );

        std::fs::remove_file(filler).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while !sent.send(&mut ani) {
            assert!(
                Instant::now() < deadline,
                "it stays out of service: {}",
                server.printed()
            );
        }
    }
    sent.assert_delivered_once(&mut budi);

    for _ in 0..10 {
        sent.send(&mut ani);
    }
    server.kill().unwrap();
    let server = Server::start_within(&namespace.enter(), &data, &flags).unwrap();
    let mut budi = Client::connect(server.address());
    budi.log_in("budi");
    sent.assert_delivered_once(&mut budi);
    assert!(
        !server.printed().contains("panicked"),
        "{}",
        server.printed()
    );
}

#[test]
fn a_disk_that_runs_full_refuses_messages_before_it_is_and_lets_them_be_taken() {
    const RESERVE: u64 = 8 << 20;
    let Some(namespace) = Namespace::with_disk("size=48m") else {
        return;
    };
    let outside = namespace.disk_from_outside();
    make_users(
        &outside.join("data"),
        &["ani", "budi"],
        PasswordCost::cheapest(),
    );
    let filler = outside.join("filler");
    fs::write(&filler, vec![0xff; 28 << 20]).unwrap();
    let bounds = [
        "--disk-space-reserve-bytes",
        "8MiB",
        "--disk-space-warning-bytes",
        "16MiB",
        "--journal-segment-bytes",
        "1MiB",
    ];
    let data = namespace.disk().join("data");
    let server = Server::start_within(&namespace.enter(), &data, &flags(&[&bounds])).unwrap();
    let mut ani = Client::connect(server.address());
    ani.log_in("ani");
    let mut budi = Client::connect(server.address());
    budi.log_in("budi");
    let mut sent = Sent::default();
    while sent.send(&mut ani) {}
    let disk = rustix::fs::statvfs(&outside).unwrap();
    let free = disk.f_bavail * disk.f_frsize;
    assert!((1..RESERVE).contains(&free), "{free}");
    assert_eq!(code(&ani.ask("list")), "");
    sent.assert_delivered_once(&mut budi);

    fs::remove_file(filler).unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !sent.send(&mut ani) {
        assert!(Instant::now() < deadline, "{}", server.printed());
    }
    sent.assert_delivered_once(&mut budi);
    server.wait_for_line("enough again").unwrap();
    let printed = server.printed();
    let count = |words: &str| printed.matches(words).count();
    assert_eq!(
        count("less than disk-space-warning-bytes (16 MiB)"),
        1,
        "{printed}"
    );
    assert_eq!(
        count("less than disk-space-reserve-bytes (8 MiB)"),
        1,
        "{printed}"
    );
    assert_eq!(count("storage failed"), 0, "{printed}");
}

#[test]
fn a_server_that_is_told_to_stop_while_its_disk_is_full_stops() {
    let Some(namespace) = Namespace::with_disk("size=4m") else {
        return;
    };
    let outside = namespace.disk_from_outside().join("data");
    make_users(&outside, &["ani", "budi"], PasswordCost::cheapest());
    let data = namespace.disk().join("data");
    let mut server =
        Server::start_within(&namespace.enter(), &data, &flags(&[NO_RESERVE])).unwrap();
    let mut ani = Client::connect(server.address());
    ani.log_in("ani");
    let mut sent = Sent::default();
    let filler = namespace.disk_from_outside().join("filler");
    fill(&filler);
    while sent.send(&mut ani) {}
    server.terminate().unwrap();
    assert_eq!(
        server.wait().unwrap().code(),
        Some(0),
        "{}",
        server.printed()
    );

    std::fs::remove_file(filler).unwrap();
    let server = Server::start_within(&namespace.enter(), &data, &[]).unwrap();
    let mut budi = Client::connect(server.address());
    budi.log_in("budi");
    sent.assert_delivered_once(&mut budi);
}

#[test]
fn a_backup_or_a_restore_on_a_full_disk_leaves_nothing_half_made() {
    let Some(namespace) = Namespace::with_disk("size=1m") else {
        return;
    };
    let service = Service::start(&["ani", "budi"], &[]);
    let mut ani = service.client_of("ani");
    let mut sent = Sent::default();
    while sent.next < 200 {
        assert!(sent.send(&mut ani));
    }
    let outside = namespace.disk_from_outside();
    let backup = namespace.disk().join("chat.backup");
    let run = |arguments: &[&OsStr]| {
        let enter = namespace.enter();
        let output = Command::new(&enter[0])
            .args(&enter[1..])
            .arg(server::binary().unwrap())
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    };
    let data = service.data().as_os_str();
    let to_disk = [
        OsStr::new("backup"),
        backup.as_os_str(),
        "--data".as_ref(),
        data,
    ];
    let (code, said) = run(&to_disk);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("chat.backup: No space left on device"),
        "{said}"
    );
    assert!(
        said.contains("free space on that disk, or choose another"),
        "{said}"
    );
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);

    let elsewhere = tempfile::tempdir().unwrap();
    let backup = elsewhere.path().join("chat.backup");
    let (code, said) = run(&[
        "backup".as_ref(),
        backup.as_os_str(),
        "--data".as_ref(),
        data,
    ]);
    assert_eq!(code, Some(0), "{said}");
    let data = namespace.disk().join("data");
    let restore = [
        OsStr::new("restore"),
        backup.as_os_str(),
        "--data".as_ref(),
        data.as_os_str(),
    ];
    let (code, said) = run(&restore);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("No space left on device"), "{said}");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 0);
}

/// The messages of ani to budi since budi last looked.
#[derive(Default)]
struct Sent {
    next: u64,
    acknowledged: Vec<u64>,
    /// Not acknowledged, and may still have happened.
    uncertain: Vec<u64>,
}

impl Sent {
    /// Sends one, long enough that the journal soon needs further room, and says whether it was
    /// acknowledged.
    fn send(&mut self, ani: &mut Client) -> bool {
        let number = self.next;
        self.next += 1;
        let filling = "x".repeat(10 << 10);
        let reply = ani.ask(format!("send budi {number} {filling}"));
        let list = match code(&reply) {
            "" => &mut self.acknowledged,
            code => {
                assert_eq!(code, UNAVAILABLE);
                &mut self.uncertain
            }
        };
        list.push(number);
        code(&reply).is_empty()
    }

    fn assert_delivered_once(&mut self, budi: &mut Client) {
        let mut delivered: Vec<u64> = Vec::new();
        loop {
            let texts = budi.take_texts();
            if texts.is_empty() {
                break;
            }
            let numbers = texts.iter().map(|text| text.split(' ').next().unwrap());
            delivered.extend(numbers.map(|number| number.parse::<u64>().unwrap()));
        }
        assert!(
            delivered.is_sorted_by(|one, next| one < next),
            "{delivered:?}"
        );
        delivered.retain(|number| !self.uncertain.contains(number));
        assert_eq!(delivered, self.acknowledged);
        self.acknowledged.clear();
    }
}

fn flags(groups: &[&[&str]]) -> Vec<String> {
    groups.concat().into_iter().map(str::to_owned).collect()
}

/// Takes all room that there is.
fn fill(path: &Path) {
    let mut filler = File::create(path).unwrap();
    for size in [64 << 10, 1 << 10, 1] {
        let bytes = vec![0xff; size];
        loop {
            match filler.write_all(&bytes) {
                Ok(()) => {}
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::StorageFull);
                    break;
                }
            }
        }
    }
}
