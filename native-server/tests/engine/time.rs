//! As time goes by, messages that have waited too long are removed; a clock that is wrong does no harm.

use std::sync::Arc;
use std::time::Instant;

use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Batch, Journal};
use chatting_time_core::{Body, Event, Identity, Name, Timestamp, Token, Username};

use super::host::{Host, PATIENCE, code, ok, open, small, texts};

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

#[tokio::test]
async fn messages_are_not_old_because_the_clock_was_ahead_before_a_start() {
    const HOUR: u64 = 3_600_000;
    const YEARS: u64 = 10 * 365 * 24 * HOUR;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_millis() as u64;
    let mut host = Host::start(1).await;
    host.engine.stop();
    let path = host.folder.path();
    let disk = Arc::new(host.disk.clone());
    let opened = Journal::open(path, disk, small(), &mut |_, _| Ok(())).unwrap();
    let ani = Username::parse("ani").unwrap();
    let mut batch = Batch::new();
    // The clock was ahead when the last one came.
    for (text, at) in [
        ("one", now - 2 * HOUR),
        ("two", now - HOUR / 2),
        ("three", now + YEARS),
    ] {
        let accepted = Event::MessageAccepted {
            sender: Identity::new(&ani, &Name::parse("Ani").unwrap()),
            recipient: Username::parse("budi").unwrap(),
            text: Body::parse(text, 10).unwrap(),
            at: Timestamp(at),
        };
        batch.push(|buffer| accepted.encode(buffer));
    }
    let mut writer = opened.writer;
    writer.append(&mut batch).unwrap();
    drop(writer);

    host.lose_power();
    host.engine.keep_messages_for(HOUR);
    host.engine.sweep();
    let mut budi = host.log_in("budi").await;
    assert_eq!(host.take(&mut budi).await, ["two", "three"]);
}
