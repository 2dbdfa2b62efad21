//! What holds in every scenario, checked from the outside: by what was observed alone.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chatting_time_wasm::{Direction, Observation, Simulation, What};

/// Everything observed so far, by what it says about each law.
#[derive(Default)]
pub(crate) struct Laws {
    number: u32,
    time: u64,
    /// Written and neither arrived nor lost, by connection and direction.
    under_way: BTreeMap<(u32, Direction), VecDeque<u8>>,
    /// Requests without a reply, by connection.
    unanswered: BTreeMap<u32, VecDeque<u32>>,
    /// Replies decided and not written, by connection.
    unwritten: BTreeMap<u32, VecDeque<u8>>,
    /// Connections that one end closed or that broke.
    over: BTreeSet<u32>,
    /// The requests among all observations, each with the message that it holds.
    requests: BTreeMap<u32, Option<u32>>,
    /// Every message that was accepted for somebody who is still there.
    messages: BTreeMap<u32, Message>,
}

/// What became of a message.
struct Message {
    recipient: String,
    was_handed_over: bool,
    /// It may be handed over: once, or again because it was given back or the server started again.
    may_be_handed_over: bool,
}

/// Errors that come without having been asked for.
const UNASKED: [&str; 3] = ["server_busy", "request_timeout", "shutting_down"];

impl Laws {
    pub(crate) fn observe(&mut self, observed: &[Observation], seed: u64) {
        for observation in observed {
            assert!(
                observation.time >= self.time,
                "seed {seed}: time ran backwards"
            );
            self.time = observation.time;
            let mut causes = observation.causes.iter();
            assert!(
                causes.all(|cause| *cause < self.number),
                "seed {seed}: {observation:?}"
            );
            self.look_at(observation, seed);
            self.number += 1;
        }
    }

    fn look_at(&mut self, observation: &Observation, seed: u64) {
        let number = self.number;
        match &observation.what {
            What::Written {
                connection,
                direction,
                bytes,
            } => {
                let way = (*connection, *direction);
                self.under_way.entry(way).or_default().extend(bytes.iter());
                if *direction == Direction::ToClient {
                    let unwritten = self.unwritten.entry(*connection).or_default();
                    take(unwritten, bytes, seed, "replies are written in order");
                }
            }
            What::Arrived {
                connection,
                direction,
                bytes,
                ..
            }
            | What::Lost {
                connection,
                direction,
                bytes,
            } => {
                let under_way = self.under_way.entry((*connection, *direction)).or_default();
                take(
                    under_way,
                    bytes,
                    seed,
                    "bytes arrive in order or are lost from the end",
                );
            }
            What::Request {
                connection, bytes, ..
            } => {
                let message = messages_in(bytes).next();
                self.requests.insert(number, message);
                self.unanswered
                    .entry(*connection)
                    .or_default()
                    .push_back(number);
            }
            What::Reply {
                connection,
                bytes,
                code,
            } => {
                self.unwritten
                    .entry(*connection)
                    .or_default()
                    .extend(bytes.iter());
                self.hand_over(bytes, seed);
                let mut causes = observation.causes.iter().copied();
                match causes.find(|cause| self.requests.contains_key(cause)) {
                    Some(request) => {
                        let unanswered = self.unanswered.entry(*connection).or_default();
                        assert_eq!(
                            unanswered.pop_front(),
                            Some(request),
                            "seed {seed}: replies in order"
                        );
                    }
                    None => {
                        let code = code.as_deref().unwrap_or_default();
                        assert!(
                            UNASKED.contains(&code),
                            "seed {seed}: nobody asked for {bytes:?}"
                        );
                    }
                }
            }
            What::Closed { connection, .. } | What::BrokeOff { connection, .. } => {
                self.over.insert(*connection);
            }
            What::StateChanged {
                event,
                username: Some(username),
            } => match event.as_str() {
                "messageAccepted" => self.accept(observation, username, seed),
                "userRemoved" => self.messages.retain(|_, one| one.recipient != *username),
                _ => {}
            },
            What::GivenBack { username, .. } => {
                let messages = self.messages.values_mut();
                messages
                    .filter(|one| one.recipient == *username)
                    .for_each(|one| one.may_be_handed_over = true);
            }
            What::ServerStarted { .. } => {
                let messages = self.messages.values_mut();
                messages.for_each(|one| one.may_be_handed_over = true);
            }
            _ => {}
        }
    }

    /// Everything was let through and had its time.
    pub(crate) fn hold_at_the_end(&mut self, simulation: &Simulation, seed: u64) {
        for ((connection, _), bytes) in &self.under_way {
            assert!(
                bytes.is_empty(),
                "seed {seed}: bytes of {connection} never arrived"
            );
        }
        for (connection, unanswered) in &self.unanswered {
            let is_over = self.over.contains(connection);
            assert!(
                is_over || unanswered.is_empty(),
                "seed {seed}: no reply on {connection}"
            );
        }
        for (connection, unwritten) in &self.unwritten {
            let is_over = self.over.contains(connection);
            assert!(
                is_over || unwritten.is_empty(),
                "seed {seed}: a reply was kept on {connection}"
            );
        }
        let mut waiting = BTreeSet::new();
        for mailbox in simulation.server_view().mailboxes {
            assert_eq!(mailbox.handing_over, 0, "seed {seed}: {}", mailbox.username);
            assert_eq!(mailbox.count as usize, mailbox.messages.len());
            for message in mailbox.messages {
                waiting.extend(messages_in(message.text.as_bytes()));
            }
        }
        for (number, message) in &self.messages {
            let waits = waiting.contains(number);
            let may_wait = message.may_be_handed_over;
            assert!(
                waits || message.was_handed_over,
                "seed {seed}: message {number} is lost"
            );
            assert!(
                may_wait || !waits,
                "seed {seed}: message {number} is doubled"
            );
        }
    }

    fn accept(&mut self, observation: &Observation, recipient: &str, seed: u64) {
        let mut requests = observation.causes.iter().map(|cause| self.requests[cause]);
        let number = requests.next().flatten();
        let number = number.unwrap_or_else(|| panic!("seed {seed}: nobody sent that"));
        let message = Message {
            recipient: recipient.to_owned(),
            was_handed_over: false,
            may_be_handed_over: true,
        };
        self.messages.insert(number, message);
    }

    fn hand_over(&mut self, reply: &[u8], seed: u64) {
        for number in messages_in(reply) {
            if let Some(message) = self.messages.get_mut(&number) {
                assert!(
                    message.may_be_handed_over,
                    "seed {seed}: message {number} came twice"
                );
                message.may_be_handed_over = false;
                message.was_handed_over = true;
            }
        }
    }
}

/// The numbers of the generator's messages in some bytes: `<7>`.
fn messages_in(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let parts = bytes.split(|byte| *byte == b'<').skip(1);
    parts.filter_map(|part| {
        let number = part.split(|byte| *byte == b'>').next()?;
        str::from_utf8(number).ok()?.parse().ok()
    })
}

fn take(from: &mut VecDeque<u8>, bytes: &[u8], seed: u64, law: &str) {
    assert!(from.len() >= bytes.len(), "seed {seed}: {law}");
    let taken: Vec<u8> = from.drain(..bytes.len()).collect();
    assert!(taken == bytes, "seed {seed}: {law}");
}
