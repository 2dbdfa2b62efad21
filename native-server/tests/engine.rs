//! The engine on a disk that fails: what was told stays true, what was not told never shows up.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chatting_time::engine::{
    AdminError, Caller, Engine, Pause, Run, Signal, SimulatedTime, SteppedJournal, StorageBounds,
    StorageLevel,
};
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Batch, Disk, File, FolderLock, Journal, Options, Room};
use chatting_time_core::{
    AdminCommand, Body, Connection, Drain, Event, Identity, Limits, Name, NewUser, Password,
    PasswordCost, Timestamp, Token, Username,
};
use serde_json::Value;
use tempfile::TempDir;

/// No test needs this long; one that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);
const FOREVER: u64 = u64::MAX;

#[tokio::test]
async fn what_a_failed_sync_lost_never_shows_up_even_after_a_power_loss() {
    for seed in 0..20 {
        let mut host = Host::start(seed).await;
        let mut ani = host.log_in("ani").await;
        assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
        host.disk.fail_syncs(1);
        assert_eq!(
            host.ask(&mut ani, "send budi lost").await,
            None,
            "seed {seed}"
        );
        host.serves_again(&mut ani).await;
        // These syncs succeed, and must not carry along what the failed one left behind.
        assert_eq!(host.ask(&mut ani, "send budi two").await, ok());
        host.lose_power();
        let mut budi = host.log_in("budi").await;
        assert_eq!(host.take(&mut budi).await, ["one", "two"], "seed {seed}");
    }
}

#[tokio::test]
async fn everyone_who_waited_for_a_lost_batch_is_refused() {
    let host = Host::start(1).await;
    let mut clients = [host.log_in("ani").await, host.log_in("ani").await];
    host.disk.fail_syncs(FOREVER);
    // The second is decided while the first is being written, or on top of it.
    let runs: Vec<Run> = clients
        .iter_mut()
        .map(|client| host.run(client, "send budi lost"))
        .collect();
    for run in &runs {
        if let Some(commit) = &run.commit {
            assert!(!commit.wait().await);
        }
    }
    host.disk.fail_syncs(0);
    host.serves_again(&mut clients[0]).await;
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.take(&mut budi).await, Vec::<String>::new());
}

#[tokio::test]
async fn while_the_disk_fails_all_but_help_is_refused_and_service_resumes_by_itself() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    host.disk.set_capacity(0);
    host.fill(&mut ani).await;
    for line in [
        "send budi lost",
        "inbox",
        "list",
        "logout",
        "auth ani rahasia",
    ] {
        assert_eq!(
            code(&host.ask(&mut budi, line).await),
            "storage_unavailable",
            "{line}"
        );
    }
    assert_eq!(code(&host.ask(&mut budi, "help").await), "");
    assert_eq!(
        code(&host.ask(&mut budi, "nothing").await),
        "unknown_command"
    );
    let removal = AdminCommand::RemoveUser {
        username: Username::parse("ani").unwrap(),
    };
    assert!(host.engine.administer(&removal).await.is_err());
    host.disk.set_capacity(u64::MAX);
    host.serves_again(&mut ani).await;
    assert_eq!(host.take(&mut budi).await[0], "one");
}

#[tokio::test]
async fn an_operator_is_not_refused_because_of_a_change_that_is_lost() {
    let disk = SimulatedDisk::new(1);
    let (engine, mut journal, _) = SteppedJournal::open(
        Path::new("/data"),
        Arc::new(disk.clone()),
        small(),
        Arc::default(),
        SimulatedTime::default(),
    )
    .unwrap();
    let mut write = async || journal.begin() && journal.write();
    let addition = AdminCommand::AddUsers(users());
    let (added, _) = tokio::join!(engine.administer(&addition), write());
    assert!(added.is_ok());
    disk.fail_syncs(1);
    let removal = AdminCommand::RemoveUser {
        username: Username::parse("ani").unwrap(),
    };
    // The second finds no such user any more.
    let (removed, again, _) = tokio::join!(
        engine.administer(&removal),
        engine.administer(&removal),
        write()
    );
    assert!(matches!(removed, Err(AdminError::StorageUnavailable)));
    assert!(
        matches!(again, Err(AdminError::StorageUnavailable)),
        "{again:?}"
    );
}

