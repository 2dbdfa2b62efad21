//! A disk that is full for a while.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::time::Instant;

use chatting_time_core::PasswordCost;
use chatting_time_tests::server::{PATIENCE, Server};

use crate::client::{Client, code};
use crate::namespace::Namespace;
use crate::service::make_users;

const UNAVAILABLE: &str = "storage_unavailable";

#[test]
fn a_full_disk_loses_nothing_acknowledged_and_service_resumes_when_it_is_freed() {
    let Some(namespace) = Namespace::with_disk("size=8m") else {
        return;
    };
    let outside = namespace.disk_from_outside().join("data");
    make_users(&outside, &["ani", "budi"], PasswordCost::cheapest());
    let flags = ["--journal-segment-bytes", "1MiB"].map(str::to_owned);
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
        let password = crate::client::PASSWORD;
        assert_eq!(code(&ani.ask(format!("auth ani {password}"))), UNAVAILABLE);
        assert_eq!(code(&ani.ask("nothing")), "unknown_command");

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
fn a_server_that_is_told_to_stop_while_its_disk_is_full_stops() {
    let Some(namespace) = Namespace::with_disk("size=4m") else {
        return;
    };
    let outside = namespace.disk_from_outside().join("data");
    make_users(&outside, &["ani", "budi"], PasswordCost::cheapest());
    let data = namespace.disk().join("data");
    let mut server = Server::start_within(&namespace.enter(), &data, &[]).unwrap();
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
