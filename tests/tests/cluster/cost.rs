//! What requests cost the servers of NATS.

use std::io::Write as _;

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

fn told(chat: &Chat, path: &str) -> Value {
    let mut stream = http::connect(chat.nats.servers()[0].monitoring());
    // In one piece.
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n").unwrap();
    serde_json::from_str(&Answer::read(&mut stream).body).unwrap()
}
