//! The face for JavaScript, as JavaScript calls it.

use chatting_time_tests::host::Trouble;
use chatting_time_tests::memory::{Engine, MemoryHost, config};
use chatting_time_tests::script::Setup;
use chatting_time_wasm::playground::{Playground, commands, escape_bytes, limits, parse_bytes};
use chatting_time_wasm::{Bytes, Config, Direction, Input, TraceFilter, TraceView, What};
use js_sys::{Array, JSON, Object, Reflect, Uint8Array, WebAssembly::Memory};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::vectors;

fn create(config: &Config) -> Playground {
    let config = config.into_ts().unwrap();
    Playground::create(Some("7".to_owned()), config).unwrap_or_else(|error| panic!("{error:?}"))
}

fn get(value: &JsValue, key: &str) -> JsValue {
    Reflect::get(value, &key.into()).unwrap()
}

fn text(value: &JsValue, key: &str) -> Option<String> {
    get(value, key).as_string()
}

fn number(value: &JsValue, key: &str) -> Option<u32> {
    get(value, key).as_f64().map(|number| number as u32)
}

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn code(error: JsValue) -> String {
    assert!(error.is_object(), "{error:?}");
    text(&error, "code").unwrap()
}

/// A playground that vectors talk to in JavaScript values.
struct Face {
    playground: Playground,
    next_due: Option<u64>,
    next_deadline: Option<u64>,
}

impl Face {
    fn new(setup: &Setup) -> Self {
        Self {
            playground: create(&config(setup)),
            next_due: None,
            next_deadline: None,
        }
    }
}

impl Engine for Face {
    fn apply(&mut self, input: &Input) -> Result<Vec<What>, Trouble> {
        let input = input.into_ts().unwrap();
        let moment = self.playground.apply(input);
        let moment: JsValue = moment.map_err(|error| Trouble(code(error)))?.into();
        let milliseconds = |key| get(&moment, key).as_f64().map(|number| number as u64);
        self.next_due = milliseconds("nextDue");
        self.next_deadline = milliseconds("nextDeadline");
        let first = get(&moment, "firstOfStep").as_f64().unwrap();
        let count = get(&moment, "observations").as_f64().unwrap() - first;
        let trace = self.playground.trace(first, count).unwrap();
        Ok(trace
            .iter()
            .filter_map(|one| what(&get(&one, "what")))
            .collect())
    }

    fn next_due(&self) -> Option<u64> {
        self.next_due
    }

    fn next_deadline(&self) -> Option<u64> {
        self.next_deadline
    }
}

/// As much of an observation as a host looks at.
fn what(value: &JsValue) -> Option<What> {
    let client = number(value, "client");
    let connection = number(value, "connection");
    let direction = match text(value, "direction").as_deref() {
        Some("toServer") => Direction::ToServer,
        _ => Direction::ToClient,
    };
    Some(match text(value, "kind")?.as_str() {
        "connected" => What::Connected {
            client: client?,
            connection: connection?,
        },
        "connectionRefused" => What::ConnectionRefused { client: client? },
        "arrived" => What::Arrived {
            connection: connection?,
            direction,
            bytes: Bytes::parse(&text(value, "bytes")?).unwrap(),
            sent: 0,
        },
        "endArrived" => What::EndArrived {
            connection: connection?,
            direction,
        },
        "brokeOff" => What::BrokeOff {
            connection: connection?,
            by: chatting_time_wasm::Endpoint::Network,
        },
        "administered" if text(value, "refusal").is_some() => panic!("{value:?}"),
        _ => return None,
    })
}

#[test]
async fn every_vector_holds_through_the_face() {
    vectors::check(|setup| Box::new(MemoryHost::on(Face::new(setup)).unwrap())).await;
}

