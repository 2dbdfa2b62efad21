//! Every bound is somebody's: nobody adds one that nothing keeps.

use chatting_time_core::limits::LIMITS;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The bounds that the core keeps itself, with the tests that hold them at the bound and past it.
const KEPT_BY_CORE: &[(&str, &str)] = &[
    (
        "line_bytes",
        "framing::a_line_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused",
    ),
    (
        "message_text_bytes",
        "send::a_text_of_exactly_the_bound_is_taken_and_one_byte_more_is_refused",
    ),
    (
        "mailbox_messages",
        "send::a_mailbox_takes_ten_thousand_messages_and_not_one_more",
    ),
    (
        "mailbox_bytes",
        "send::a_mailbox_takes_its_bound_of_text_and_not_one_byte_more",
    ),
    (
        "inbox_messages",
        "inbox::a_thousand_messages_fit_one_reply_and_the_rest_waits",
    ),
    (
        "inbox_bytes",
        "inbox::a_mebibyte_of_text_fits_one_reply_and_one_byte_more_waits",
    ),
    (
        "list_names",
        "list::a_thousand_names_are_listed_and_past_that_the_first_thousand_with_the_total",
    ),
    (
        "user_sessions",
        "sessions::sixty_four_sessions_live_and_one_more_ends_the_one_longest_unused",
    ),
    (
        "session_idle",
        "sessions::a_session_lives_until_seven_days_unused",
    ),
    (
        "session_lifetime",
        "sessions::a_session_lives_ninety_days_in_all_however_much_it_is_used",
    ),
    (
        "session_use_recording",
        "sessions::the_last_use_is_recorded_at_most_hourly",
    ),
    (
        "presence_window",
        "presence::a_session_without_a_connection_is_online_within_the_window_and_not_past_it",
    ),
];

/// The bounds on what only a host has: connections, time that passes, processors.
const KEPT_BY_HOSTS: &[&str] = &[
    "line_time",
    "reply_time",
    "pending_reply_bytes",
    "connections",
    "address_connections",
    "password_checks",
    "password_checks_waiting",
];

#[test]
fn every_bound_is_kept_by_the_core_or_by_hosts() {
    let by_core = KEPT_BY_CORE.iter().map(|(field, _)| *field);
    let known: Vec<_> = by_core.chain(KEPT_BY_HOSTS.iter().copied()).collect();
    let fields: Vec<_> = LIMITS.iter().map(|limit| limit.field).collect();
    assert_eq!(fields, known);
}

#[test]
fn the_tests_of_the_bounds_are_there() {
    let sources = [
        ("framing", include_str!("framing.rs")),
        ("send", include_str!("send.rs")),
        ("inbox", include_str!("inbox.rs")),
        ("list", include_str!("list.rs")),
        ("sessions", include_str!("sessions.rs")),
        ("presence", include_str!("presence.rs")),
    ];
    for (field, test) in KEPT_BY_CORE {
        let (module, name) = test.split_once("::").unwrap();
        let source = sources.iter().find(|(known, _)| *known == module);
        let is_there = source.is_some_and(|(_, text)| text.contains(&format!("fn {name}()")));
        assert!(is_there, "{field} has lost {test}");
    }
}

#[test]
fn the_bounds_are_those_that_the_protocol_promises() {
    let promised = [
        ("line_bytes", 65_536),
        ("message_text_bytes", 61_440),
        ("mailbox_messages", 10_000),
        ("mailbox_bytes", 16_777_216),
        ("inbox_messages", 1_000),
        ("inbox_bytes", 1_048_576),
        ("list_names", 1_000),
        ("user_sessions", 64),
        ("session_idle", 604_800_000),
        ("session_lifetime", 7_776_000_000),
        ("session_use_recording", 3_600_000),
        ("presence_window", 60_000),
        ("line_time", 30_000),
        ("reply_time", 30_000),
        ("pending_reply_bytes", 262_144),
        ("password_checks_waiting", 1_000),
    ];
    for (field, default) in promised {
        let limit = LIMITS.iter().find(|limit| limit.field == field).unwrap();
        assert_eq!(limit.default, default, "{field}");
    }
}