#[tokio::test]
async fn what_was_handed_over_is_not_handed_over_again_when_its_confirmation_is_lost() {
    for is_known_before in [false, true] {
        let mut host = Host::start(1).await;
        let mut ani = host.log_in("ani").await;
        let mut budi = host.log_in("budi").await;
        for text in ["one", "two", "three"] {
            assert_eq!(host.ask(&mut ani, &format!("send budi {text}")).await, ok());
        }
        assert_eq!(
            texts(&host.ask(&mut budi, "inbox").await),
            ["one", "two", "three"]
        );
        host.disk.fail_syncs(FOREVER);
        if is_known_before {
            assert_eq!(host.ask(&mut ani, "send budi lost").await, None);
        }
        host.confirm(&mut budi);
        if !is_known_before {
            // Lost with the confirmation, or refused because that was lost.
            assert_ne!(host.ask(&mut ani, "send budi lost").await, ok());
        }
        host.disk.fail_syncs(0);
        host.serves_again(&mut ani).await;
        assert_eq!(host.take(&mut budi).await, Vec::<String>::new());
        assert_eq!(host.ask(&mut ani, "send budi four").await, ok());
        host.lose_power();
        let mut budi = host.log_in("budi").await;
        assert_eq!(host.take(&mut budi).await, ["four"]);
    }
}

#[tokio::test]
async fn a_drain_goes_on_over_a_rebuild_and_whoever_waits_for_it_still_waits() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut first = host.log_in("budi").await;
    let mut second = host.log_in("budi").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    assert_eq!(texts(&host.ask(&mut first, "inbox").await), ["one"]);
    let free = host.must_wait(&mut second, "inbox");
    host.disk.fail_syncs(1);
    assert_eq!(host.ask(&mut ani, "send budi lost").await, None);
    host.serves_again(&mut ani).await;
    // Woken, for what it waited for may have gone with the old state; and it waits again.
    assert!(in_time(free.wait()).await);
    let free = host.must_wait(&mut second, "inbox");
    assert_eq!(host.ask(&mut ani, "send budi two").await, ok());
    host.confirm(&mut first);
    assert!(in_time(free.wait()).await);
    assert_eq!(host.take(&mut second).await, ["two"]);
}

#[tokio::test]
async fn a_drain_that_is_given_back_after_a_rebuild_comes_again_in_order() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut first = host.log_in("budi").await;
    let mut second = host.log_in("budi").await;
    for text in ["one", "two"] {
        assert_eq!(host.ask(&mut ani, &format!("send budi {text}")).await, ok());
    }
    assert_eq!(texts(&host.ask(&mut first, "inbox").await), ["one", "two"]);
    host.disk.fail_syncs(1);
    assert_eq!(host.ask(&mut ani, "send budi lost").await, None);
    host.serves_again(&mut ani).await;
    assert_eq!(host.ask(&mut ani, "send budi three").await, ok());
    let free = host.must_wait(&mut second, "inbox");
    host.engine.detach(&first.caller);
    assert!(in_time(free.wait()).await);
    assert_eq!(host.take(&mut second).await, ["one", "two", "three"]);
}

#[tokio::test]
async fn messages_handed_over_with_what_was_lost_come_again() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    host.disk.fail_syncs(FOREVER);
    let lost = host.run(&mut ani, "send budi lost");
    // Decided on top of it; the reply is not told.
    let told = host.ask(&mut budi, "inbox").await;
    assert!(
        told.is_none() || code(&told) == "storage_unavailable",
        "{told:?}"
    );
    assert!(!lost.commit.unwrap().wait().await);
    host.disk.fail_syncs(0);
    host.serves_again(&mut ani).await;
    assert_eq!(host.take(&mut budi).await, ["one"]);
}

#[tokio::test]
async fn sessions_stay_and_a_lost_one_is_dead() {
    let host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    let mut lost = host.client();
    host.disk.fail_syncs(1);
    assert_eq!(host.ask(&mut lost, "auth budi rahasia").await, None);
    host.serves_again(&mut ani).await;
    assert_eq!(
        code(&host.ask(&mut lost, "list").await),
        "session_not_found"
    );
    let token = lost.last_token.clone();
    assert_eq!(
        code(&host.ask(&mut ani, &format!("list {token}")).await),
        "session_not_found"
    );
    let online = host.ask(&mut ani, "list").await.unwrap();
    assert_eq!(online["users"], serde_json::json!(["ani"]));
    host.engine.detach(&lost.caller);
    host.engine.detach(&ani.caller);
}

