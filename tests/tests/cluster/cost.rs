//! What requests cost the servers of NATS.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::scope;

use chatting_time_tests::client::{Client, code};
use chatting_time_tests::http::{self, Answer};
use chatting_time_tests::nats::NatsCluster;
use serde_json::Value;

use crate::chat::Chat;
use crate::sent::log_in;

/// Messages that wait.
const WAITING: usize = 100;

#[test]
fn who_sends_to_a_long_mailbox_makes_nats_read_little_of_it() {
    // So little that how full it is has to be known for each message.
    let flags = ["--mailbox-bytes", "100KiB"];
    let nats = NatsCluster::start(1).unwrap();
    let chat = Chat::start_within(nats, &flags, vec![Vec::new()], 2);
    let mut sender = Client::connect(chat.addresses()[0]);
    log_in(&mut sender, "user-0");
    let mut send = |count: usize| {
        for _ in 0..count {
            assert_eq!(code(&sender.ask("send user-1 halo")), "");
        }
    };
    send(WAITING);
    let before = told(&chat, "/varz")["in_msgs"].as_u64().unwrap();
    send(10);
    let after = told(&chat, "/varz")["in_msgs"].as_u64().unwrap();
    println!("{} for 10 messages", after - before);
    assert!(after - before < 500, "{} for 10 messages", after - before);
}

#[test]
fn who_logs_in_makes_a_server_tell_little_of_who_else_is_online() {
    const USERS: usize = 40;
    let nats = NatsCluster::start(1).unwrap();
    let chat = Chat::start_within(nats, &[], vec![Vec::new()], USERS);
    let mut clients = Vec::new();
    for user in 0..USERS {
        let mut client = Client::connect(chat.addresses()[0]);
        log_in(&mut client, &format!("user-{user}"));
        clients.push(client);
    }
    let streams = told(&chat, "/jsz?accounts=1&streams=1");
    let streams = streams["account_details"][0]["stream_detail"].clone();
    let streams = streams.as_array().unwrap();
    let presence = streams
        .iter()
        .find(|stream| stream["name"] == "KV_chat_presence");
    let pieces = presence.unwrap()["state"]["last_seq"].as_u64().unwrap();
    println!("{pieces} pieces for {USERS} logins");
    assert!(
        pieces < 4 * USERS as u64,
        "{pieces} pieces for {USERS} logins"
    );
}

#[test]
fn who_is_online_is_told_also_while_others_ask_on_another_server() {
    let chat = Chat::start_with(NatsCluster::start(1).unwrap(), &[], 2);
    let elsewhere = chat.addresses()[1];
    let is_over = AtomicBool::new(false);
    scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut other = Client::connect(elsewhere);
                log_in(&mut other, "user-1");
                while !is_over.load(Ordering::Relaxed) {
                    other.ask("list");
                }
            });
        }
        let mut client = Client::connect(chat.addresses()[0]);
        log_in(&mut client, "user-0");
        let codes: Vec<String> = (0..100)
            .map(|_| code(&client.ask("list")).to_owned())
            .collect();
        is_over.store(true, Ordering::Relaxed);
        let refused = codes.iter().filter(|code| !code.is_empty()).count();
        println!("{refused} of 100 refused");
        assert_eq!(refused, 0);
    });
}

fn told(chat: &Chat, path: &str) -> Value {
    let mut stream = http::connect(chat.nats.servers()[0].monitoring());
    // In one piece.
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    serde_json::from_str(&Answer::read(&mut stream).body).unwrap()
}

#[test]
fn what_is_remembered_takes_no_more_memory_than_it_is_long() {
    const USERS: usize = 600;
    let chat = Chat::start_with(NatsCluster::start(1).unwrap(), &[], USERS + 1);
    let mut busy = Client::connect(chat.addresses()[0]);
    log_in(&mut busy, "user-0");
    let long = "x".repeat(60_000);
    let mut work = || {
        assert_eq!(code(&busy.ask(format!("send user-0 {long}"))), "");
        assert_eq!(code(&busy.ask("inbox")), "");
    };
    let resident = || {
        let status = format!("/proc/{}/status", chat.servers[0].process());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap()
    };
    for _ in 0..USERS {
        work();
    }
    let before = resident();
    for user in 1..=USERS {
        let mut client = Client::connect(chat.addresses()[1]);
        log_in(&mut client, &format!("user-{user}"));
        work();
    }
    let more = resident().saturating_sub(before);
    println!("{more} KiB more for {USERS} sessions, {before} before");
    assert!(more < 10 * 1024, "{more} KiB more for {USERS} sessions");
}
