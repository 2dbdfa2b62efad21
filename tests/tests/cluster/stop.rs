//! What a server that is told to stop answers to what it has in hand.

use chatting_time_tests::client::{Client, code, texts};
use chatting_time_tests::nats::NatsCluster;

use crate::chat::Chat;
use crate::sent::log_in;

/// More than are answered before the server hears that it is to stop.
const MESSAGES: usize = 1000;

#[test]
fn what_a_server_that_stops_refuses_has_not_happened() {
    let mut chat = Chat::start_with(NatsCluster::start(1).unwrap(), &[], 2);
    let mut sender = Client::connect(chat.addresses()[0]);
    log_in(&mut sender, "user-0");
    let lines = (0..MESSAGES).map(|number| format!("send user-1 {number}\r\n"));
    sender.send(lines.collect::<String>());
    let mut taken = Vec::new();
    let mut refused = Vec::new();
    for number in 0..MESSAGES {
        if number == 10 {
            chat.servers[0].terminate().unwrap();
        }
        let Some(reply) = sender.next_reply() else {
            break;
        };
        match code(&reply) {
            "" => taken.push(number.to_string()),
            code => {
                assert_eq!(code, "shutting_down");
                refused.push(number.to_string());
            }
        }
    }
    assert!(!refused.is_empty(), "it was told to stop too late");
    let mut reader = Client::connect(chat.addresses()[1]);
    log_in(&mut reader, "user-1");
    let told = texts(&reader.ask("inbox"));
    let told: Vec<String> = told.iter().map(|text| text.trim().to_owned()).collect();
    let both: Vec<_> = told.iter().filter(|text| refused.contains(text)).collect();
    assert!(both.is_empty(), "refused and there: {both:?}");
    assert_eq!(told, taken);
}