#[tokio::test]
async fn an_engine_stops_while_its_disk_fails_and_keeps_what_was_told() {
    let mut host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    host.disk.fail_syncs(FOREVER);
    assert_eq!(host.ask(&mut ani, "send budi lost").await, None);
    host.engine.stop();
    host.disk.fail_syncs(0);
    host.lose_power();
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.take(&mut budi).await, ["one"]);
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

#[tokio::test]
async fn messages_that_have_waited_too_long_are_removed_for_good() {
    let mut host = Host::start(1).await;
    let mut ani = host.log_in("ani").await;
    assert_eq!(host.ask(&mut ani, "send budi one").await, ok());
    assert_eq!(host.ask(&mut ani, "send budi two").await, ok());
    host.engine.sweep();
    assert_eq!(host.engine.totals().undelivered.messages, 2, "for ever");
    host.engine.keep_messages_for(3_600_000);
    host.engine.sweep();
    assert_eq!(host.engine.totals().undelivered.messages, 2, "an hour");

    let mut budi = host.log_in("budi").await;
    assert_eq!(texts(&host.ask(&mut budi, "inbox").await), ["one", "two"]);
    host.engine.keep_messages_for(0);
    assert_eq!(host.ask(&mut ani, "send ani three").await, ok());
    let deadline = Instant::now() + PATIENCE;
    while host.engine.expired_messages() == 0 {
        assert!(Instant::now() < deadline);
        host.engine.sweep();
    }
    // They are older than the one that has gone, and on their way.
    assert_eq!(host.engine.totals().undelivered.messages, 2);
    host.engine.give_back(&budi.caller);
    host.engine.sweep();
    assert_eq!(host.engine.totals().undelivered.messages, 0);
    assert_eq!(host.engine.expired_messages(), 3);
    assert_eq!(code(&host.ask(&mut ani, "list").await), "");
    host.lose_power();
    assert_eq!(host.engine.totals().undelivered.messages, 0);
}

#[tokio::test]
async fn a_clock_that_was_set_back_before_a_start_does_no_harm() {
    // Everything that is on record happened a hundred years from now.
    const YEARS: u64 = 100 * 365 * 86_400_000;
    let future = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64
        + YEARS;
    let token = Token::from_random([7; 16]);
    let ani = Username::parse("ani").unwrap();
    let disk = SimulatedDisk::new(1);
    let folder = tempfile::tempdir().unwrap();
    let events = [
        Event::SessionOpened {
            token,
            username: ani,
            at: Timestamp(future),
        },
        Event::MessageAccepted {
            sender: Identity::new(&ani, &Name::parse("Ani").unwrap()),
            recipient: Username::parse("budi").unwrap(),
            text: Body::parse("one", 10).unwrap(),
            at: Timestamp(future),
        },
    ];
    let host = Host {
        engine: open(folder.path(), Arc::new(disk.clone()), small()),
        disk,
        folder,
    };
    host.add_users().await;
    host.engine.stop();
    let path = host.folder.path();
    let opened = Journal::open(path, Arc::new(host.disk.clone()), small(), &mut |_, _| {
        Ok(())
    });
    let mut batch = Batch::new();
    for event in &events {
        batch.push(|buffer| event.encode(buffer));
    }
    opened.unwrap().writer.append(&mut batch).unwrap();

    let mut host = host;
    host.lose_power();
    host.engine.keep_messages_for(3_600_000);
    host.engine.sweep();
    let mut buffer = [0; Token::TEXT_BYTES];
    let wire = token.to_wire(&mut buffer).to_owned();
    let mut ani = host.client();
    assert_eq!(code(&host.ask(&mut ani, &format!("list {wire}")).await), "");
    let send = format!("send {wire} budi two");
    assert_eq!(host.ask(&mut ani, &send).await, ok());
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.take(&mut budi).await, ["one", "two"]);

    host.engine.stop();
    let mut times = Vec::new();
    let path = host.folder.path();
    let disk = Arc::new(host.disk.clone());
    let opened = Journal::open(path, disk, small(), &mut |_, event| {
        times.extend(Event::decode(event).unwrap().time());
        Ok(())
    });
    drop(opened);
    assert!(times.len() >= 4, "{times:?}");
    assert!(times.iter().all(|at| at.0 >= future), "{times:?}");
}

