//! What an operator is told is durable.

use std::path::Path;
use std::sync::Arc;

use chatting_time::engine::{AdminError, Engine, SimulatedTime, SteppedJournal};
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time_core::{AdminCommand, Username};

use super::host::{small, users};

#[tokio::test]
async fn an_operator_is_not_refused_because_of_a_change_that_is_lost() {
    let (engine, disk, mut journal) = stepped().await;
    let removal = removal();
    disk.fail_syncs(1);
    // The second finds no such user any more.
    let (removed, again, _) = tokio::join!(
        engine.administer(&removal),
        engine.administer(&removal),
        async { journal.begin() && journal.write() }
    );
    assert!(matches!(removed, Err(AdminError::StorageUnavailable)));
    assert!(
        matches!(again, Err(AdminError::StorageUnavailable)),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_operator_is_not_shown_what_is_lost() {
    let (engine, disk, mut journal) = stepped().await;
    let removal = removal();
    disk.fail_syncs(1);
    let (_, shown, _) = tokio::join!(
        engine.administer(&removal),
        engine.once_durable(Engine::users),
        async { journal.begin() && journal.write() }
    );
    assert!(shown.is_err(), "{shown:?}");
    journal.recover().unwrap();
    let shown = engine.once_durable(Engine::users).await.unwrap();
    assert_eq!(shown.len(), users().len());
}

/// An engine with users, whose journal is written when the test says so.
async fn stepped() -> (Arc<Engine>, SimulatedDisk, SteppedJournal) {
    let disk = SimulatedDisk::new(1);
    let (engine, mut journal, _) = SteppedJournal::open(
        Path::new("/data"),
        Arc::new(disk.clone()),
        small(),
        Arc::default(),
        SimulatedTime::default(),
    )
    .unwrap();
    let addition = AdminCommand::AddUsers(users());
    let (added, _) = tokio::join!(engine.administer(&addition), async {
        journal.begin() && journal.write()
    });
    added.unwrap();
    (engine, disk, journal)
}

fn removal() -> AdminCommand {
    AdminCommand::RemoveUser {
        username: Username::parse("ani").unwrap(),
    }
}
