//! The disk fills up: what grows is refused, and what was taken makes room.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use chatting_time::engine::{StorageBounds, StorageLevel};
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, File, Options, Room};
use chatting_time_core::{AdminCommand, Name, NewUser, Password, PasswordCost, Username};

use super::host::{Host, PATIENCE, code, fold_at_once, ok, open, small};

#[tokio::test]
async fn a_snapshot_that_cannot_be_made_is_not_tried_again_with_every_batch() {
    let (host, attempts) = without_snapshots(fold_at_once());
    host.add_users().await;
    let mut ani = host.log_in("ani").await;
    // Seals a segment, and makes a snapshot worth it from now on.
    host.disk.fail_syncs(1);
    assert_eq!(host.ask(&mut ani, "send budi lost").await, None);
    host.serves_again(&mut ani).await;
    let deadline = Instant::now() + PATIENCE;
    while attempts.load(Ordering::Relaxed) == 0 {
        assert!(Instant::now() < deadline);
        assert_eq!(host.ask(&mut ani, "send ani x").await, ok());
        host.take(&mut ani).await;
    }
    for _ in 0..100 {
        assert_eq!(host.ask(&mut ani, "send budi x").await, ok());
    }
    assert!(
        attempts.load(Ordering::Relaxed) <= 2,
        "{attempts:?} attempts"
    );
}

#[tokio::test]
async fn below_the_reserve_messages_and_users_are_refused_and_all_else_goes_on() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    let bounds = StorageBounds {
        warning: 4 << 20,
        reserve: 1 << 20,
        limit: 0,
    };
    let leave = |free: u64| host.disk.set_capacity(host.disk.used() + free);
    leave(1 << 20);
    host.engine.watch_storage(bounds);
    assert_eq!(host.engine.storage().level, StorageLevel::Low);
    assert_eq!(host.engine.storage().free, 1 << 20);
    assert_eq!(host.ask(&mut ani, "send budi two").await, ok());

    leave((1 << 20) - 1);
    host.engine.check_storage();
    assert_eq!(host.engine.storage().level, StorageLevel::Reserve);
    let refused = "storage_unavailable";
    assert_eq!(code(&host.ask(&mut ani, "send budi lost").await), refused);
    let user = NewUser {
        username: Username::parse("cici").unwrap(),
        name: Name::parse("Cici").unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: Password::parse("rahasia")
            .unwrap()
            .hash(PasswordCost::cheapest(), *b"salt of the test"),
    };
    let adding = AdminCommand::AddUsers(vec![user]);
    assert!(host.engine.administer(&adding).await.is_err());
    assert_eq!(host.take(&mut budi).await, ["one", "two"]);
    for line in ["list", "help", "auth budi rahasia", "inbox", "logout"] {
        assert_eq!(code(&host.ask(&mut budi, line).await), "", "{line}");
    }

    leave((1 << 20) + (1 << 17));
    host.engine.check_storage();
    assert_eq!(host.ask(&mut ani, "send budi three").await, ok());
    assert!(host.engine.administer(&adding).await.is_ok());
    leave(5 << 20);
    host.engine.check_storage();
    assert_eq!(host.engine.storage().level, StorageLevel::Enough);
}

#[tokio::test]
async fn a_reserve_that_is_being_used_up_is_noticed_without_waiting_for_the_next_look() {
    const RESERVE: u64 = 12 << 20;
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    host.disk
        .set_capacity(host.disk.used() + RESERVE + (16 << 20));
    host.engine.watch_storage(StorageBounds {
        warning: 0,
        reserve: RESERVE,
        limit: 0,
    });
    let text = "x".repeat(50 << 10);
    let send = format!("send ani {text}");
    let mut sent = 0_usize;
    while host.ask(&mut ani, &send).await == ok() {
        sent += 1;
        host.take(&mut ani).await;
        assert!(sent < 1000, "the reserve is used up");
    }
    assert_eq!(
        code(&host.ask(&mut ani, &send).await),
        "storage_unavailable"
    );
    assert_eq!(host.engine.storage().level, StorageLevel::Reserve);
    assert!(host.disk.room(host.folder.path()).unwrap().free > 0);
}

#[tokio::test]
async fn what_was_taken_makes_room_before_a_fold_is_due() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut budi = host.log_in("budi").await;
    let text = "x".repeat(50 << 10);
    let bounds = StorageBounds {
        warning: 0,
        reserve: 0,
        limit: 2 << 20,
    };
    host.engine.watch_storage(bounds);
    while host.ask(&mut ani, &format!("send budi {text}")).await == ok() {
        host.engine.check_storage();
    }
    assert_eq!(host.engine.storage().level, StorageLevel::OverLimit);
    while !host.take(&mut budi).await.is_empty() {}
    host.has_enough_again().await;
    assert_eq!(host.ask(&mut ani, "send budi again").await, ok());
    assert_eq!(host.take(&mut budi).await, ["again"]);
}