/// An engine with its disk.
struct Host {
    engine: Arc<Engine>,
    disk: SimulatedDisk,
    folder: TempDir,
}

/// One connection.
struct Client {
    caller: Caller,
    connection: Connection,
    /// What has been handed over and not confirmed.
    drains: Vec<Drain>,
    last_token: String,
}

fn open(folder: &Path, disk: Arc<dyn Disk>, options: Options) -> Arc<Engine> {
    let lock = FolderLock::acquire(folder).unwrap();
    let limits = Arc::new(Limits::default());
    Engine::open(folder, lock, disk, options, limits).unwrap().0
}

fn users() -> Vec<NewUser> {
    let password = Password::parse("rahasia").unwrap();
    let password = password.hash(PasswordCost::cheapest(), *b"salt of the test");
    let user = |username| NewUser {
        username: Username::parse(username).unwrap(),
        name: Name::parse(username).unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: password.clone(),
    };
    ["ani", "budi"].map(user).into()
}

fn small() -> Options {
    Options {
        segment_bytes: 64 << 10,
        first_segment_bytes: 64 << 10,
        prepare_ahead: false,
        ..Options::default()
    }
}

fn fold_at_once() -> Options {
    Options {
        fold_after_bytes: 1,
        ..small()
    }
}

impl Host {
    async fn start(seed: u64) -> Self {
        let disk = SimulatedDisk::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let engine = open(folder.path(), Arc::new(disk.clone()), small());
        let host = Self {
            engine,
            disk,
            folder,
        };
        host.add_users().await;
        host
    }

    async fn add_users(&self) {
        let command = AdminCommand::AddUsers(users());
        self.engine.administer(&command).await.unwrap();
    }

    /// One whose messages were taken but for half of them, which need more room in a snapshot than there is.
    async fn without_room_for_a_snapshot() -> Self {
        let host = Self::start(1).await;
        let mut ani = host.log_in("ani").await;
        host.send_and_take(&mut ani, 40).await;
        let text = "x".repeat(50 << 10);
        for _ in 0..40 {
            assert_eq!(host.ask(&mut ani, &format!("send budi {text}")).await, ok());
        }
        host.disk.set_capacity(host.disk.used() + (3 << 20));
        host.engine.watch_storage(StorageBounds {
            warning: 0,
            reserve: 8 << 20,
            limit: 0,
        });
        host
    }

    /// Sends so many messages of 50 KiB to itself and takes each.
    async fn send_and_take(&self, client: &mut Client, messages: usize) {
        let text = "x".repeat(50 << 10);
        for _ in 0..messages {
            assert_eq!(self.ask(client, &format!("send ani {text}")).await, ok());
            self.take(client).await;
        }
    }

    /// Waits until there is as much room as it takes for messages to be taken in.
    async fn has_enough_again(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.engine.storage().level != StorageLevel::Enough {
            assert!(Instant::now() < deadline, "{:?}", self.engine.storage());
            self.engine.check_storage();
            tokio::task::yield_now().await;
        }
    }

    /// Returns when the journal has begun to make room, or has not, after somebody looked how much there is: it does so before
    /// it writes what comes after the first of these.
    async fn makes_room_if_it_can(&self) {
        for _ in 0..2 {
            self.log_in("ani").await;
        }
    }

    fn has_snapshot(&self) -> bool {
        let paths = self.disk.paths();
        paths
            .iter()
            .any(|path| path.extension().is_some_and(|kind| kind == "snapshot"))
    }

    /// Loses power at once, and starts again with what that left.
    fn lose_power(&mut self) {
        self.disk.lose_power();
        // Its files are gone with the power, so that stopping writes nothing more.
        self.restart();
    }

    /// Stops, and starts again.
    fn restart(&mut self) {
        self.engine.stop();
        let folder = tempfile::tempdir().unwrap();
        let path = self.folder.path().to_owned();
        let lock = FolderLock::acquire(folder.path()).unwrap();
        let limits = Arc::new(Limits::default());
        let disk = Arc::new(self.disk.clone());
        self.engine = Engine::open(&path, lock, disk, small(), limits).unwrap().0;
    }

