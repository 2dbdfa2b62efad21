//! The same inputs give the same bytes, natively and on wasm32.

use chatting_time_core::documented_accounts::PASSWORD;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Answer, Client, Host, encoded};

/// Numbers that look like chance and are the same on every machine (xorshift64*).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        (number % bound as u64) as usize
    }
}

/// FNV-1a: a difference in any byte shows.
struct Digest(u64);

impl Digest {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

const NAMES: [&str; 4] = ["messi", "henderson", "lineker", "ada"];

fn any_line(dice: &mut Dice, clients: &[Client]) -> String {
    let name = NAMES[dice.below(NAMES.len())];
    let token = match clients[dice.below(clients.len())].binding {
        Some(token) if dice.below(4) == 0 => crate::host::token_text(token) + " ",
        _ => String::new(),
    };
    match dice.below(16) {
        0 => format!("auth {name} {PASSWORD}"),
        1 => format!("auth {name} salah"),
        2..=8 => {
            let text = ["halo", " \u{e9}\u{1f600}\\\"", "", "\0\t\u{7f}"][dice.below(4)];
            format!("send {token}{name} {text}")
        }
        9 | 10 => format!("inbox {token}"),
        11 | 12 => format!("list {token}"),
        13 => format!("logout {token}"),
        14 => "help".to_owned(),
        _ => ["", "x", "send", "auth a b c", "\u{1f600}"][dice.below(5)].to_owned(),
    }
}

#[test]
fn a_long_run_gives_the_same_bytes_on_every_machine() {
    let mut dice = Dice::new(3);
    let mut digest = Digest::new();
    let mut host = Host::with_limits(|limits| {
        limits.mailbox_messages = 12;
        limits.inbox_messages = 3;
        limits.user_sessions = 2;
        limits.list_names = 2;
    });
    let mut clients: Vec<_> = (0..5).map(|_| host.connect()).collect();
    let mut drains = Vec::new();
    for _ in 0..5_000 {
        host.wait([0, 1, 20_000, 3_600_000][dice.below(4)]);
        let line = any_line(&mut dice, &clients);
        let place = dice.below(clients.len());
        match host.begin(&mut clients[place], &line) {
            Answer::Replied(reply, drain) => {
                digest.add(reply.as_bytes());
                drains.extend(drain);
            }
            Answer::Busy(username) => digest.add(username.as_str().as_bytes()),
        }
        match dice.below(24) {
            0 => clients[place] = host.connect(),
            1 => {
                let whose = host.state.detach(clients[place].id);
                digest.add(format!("{whose:?}").as_bytes());
            }
            2 if host.state.user_count() < 4 => host.add_user("ada"),
            3 if host.state.user_count() == 4 && dice.below(8) == 0 => host.remove_user("ada"),
            4 => digest.add(&(host.sweep() as u64).to_be_bytes()),
            5..=12 => drains
                .drain(..)
                .for_each(|drain| host.confirm(Some(&drain))),
            _ => {}
        }
    }
    for event in host.journal.iter().cloned().chain(host.state.compacted()) {
        digest.add(&encoded(&event));
    }
    assert!(host.state.total_fill().messages > 0);
    assert_eq!(digest.0, EXPECTED, "{:#018x}", digest.0);
}

/// Changes only with the protocol or with the run above, never with the machine.
const EXPECTED: u64 = 0xcc53_8c8a_3e8b_8030;
