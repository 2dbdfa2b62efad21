//! Every vector against the real server, over TCP and its WebSocket, each also encrypted, each
//! with a process and a data folder of its own.

use std::collections::BTreeMap;
use std::net::TcpStream;
use std::sync::Mutex;

use chatting_time_tests::host::Trouble;
use chatting_time_tests::process::{ClientConnection, ProcessHost};
use chatting_time_tests::runner::{Outcome, run};
use chatting_time_tests::script::{Need, Vector};
use chatting_time_tests::tls::{Encrypted, TlsConnection};
use chatting_time_tests::vectors;
use chatting_time_tests::websocket::WebSocketConnection;

/// Servers that run at a time: most of a vector is waiting.
const AT_A_TIME: usize = 8;

const NOT_TEXT: &str = "a message that is not UTF-8 ends a WebSocket (13.4)";

/// Vectors that say what no WebSocket can carry, and why.
const NOT_OVER_WEBSOCKET: &[(&str, &str)] = &[
    (
        "A line that is not UTF-8 is refused and the next one runs",
        NOT_TEXT,
    ),
    ("The line itself is judged first", NOT_TEXT),
    (
        "A refusal leaves the mailbox and the binding as they were",
        NOT_TEXT,
    ),
];

#[test]
fn every_vector_that_needs_no_clock_holds_over_tcp() {
    check::<TcpStream>("TCP", &[]);
}

#[test]
fn every_vector_that_needs_no_clock_holds_over_tls() {
    check::<TlsConnection>("TLS", &[]);
}

#[test]
fn every_vector_that_needs_no_clock_holds_over_a_websocket() {
    check::<WebSocketConnection>("a WebSocket", NOT_OVER_WEBSOCKET);
}

#[test]
fn every_vector_that_needs_no_clock_holds_over_an_encrypted_websocket() {
    check::<WebSocketConnection<Encrypted>>("an encrypted WebSocket", NOT_OVER_WEBSOCKET);
}

#[test]
fn every_vector_that_needs_no_clock_holds_where_everything_is_kept_in_nats() {
    check_with("TCP, kept in NATS", &[], play_in_nats::<1>);
}

#[test]
fn every_vector_that_needs_no_clock_holds_between_two_servers() {
    let each_its_own = "each server bounds the connections to it";
    let left_out = [("A connection too many", each_its_own)];
    check_with("TCP to two servers", &left_out, play_in_nats::<2>);
}

fn check<C: ClientConnection>(transport: &str, left_out: &[(&str, &str)]) {
    check_with(transport, left_out, play::<C>);
}

fn check_with(
    transport: &str,
    left_out: &[(&str, &str)],
    play: fn(&Vector) -> Result<Outcome, String>,
) {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    let vectors = files.into_iter().flat_map(|file| file.vectors);
    let (left, vectors): (Vec<Vector>, Vec<Vector>) =
        vectors.partition(|vector| left_out.iter().any(|(title, _)| *title == vector.title));
    assert_eq!(left.len(), left_out.len(), "what is left out exists");
    let queue = Mutex::new(vectors.iter());
    let results = Mutex::new(Results::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(vector) = queue.lock().unwrap().next() else {
                        break;
                    };
                    let outcome = play(vector);
                    results.lock().unwrap().add(outcome);
                }
            });
        }
    });
    let Results {
        passed,
        skipped,
        failures,
    } = results.into_inner().unwrap();
    println!("{passed} vectors hold over {transport}; left out for what they need: {skipped:?}");
    for (title, reason) in left_out {
        println!("left out: {title}: {reason}");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(
        skipped.keys().all(|need| *need == Need::Clock),
        "{skipped:?}"
    );
}

#[derive(Default)]
struct Results {
    passed: usize,
    skipped: BTreeMap<Need, usize>,
    failures: Vec<String>,
}

impl Results {
    fn add(&mut self, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Passed(_)) => self.passed += 1,
            Ok(Outcome::Skipped(need)) => *self.skipped.entry(need).or_default() += 1,
            Err(failure) => self.failures.push(failure),
        }
    }
}

fn play<C: ClientConnection>(vector: &Vector) -> Result<Outcome, String> {
    play_on(vector, ProcessHost::<C>::new(&vector.setup))
}

fn play_in_nats<const SERVERS: usize>(vector: &Vector) -> Result<Outcome, String> {
    play_on(
        vector,
        ProcessHost::<TcpStream>::in_nats(&vector.setup, SERVERS),
    )
}

fn play_on<C: ClientConnection>(
    vector: &Vector,
    started: Result<ProcessHost<C>, Trouble>,
) -> Result<Outcome, String> {
    let mut host =
        started.map_err(|trouble| format!("{}:{}: {trouble}", vector.file, vector.line))?;
    run(vector, &mut host).map_err(|failure| failure.to_string())
}
