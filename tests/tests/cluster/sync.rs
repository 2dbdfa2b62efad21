//! What JetStream has on its disks when it acknowledges.

use std::time::{Duration, Instant};

use chatting_time_tests::client::{Client, code};
use chatting_time_tests::nats::{NatsCluster, NatsOptions};

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

#[test]
#[ignore = "measures: --ignored --nocapture"]
fn what_it_costs_to_sync_before_each_acknowledgement() {
    const ROUNDS: usize = 5;
    const SENDERS: usize = 16;
    const MESSAGES: usize = 50;
    let settings = ["", "sync_interval: always"];
    let chats = settings.map(|setting| {
        let options = NatsOptions {
            servers: 3,
            jetstream: setting.to_owned(),
            ..NatsOptions::default()
        };
        let nats = NatsCluster::start_with(&options).unwrap();
        Chat::start_with(nats, &[], SENDERS)
    });
    for _ in 0..ROUNDS {
        for (chat, setting) in chats.iter().zip(settings) {
            let began = Instant::now();
            let mut times: Vec<Duration> = std::thread::scope(|scope| {
                let senders = (0..SENDERS).map(|user| {
                    let address = chat.servers[user % chat.servers.len()].address();
                    scope.spawn(move || {
                        let mut client = Client::connect(address);
                        log_in(&mut client, &format!("user-{user}"));
                        let sends = (0..MESSAGES).map(|_| {
                            let asked = Instant::now();
                            assert_eq!(code(&client.ask(format!("send user-{user} halo"))), "");
                            asked.elapsed()
                        });
                        sends.collect::<Vec<_>>()
                    })
                });
                let senders: Vec<_> = senders.collect();
                senders
                    .into_iter()
                    .flat_map(|sender| sender.join().unwrap())
                    .collect()
            });
            let rate = times.len() as f64 / began.elapsed().as_secs_f64();
            times.sort_unstable();
            let [half, most] = [50, 99].map(|part| times[times.len() * part / 100]);
            println!(
                "{setting:>22}: {rate:.0} messages/s, half within {half:?}, 99 % within {most:?}"
            );
        }
    }
}
