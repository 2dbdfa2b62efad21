//! Servers of NATS that do not answer for a while and then go on as if nothing had been.

use std::time::Instant;

use chatting_time_tests::client::{Client, code};
use chatting_time_tests::nats::NatsCluster;
use chatting_time_tests::random::Random;

use crate::chat::Chat;
use crate::load::{self, EFFECTIVE, Load, PATIENCE};
use crate::sent::{Sent, log_in};

/// Messages that each server acknowledges before and after something happens.
const SOME: u64 = 30;
const UNAVAILABLE: &str = "storage_unavailable";

#[test]
fn a_nats_server_that_stops_for_a_while_loses_and_repeats_nothing_whether_it_leads_or_not() {
    let mut chat = Chat::start(load::USERS);
    let load = Load::on(&chat);
    load.run(&mut Random::new(crate::seed()), || {
        load.wait_for_progress(&[0, 1], SOME);
        let leader = chat.nats.leader_of("KV_chat_users").unwrap();
        let leader = leader.expect("somebody leads");
        for index in [leader, (leader + 1) % 3] {
            load.begin_failure();
            let stopped = &mut chat.nats.servers_mut()[index];
            stopped.pause().unwrap();
            // Of the others two are a majority.
            load.wait_for_progress(&[0, 1], SOME);
            stopped.go_on().unwrap();
            stopped.wait_until_it_has_caught_up().unwrap();
            load.end_failure();
            load.wait_for_progress(&[0, 1], SOME);
        }
    });
    load.settle();
}

#[test]
fn while_no_nats_server_answers_requests_are_refused_and_afterwards_all_that_was_acknowledged_is_there()
 {
    let mut chat = Chat::start(3);
    let [mut ani, mut budi] = [0, 1].map(|server| {
        let client = Client::connect(chat.servers[server].address());
        client.wait_up_to(PATIENCE);
        client
    });
    log_in(&mut ani, "user-0");
    log_in(&mut budi, "user-1");
    let mut sent = Sent::to("user-1");
    for _ in 0..crate::rounds() {
        for _ in 0..5 {
            sent.send_until_taken(&mut ani);
        }
        for server in chat.nats.servers_mut() {
            server.pause().unwrap();
        }
        // The first waits as long as a server has patience, the next ones know already.
        for _ in 0..3 {
            assert_eq!(sent.send(&mut ani), UNAVAILABLE);
            assert_eq!(budi.ask("inbox")["code"], UNAVAILABLE);
            assert_eq!(budi.ask("help")["status"], "OK");
        }
        for server in chat.nats.servers_mut() {
            server.go_on().unwrap();
        }
        sent.send_until_taken(&mut ani);
        sent.assert_delivered(&mut budi);
    }
}

#[test]
fn what_is_remembered_is_told_no_more_when_it_may_be_old() {
    const UNKNOWN: &str = "user_not_found";
    let mut chat = Chat::start_with(NatsCluster::start(1).unwrap(), &[], 1);
    let mut client = Client::connect(chat.servers[0].address());
    client.wait_up_to(PATIENCE);
    log_in(&mut client, "user-0");
    // Nothing of this has to be asked of NATS again: neither the session nor that there is nobody of that name.
    let mut answers = |until: &str| {
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            let reply = client.ask("send nobody halo");
            let found = code(&reply).to_owned();
            assert!([UNKNOWN, UNAVAILABLE].contains(&found.as_str()), "{reply}");
            if found == until {
                return;
            }
            let may_be_old = asked < began + EFFECTIVE;
            assert!(found == UNAVAILABLE || may_be_old, "told what is old");
            assert!(asked < began + PATIENCE, "never {until}");
        }
    };
    answers(UNKNOWN);
    let nats = &mut chat.nats.servers_mut()[0];
    nats.pause().unwrap();
    answers(UNAVAILABLE);
    nats.go_on().unwrap();
    answers(UNKNOWN);
}
