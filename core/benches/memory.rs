//! What undelivered messages cost in memory, and how quickly they come back from storage:
//! `cargo bench -p chatting-time-core --bench memory` (Linux).

#![expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark is its own host, with a clock and a screen"
)]

use std::time::Instant;

use chatting_time_core::documented_accounts::documented_accounts;
use chatting_time_core::{
    AdminCommand, Body, Event, Identity, NewUser, State, Timestamp, Username, decide_admin,
};

const TEXT: &str = "sixty bytes of text, as people write them when they chat ...";
const MAILBOXES: usize = 1_000;

fn main() {
    // `cargo test --benches` only wants to know whether it runs.
    let is_measuring = std::env::args().any(|argument| argument == "--bench");
    // A mailbox's buffer is fullest just before it grows and emptiest just after.
    let fills = match is_measuring {
        true => [1_090, 1_120],
        false => [1, 2],
    };
    for per_mailbox in fills {
        measure(per_mailbox);
    }
}

fn measure(per_mailbox: usize) {
    let stored = stored_messages(per_mailbox);
    let count = stored.ends.len();
    println!(
        "{count} undelivered messages of {} bytes in {MAILBOXES} mailboxes",
        TEXT.len()
    );

    let mut state = service();
    let before = resident_bytes();
    let begun = Instant::now();
    for bytes in stored.events() {
        state.apply(&Event::decode(bytes).unwrap());
    }
    let elapsed = begun.elapsed();
    let bytes = (resident_bytes() - before) as f64 / count as f64 - TEXT.len() as f64;
    println!("  memory beside the text: {bytes:.1} bytes a message");
    println!("  decode and apply: {:.3} s", elapsed.as_secs_f64());

    let decoded: Vec<_> = stored
        .events()
        .map(|bytes| Event::decode(bytes).unwrap())
        .collect();
    let mut other = service();
    let begun = Instant::now();
    for event in &decoded {
        other.apply(event);
    }
    println!("  apply alone: {:.3} s", begun.elapsed().as_secs_f64());

    assert_eq!(state.total_fill(), other.total_fill());
    // Kept for good, or the next measurement would find this memory free.
    std::mem::forget((state, other, decoded, stored));
}

/// Events one behind the other, as they lie in a file.
struct Stored {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Stored {
    fn events(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.bytes[start..*end])
    }
}

fn stored_messages(per_mailbox: usize) -> Stored {
    let account = &documented_accounts(None)[0];
    let sender = |number| Identity::new(&username(number), &account.name);
    let senders: Vec<_> = (0..MAILBOXES).map(sender).collect();
    let mut stored = Stored {
        bytes: Vec::new(),
        ends: Vec::new(),
    };
    for number in 0..per_mailbox * MAILBOXES {
        let event = Event::MessageAccepted {
            sender: senders[number * 7 % MAILBOXES].clone(),
            recipient: username(number % MAILBOXES),
            text: Body::parse(TEXT, TEXT.len() as u64).unwrap(),
            at: Timestamp(1_700_000_000_000 + number as u64),
        };
        event.encode(&mut stored.bytes);
        stored.ends.push(stored.bytes.len());
    }
    stored
}

fn service() -> State {
    let account = &documented_accounts(None)[0];
    let new_user = |number| NewUser {
        username: username(number),
        ..account.clone()
    };
    let mut state = State::default();
    let command = AdminCommand::AddUsers((0..MAILBOXES).map(new_user).collect());
    let events = decide_admin(&state, state.generation(), &command)
        .unwrap()
        .unwrap();
    for event in &events {
        state.apply(event);
    }
    state
}

fn username(number: usize) -> Username {
    Username::parse(&format!("user{number:04}")).unwrap()
}

/// How much memory of this process is resident.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this runs on Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .unwrap();
    kibibytes.trim().parse::<u64>().unwrap() * 1024
}
