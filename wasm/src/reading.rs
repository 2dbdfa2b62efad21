//! How what comes from outside is read: inputs, scenarios and filters, from JSON.
//!
//! By hand, since what serde derives for them would be several times the code of everything else that is read. A field
//! that nothing asks for is refused.

use std::fmt;

use chatting_time_core::json::Value;
use chatting_time_core::limits::LIMITS;
use litemap::LiteMap;

use crate::encoding::LARGEST_NUMBER;
use crate::{
    Account, Administration, Branch, Bytes, Config, Direction, Input, LeakKind, Network, Reader,
    Scenario, TraceFilter, TraceView,
};

/// What can be read. What does not fit is noted, and something else of the same type stands in for it until the whole is
/// refused: one way out for all of it is far less code than one behind every field.
pub(crate) trait Read: Sized {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self;
}

/// The first thing that is wrong with what was to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    /// The field that it is, or that it stands in; empty for the whole.
    field: &'static str,
    problem: &'static str,
}

/// Reads one JSON document.
pub(crate) fn read<T: Read>(json: &str) -> Result<T, Misfit> {
    let mut misfit = None;
    let value = Value::parse(json.as_bytes()).unwrap_or_else(|| {
        note(
            &mut misfit,
            "holds what is neither text nor a whole number from 0 on",
        );
        Value::Null
    });
    let read = T::read(value, &mut misfit);
    misfit.map_or(Ok(read), Err)
}

impl Read for Scenario {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let scenario = Self {
            version: fields.required("version"),
            seed: fields.required("seed"),
            config: fields.required("config"),
            branches: fields.required("branches"),
            branch: fields.required("branch"),
            step: fields.required("step"),
        };
        fields.end(&[]);
        scenario
    }
}

impl Read for Config {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let config = Self {
            clients: fields.required("clients"),
            language: fields.required("language"),
            accounts: fields.or_default("accounts"),
            limits: fields.or_default("limits"),
        };
        fields.end(&[]);
        config
    }
}

impl Read for Account {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let account = Self {
            username: fields.required("username"),
            name: fields.required("name"),
            country: fields.required("country"),
            password: fields.required("password"),
        };
        fields.end(&[]);
        account
    }
}

impl Read for Branch {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let branch = Self {
            name: fields.or_default("name"),
            from: fields.optional("from"),
            at: fields.or_default("at"),
            inputs: fields.required("inputs"),
        };
        fields.end(&[]);
        branch
    }
}

impl Read for Input {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let kind: String = fields.required("kind");
        let input = match kind.as_str() {
            "addClient" => Self::AddClient {
                name: fields.required("name"),
            },
            "connect" => Self::Connect {
                client: fields.client(),
            },
            "enter" => Self::Enter {
                client: fields.client(),
                line: fields.required("line"),
            },
            "type" => Self::Type {
                client: fields.client(),
                bytes: fields.required("bytes"),
            },
            "endSending" => Self::EndSending {
                client: fields.client(),
            },
            "close" => Self::Close {
                client: fields.client(),
            },
            "reset" => Self::Reset {
                client: fields.client(),
            },
            "advance" => Self::Advance {
                milliseconds: fields.required("milliseconds"),
            },
            "deliver" => Self::Deliver {
                connection: fields.required("connection"),
                direction: fields.required("direction"),
                bytes: fields.required("bytes"),
            },
            "setNetwork" => Self::SetNetwork {
                client: fields.client(),
                direction: fields.required("direction"),
                network: fields.required("network"),
            },
            "loseReply" => Self::LoseReply {
                client: fields.client(),
            },
            "setReader" => Self::SetReader {
                client: fields.client(),
                reader: fields.required("reader"),
            },
            "administrate" => Self::Administrate {
                change: fields.required("change"),
            },
            "restartServer" => Self::RestartServer,
            "stopServer" => Self::StopServer,
            _ => {
                note(fields.misfit, "is of no known kind");
                Self::RestartServer
            }
        };
        const OF_SOME_KIND: &[&str] = &[
            "name",
            "client",
            "line",
            "bytes",
            "milliseconds",
            "connection",
            "direction",
            "network",
            "reader",
            "change",
        ];
        fields.end(OF_SOME_KIND);
        input
    }
}

