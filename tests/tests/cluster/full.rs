//! No room for more messages: where JetStream may take no more, and on disk that are full.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chatting_time_tests::client::{Client, code};
use chatting_time_tests::namespace::Namespace;
use chatting_time_tests::nats::{NatsCluster, NatsOptions};

use crate::chat::Chat;
use crate::load::PATIENCE;
use crate::sent::{Sent, log_in};

const UNAVAILABLE: &str = "storage_unavailable";
const LONG: usize = 50 << 10;

#[test]
fn messages_that_take_all_the_room_set_aside_for_them_are_refused_until_some_were_taken() {
    let options = NatsOptions {
        servers: 3,
        most_bytes: "32MB".to_owned(),
        ..NatsOptions::default()
    };
    let nats = NatsCluster::start_with(&options).unwrap();
    let chat = Chat::start_with(nats, &["--store-message-bytes", "8MiB"], 3);
    let [mut ani, mut budi] = connect(&chat);
    let mut sent = Sent::to("user-1").of(LONG);
    for _ in 0..2 {
        fill(&mut sent, &mut ani);
        assert_eq!(sent.send(&mut ani), UNAVAILABLE);
        // Whatever else there is goes on.
        assert_eq!(code(&ani.ask("list")), "");
        assert_eq!(code(&ani.ask("logout")), "");
        log_in(&mut ani, "user-0");
        sent.assert_delivered(&mut budi);
        sent.send_until_taken(&mut ani);
    }
    sent.assert_delivered(&mut budi);
}

#[test]
fn a_disk_that_is_full_under_one_nats_server_is_as_if_that_one_were_lost() {
    let Some(mut disk) = SmallDisk::under_the_first() else {
        return;
    };
    let chat = &mut disk.chat;
    let [mut ani, mut budi] = connect(chat);
    let mut sent = Sent::to("user-1").of(LONG);
    sent.send_until_taken(&mut ani);
    take_all_room(&disk.filler);
    for _ in 0..40 {
        sent.send_until_taken(&mut ani);
    }
    fs::remove_file(&disk.filler).unwrap();
    let emptied = &mut chat.nats.servers_mut()[0];
    emptied.kill().unwrap();
    emptied.start_and_catch_up().unwrap();
    chat.nats.servers_mut()[1].kill().unwrap();
    sent.send_until_taken(&mut ani);
    sent.assert_delivered(&mut budi);
}

/// What is kept in NATS, one of whose servers is on a small disk.
struct SmallDisk {
    chat: Chat,
    /// Takes room on that disk.
    filler: PathBuf,
    _namespace: Namespace,
    _folder: tempfile::TempDir,
}

impl SmallDisk {
    /// The first server of NATS is there.
    fn under_the_first() -> Option<Self> {
        let namespace = Namespace::with_disk("size=64m")?;
        let folder = tempfile::tempdir().unwrap();
        let mut within = vec![Vec::new(); 3];
        fs::create_dir(namespace.disk_from_outside().join("n1")).unwrap();
        symlink(namespace.disk().join("n1"), folder.path().join("n1")).unwrap();
        within[0] = namespace.enter();
        let options = NatsOptions {
            servers: 3,
            most_bytes: "1GB".to_owned(),
            within,
            folder: Some(folder.path().to_owned()),
            ..NatsOptions::default()
        };
        let nats = NatsCluster::start_with(&options).unwrap();
        let flags = ["--store-message-bytes", "512MiB"];
        Some(Self {
            chat: Chat::start_with(nats, &flags, 3),
            filler: namespace.disk_from_outside().join("filler"),
            _namespace: namespace,
            _folder: folder,
        })
    }
}

/// Whoever sends at the one server, and who reads at the other.
fn connect(chat: &Chat) -> [Client; 2] {
    [0, 1].map(|user| {
        let mut client = Client::connect(chat.servers[user].address());
        client.wait_up_to(PATIENCE);
        log_in(&mut client, &format!("user-{user}"));
        client
    })
}

/// Sends until nothing more is taken.
fn fill(sent: &mut Sent, client: &mut Client) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match sent.send(client).as_str() {
            "" => assert!(Instant::now() < deadline, "there is room without end"),
            code => return assert_eq!(code, UNAVAILABLE),
        }
    }
}

fn take_all_room(path: &Path) {
    let mut filler = File::create(path).unwrap();
    for size in [64 << 10, 1 << 10, 1] {
        let bytes = vec![0xff; size];
        while filler.write_all(&bytes).is_ok() {}
    }
}
