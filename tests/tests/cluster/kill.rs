//! SIGKILL under load.

use chatting_time_tests::random::Random;

use crate::chat::Chat;
use crate::load::{self, Load};

/// Messages that each server acknowledges before and after something happens.
const SOME: u64 = 30;

#[test]
fn a_nats_server_that_is_killed_loses_and_repeats_nothing_whether_it_leads_or_not() {
    let mut chat = Chat::start(load::USERS);
    let mut random = Random::new(crate::seed());
    let load = Load::on(&chat);
    load.run(&mut random, || {
        for _ in 0..crate::rounds() {
            load.wait_for_progress(&[0, 1], SOME);
            let leader = chat.nats.leader_of("KV_chat_users").unwrap();
            kill_and_start_again(&mut chat, &load, leader.expect("somebody leads"));
            load.wait_for_progress(&[0, 1], SOME);
            let idle = least_leading(&chat);
            kill_and_start_again(&mut chat, &load, idle);
        }
    });
    load.settle();
}

fn kill_and_start_again(chat: &mut Chat, load: &Load, index: usize) {
    load.begin_failure();
    chat.nats.servers_mut()[index].kill().unwrap();
    // While it is away.
    load.wait_for_progress(&[0, 1], SOME);
    chat.nats.servers_mut()[index].start_and_catch_up().unwrap();
    load.end_failure();
}

/// One that has just come back leads nothing, until another is away in its turn.
fn least_leading(chat: &Chat) -> usize {
    let count = |index: &usize| chat.nats.servers()[*index].leads().unwrap().len();
    (0..chat.nats.servers().len()).min_by_key(count).unwrap()
}

#[test]
fn a_server_that_is_killed_loses_and_repeats_nothing_and_its_users_go_on_at_the_other() {
    let mut chat = Chat::start(load::USERS);
    let mut random = Random::new(crate::seed());
    let load = Load::on(&chat);
    load.run(&mut random, || {
        for round in 0..crate::rounds() {
            let (killed, other) = match round % 2 {
                0 => (0, 1),
                _ => (1, 0),
            };
            load.wait_for_progress(&[0, 1], SOME);
            load.begin_failure();
            chat.servers[killed].kill().unwrap();
            load.wait_for_progress(&[other], SOME);
            chat.start_again(killed);
            load.move_to(&chat);
            load.end_failure();
        }
    });
    load.settle();
}
