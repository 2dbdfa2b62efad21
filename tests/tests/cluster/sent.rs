//! The messages of one client to one reader, and what has to come of them.

use std::time::Instant;

use chatting_time_tests::client::{Client, PASSWORD, code, texts};

use crate::load::PATIENCE;

/// What was answered to each.
pub(crate) struct Sent {
    to: &'static str,
    next: u64,
    acknowledged: Vec<u64>,
    /// Not acknowledged, and may still have happened.
    uncertain: Vec<u64>,
    bytes: usize,
}

impl Sent {
    pub(crate) fn to(reader: &'static str) -> Self {
        Self {
            to: reader,
            next: 0,
            acknowledged: Vec::new(),
            uncertain: Vec::new(),
            bytes: 10,
        }
    }

    /// Messages of this length.
    pub(crate) fn of(mut self, bytes: usize) -> Self {
        self.bytes = bytes;
        self
    }

    /// Sends the next one and returns the code of the answer, which is none for a success.
    pub(crate) fn send(&mut self, client: &mut Client) -> String {
        let number = self.next;
        self.next += 1;
        let filling = "x".repeat(self.bytes);
        let reply = client.ask(format!("send {} {number} {filling}", self.to));
        match code(&reply) {
            "" => self.acknowledged.push(number),
            _ => self.uncertain.push(number),
        }
        code(&reply).to_owned()
    }

    /// Sends until one is taken. On a busy machine also a server that has nothing to complain of refuses now and then.
    pub(crate) fn send_until_taken(&mut self, client: &mut Client) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.send(client).as_str() {
                "" => return,
                code => assert_eq!(code, "storage_unavailable"),
            }
            assert!(Instant::now() < deadline, "nothing is taken any more");
        }
    }

    /// Whoever is logged in there reads all that was acknowledged, once and in order.
    pub(crate) fn assert_delivered(&mut self, reader: &mut Client) {
        let mut delivered: Vec<u64> = Vec::new();
        loop {
            let reply = reader.ask("inbox");
            if code(&reply) == "storage_unavailable" {
                continue;
            }
            let texts = texts(&reply);
            if texts.is_empty() {
                break;
            }
            let numbers = texts.iter().map(|text| text.split(' ').next().unwrap());
            delivered.extend(numbers.map(|number| number.parse::<u64>().unwrap()));
        }
        // What was not acknowledged may come at any time, but also only once.
        let mut uncertain: Vec<u64> = delivered.clone();
        uncertain.retain(|number| self.uncertain.contains(number));
        uncertain.sort_unstable();
        assert!(
            uncertain.is_sorted_by(|one, next| one < next),
            "{uncertain:?}"
        );
        delivered.retain(|number| !self.uncertain.contains(number));
        assert_eq!(delivered, self.acknowledged);
        self.acknowledged.clear();
    }
}

/// Logs in and returns the token, as soon as somebody lets that happen.
pub(crate) fn log_in(client: &mut Client, username: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let reply = client.ask(format!("auth {username} {PASSWORD}"));
        match reply["tokenid"].as_str() {
            Some(token) => return token.to_owned(),
            None => assert_eq!(code(&reply), "storage_unavailable"),
        }
        assert!(Instant::now() < deadline, "nobody is let in any more");
    }
}