#[tokio::test]
async fn what_was_taken_before_a_restart_makes_room_after_it() {
    for is_stopped in [true, false] {
        let mut host = Host::start(1).await;
        let mut ani = host.log_in("ani").await;
        host.send_and_take(&mut ani, 80).await;
        // With this it is durable that they were taken.
        host.log_in("ani").await;
        match is_stopped {
            true => host.restart(),
            false => host.lose_power(),
        }
        host.engine.watch_storage(StorageBounds {
            warning: 0,
            reserve: 0,
            limit: 2 << 20,
        });
        assert_eq!(host.engine.storage().level, StorageLevel::OverLimit);
        host.has_enough_again().await;
        let mut ani = host.log_in("ani").await;
        assert_eq!(host.ask(&mut ani, "send ani again").await, ok());
        assert_eq!(host.take(&mut ani).await, ["again"]);
    }
}

#[tokio::test]
async fn what_was_taken_makes_room_where_less_is_free_than_it_took() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    host.send_and_take(&mut ani, 160).await;
    assert!(host.disk.used() > 7 << 20);
    host.disk.set_capacity(host.disk.used() + (3 << 20));
    host.engine.watch_storage(StorageBounds {
        warning: 0,
        reserve: 4 << 20,
        limit: 0,
    });
    assert_eq!(host.engine.storage().level, StorageLevel::Reserve);
    host.has_enough_again().await;
    assert_eq!(host.ask(&mut ani, "send ani again").await, ok());
}

#[tokio::test]
async fn a_snapshot_for_which_there_is_no_room_is_not_begun() {
    let host = Host::without_room_for_a_snapshot().await;
    for _ in 0..3 {
        host.engine.check_storage();
        host.makes_room_if_it_can().await;
    }
    // It would be finished first.
    host.engine.stop();
    assert!(!host.has_snapshot());
}

#[tokio::test]
async fn a_snapshot_leaves_the_reserve_while_messages_are_taken_in() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    host.send_and_take(&mut ani, 40).await;
    let reserve = 16 << 20;
    host.disk.set_capacity(host.disk.used() + reserve);
    host.engine.watch_storage(StorageBounds {
        warning: 0,
        reserve,
        limit: 0,
    });
    host.makes_room_if_it_can().await;
    assert_eq!(host.ask(&mut ani, "send ani taken in").await, ok());
    host.engine.stop();
    assert!(!host.has_snapshot());
}

#[tokio::test]
async fn room_that_was_wanting_for_a_snapshot_is_used_when_it_is_there() {
    let host = Host::without_room_for_a_snapshot().await;
    host.engine.check_storage();
    host.makes_room_if_it_can().await;
    assert!(!host.has_snapshot());
    // Enough for a snapshot, and still less than the reserve.
    host.disk.set_capacity(host.disk.used() + (6 << 20));
    host.engine.check_storage();
    host.makes_room_if_it_can().await;
    host.engine.stop();
    assert!(host.has_snapshot());
}

#[tokio::test]
async fn a_snapshot_that_failed_is_not_tried_again_with_every_look() {
    let (host, attempts) = without_snapshots(small());
    host.add_users().await;
    let mut ani = host.log_in("ani").await;
    host.send_and_take(&mut ani, 10).await;
    host.engine.watch_storage(StorageBounds {
        warning: 0,
        reserve: u64::MAX,
        limit: 0,
    });
    for _ in 0..100 {
        host.engine.check_storage();
        host.makes_room_if_it_can().await;
    }
    host.engine.stop();
    assert_eq!(attempts.load(Ordering::Relaxed), 1);
}

/// A host whose disk takes no snapshot, and how often one was tried.
fn without_snapshots(options: Options) -> (Host, Arc<AtomicU64>) {
    let attempts = Arc::new(AtomicU64::new(0));
    let disk = SimulatedDisk::new(1);
    let without_snapshots = WithoutSnapshots {
        disk: disk.clone(),
        attempts: attempts.clone(),
    };
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path(), Arc::new(without_snapshots), options);
    let host = Host {
        engine,
        disk,
        folder,
    };
    (host, attempts)
}

/// A disk on which no snapshot can be made.
struct WithoutSnapshots {
    disk: SimulatedDisk,
    attempts: Arc<AtomicU64>,
}

impl Disk for WithoutSnapshots {
    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.create_folder(folder)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn File>> {
        if path.to_string_lossy().contains("snapshot") {
            self.attempts.fetch_add(1, Ordering::Relaxed);
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.disk.create(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn File>> {
        self.disk.open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.disk.remove(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.disk.sync_folder(folder)
    }

    fn room(&self, folder: &Path) -> io::Result<Room> {
        self.disk.room(folder)
    }
}
