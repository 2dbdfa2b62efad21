//! Senders and readers that note what they were told, and what must then be true.
//!
//! The promise: a message whose `send` was answered OK is handed over, those of one sender in
//! order, and only once unless the server or the reader's connection died before the confirmation
//! was durable. The sharp form that [`Ledger::check`] holds a server to: a reader's next reply
//! leaves only when the confirmation of the one before is durable, so **only what came in the
//! last inbox reply on a connection may come again**.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::mpsc::Sender as Progress;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::scope;

use crate::random::Random;
use chatting_time_tests::client::{Client, code, text};

pub(crate) const SENDERS: [&str; 3] = ["sender-1", "sender-2", "sender-3"];
pub(crate) const READERS: [&str; 2] = ["reader-1", "reader-2"];

/// Most lines in one write.
const MOST_LINES: u64 = 40;

/// All users of a load.
pub(crate) fn users() -> Vec<&'static str> {
    SENDERS.into_iter().chain(READERS).collect()
}

/// One mailbox's messages of one sender.
type Stream = (&'static str, &'static str);

/// What clients have been told over all rounds.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    tokens: BTreeMap<&'static str, String>,
    /// The number that the next message of a stream gets; none is used twice.
    next_number: BTreeMap<Stream, u64>,
    acknowledged: BTreeMap<Stream, BTreeSet<u64>>,
    /// Every inbox reply, by reader, in the order of arrival.
    replies: BTreeMap<&'static str, Vec<InboxReply>>,
}

#[derive(Debug)]
struct InboxReply {
    /// The last one on its connection.
    is_last: bool,
    numbers: BTreeMap<String, Vec<u64>>,
}

/// Shared by the clients of a round.
type SharedLedger = Mutex<Ledger>;

/// Runs all clients against a server until their connections end; `during` runs meanwhile and has
/// to see to it that they do. It is told of each reply.
pub(crate) fn run(
    ledger: &SharedLedger,
    address: SocketAddr,
    random: &mut Random,
    during: impl FnOnce(std::sync::mpsc::Receiver<()>),
) {
    let (progress, replies) = std::sync::mpsc::channel();
    scope(|scope| {
        for sender in SENDERS {
            let random = Random::new(random.draw());
            let progress = progress.clone();
            scope.spawn(move || send(ledger, address, sender, random, &progress));
        }
        for reader in READERS {
            let progress = progress.clone();
            scope.spawn(move || read(ledger, address, reader, &progress));
        }
        drop(progress);
        during(replies);
    });
}

/// Takes everything out of all mailboxes of a server that nothing else uses.
pub(crate) fn drain(ledger: &SharedLedger, address: SocketAddr) {
    for reader in READERS {
        let mut client = Client::connect(address);
        let token = token(ledger, &mut client, reader).expect("the server runs");
        while note_inbox(ledger, reader, &client.ask(format!("inbox {token}"))) {}
    }
}

/// A client whose connection ends with the server is no failure of it.
fn send(
    ledger: &SharedLedger,
    address: SocketAddr,
    sender: &'static str,
    mut random: Random,
    progress: &Progress<()>,
) -> Option<()> {
    let mut client = Client::try_connect(address)?;
    let token = token(ledger, &mut client, sender)?;
    loop {
        let reader = READERS[random.below(READERS.len() as u64) as usize];
        let stream = (sender, reader);
        let numbers = lock(ledger).take_numbers(stream, 1 + random.below(MOST_LINES));
        let lines = numbers.clone();
        let lines = lines.map(|number| format!("send {token} {reader} {number}\r\n"));
        client.try_send(lines.collect::<String>()).ok()?;
        for number in numbers {
            let reply = client.next_reply()?;
            match code(&reply) {
                "" => lock(ledger).acknowledge(stream, number),
                "mailbox_full" | "storage_unavailable" => {}
                "shutting_down" => return None,
                _ => panic!("{reply}"),
            }
            // Nobody may be interested any more.
            let _ = progress.send(());
        }
    }
}

