//! The events that a compaction leaves give the state that all of them give.

use chatting_time_core::state::Generation;
use chatting_time_core::{
    Body, Compaction, Event, Identity, Name, PasswordHash, State, Timestamp, Username,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::determinism::Dice;
use crate::events::golden;
use crate::host::{encoded, hashed, replayed, token, username};
use crate::properties::cases;

/// What is left of the events, each through its durable encoding.
fn left(events: &[Event]) -> Vec<Event> {
    let bytes: Vec<_> = events.iter().map(encoded).collect();
    let mut compaction = Compaction::default();
    for event in &bytes {
        compaction.apply(event).unwrap();
    }
    let left = bytes.iter().enumerate().filter_map(|(place, event)| {
        let left = compaction.left_of(place, event).unwrap()?;
        Some(Event::decode(&left).unwrap())
    });
    std::iter::once(compaction.first()).chain(left).collect()
}

/// All that is durable in a state, in an order that does not depend on where its accounts are in memory.
fn durable(state: &State) -> Vec<Event> {
    let mut whose = None;
    let events = state.compacted().map(|event| {
        whose = user_of(&event).or(whose);
        (whose, event)
    });
    let mut events: Vec<_> = events.collect();
    events.sort_by_key(|(whose, _)| *whose);
    events.into_iter().map(|(_, event)| event).collect()
}

/// Whom an event is about; the use of a session is about who opened it just before.
fn user_of(event: &Event) -> Option<Username> {
    match event {
        Event::UserAdded { username, .. }
        | Event::PasswordChanged { username, .. }
        | Event::UserRemoved { username }
        | Event::SessionOpened { username, .. }
        | Event::MessagesDelivered { username, .. } => Some(*username),
        Event::MessageAccepted { recipient, .. } => Some(*recipient),
        Event::SessionUsed { .. }
        | Event::SessionEnded { .. }
        | Event::GenerationReached { .. } => None,
    }
}

fn assert_gives_the_same_state(events: &[Event]) {
    let left = left(events);
    let (expected, state) = (replayed(events), replayed(&left));
    let durable_events = durable(&expected);
    assert_eq!(durable(&state), durable_events, "{left:?}");
    assert_eq!(state.generation(), expected.generation());
    assert_eq!(state.latest_time(), replayed(&durable_events).latest_time());
    assert_eq!(state.total_fill(), expected.total_fill());

    // None too many, and no password that was changed since.
    let count = |is_it: fn(&Event) -> bool| left.iter().filter(|event| is_it(event)).count();
    let users = count(|event| matches!(event, Event::UserAdded { .. }));
    let passwords = count(|event| matches!(event, Event::PasswordChanged { .. }));
    let sessions = count(|event| matches!(event, Event::SessionOpened { .. }));
    let uses = count(|event| matches!(event, Event::SessionUsed { .. }));
    let messages = count(|event| matches!(event, Event::MessageAccepted { .. }));
    assert_eq!(users, expected.user_count());
    assert!(passwords <= users);
    assert_eq!(sessions, expected.session_count());
    assert!(uses <= sessions);
    assert_eq!(messages as u64, expected.total_fill().messages);
    assert_eq!(
        left.len(),
        1 + users + passwords + sessions + uses + messages
    );
    for user in expected.users() {
        for event in &left {
            if let Event::UserAdded {
                username, password, ..
            } = event
                && *username == user.identity.username()
            {
                assert_eq!(*password, user.password);
            }
        }
    }
}

/// Any event at all, about few names and tokens, so that they meet.
fn any_event() -> impl Strategy<Value = Event> {
    let username = || select(["a", "b", "c"].map(username).to_vec());
    let name = || select(["A", "B"].map(|name| Name::parse(name).unwrap()).to_vec());
    let password = || select(passwords());
    let generation = || select(vec![0, 1, 2, 3, u64::MAX]).prop_map(Generation);
    let at = || select(vec![0, 1, 1_000_000, u64::MAX]).prop_map(Timestamp);
    let token = || (0..5_u64).prop_map(token);
    prop_oneof![
        4 => (username(), name(), name(), password(), generation()).prop_map(
            |(username, name, country, password, generation)| Event::UserAdded {
                username, name, country, password, generation,
            }
        ),
        2 => (username(), password(), generation()).prop_map(
            |(username, password, generation)| Event::PasswordChanged {
                username, password, generation,
            }
        ),
        1 => username().prop_map(|username| Event::UserRemoved { username }),
        4 => (token(), username(), at()).prop_map(
            |(token, username, at)| Event::SessionOpened { token, username, at }
        ),
        3 => (token(), at()).prop_map(|(token, at)| Event::SessionUsed { token, at }),
        1 => token().prop_map(|token| Event::SessionEnded { token }),
        8 => (username(), name(), username(), 0..100_u8, at()).prop_map(
            |(sender, name, recipient, text, at)| Event::MessageAccepted {
                sender: Identity::new(&sender, &name),
                recipient,
                text: Body::parse(&text.to_string(), 100).unwrap(),
                at,
            }
        ),
        2 => (username(), select(vec![0, 1, 2, 3, u64::MAX])).prop_map(
            |(username, count)| Event::MessagesDelivered { username, count }
        ),
        1 => generation().prop_map(|generation| Event::GenerationReached { generation }),
    ]
}

fn passwords() -> Vec<PasswordHash> {
    ["surabaya", "jakarta"].map(hashed).to_vec()
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn the_events_that_are_left_give_the_state_that_all_give(events in vec(any_event(), 0..120)) {
        assert_gives_the_same_state(&events);
    }

    #[test]
    fn what_is_left_can_be_compacted_with_what_happened_since(
        before in vec(any_event(), 0..80),
        since in vec(any_event(), 0..40),
    ) {
        let mut events = left(&before);
        events.extend(since.iter().cloned());
        assert_gives_the_same_state(&events);
        let all: Vec<_> = before.into_iter().chain(since).collect();
        prop_assert_eq!(durable(&replayed(&left(&events))), durable(&replayed(&all)));
    }
}

#[test]
fn nothing_is_left_of_nothing_but_that_no_generation_was_given() {
    let generation = Generation(0);
    assert_eq!(left(&[]), [Event::GenerationReached { generation }]);
}

#[test]
fn bytes_that_are_no_event_are_not_taken_in() {
    for (event, _) in golden() {
        let whole = encoded(&event);
        let mut compaction = Compaction::default();
        assert_eq!(compaction.apply(&whole), Ok(()), "{event:?}");
        for end in 0..whole.len() {
            assert!(
                compaction.apply(&whole[..end]).is_err(),
                "{event:?} to {end}"
            );
        }
        assert!(compaction.apply(&[&whole[..], &[0]].concat()).is_err());
    }
    let later_kind = [golden().len() as u8, 0, 0, 0];
    assert!(Compaction::default().apply(&later_kind).is_err());
}

#[test]
fn damaged_bytes_never_panic_and_no_event_is_refused() {
    let mut dice = Dice::new(4);
    let mut compaction = Compaction::default();
    for (event, _) in golden() {
        for _ in 0..2_000 {
            let mut bytes = encoded(&event);
            let place = dice.below(bytes.len());
            bytes[place] ^= 1 << dice.below(8);
            let taken_in = compaction.apply(&bytes);
            assert!(taken_in.is_ok() || Event::decode(&bytes).is_err());
        }
    }
}

#[test]
fn an_event_that_was_never_taken_in_is_not_left() {
    let (event, _) = &golden()[0];
    let bytes = encoded(event);
    assert_eq!(Compaction::default().left_of(0, &bytes), Ok(None));
}