impl Read for Administration {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let kind: String = fields.required("kind");
        let username = fields.required("username");
        let change = match kind.as_str() {
            "addUser" => Self::AddUser {
                username,
                name: fields.required("name"),
                country: fields.required("country"),
                password: fields.required("password"),
            },
            "changePassword" => Self::ChangePassword {
                username,
                password: fields.required("password"),
            },
            "removeUser" => Self::RemoveUser { username },
            _ => {
                note(fields.misfit, "is of no known kind");
                Self::RemoveUser { username }
            }
        };
        const OF_SOME_KIND: &[&str] = &["name", "country", "password"];
        fields.end(OF_SOME_KIND);
        change
    }
}

impl Read for Network {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let network = Self {
            latency: fields.required("latency"),
            jitter: fields.required("jitter"),
            piece_bytes: fields.optional("pieceBytes"),
            split_at: fields.optional("splitAt"),
            join: fields.optional("join"),
            stalled: fields.required("stalled"),
        };
        fields.end(&[]);
        network
    }
}

impl Read for TraceFilter {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut fields = Fields::of(value, misfit);
        let filter = Self {
            view: fields.required("view"),
            client: fields.optional("client"),
            direction: fields.optional("direction"),
            text: fields.optional("text"),
        };
        fields.end(&[]);
        filter
    }
}

/// One of a few words; the first one stands in.
macro_rules! read_words {
    ($($type:ident { $first:literal: $stand_in:ident, $($word:literal: $variant:ident),* })*) => {
        $(impl Read for $type {
            fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
                match value.as_str() {
                    Some($first) => Self::$stand_in,
                    $(Some($word) => Self::$variant,)*
                    _ => {
                        note(misfit, "is none of its words");
                        Self::$stand_in
                    }
                }
            }
        })*
    };
}

read_words! {
    Direction { "toServer": ToServer, "toClient": ToClient }
    Reader { "framed": Framed, "eachPiece": EachPiece }
    TraceView { "pieces": Pieces, "messages": Messages, "everything": Everything }
    LeakKind { "password": Password, "token": Token, "messageText": MessageText }
}

impl Read for Bytes {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        Bytes::parse(&String::read(value, misfit)).unwrap_or_else(|_| {
            note(misfit, "has a backslash that begins no escape");
            Self::default()
        })
    }
}

impl Read for String {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        match value {
            Value::String(text) => text,
            _ => {
                note(misfit, "is no text");
                Self::new()
            }
        }
    }
}

impl Read for bool {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        match value {
            Value::Bool(value) => value,
            _ => {
                note(misfit, "is neither true nor false");
                false
            }
        }
    }
}

impl Read for u64 {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        number(&value, LARGEST_NUMBER, misfit)
    }
}

impl Read for u32 {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        number(&value, u64::from(u32::MAX), misfit) as u32
    }
}

fn number(value: &Value, largest: u64, misfit: &mut Option<Misfit>) -> u64 {
    match value {
        Value::Number(number) if *number <= largest => *number,
        _ => {
            note(misfit, "is no whole number in its range");
            0
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        match value {
            Value::Array(values) => {
                let values = values.into_iter();
                values.map(|value| T::read(value, misfit)).collect()
            }
            _ => {
                note(misfit, "is no list");
                Self::new()
            }
        }
    }
}

impl Read for LiteMap<String, u64> {
    fn read(value: Value, misfit: &mut Option<Misfit>) -> Self {
        let mut members = Fields::of(value, misfit).members;
        // The map is quick for as many as there can be, and for no more.
        if members.len() > LIMITS.len() {
            note(misfit, "has a field too many");
            members.clear();
        }
        let mut map = LiteMap::new();
        for (name, value) in members {
            map.insert(name, u64::read(value, misfit));
        }
        map
    }
}

/// The fields of an object that were not asked for yet.
struct Fields<'a> {
    members: Vec<(String, Value)>,
    misfit: &'a mut Option<Misfit>,
}

impl<'a> Fields<'a> {
    fn of(value: Value, misfit: &'a mut Option<Misfit>) -> Self {
        let members = match value {
            Value::Object(members) => members,
            _ => {
                note(misfit, "is no object");
                Vec::new()
            }
        };
        Self { members, misfit }
    }

    fn required<T: Read>(&mut self, name: &'static str) -> T {
        let was_fit = self.misfit.is_none();
        let value = self.take(name).unwrap_or_else(|| {
            note(self.misfit, "is missing");
            Value::Null
        });
        let read = T::read(value, self.misfit);
        self.note_field(name, was_fit);
        read
    }

