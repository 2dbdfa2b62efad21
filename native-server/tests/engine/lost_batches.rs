//! Of a batch that the disk did not take, nothing is told and nothing stays.

use chatting_time::engine::Run;
use chatting_time_core::{AdminCommand, Username};

use super::host::{Host, code, in_time, ok, texts};

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
