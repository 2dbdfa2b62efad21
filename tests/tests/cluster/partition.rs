//! Networks that are cut: a server of NATS with one of ours, and one of ours alone.

use std::time::Instant;

use chatting_time_tests::client::{Client, PASSWORD, code};
use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::network::Network;
use serde_json::Value;

use crate::chat::Chat;
use crate::load::{EFFECTIVE, PATIENCE};
use crate::sent::{Sent, log_in};

const UNAVAILABLE: &str = "storage_unavailable";
/// Three servers of NATS, the first of them with one of ours; one of ours on its own; and one with a server of NATS.
const WITH_MINORITY: usize = 0;
const ALONE: usize = 3;
const WITH_MAJORITY: usize = 2;
const PLACES: usize = 4;
/// The servers of ours that are there.
const OURS: [usize; 3] = [WITH_MINORITY, ALONE, WITH_MAJORITY];

#[test]
fn whoever_is_cut_off_refuses_and_acknowledges_nothing_that_is_lost_and_comes_back() {
    let Some(network) = Network::with_places(PLACES) else {
        return;
    };
    let chat = chat_in(&network);
    for cut in [WITH_MINORITY, ALONE] {
        let mut aside = connect(&network, &chat, cut);
        let mut other = connect(&network, &chat, WITH_MAJORITY);
        let mut sent = Sent::to("user-1");
        log_in(&mut aside, "user-0");
        let token = log_in(&mut other, "user-1");
        let session = log_in(&mut other, "user-2");
        for _ in 0..5 {
            sent.send_until_taken(&mut aside);
        }

        network.cut(cut);
        // What is acknowledged in the moments until it is noticed has to be there later.
        ask_until(|| sent.send(&mut aside), UNAVAILABLE);
        for _ in 0..3 {
            assert_eq!(sent.send(&mut aside), UNAVAILABLE);
            assert_eq!(code(&aside.ask(format!("inbox {token}"))), UNAVAILABLE);
        }
        assert_eq!(
            code(&aside.ask(format!("auth user-2 {PASSWORD}"))),
            UNAVAILABLE
        );
        assert_eq!(code(&aside.ask("help")), "");

        // The majority goes on, and what ends there has ended here too.
        ask_until(
            || code_of(&other.ask(format!("logout {session}"))).replace("session_not_found", ""),
            "",
        );
        let ended = Instant::now();
        log_in(&mut other, "user-1");
        while ended.elapsed() < EFFECTIVE {
            assert!(["", UNAVAILABLE].contains(&code(&other.ask("list"))));
        }
        assert_eq!(code(&aside.ask(format!("inbox {session}"))), UNAVAILABLE);

        network.heal(cut);
        ask_until(
            || code_of(&aside.ask(format!("inbox {session}"))),
            "session_not_found",
        );
        log_in(&mut aside, "user-0");
        sent.send_until_taken(&mut aside);
        sent.assert_delivered(&mut other);
    }
}

fn chat_in(network: &Network) -> Chat {
    let options = NatsOptions {
        servers: 3,
        addresses: (0..3).map(Network::address_of).collect(),
        within: (0..3).map(|place| network.enter(place)).collect(),
        ..NatsOptions::default()
    };
    let mut nats = NatsCluster::start_with(&options).unwrap();
    // What the harness looks at by itself where it gets there.
    if network.within(0, || nats.can_make_streams()).is_err() {
        nats.start_again().unwrap();
    }
    let within = OURS.map(|place| network.enter(place)).to_vec();
    Chat::start_within(nats, &[], within, 3)
}

/// Asks until that is the answer, where only this or success may be.
fn ask_until(mut ask: impl FnMut() -> String, wanted: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let found = ask();
        if found == wanted {
            return;
        }
        assert!(["", UNAVAILABLE].contains(&found.as_str()), "{found}");
        assert!(Instant::now() < deadline, "never {wanted:?}");
    }
}

fn code_of(reply: &Value) -> String {
    code(reply).to_owned()
}

/// A client beside one of ours.
fn connect(network: &Network, chat: &Chat, place: usize) -> Client {
    let server = OURS.iter().position(|ours| *ours == place).unwrap();
    let address = chat.servers[server].address();
    let client = network.within(place, || Client::connect(address));
    client.wait_up_to(PATIENCE);
    client
}
