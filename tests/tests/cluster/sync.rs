//! What JetStream has on its disks when it acknowledges.

use std::time::Instant;

use chatting_time_tests::client::{Client, code};

use crate::chat::Chat;
use crate::load::PATIENCE;
use crate::sent::{Sent, log_in};

/// The system keeps what a process that is killed had written; only a machine that loses power forgets it.
#[test]
fn all_nats_servers_killed_at_the_same_moment_come_back_with_all_that_was_acknowledged() {
    let mut chat = Chat::start(3);
    let [mut ani, mut budi] = [0, 1].map(|user| {
        let mut client = Client::connect(chat.servers[user].address());
        client.wait_up_to(PATIENCE);
        log_in(&mut client, &format!("user-{user}"));
        client
    });
    let mut sent = Sent::to("user-1");
    for _ in 0..200 {
        sent.send_until_taken(&mut ani);
    }
    for server in chat.nats.servers_mut() {
        server.kill().unwrap();
    }
    chat.nats.start_again().unwrap();
    let deadline = Instant::now() + PATIENCE;
    while !code(&ani.ask("list")).is_empty() {
        assert!(Instant::now() < deadline, "{}", chat.printed());
    }
    sent.assert_delivered(&mut budi);
}