#[test]
fn values_are_plain_objects_with_plain_numbers() {
    let mut playground = create(&Config::default());
    let input = Ts::new_unchecked(json(
        r#"{"kind": "enter", "client": 0, "line": "auth messi surabaya"}"#,
    ));
    playground.apply(input).unwrap();
    let input = Ts::new_unchecked(json(r#"{"kind": "advance", "milliseconds": 40}"#));
    let moment: JsValue = playground.apply(input).unwrap().into();
    assert_eq!(get(&moment, "time").as_f64(), Some(40.0));
    let sessions = get(&get(&moment, "server"), "sessions");
    let session = Array::from(&sessions).get(0);
    assert_eq!(text(&session, "username").as_deref(), Some("messi"));
    assert!(get(&session, "dies").as_f64().is_some());
    let again: JsValue = playground.moment().unwrap().into();
    assert_eq!(JSON::stringify(&moment), JSON::stringify(&again));
    let written = Ts::<TraceFilter>::from_rust(&TraceFilter {
        view: TraceView::Pieces,
        client: None,
        direction: None,
        text: Some("auth".to_owned()),
    });
    let rows: JsValue = playground.rows(written.unwrap(), 0.0, 10.0).unwrap().into();
    let row = Array::from(&get(&rows, "rows")).get(0);
    let observation = playground.observation(f64::from(number(&row, "number").unwrap()));
    let observation: JsValue = observation.unwrap().unwrap().into();
    let bytes = get(&observation, "bytes").dyn_into::<Uint8Array>().unwrap();
    assert_eq!(bytes.to_vec(), b"auth messi surabaya\r\n");
}

#[test]
fn a_scenario_survives_as_json() {
    let mut config = Config::default();
    config.limits.insert("line_bytes".to_owned(), 512);
    let mut playground = create(&config);
    for input in [
        r#"{"kind": "type", "client": 0, "bytes": "\\xff\\n"}"#,
        r#"{"kind": "setNetwork", "client": 0, "direction": "toClient", "network": {"latency": 1, "jitter": 2, "pieceBytes": 3, "stalled": false}}"#,
        r#"{"kind": "advance", "milliseconds": 20}"#,
        r#"{"kind": "deliver", "connection": 0, "direction": "toClient", "bytes": 2}"#,
        r#"{"kind": "administrate", "change": {"kind": "addUser", "username": "x", "name": "x", "country": "x", "password": "x"}}"#,
        r#"{"kind": "stopServer"}"#,
    ] {
        playground.apply(Ts::new_unchecked(json(input))).unwrap();
    }
    let scenario: JsValue = playground.scenario().unwrap().into();
    let written = JSON::stringify(&scenario).unwrap();
    let opened = Playground::open(Ts::new_unchecked(
        JSON::parse(&String::from(&written)).unwrap(),
    ));
    let moment: JsValue = opened.unwrap().moment().unwrap().into();
    let expected: JsValue = playground.moment().unwrap().into();
    assert_eq!(text(&moment, "hash"), text(&expected, "hash"));
}

/// What a scenario took is there for the next one: a page may be open all day.
#[test]
fn scenarios_opened_one_after_the_other_settle_in_the_same_memory() {
    let pages = || wasm_bindgen::memory().unchecked_into::<Memory>().buffer();
    let memory = || get(&pages(), "byteLength").as_f64().unwrap();
    let open = |round: usize| {
        let mut playground = create(&Config::default());
        for line in 0..200 * (1 + round % 3) {
            let line = "x".repeat((line * 97 + round) % 4_000);
            let input = format!(r#"{{"kind": "enter", "client": 0, "line": "list {line}"}}"#);
            let wait = r#"{"kind": "advance", "milliseconds": 100}"#;
            for input in [&input, wait] {
                playground.apply(Ts::new_unchecked(json(input))).unwrap();
            }
        }
        let scenario = playground.scenario().unwrap();
        drop(playground);
        Playground::open(scenario).unwrap_or_else(|error| panic!("{error:?}"));
    };
    (0..6).for_each(open);
    let settled = memory();
    (6..18).for_each(open);
    assert_eq!(memory(), settled);
}

#[test]
fn half_a_character_becomes_the_sign_for_one_that_is_missing() {
    let mut playground = create(&Config::default());
    let input = json(r#"{"kind": "enter", "client": 0, "line": "a\ud83d \\ud83d \ud83d\ude00"}"#);
    let moment: JsValue = playground.apply(Ts::new_unchecked(input)).unwrap().into();
    let first = number(&moment, "firstOfStep").unwrap();
    let entered = (first..number(&moment, "observations").unwrap())
        .map(|number| playground.observation(f64::from(number)).unwrap().unwrap())
        .map(|detail| get(&get(&get(&detail.into(), "row"), "observation"), "what"))
        .find_map(|what| text(&what, "line"));
    assert_eq!(entered.as_deref(), Some("a\u{fffd} \\ud83d \u{1f600}"));
}

#[test]
fn a_request_comes_with_its_very_bytes() {
    let mut playground = create(&Config::default());
    for input in [
        r#"{"kind": "type", "client": 0, "bytes": "list \\xff\\r\\n"}"#,
        r#"{"kind": "advance", "milliseconds": 40}"#,
    ] {
        playground.apply(Ts::new_unchecked(json(input))).unwrap();
    }
    let exchange = (0..).find_map(|number| playground.exchange(f64::from(number)).unwrap());
    let raw = get(&exchange.unwrap().into(), "requestRaw");
    let raw = raw.dyn_into::<Uint8Array>().unwrap();
    assert_eq!(raw.to_vec(), b"list \xff\r\n");
    let bytes = (0..)
        .map_while(|number| playground.observation(f64::from(number)).unwrap())
        .map(|detail| get(&detail.into(), "bytes"));
    let (with, without): (Vec<_>, Vec<_>) =
        bytes.partition(|bytes| bytes.is_instance_of::<Uint8Array>());
    assert!(!with.is_empty());
    assert!(!without.is_empty());
    assert!(without.iter().all(JsValue::is_undefined));
}

#[test]
fn what_is_thrown_is_an_object_with_a_code() {
    let mut playground = create(&Config::default());
    for (input, expected) in [
        (r#"{"kind": "connect", "client": 9}"#, "noSuchClient"),
        (r#"{"kind": "connect", "client": -1}"#, "badInput"),
        (r#"{"kind": "connect", "client": 0.5}"#, "badInput"),
        (r#"{"kind": "connect"}"#, "badInput"),
        (
            r#"{"kind": "connect", "client": 0, "line": "x"}"#,
            "badInput",
        ),
        (r#"{"kind": "fly", "client": 0}"#, "badInput"),
        (
            r#"{"kind": "type", "client": 0, "bytes": "\\"}"#,
            "badInput",
        ),
        (r#"{"kind": "type", "client": 0, "bytes": 5}"#, "badInput"),
        (
            r#"{"kind": "deliver", "connection": 0, "direction": "toServer", "bytes": "x"}"#,
            "badInput",
        ),
        (r#"{"kind": "advance", "milliseconds": 1e300}"#, "badInput"),
        (
            r#"{"kind": "advance", "milliseconds": 9007199254740991}"#,
            "outOfRange",
        ),
        (
            r#"{"kind": "administrate", "change": {"kind": "removeUser", "username": "x", "name": "x"}}"#,
            "badInput",
        ),
        ("null", "badInput"),
        ("[]", "badInput"),
        ("\"connect\"", "badInput"),
    ] {
        let refused = playground.apply(Ts::new_unchecked(json(input)));
        assert_eq!(code(refused.map(|_| ()).unwrap_err()), expected, "{input}");
    }
    for bad in [f64::NAN, -1.0, 0.5, 1.0, f64::INFINITY, 5e9] {
        assert_eq!(
            code(playground.seek(bad).map(|_| ()).unwrap_err()),
            "outOfRange",
            "{bad}"
        );
    }
    let config = || Config::default().into_ts().unwrap();
    let bad_seed = Playground::create(Some("x".to_owned()), config()).map(|_| ());
    assert_eq!(code(bad_seed.unwrap_err()), "badScenario");
    let bad_config = Playground::create(None, Ts::new_unchecked(Object::new().into())).map(|_| ());
    assert_eq!(code(bad_config.unwrap_err()), "badInput");
    assert_eq!(code(parse_bytes("ab\\q").unwrap_err()), "badEscape");
}

#[test]
fn a_new_scene_without_a_seed_is_like_no_other() {
    let seed = || {
        let config = Config::default().into_ts().unwrap();
        let playground = Playground::create(None, config).map_err(code).unwrap();
        let scenario: JsValue = playground.scenario().unwrap().into();
        text(&scenario, "seed").unwrap()
    };
    assert_ne!(seed(), seed());
}

#[test]
fn what_the_protocol_knows_comes_from_core() {
    let words: Vec<String> = commands()
        .unwrap()
        .iter()
        .filter_map(|one| text(&one, "word"))
        .collect();
    assert_eq!(words, ["auth", "send", "inbox", "list", "logout", "help"]);
    assert_eq!(
        limits().unwrap().length() as usize,
        chatting_time_core::limits::LIMITS.len()
    );
    assert_eq!(escape_bytes(b"\r\n\xff"), "\\r\\n\\xff");
    assert_eq!(parse_bytes("\\r\\n\\xff").unwrap(), b"\r\n\xff");
}
