//! A start that cannot go on: one line that says why, another attempt where waiting may help, and an end where it does not.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread;

use chatting_time_tests::http;
use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::server::run;

use super::starting::{Starting, complaints};

const ALONE: [&str; 2] = ["--store-replicas", "1"];

#[test]
fn who_starts_before_nats_does_waits_for_it() {
    let mut nats = NatsCluster::start(1).unwrap();
    nats.servers_mut()[0].kill().unwrap();
    let mut server = Starting::with(&[&["--store", &nats.store()], &ALONE[..]].concat());
    server.wait_for("NATS does not answer");
    assert_eq!(http::get(server.admin_http(), "/healthz").status, 200);
    let ready = http::get(server.admin_http(), "/readyz");
    assert_eq!(ready.status, 503);
    assert!(ready.body.starts_with("connecting: NATS"), "{}", ready.body);
    nats.servers_mut()[0].start().unwrap();
    server.wait_for("ready after");
    assert_eq!(http::get(server.admin_http(), "/readyz").status, 200);
    let (code, printed) = server.stop();
    assert_eq!(code, Some(0));
    assert_eq!(complaints(&printed).len(), 1, "{printed:#?}");
    let printed = printed.join("\n");
    assert!(printed.contains("NATS can be used, after"), "{printed}");
    assert!(
        printed.contains(&format!("keeps all in  {}", nats.store())),
        "{printed}"
    );
}

#[test]
fn what_keeps_nats_from_being_used_is_told_once_and_a_stop_ends_the_waiting() {
    let alone = NatsCluster::start(1).unwrap();
    let closed =
        NatsCluster::start_with(&with("authorization { user: ani, password: kunci }")).unwrap();
    let without = NatsOptions {
        jetstream: "enabled: false".to_owned(),
        ..NatsOptions::default()
    };
    let without = NatsCluster::start_with(&without).unwrap();
    let old = answering(b"INFO {\"server_id\":\"x\",\"version\":\"2.9.10\",\"host\":\"n1\",\"port\":4222,\"max_payload\":1000}\r\nPONG\r\n");
    let other = answering(b"220 mail.example ESMTP\r\n");
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let at = |address: SocketAddr| format!("nats://{address}");
    for (store, parts) in [
        (at(nobody), ["does not answer", "start it"]),
        (
            "nats://nowhere.invalid:4222".to_owned(),
            ["cannot find nats://nowhere.invalid:4222", "(store)"],
        ),
        (at(other), ["is not NATS", "(store)"]),
        (at(old), ["version 2.9.10", "2.10 or a later one"]),
        (
            closed.store(),
            ["wants to know who we are", "store-credentials"],
        ),
        (without.store(), ["has no JetStream", "turn it on"]),
        (
            alone.store(),
            ["one server of NATS by itself", "store-replicas"],
        ),
    ] {
        let mut server = Starting::with(&["--store", &store]);
        server.wait_for("trying again");
        let (code, printed) = server.stop();
        assert_eq!(code, Some(0), "{printed:#?}");
        let [complaint] = complaints(&printed)[..] else {
            panic!("not one complaint: {printed:#?}");
        };
        for part in parts {
            assert!(complaint.contains(part), "{complaint:?} lacks {part:?}");
        }
        let last = printed.last().unwrap();
        assert!(last.contains("stopped before NATS could be used"), "{last}");
    }
}

#[test]
fn streams_that_do_not_fit_end_the_start() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let flags = [&["--store", &store], &ALONE[..]].concat();
    let mut server = Starting::with(&flags);
    server.wait_for("ready after");
    drop(server);
    let mut server = Starting::with(&[&flags[..], &["--mailbox-messages", "50"]].concat());
    let (code, printed) = server.end();
    assert_eq!(code, Some(1), "{printed:#?}");
    let [line] = &printed[..] else {
        panic!("not one line: {printed:#?}");
    };
    for part in [
        "chat_mail_",
        "in chat_mail_0, chat_mail_1, ",
        " max_msgs_per_subject is 10000, not 50;",
        "nats stream edit",
    ] {
        assert!(line.contains(part), "{line:?} lacks {part:?}");
    }
}

#[test]
fn whoever_asks_for_more_room_than_there_is_may_ask_for_less_afterwards() {
    let little = NatsOptions {
        most_bytes: "500MB".to_owned(),
        ..NatsOptions::default()
    };
    let nats = NatsCluster::start_with(&little).unwrap();
    let store = nats.store();
    let flags = [&["--store", &store], &ALONE[..]].concat();
    let mut server = Starting::with(&flags);
    server.wait_for("set less aside for messages (store-message-bytes)");
    server.stop();
    let mut server = Starting::with(&[&flags[..], &["--store-message-bytes", "64MiB"]].concat());
    server.wait_for("ready after");
}

#[test]
fn messages_that_nats_would_never_take_are_told_at_the_start() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let longer = ["--message-text-bytes", "2MiB", "--line-bytes", "3MiB"];
    let flags = [&["--store", &store], &longer[..], &ALONE[..]].concat();
    let mut server = Starting::with(&flags);
    server.wait_for("raise max_payload there, or allow shorter ones (message-text-bytes)");
}

#[test]
fn who_works_on_accounts_where_nothing_is_kept_yet_hears_what_to_do() {
    let nats = NatsCluster::start(1).unwrap();
    let data = tempfile::tempdir().unwrap();
    let listed = run(&["user", "list", "--store", &nats.store()], data.path(), "");
    let complaint = listed.unwrap_err().0;
    assert!(
        complaint.contains("nothing is kept in this NATS yet: start a server"),
        "{complaint}"
    );
}

#[test]
fn users_who_are_there_already_are_told_by_their_lines_before_any_is_added() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&[&["--store", &store], &ALONE[..]].concat());
    server.wait_for("ready after");
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none");
    let table = "username,name,country,password\nani,Ani,Indonesia,rahasia\nmessi,Lionel,Argentina,rahasia\n\
                 henderson,Jordan,England,rahasia\n";
    let import = ["user", "import", "-", "--store", &store];
    let complaint = run(&import, &data, table).unwrap_err().0;
    for line in [
        "standard input:3: user messi exists already",
        "standard input:4: user henderson exists already",
        "nothing was imported",
    ] {
        assert!(complaint.contains(line), "{complaint}");
    }
    let list = ["user", "list", "--store", &store];
    assert!(!run(&list, &data, "").unwrap().contains("ani"));
}

fn with(more: &str) -> NatsOptions {
    NatsOptions {
        more: more.to_owned(),
        ..NatsOptions::default()
    }
}

/// Where everybody who comes is told this.
fn answering(words: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = stream.write_all(words);
                // Until the other side has enough.
                let _ = stream.read_to_end(&mut Vec::new());
            });
        }
    });
    address
}