fn read(
    ledger: &SharedLedger,
    address: SocketAddr,
    reader: &'static str,
    progress: &Progress<()>,
) -> Option<()> {
    let mut client = Client::try_connect(address)?;
    let token = token(ledger, &mut client, reader)?;
    loop {
        client.try_send(format!("inbox {token}\r\n")).ok()?;
        let reply = client.next_reply()?;
        match code(&reply) {
            "" => note_inbox(ledger, reader, &reply),
            "storage_unavailable" => false,
            "shutting_down" => return None,
            _ => panic!("{reply}"),
        };
        let _ = progress.send(());
    }
}

/// The token of a user, from whichever round it is; a session outlives the server.
fn token(ledger: &SharedLedger, client: &mut Client, user: &'static str) -> Option<String> {
    let known = lock(ledger).tokens.get(user).cloned();
    if let Some(known) = known {
        return Some(known);
    }
    let password = chatting_time_tests::client::PASSWORD;
    client
        .try_send(format!("auth {user} {password}\r\n"))
        .ok()?;
    let reply = client.next_reply()?;
    let token = reply["tokenid"].as_str()?.to_owned();
    lock(ledger).tokens.insert(user, token.clone());
    Some(token)
}

/// Whether there was any message.
fn note_inbox(ledger: &SharedLedger, reader: &'static str, reply: &serde_json::Value) -> bool {
    let by_sender = reply["messages"]
        .as_object()
        .unwrap_or_else(|| panic!("{reply}"));
    let mut numbers = BTreeMap::new();
    for (sender, messages) in by_sender {
        let messages = messages.as_array().unwrap().iter();
        let messages = messages.map(|message| text(message["msg"].as_str().unwrap()));
        numbers.insert(
            sender.clone(),
            messages.map(|text| text.parse().unwrap()).collect(),
        );
    }
    let is_empty = numbers.is_empty();
    let is_last = false;
    let reply = InboxReply { is_last, numbers };
    // An empty one, too, shows that the one before was confirmed.
    lock(ledger).replies.entry(reader).or_default().push(reply);
    !is_empty
}

fn lock(ledger: &SharedLedger) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger {
    fn take_numbers(&mut self, stream: Stream, count: u64) -> Range<u64> {
        let next = self.next_number.entry(stream).or_default();
        *next += count;
        *next - count..*next
    }

    fn acknowledge(&mut self, stream: Stream, number: u64) {
        self.acknowledged.entry(stream).or_default().insert(number);
    }

    /// The connections of all readers ended with the server.
    pub(crate) fn end_round(&mut self) {
        for replies in self.replies.values_mut() {
            if let Some(last) = replies.last_mut() {
                last.is_last = true;
            }
        }
    }

    /// How many messages were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.values().map(BTreeSet::len).sum()
    }

    /// Holds what was told against the promise, when everything has been drained.
    pub(crate) fn check(&self) {
        for sender in SENDERS {
            for reader in READERS {
                self.check_stream((sender, reader));
            }
        }
    }

    fn check_stream(&self, stream: Stream) {
        let (sender, reader) = stream;
        // Where each message came for the last time.
        let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
        let replies = self.replies.get(reader).map_or(&[][..], Vec::as_slice);
        for (index, reply) in replies.iter().enumerate() {
            let numbers = reply.numbers.get(sender).map_or(&[][..], Vec::as_slice);
            assert!(
                numbers.is_sorted_by(|one, next| one < next),
                "{stream:?}: in one reply {numbers:?}"
            );
            let latest = seen.keys().next_back().copied();
            for number in numbers {
                match seen.insert(*number, index) {
                    None => assert!(
                        latest.is_none_or(|latest| latest < *number),
                        "{stream:?}: {number} came after {latest:?}"
                    ),
                    Some(before) => assert!(
                        replies[before].is_last,
                        "{stream:?}: {number} came twice, first in reply {before} of {index}, \
                         whose confirmation was durable"
                    ),
                }
            }
        }
        let sent = self.next_number.get(&stream).copied().unwrap_or_default();
        assert!(
            seen.keys().all(|number| *number < sent),
            "{stream:?}: invented"
        );
        let delivered: BTreeSet<u64> = seen.into_keys().collect();
        let acknowledged = self.acknowledged.get(&stream).cloned().unwrap_or_default();
        let lost: Vec<_> = acknowledged.difference(&delivered).collect();
        assert!(
            lost.is_empty(),
            "{stream:?}: acknowledged and lost: {lost:?}"
        );
    }
}