    fn client(&self) -> Client {
        Client {
            caller: self.engine.caller(),
            connection: Connection::new(self.engine.limits().clone()),
            drains: Vec::new(),
            last_token: String::new(),
        }
    }

    async fn log_in(&self, username: &str) -> Client {
        let mut client = self.client();
        let reply = self
            .ask(&mut client, &format!("auth {username} rahasia"))
            .await;
        assert_eq!(code(&reply), "");
        client
    }

    /// Runs one request and waits for nothing.
    fn run(&self, client: &mut Client, line: &str) -> Run {
        client.connection.receive(format!("{line}\n").as_bytes());
        let mut requests = VecDeque::from([client.connection.next_request().unwrap()]);
        let run = self.engine.run(&mut client.caller, &mut requests);
        match run.pause {
            Some(Pause::LogIn(auth)) => {
                let check = match self.engine.begin_auth(&client.caller, auth) {
                    Ok(check) => check,
                    Err(refused) => return refused,
                };
                let random = getrandom::u64().unwrap().to_le_bytes();
                let token = Token::from_random([random, random].concat().try_into().unwrap());
                let checked = check.run();
                self.engine.finish_auth(&mut client.caller, token, &checked)
            }
            _ => run,
        }
    }

    /// The reply to a request as a connection tells it: `None` when it was lost.
    async fn ask(&self, client: &mut Client, line: &str) -> Option<Value> {
        let binding = client.caller.binding();
        let run = self.run(client, line);
        let [answer] = &run.answers[..] else {
            panic!("{line} has to wait");
        };
        let mut bytes = Vec::new();
        answer.reply.write(&mut bytes);
        let reply: Value = serde_json::from_slice(&bytes).unwrap();
        if let Some(token) = reply["tokenid"].as_str() {
            client.last_token = token.to_owned();
        }
        let is_durable = match &run.commit {
            Some(commit) => in_time(commit.wait()).await,
            None => true,
        };
        if !is_durable && answer.is_about_state {
            self.engine.give_back(&client.caller);
            client.caller.restore_binding(binding);
            return None;
        }
        client.drains.extend(answer.drain);
        Some(reply)
    }

    fn must_wait(&self, client: &mut Client, line: &str) -> Arc<Signal> {
        match self.run(client, line).pause {
            Some(Pause::Wait(signal)) => signal,
            other => panic!("{line} does not wait: {other:?}"),
        }
    }

    fn confirm(&self, client: &mut Client) {
        self.engine.confirm(&std::mem::take(&mut client.drains));
    }

    /// Takes what is in the mailbox and confirms it.
    async fn take(&self, client: &mut Client) -> Vec<String> {
        let texts = texts(&self.ask(client, "inbox").await);
        self.confirm(client);
        texts
    }

    /// Sends until the disk takes no more.
    async fn fill(&self, client: &mut Client) {
        let text = "x".repeat(10 << 10);
        for _ in 0..100 {
            if self
                .ask(client, &format!("send budi {text}"))
                .await
                .is_none()
            {
                return;
            }
        }
        panic!("the disk takes everything");
    }

    async fn serves_again(&self, client: &mut Client) {
        let deadline = Instant::now() + PATIENCE;
        while code(&self.ask(client, "list").await) == "storage_unavailable" {
            assert!(Instant::now() < deadline, "it stays out of service");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.disk.fail_syncs(0);
        self.engine.stop();
    }
}

async fn in_time(settled: impl Future<Output = bool>) -> bool {
    tokio::time::timeout(PATIENCE, settled)
        .await
        .expect("it settles")
}

fn ok() -> Option<Value> {
    Some(serde_json::json!({"status": "OK", "message": "Message Sent"}))
}

/// The code of a refusal, empty for a success.
fn code(reply: &Option<Value>) -> String {
    let reply = reply.as_ref().expect("it is not lost");
    reply["code"].as_str().unwrap_or_default().to_owned()
}

fn texts(reply: &Option<Value>) -> Vec<String> {
    let reply = reply.as_ref().expect("it is not lost");
    let senders = reply["messages"]
        .as_object()
        .unwrap_or_else(|| panic!("{reply}"));
    let messages = senders.values().flat_map(|list| list.as_array().unwrap());
    let texts = messages.map(|message| message["msg"].as_str().unwrap().trim().to_owned());
    texts.collect()
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
