//! `chatting-time bench`, with servers that do what they should and such that do not.

mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::thread;

use program::Place;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
const ACCOUNTS: &str = "username,password\nmessi,surabaya\nlineker,surabaya\n";
const SHORT: [&str; 6] = [
    "--duration",
    "200ms",
    "--warm-up",
    "50ms",
    "--connections",
    "4",
];

fn bench(place: &Place, arguments: &[&str]) -> program::Ran {
    place.run(&[&["bench"], &SHORT[..], arguments].concat())
}

/// What it says in JSON, when all went well.
fn report(place: &Place, arguments: &[&str]) -> Value {
    let ran = bench(place, &[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

fn kinds(report: &Value) -> Vec<&str> {
    let requests = report["requests"].as_array().unwrap();
    let names = requests
        .iter()
        .map(|kind| kind["request"].as_str().unwrap());
    names.collect()
}

#[test]
fn ended_before_its_load_is_over_it_leaves_neither_server_nor_data() {
    let place = Place::new();
    let data = place.path("measured");
    let arguments = ["bench", "--duration", "5m", "--users", "3", "--data-in"];
    let mut command = place.command(&arguments);
    let mut bench = command.arg(&data).stderr(Stdio::piped()).spawn().unwrap();
    let made = |name: &str| {
        let folders = data.read_dir().into_iter().flatten();
        folders
            .map(|folder| folder.unwrap().path().join(name))
            .find(|path| path.exists())
    };
    // The server makes it once it serves.
    while made("admin.sock").is_none() {
        assert!(bench.try_wait().unwrap().is_none(), "it has ended");
        thread::yield_now();
    }
    let lock = std::fs::read_to_string(made("lock").unwrap()).unwrap();
    let server: i32 = lock.trim().parse().unwrap();
    kill_process(Pid::from_child(&bench), Signal::TERM).unwrap();
    let ended: program::Ran = bench.wait_with_output().unwrap().into();
    let said = ended.refused(1);
    assert!(
        said.contains("stopped before anything could be reported"),
        "{said}"
    );
    assert_eq!(data.read_dir().unwrap().count(), 0);
    // Killed, it is gone as soon as whoever inherited it has taken notice.
    while test_kill_process(Pid::from_raw(server).unwrap()).is_ok() && !is_dead(server) {
        thread::yield_now();
    }
}

/// Whether nothing is left of the process but that nobody has asked yet how it ended.
fn is_dead(process: i32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status
        .rsplit(')')
        .next()
        .is_none_or(|rest| rest.trim_start().starts_with('Z') || rest.is_empty())
}

#[test]
fn a_server_of_its_own_is_measured_and_gone_afterwards() {
    let place = Place::new();
    let report = report(
        &place,
        &["--users", "3", "--mix", "send=2,inbox=1,list=1,reconnect=1"],
    );
    assert_eq!(kinds(&report), ["send", "inbox", "list", "reconnect"]);
    assert!(report["acknowledged"].as_u64().unwrap() > 0);
    assert_eq!(
        (&report["lost"], &report["doubled"]),
        (&0.into(), &0.into())
    );
    assert_eq!(report["load"]["users"], 3);
    for kind in report["requests"].as_array().unwrap() {
        assert_eq!(kind["refusals"], serde_json::json!({}), "{kind}");
        let percentiles =
            ["p50", "p90", "p99", "p999", "longest"].map(|name| kind[name].as_f64().unwrap());
        assert!(percentiles.is_sorted(), "{kind}");
    }
    let left: Vec<_> = std::fs::read_dir(place.path("share")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn several_threads_and_requests_at_a_time_lose_nothing_either() {
    let report = report(
        &Place::new(),
        &["--threads", "2", "--pipeline", "16", "--mix", "send=1"],
    );
    assert_eq!(kinds(&report), ["send"]);
    assert_eq!(report["load"]["pipeline"], 16);
}

#[test]
fn at_a_constant_rate_as_many_requests_are_asked_as_were_due() {
    let report = report(&Place::new(), &["--rate", "1000", "--pipeline", "1000"]);
    let asked =
        report["together"]["replies"].as_u64().unwrap() + report["unasked"].as_u64().unwrap();
    assert_eq!(asked, 200);
}

#[test]
fn a_server_that_runs_is_measured_with_accounts_made_for_it() {
    let place = Place::new();
    let running = place.serve(&[]);
    let accounts = place.write("accounts.csv", ACCOUNTS);
    let (server, accounts) = (running.address.to_string(), accounts.display().to_string());
    let report = report(&place, &["--server", &server, "--accounts", &accounts]);
    assert_eq!(report["load"]["server"].as_str(), Some(server.as_str()));
    assert_eq!(report["lost"], 0);
}

#[test]
fn full_mailboxes_are_told_as_refusals_and_lose_nothing() {
    let place = Place::new();
    let running = place.serve(&["--mailbox-messages", "1"]);
    let accounts = place.write("accounts.csv", ACCOUNTS);
    let (server, accounts) = (running.address.to_string(), accounts.display().to_string());
    let report = report(
        &place,
        &[
            "--server",
            &server,
            "--accounts",
            &accounts,
            "--mix",
            "send=1",
        ],
    );
    assert!(
        report["requests"][0]["refusals"]["mailbox_full"]
            .as_u64()
            .unwrap()
            > 0
    );
    assert_eq!(report["acknowledged"], 2);
}

#[test]
fn a_server_that_forgets_messages_is_found_out() {
    let place = Place::new();
    let forgetful = scripted(|request| match request {
        "send" => Some(r#"{"status": "OK", "message": "Message Sent"}"#.into()),
        "inbox" => Some(r#"{"status": "OK", "messages": {}}"#.into()),
        _ => known(request),
    });
    let ran = against(&place, forgetful, &["--mix", "send=1"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("WERE NEVER HANDED OVER"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_reply_that_answers_another_request_is_an_error() {
    let ran = against(&Place::new(), scripted(known), &["--mix", "inbox=1"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("a wrong reply to `inbox`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_server_that_goes_away_or_falls_silent_is_an_error() {
    let leaves = scripted(|request| (request == "auth").then(|| known(request)).flatten());
    let ran = against(&Place::new(), leaves, &[]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("a connection broke under the load"),
        "{}",
        ran.stderr
    );

    let silent = scripted(|request| match request {
        "auth" => known(request),
        _ => Some(String::new()),
    });
    let ran = against(&Place::new(), silent, &["--patience", "100ms"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("has not answered anybody for 100ms"),
        "{}",
        ran.stderr
    );
}

#[test]
fn wrong_arguments_are_refused_with_what_would_be_right() {
    let place = Place::new();
    for (arguments, code, words) in [
        (&["--server", "127.0.0.1:1"][..], 2, "--accounts"),
        (&["--mix", "sned=1"], 2, "there is no request `sned`"),
        (&["--message-bytes", "5"], 2, "must be a number from 26"),
        (&["--rate", "0"], 2, "must be a number from 0.1"),
        (&["--patience", "10"], 2, "must be a time"),
        (
            &["--server", "127.0.0.1:1", "--accounts", "nowhere.csv"],
            1,
            "nowhere.csv: cannot be read",
        ),
        (
            &["--data-in", "/proc/nowhere"],
            1,
            "say where with --data-in DIR",
        ),
    ] {
        let ran = bench(&place, arguments);
        assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{arguments:?}: {}", ran.stderr);
    }
    let accounts = place.write(
        "accounts.csv",
        "username,password\nmessi,surabaya\nnobody\n",
    );
    let ran = bench(
        &place,
        &[
            "--server",
            "127.0.0.1:1",
            "--accounts",
            &accounts.display().to_string(),
        ],
    );
    assert!(ran.stderr.contains("accounts.csv: "), "{}", ran.stderr);
    assert!(!ran.stderr.contains("surabaya"), "{}", ran.stderr);
}

fn against(place: &Place, server: SocketAddr, arguments: &[&str]) -> program::Ran {
    let accounts = place.write("accounts.csv", ACCOUNTS);
    let (server, accounts) = (server.to_string(), accounts.display().to_string());
    bench(
        place,
        &[&["--server", &server, "--accounts", &accounts], arguments].concat(),
    )
}

/// A server that answers by the first word of each line: with nothing at all for an empty answer, and by leaving for none.
fn scripted(answer: fn(&str) -> Option<String>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || hold(stream.unwrap(), answer));
        }
    });
    address
}

fn hold(mut stream: TcpStream, answer: fn(&str) -> Option<String>) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        let Some(reply) = answer(line.split(' ').next().unwrap_or_default()) else {
            return;
        };
        if !reply.is_empty() && write!(stream, "{reply}\r\n\r\n").is_err() {
            return;
        }
    }
}

/// What a server that only knows how to log in and out says.
fn known(request: &str) -> Option<String> {
    Some(match request {
        "auth" => format!(r#"{{"status": "OK", "tokenid": "{TOKEN}"}}"#),
        _ => r#"{"status": "OK", "message": "Message Sent"}"#.into(),
    })
}
