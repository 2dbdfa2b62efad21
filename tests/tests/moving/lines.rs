//! Exports as text: made for a test, and compared.

use std::collections::BTreeMap;

use chatting_time_tests::random::Random;
use serde_json::Value;

const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// How much an export is to hold.
pub(crate) struct Amount {
    pub(crate) users: u64,
    pub(crate) sessions: u64,
    pub(crate) messages: u64,
}

/// An export with messages to everybody, in no order.
pub(crate) fn export(amount: &Amount, seed: u64) -> String {
    let Amount {
        users,
        sessions,
        messages,
    } = amount;
    let mut random = Random::new(seed);
    let mut lines = vec![r#"{"kind":"chatting_time_export","version":1,"sequence":0}"#.to_owned()];
    for user in 0..*users {
        let username = username(user);
        lines.push(format!(
            r#"{{"kind":"user","username":"{username}","name":"Name {user}","country":"C {user}","password_hash":"{HASH}"}}"#
        ));
    }
    for session in 0..*sessions {
        let token = format!("{seed:08x}-0000-4000-8000-{session:012x}");
        let username = username(random.below(*users));
        lines.push(format!(
            r#"{{"kind":"session","token":"{token}","username":"{username}","opened":{}}}"#,
            1_700_000_000_000 + session
        ));
        if session % 2 == 0 {
            lines.push(format!(
                r#"{{"kind":"session_used","token":"{token}","at":{}}}"#,
                1_700_000_100_000 + session
            ));
        }
    }
    for message in 0..*messages {
        let from = random.below(*users);
        lines.push(format!(
            r#"{{"kind":"message","from":"{}","from_name":"Name {from}","to":"{}","text":"message {message} {}","at":{}}}"#,
            username(from),
            username(random.below(*users)),
            "x".repeat(random.below(200) as usize),
            1_700_000_200_000 + message
        ));
    }
    lines.push(format!(
        r#"{{"kind":"end","users":{users},"sessions":{sessions},"messages":{messages}}}"#
    ));
    lines.join("\n") + "\n"
}

/// With dots, and one that is called as something else might be.
fn username(number: u64) -> String {
    match number {
        0 => "mark".to_owned(),
        1 => "import".to_owned(),
        number => format!("user.{number}"),
    }
}

/// Whether two exports hold the same: all but the first line, each mailbox and the sessions of each user in their order.
#[track_caller]
pub(crate) fn assert_same(one: &str, other: &str) {
    let (one, other) = (sorted(one), sorted(other));
    for (place, lines) in &one {
        assert_eq!(Some(lines), other.get(place), "of {place}");
    }
    assert_eq!(one.len(), other.len());
}

/// The lines by what they are about, each in their order.
fn sorted(export: &str) -> BTreeMap<String, Vec<&str>> {
    let mut sorted = BTreeMap::<_, Vec<_>>::new();
    for line in export.lines().skip(1) {
        let fields: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
        let place = match fields["kind"].as_str().unwrap() {
            "session_used" => format!("session {}", field("token")),
            "session" => format!("sessions of {}", field("username")),
            "message" => format!("mailbox of {}", field("to")),
            kind => format!("{kind} {}", field("username")),
        };
        sorted.entry(place).or_default().push(line);
    }
    sorted
}
