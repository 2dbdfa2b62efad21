//! Events: their durable bytes, and what applying them does to any state.

use chatting_time_core::state::Generation;
use chatting_time_core::{Body, Event, Identity, Name, PasswordHash, State, Timestamp, Token};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::determinism::Dice;
use crate::host::{encoded, through_storage, username};

const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$AAECAwQFBgcICQoLDA0ODw";

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// One event of each kind, and the bytes by which it has been stored since it exists. Rows are
/// only ever added: a journal of any age opens for ever.
pub(crate) fn golden() -> Vec<(Event, &'static str)> {
    let password = PasswordHash::parse(HASH).unwrap();
    let token = Token::parse("00112233-4455-4677-8899-aabbccddeeff").unwrap();
    let at = Timestamp(1_700_000_000_000);
    vec![
        (
            Event::UserAdded {
                username: username("messi"),
                name: name("Lionel Messi"),
                country: name("Argentina"),
                password: password.clone(),
                generation: Generation(1),
            },
            "00056d657373690c4c696f6e656c204d6573736909417267656e74696e6148246172676f6e32696424763d3139246d3d382c743d312c703d312463324673644342765a694230614755676447567a64412441414543417751464267634943516f4c4441304f447701",
        ),
        (
            Event::PasswordChanged {
                username: username("messi"),
                password,
                generation: Generation(300),
            },
            "01056d6573736948246172676f6e32696424763d3139246d3d382c743d312c703d312463324673644342765a694230614755676447567a64412441414543417751464267634943516f4c4441304f4477ac02",
        ),
        (
            Event::UserRemoved {
                username: username("a.b-c_0"),
            },
            "0207612e622d635f30",
        ),
        (
            Event::SessionOpened {
                token,
                username: username("messi"),
                at,
            },
            "0300112233445546778899aabbccddeeff056d6573736980d095ffbc31",
        ),
        (
            Event::SessionUsed { token, at },
            "0400112233445546778899aabbccddeeff80d095ffbc31",
        ),
        (
            Event::SessionEnded { token },
            "0500112233445546778899aabbccddeeff",
        ),
        (
            Event::MessageAccepted {
                sender: Identity::new(&username("messi"), &name("Lionel Messi")),
                recipient: username("lineker"),
                text: Body::parse("halo \u{e9}\u{1f600}\0 ", 100).unwrap(),
                at,
            },
            "06056d657373690c4c696f6e656c204d65737369076c696e656b65720d68616c6f20c3a9f09f9880002080d095ffbc31",
        ),
        (
            Event::MessagesDelivered {
                username: username("lineker"),
                count: 128,
            },
            "07076c696e656b65728001",
        ),
        (
            Event::GenerationReached {
                generation: Generation(u64::MAX),
            },
            "08ffffffffffffffffff01",
        ),
    ]
}