    /// One that is not there leaves the default.
    fn or_default<T: Read + Default>(&mut self, name: &'static str) -> T {
        match self.members.iter().any(|(other, _)| other == name) {
            true => self.required(name),
            false => T::default(),
        }
    }

    /// One that is not there or `null` is none.
    fn optional<T: Read>(&mut self, name: &'static str) -> Option<T> {
        let was_fit = self.misfit.is_none();
        let value = self.take(name).filter(|value| *value != Value::Null);
        let read = value.map(|value| T::read(value, self.misfit));
        self.note_field(name, was_fit);
        read
    }

    fn client(&mut self) -> u32 {
        self.required("client")
    }

    /// Nothing is left, but for what has one of these names and is `null`.
    fn end(self, may_be_null: &[&str]) {
        let is_nothing = |(name, value): &(String, Value)| {
            *value == Value::Null && may_be_null.contains(&name.as_str())
        };
        if !self.members.iter().all(is_nothing) {
            note(self.misfit, "has a field too many");
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.members.iter().position(|(other, _)| other == name)?;
        Some(self.members.swap_remove(place).1)
    }

    /// What was noted without a field while this one was read is of this one.
    fn note_field(&mut self, name: &'static str, was_fit: bool) {
        if let Some(misfit) = self.misfit
            && was_fit
            && misfit.field.is_empty()
        {
            misfit.field = name;
        }
    }
}

fn note(misfit: &mut Option<Misfit>, problem: &'static str) {
    misfit.get_or_insert(Misfit { field: "", problem });
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.field)?;
        formatter.write_str(" ")?;
        formatter.write_str(self.problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn administrations() -> [Administration; 3] {
        let text = str::to_owned;
        [
            Administration::AddUser {
                username: text("x"),
                name: text("X é"),
                country: text("\u{1f600}"),
                password: text("\\\""),
            },
            Administration::ChangePassword {
                username: text("x"),
                password: text("y"),
            },
            Administration::RemoveUser {
                username: text("x"),
            },
        ]
    }

    fn inputs() -> Vec<Input> {
        let network = Network {
            latency: 0,
            jitter: u32::MAX,
            piece_bytes: Some(1),
            split_at: Some(2),
            join: Some(3),
            stalled: true,
        };
        let client = 5;
        let mut inputs = vec![
            Input::AddClient {
                name: String::new(),
            },
            Input::Connect { client },
            Input::Enter {
                client,
                line: "a\tb".to_owned(),
            },
            Input::Type {
                client,
                bytes: Bytes::from(&b"\\\xff\r\n"[..]),
            },
            Input::EndSending { client },
            Input::Close { client },
            Input::Reset { client },
            Input::Advance {
                milliseconds: LARGEST_NUMBER,
            },
            Input::Deliver {
                connection: 1,
                direction: Direction::ToServer,
                bytes: 7,
            },
            Input::SetNetwork {
                client,
                direction: Direction::ToClient,
                network,
            },
            Input::SetNetwork {
                client,
                direction: Direction::ToClient,
                network: Network::default(),
            },
            Input::LoseReply { client },
            Input::SetReader {
                client,
                reader: Reader::Framed,
            },
            Input::SetReader {
                client,
                reader: Reader::EachPiece,
            },
            Input::RestartServer,
            Input::StopServer,
        ];
        inputs.extend(administrations().map(|change| Input::Administrate { change }));
        inputs
    }

    #[test]
    fn what_is_written_is_read() {
        let mut config = Config::default();
        config.limits.insert("line_bytes".to_owned(), 512);
        config.limits.insert("a".to_owned(), 0);
        config.accounts.push(Account {
            username: "a".to_owned(),
            name: "b".to_owned(),
            country: "c".to_owned(),
            password: "d".to_owned(),
        });
        let branch = Branch {
            name: "x".to_owned(),
            from: Some(0),
            at: 1,
            inputs: inputs(),
        };
        let first = Branch {
            name: String::new(),
            from: None,
            at: 0,
            inputs: Vec::new(),
        };
        let scenario = Scenario {
            version: 1,
            seed: "7".to_owned(),
            config,
            branches: vec![first, branch],
            branch: 1,
            step: 2,
        };
        assert_eq!(read(&json(&scenario).unwrap()), Ok(scenario));
        assert_eq!(
            read(&json(&Config::default()).unwrap()),
            Ok(Config::default())
        );
        for view in [
            TraceView::Pieces,
            TraceView::Messages,
            TraceView::Everything,
        ] {
            let filter = TraceFilter {
                view,
                client: Some(1),
                direction: Some(Direction::ToServer),
                text: Some("x".to_owned()),
            };
            assert_eq!(read(&json(&filter).unwrap()), Ok(filter));
        }
        for kind in [LeakKind::Password, LeakKind::Token, LeakKind::MessageText] {
            assert_eq!(read(&json(&kind).unwrap()), Ok(kind));
        }
    }

    #[test]
    fn null_is_none_where_there_may_be_none() {
        let filter = read(r#"{"view": "pieces", "client": null, "direction": null, "text": null}"#);
        let expected = TraceFilter {
            view: TraceView::Pieces,
            client: None,
            direction: None,
            text: None,
        };
        assert_eq!(filter, Ok(expected));
        let input = read(r#"{"kind": "connect", "client": 0, "line": null}"#);
        assert_eq!(input, Ok(Input::Connect { client: 0 }));
    }

    #[test]
    fn what_is_not_of_its_form_is_refused_with_what_is_wrong() {
        for (text, detail) in [
            (
                "",
                " holds what is neither text nor a whole number from 0 on",
            ),
            ("null", " is no object"),
            ("[]", " is no object"),
            ("\"connect\"", " is no object"),
            ("{}", "kind is missing"),
            (r#"{"kind": "fly"}"#, " is of no known kind"),
            (r#"{"kind": 1}"#, "kind is no text"),
            (r#"{"kind": "connect"}"#, "client is missing"),
            (
                r#"{"kind": "connect", "client": null}"#,
                "client is no whole number in its range",
            ),
            (
                r#"{"kind": "connect", "client": 4294967296}"#,
                "client is no whole number in its range",
            ),
            (
                r#"{"kind": "advance", "milliseconds": 9007199254740992}"#,
                "milliseconds is no whole number in its range",
            ),
            (
                r#"{"kind": "connect", "client": 0, "line": ""}"#,
                " has a field too many",
            ),
            (
                r#"{"kind": "connect", "client": 0, "lines": null}"#,
                " has a field too many",
            ),
            (
                r#"{"kind": "type", "client": 0, "bytes": "\\q"}"#,
                "bytes has a backslash that begins no escape",
            ),
            (
                r#"{"kind": "setReader", "client": 0, "reader": "x"}"#,
                "reader is none of its words",
            ),
            (
                r#"{"kind": "setNetwork", "client": 0, "direction": "toClient", "network": {"latency": 1, "jitter": 1, "stalled": 0}}"#,
                "stalled is neither true nor false",
            ),
            (
                r#"{"kind": "administrate", "change": {"kind": "removeUser", "username": "x", "name": "x"}}"#,
                "change has a field too many",
            ),
        ] {
            let misfit = read::<Input>(text).unwrap_err();
            assert_eq!(misfit.to_string(), detail, "{text}");
        }
        for text in [
            r#"{"clients": ["a"]}"#,
            r#"{"clients": "a", "language": "id"}"#,
            r#"{"clients": [null], "language": "id"}"#,
            r#"{"clients": [], "language": "id", "accounts": null}"#,
            r#"{"clients": [], "language": "id", "limits": {"a": -1}}"#,
            r#"{"clients": [], "language": "id", "limits": {"a": "1"}}"#,
            r#"{"clients": [], "language": "id", "more": 1}"#,
        ] {
            assert!(read::<Config>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn more_limits_than_there_are_are_refused_at_once() {
        let config = |count: usize| {
            let limits: Vec<_> = (0..count)
                .map(|number| format!("\"{number}\": 1"))
                .collect();
            let limits = limits.join(", ");
            format!(r#"{{"clients": [], "language": "id", "limits": {{{limits}}}}}"#)
        };
        assert_eq!(
            read::<Config>(&config(LIMITS.len())).unwrap().limits.len(),
            LIMITS.len()
        );
        let misfit = read::<Config>(&config(LIMITS.len() + 1)).unwrap_err();
        assert_eq!(misfit.to_string(), "limits has a field too many");
    }
}
