//! Which messages were acknowledged and which were handed over: the proof that a measured server did its work.
//!
//! Each message names its run, the connection that sent it and its number there.

use std::fmt::Write as _;
use std::sync::Mutex;

/// The shortest text that has room for a name.
pub(super) const NAME_BYTES: usize = "bench-0000-000000-00000000".len();

/// All messages of one run.
#[derive(Debug)]
pub(super) struct Ledger {
    run: u16,
    /// One for each connection.
    connections: Vec<Mutex<Handed>>,
}

/// The messages of one connection.
#[derive(Debug, Default)]
struct Handed {
    /// One bit for each that was handed over.
    once: Vec<u64>,
    /// How many were handed over once more.
    again: u64,
}

/// What a connection knows of its own messages.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// How many were asked so far, and how many of these were answered: answers come in order.
    asked: u32,
    answered: u32,
    /// The numbers of those that were refused.
    refused: Vec<u32>,
}

/// How many acknowledged messages there were, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The server said that it keeps them.
    pub acknowledged: u64,
    /// Of these, how many nobody was ever handed.
    pub lost: u64,
    /// How often one was handed over that had been before.
    pub doubled: u64,
}

impl Ledger {
    pub(super) fn new(run: u16, connections: usize) -> Self {
        Self {
            run,
            connections: (0..connections).map(|_| Mutex::default()).collect(),
        }
    }

    /// Appends the name of a connection's next message.
    pub(super) fn name(&self, connection: usize, sent: &mut Sent, output: &mut String) {
        let number = sent.asked;
        sent.asked += 1;
        write!(
            output,
            "bench-{:04x}-{connection:06x}-{number:08x}",
            self.run
        )
        .expect("a string takes everything");
    }

    /// Notes every message of this run in the text of a reply. Returns how many it holds in all, those of others too.
    pub(super) fn note(&self, reply: &[u8]) -> usize {
        let mut count = 0;
        for at in memchr::memmem::find_iter(reply, MESSAGE) {
            count += 1;
            let text = &reply[at + MESSAGE.len()..];
            let Some((run, connection, number)) = read_name(text) else {
                continue;
            };
            if run != u32::from(self.run) {
                continue;
            }
            if let Some(handed) = self.connections.get(connection as usize) {
                handed.lock().expect("nobody panics with it").note(number);
            }
        }
        count
    }

    /// What became of the messages of a connection.
    pub(super) fn settle(&self, connection: usize, sent: &Sent) -> Account {
        let handed = self.connections[connection]
            .lock()
            .expect("nobody panics with it");
        let refused = |number: &u32| sent.refused.binary_search(number).is_ok();
        let acknowledged = (0..sent.answered).filter(|number| !refused(number));
        let mut account = Account {
            doubled: handed.again,
            ..Account::default()
        };
        for number in acknowledged {
            account.acknowledged += 1;
            account.lost += u64::from(!handed.has(number));
        }
        account
    }
}

/// What stands before the text of a message in a reply: the encoding is the protocol's, to the byte.
const MESSAGE: &[u8] = b"\"msg\": \" ";

impl Sent {
    pub(super) fn was_acknowledged(&mut self) {
        self.answered += 1;
    }

    pub(super) fn was_refused(&mut self) {
        self.refused.push(self.answered);
        self.answered += 1;
    }
}

impl Handed {
    fn note(&mut self, number: u32) {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if self.once.len() <= word {
            self.once.resize(word + 1, 0);
        }
        self.again += u64::from(self.once[word] & bit != 0);
        self.once[word] |= bit;
    }

    fn has(&self, number: u32) -> bool {
        let word = self.once.get(number as usize / 64).copied().unwrap_or(0);
        word & 1 << (number % 64) != 0
    }
}

impl std::ops::AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.lost += other.lost;
        self.doubled += other.doubled;
    }
}

fn read_name(text: &[u8]) -> Option<(u32, u32, u32)> {
    let name = std::str::from_utf8(text.get(..NAME_BYTES)?).ok()?;
    let mut parts = name.strip_prefix("bench-")?.split('-');
    let mut next = || u32::from_str_radix(parts.next()?, 16).ok();
    Some((next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(texts: &[&str]) -> Vec<u8> {
        let messages: Vec<String> = texts
            .iter()
            .map(|text| {
                format!("{{\"msg_from\": \"a\", \"msg_to\": \"b\", \"msg\": \" {text}\\r\\n\"}}")
            })
            .collect();
        format!("{{\"messages\": [{}]}}", messages.join(", ")).into_bytes()
    }

    #[test]
    fn a_message_that_nobody_was_handed_is_lost_and_one_handed_twice_is_doubled() {
        let ledger = Ledger::new(0xbeef, 2);
        let mut sent = Sent::default();
        let names: Vec<String> = (0..70)
            .map(|_| {
                let mut name = String::new();
                ledger.name(1, &mut sent, &mut name);
                assert_eq!(name.len(), NAME_BYTES);
                sent.was_acknowledged();
                name
            })
            .collect();
        let handed: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| !name.ends_with("41"))
            .collect();
        assert_eq!(ledger.note(&reply(&handed)), 69);
        assert_eq!(
            ledger.note(&reply(&[&names[3], "somebody else's words"])),
            2
        );
        let account = Account {
            acknowledged: 70,
            lost: 1,
            doubled: 1,
        };
        assert_eq!(ledger.settle(1, &sent), account);
    }

    #[test]
    fn a_refused_message_need_not_arrive_and_those_of_another_run_do_not_count() {
        let ledger = Ledger::new(1, 1);
        let mut sent = Sent::default();
        let mut name = String::new();
        ledger.name(0, &mut sent, &mut name);
        ledger.name(0, &mut sent, &mut name);
        sent.was_refused();
        sent.was_acknowledged();
        ledger.note(&reply(&["bench-0002-000000-00000001"]));
        assert_eq!(ledger.settle(0, &sent).lost, 1);
        ledger.note(&reply(&["bench-0001-000000-00000001"]));
        assert_eq!(ledger.settle(0, &sent).lost, 0);
        assert_eq!(ledger.settle(0, &sent).acknowledged, 1);
    }
}