/// Has one arm a kind, so that a new one is not forgotten in [`golden`].
fn place_in_golden(event: &Event) -> usize {
    match event {
        Event::UserAdded { .. } => 0,
        Event::PasswordChanged { .. } => 1,
        Event::UserRemoved { .. } => 2,
        Event::SessionOpened { .. } => 3,
        Event::SessionUsed { .. } => 4,
        Event::SessionEnded { .. } => 5,
        Event::MessageAccepted { .. } => 6,
        Event::MessagesDelivered { .. } => 7,
        Event::GenerationReached { .. } => 8,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn each_kind_of_event_has_the_bytes_it_has_always_had() {
    for (index, (event, bytes)) in golden().iter().enumerate() {
        assert_eq!(place_in_golden(event), index);
        assert_eq!(hexadecimal(&encoded(event)), *bytes, "{event:?}");
        assert_eq!(through_storage(event).as_ref(), Ok(event));
    }
}

#[test]
fn encoding_appends_to_what_is_there() {
    let mut bytes = b"before".to_vec();
    let (event, _) = &golden()[6];
    event.encode(&mut bytes);
    assert_eq!(bytes.strip_prefix(b"before").unwrap(), encoded(event));
}

#[test]
fn bytes_that_are_no_event_are_refused() {
    for (event, _) in golden() {
        let whole = encoded(&event);
        for end in 0..whole.len() {
            assert!(Event::decode(&whole[..end]).is_err(), "{event:?} to {end}");
        }
        let longer = [&whole[..], &[0]].concat();
        assert!(Event::decode(&longer).is_err(), "{event:?}");
    }
    let later_kind = [golden().len() as u8, 0, 0, 0];
    assert!(Event::decode(&later_kind).is_err());
}

#[test]
fn bytes_that_break_a_rule_of_their_type_are_refused() {
    // A removal of a user of no name, of an ill-formed one and of one that is no UTF-8.
    for bad in [&[2, 0][..], &[2, 1, b' '], &[2, 1, 0xff]] {
        assert!(Event::decode(bad).is_err(), "{bad:?}");
    }
    assert!(Event::decode(&[2, 1, b'a']).is_ok());
}

#[test]
fn damaged_bytes_never_panic() {
    let mut dice = Dice::new(1);
    for (event, _) in golden() {
        for _ in 0..2_000 {
            let mut bytes = encoded(&event);
            let place = dice.below(bytes.len());
            bytes[place] ^= 1 << dice.below(8);
            if let Ok(other) = Event::decode(&bytes) {
                assert_eq!(through_storage(&other), Ok(other));
            }
        }
    }
}

#[test]
fn no_secret_is_shown() {
    for (event, _) in golden() {
        let shown = format!("{event:?}");
        for secret in ["argon2", "halo", "0011"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

/// Any event at all, about a few names and tokens, so that they meet.
pub(crate) fn any_event(dice: &mut Dice) -> Event {
    let username = username(["a", "b", "c"][dice.below(3)]);
    let token = crate::host::token(dice.below(6) as u64);
    let at = Timestamp([0, 1, 1_000_000, u64::MAX][dice.below(4)]);
    let generation = Generation([0, 1, 2, 3, u64::MAX][dice.below(5)]);
    let password = PasswordHash::parse(HASH).unwrap();
    let name = name(["A", "B"][dice.below(2)]);
    match dice.below(12) {
        0 | 1 => Event::UserAdded {
            username,
            name: name.clone(),
            country: name,
            password,
            generation,
        },
        2 => Event::PasswordChanged {
            username,
            password,
            generation,
        },
        3 => Event::UserRemoved { username },
        4 | 5 => Event::SessionOpened {
            token,
            username,
            at,
        },
        6 => Event::SessionUsed { token, at },
        7 => Event::SessionEnded { token },
        8..=9 => Event::MessageAccepted {
            sender: Identity::new(&username, &name),
            recipient: crate::host::username(["a", "b", "c"][dice.below(3)]),
            text: Body::parse("halo", 4).unwrap(),
            at,
        },
        10 => Event::MessagesDelivered {
            username,
            count: [0, 1, 2, u64::MAX][dice.below(4)],
        },
        _ => Event::GenerationReached { generation },
    }
}

#[test]
fn any_events_in_any_order_apply_and_compact_to_the_same_state() {
    let mut dice = Dice::new(2);
    for _ in 0..300 {
        let mut state = State::default();
        let count = dice.below(80);
        for _ in 0..count {
            state.apply(&any_event(&mut dice));
        }
        let compacted: Vec<_> = state.compacted().collect();
        let rebuilt = crate::host::replayed(&compacted);
        assert_eq!(rebuilt.compacted().collect::<Vec<_>>(), compacted);
        assert_eq!(rebuilt.generation(), state.generation());
        assert_eq!(rebuilt.total_fill(), state.total_fill());
        assert_eq!(rebuilt.session_count(), state.session_count());
        assert_eq!(rebuilt.user_count(), state.user_count());
    }
}
