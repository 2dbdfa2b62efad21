//! What Prometheus reads.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chatting_time_core::{COMMANDS, Refusal};
use chatting_time_tests::http::{ask, connect, rest};
use chatting_time_tests::process::ClientConnection as _;
use chatting_time_tests::server::PATIENCE;
use chatting_time_tests::tls::TlsConnection;
use chatting_time_tests::websocket::WebSocketConnection;

use crate::watched::{Metrics, Watched, code};

const PASSWORD: &str = "surabaya";

fn refused(transport: &str, reason: &str) -> String {
    format!(
        "chatting_time_connections_refused_total{{transport=\"{transport}\",reason=\"{reason}\"}}"
    )
}

#[test]
fn every_series_has_a_kind_and_a_help_and_is_named_by_convention() {
    let watched = Watched::start(&[]);
    let host = format!("Host: {}", watched.address());
    let accept = "Accept: application/openmetrics-text; version=1.0.0";
    let page = ask(watched.address(), "GET /metrics", &[&host, accept]).body;
    assert!(page.ends_with("\n# EOF\n"), "{page}");
    let mut kinds = BTreeMap::new();
    let mut helped = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for line in page.lines().filter(|line| *line != "# EOF") {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(help.ends_with('.'), "{line}");
            assert!(helped.insert(name), "{name} twice");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(kinds.insert(name, kind).is_none(), "{name} twice");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            assert!(seen.insert(series), "{series} twice");
            assert!(value.parse::<f64>().unwrap() >= 0.0, "{line}");
            let name = series.split('{').next().unwrap();
            let is_known = ["", "_total", "_bucket", "_sum", "_count"]
                .iter()
                .any(|ending| {
                    let family = name.strip_suffix(ending).unwrap_or_default();
                    helped.contains(family)
                        && match kinds.get(family) {
                            Some(&"gauge") => ending.is_empty(),
                            Some(&"counter") => *ending == "_total",
                            Some(&"histogram") => ["_bucket", "_sum", "_count"].contains(ending),
                            _ => false,
                        }
                });
            assert!(is_known, "{line}");
            assert!(
                ["chatting_time_", "process_"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix)),
                "{line}"
            );
        }
    }
    assert!(kinds.len() > 30, "{kinds:?}");
}

#[test]
fn the_page_is_told_in_the_form_that_is_asked_for() {
    let watched = Watched::start(&[]);
    let host = format!("Host: {}", watched.address());
    for (accept, content_type) in [
        ("Accept: */*", "text/plain; version=0.0.4; charset=utf-8"),
        (
            "Accept: application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5",
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ),
    ] {
        let answer = ask(watched.address(), "GET /metrics", &[&host, accept]);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), content_type);
    }
}

#[test]
fn requests_and_refusals_are_counted_by_command_and_code() {
    let watched = Watched::start(&[]);
    let mut client = watched.client();
    for (line, expected) in [
        ("auth messi wrong", "wrong_password"),
        ("auth nobody surabaya", "user_not_found"),
        ("auth messi", "bad_parameters"),
        ("inbox", "session_not_found"),
        ("nonsense", "unknown_command"),
        ("auth messi surabaya", ""),
        ("send messi halo", ""),
        ("send nobody halo", "user_not_found"),
        ("inbox", ""),
        ("inbox", ""),
        ("help", ""),
    ] {
        assert_eq!(code(&client.ask(line)), expected, "{line}");
    }
    let asked = [
        ("auth", 3.0),
        ("send", 2.0),
        ("inbox", 3.0),
        ("list", 0.0),
        ("logout", 0.0),
        ("help", 1.0),
        ("none", 2.0),
    ];
    assert_eq!(asked.len(), COMMANDS.len() + 1);
    // That the reply to the last one was taken is counted when it has come already.
    let taken = "chatting_time_request_duration_seconds_count{command=\"help\"}";
    let metrics = watched.metrics_with(taken, 1.0);
    for (command, count) in asked {
        for name in [
            "chatting_time_requests_total",
            "chatting_time_request_duration_seconds_count",
        ] {
            let series = format!("{name}{{command=\"{command}\"}}");
            assert_eq!(metrics.value(&series), count, "{series}");
        }
    }
    let mut refused = BTreeMap::from([
        (("auth", "wrong_password"), 1.0),
        (("auth", "user_not_found"), 1.0),
        (("send", "user_not_found"), 1.0),
        (("inbox", "session_not_found"), 1.0),
        (("none", "bad_parameters"), 1.0),
        (("none", "unknown_command"), 1.0),
    ]);
    for (command, _) in asked {
        for code in Refusal::ALL.iter().map(Refusal::code) {
            let series =
                format!("chatting_time_refusals_total{{command=\"{command}\",code=\"{code}\"}}");
            let count = refused.remove(&(command, code)).unwrap_or_default();
            assert_eq!(metrics.value(&series), count, "{series}");
        }
    }
    assert!(refused.is_empty());
}

#[test]
fn the_plain_text_names_in_each_comment_the_series_that_follow() {
    let watched = Watched::start(&[]);
    let host = format!("Host: {}", watched.address());
    let accept = "Accept: application/openmetrics-text; version=1.0.0";
    let [plain, open_metrics] = [&[host.as_str()][..], &[&host, accept]]
        .map(|headers| ask(watched.address(), "GET /metrics", headers).body);
    assert!(plain.contains("# TYPE chatting_time_requests_total counter\n"));
    assert!(open_metrics.contains("# TYPE chatting_time_requests counter\n"));
    assert!(open_metrics.ends_with("\n# EOF\n"));
    let mut family = ("", "");
    for line in plain.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.split(' ');
            let (keyword, name) = (words.next().unwrap(), words.next().unwrap());
            match keyword {
                "HELP" => family = (name, ""),
                "TYPE" => {
                    assert_eq!(family, (name, ""), "{line}");
                    family.1 = words.next().unwrap();
                }
                _ => panic!("{line}"),
            }
            continue;
        }
        let name = line.split(['{', ' ']).next().unwrap();
        let endings: &[&str] = match family.1 {
            "histogram" => &["_bucket", "_sum", "_count"],
            _ => &[""],
        };
        let mut names = endings.iter().map(|ending| format!("{}{ending}", family.0));
        assert!(names.any(|known| known == name), "{line} behind {family:?}");
        assert_eq!(family.1 == "counter", name.ends_with("_total"), "{line}");
    }
}

#[test]
fn the_last_bucket_of_each_histogram_has_no_bound_and_holds_all() {
    let watched = Watched::start(&[]);
    assert_eq!(code(&watched.client().ask("auth messi surabaya")), "");
    let waited = "chatting_time_request_duration_seconds_count{command=\"auth\"}";
    watched.metrics_with(waited, 1.0);
    let page = watched.get("/metrics").body;
    let mut counts = BTreeMap::new();
    // In the order of the page, where the bounds of one histogram stand together.
    let mut last_buckets = BTreeMap::new();
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        if let Some(name) = name.strip_suffix("_count") {
            counts.insert((name, labels.trim_end_matches('}')), value);
        } else if let Some(name) = name.strip_suffix("_bucket") {
            let (_, labels) = labels.split_once("le=\"").unwrap();
            let (bound, labels) = labels.split_once('"').unwrap();
            let labels = labels.trim_start_matches(',').trim_end_matches('}');
            last_buckets.insert((name, labels), (bound, value));
        }
    }
    assert!(counts.len() > COMMANDS.len());
    assert_eq!(counts.len(), last_buckets.len());
    for (histogram, count) in counts {
        assert_eq!(last_buckets[&histogram], ("+Inf", count), "{histogram:?}");
    }
}

#[test]
fn a_time_is_in_every_bucket_that_is_large_enough_for_it() {
    let watched = Watched::start(&[]);
    assert_eq!(code(&watched.client().ask("auth messi surabaya")), "");
    let name = "chatting_time_request_duration_seconds";
    let metrics = watched.metrics_with(&format!("{name}_count{{command=\"auth\"}}"), 1.0);
    let sum = metrics.value(&format!("{name}_sum{{command=\"auth\"}}"));
    let buckets = metrics.0.iter().filter(|(series, _)| {
        series.starts_with(&format!("{name}_bucket")) && series.contains("\"auth\"")
    });
    let mut bounds = 0;
    for (series, count) in buckets {
        let (_, bound) = series.split_once("le=\"").unwrap();
        let (bound, _) = bound.split_once('"').unwrap();
        let holds = match bound {
            "+Inf" => true,
            bound => bound.parse::<f64>().unwrap() >= sum,
        };
        assert_eq!(*count == 1.0, holds, "{series} of {sum}");
        bounds += 1;
    }
    assert!(bounds > 1);
}

#[test]
fn connections_are_counted_by_what_carries_them() {
    let flags = TlsConnection::flags().unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let limited = ["--http", "127.0.0.1:0", "--connections", "3"];
    let watched = Watched::start(&[&flags[..], &limited].concat());
    let mut lines = watched.client();
    let mut encrypted = TlsConnection::open(&watched.server).unwrap();
    let _socket = WebSocketConnection::<TcpStream>::open(&watched.server).unwrap();
    assert_eq!(code(&lines.ask("help")), "");
    encrypted.send(b"help\n").unwrap();
    assert!(!encrypted.receive().unwrap().is_empty());
    let opened = "chatting_time_connections{transport=\"websocket\"}";
    let metrics = watched.metrics_with(opened, 1.0);
    for transport in ["tcp", "tls", "websocket"] {
        for name in ["connections", "connections_accepted_total"] {
            let series = format!("chatting_time_{name}{{transport=\"{transport}\"}}");
            assert_eq!(metrics.value(&series), 1.0, "{series}");
        }
    }
    assert_eq!(metrics.value("chatting_time_connections_limit"), 3.0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let expiry = metrics.value("chatting_time_tls_certificate_expiry_timestamp_seconds");
    let days = (expiry - now.as_secs_f64()) / 86_400.0;
    assert!((820.0..=825.0).contains(&days), "{days}");

    assert_eq!(code(&watched.client().reply()), "server_busy");
    let metrics = watched.metrics();
    assert_eq!(metrics.value(&refused("tcp", "too_many")), 1.0);
    let from_address = refused("tcp", "too_many_from_address");
    assert_eq!(metrics.value(&from_address), 0.0);
    drop(lines);
    let gone = watched.metrics_with("chatting_time_connections{transport=\"tcp\"}", 0.0);
    let finished = "chatting_time_connections_closed_total{reason=\"finished\"}";
    assert_eq!(gone.value(finished), 1.0);
}

#[test]
fn connections_that_are_not_served_are_counted_by_the_reason() {
    let flags = TlsConnection::flags().unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let watched = Watched::start(&[&flags[..], &["--address-connections", "1"]].concat());
    let mut no_tls = connect(watched.server.tls_address().unwrap());
    no_tls.write_all(b"auth messi surabaya\r\n").unwrap();
    rest(&mut no_tls);
    watched.metrics_with(&refused("tls", "handshake"), 1.0);
    let mut first = watched.client();
    assert_eq!(code(&first.ask("help")), "");
    assert_eq!(code(&watched.client().reply()), "server_busy");
    let too_many = refused("tcp", "too_many_from_address");
    assert_eq!(watched.metrics().value(&too_many), 1.0);
}

#[test]
fn a_handshake_of_https_that_fails_is_counted_as_well() {
    let flags = TlsConnection::flags().unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let watched = Watched::start(&[&flags[..], &["--https", "127.0.0.1:0"]].concat());
    let mut no_tls = connect(watched.server.https_address().unwrap());
    no_tls.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    rest(&mut no_tls);
    watched.metrics_with(&refused("websocket", "handshake"), 1.0);
}

#[test]
fn a_connection_is_there_from_its_handshake_on_and_none_fails_as_the_server_stops() {
    let flags = TlsConnection::flags().unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let mut watched = Watched::start(&flags);
    let _silent = connect(watched.server.tls_address().unwrap());
    let there = "chatting_time_connections{transport=\"tls\"}";
    let metrics = watched.metrics_with(there, 1.0);
    let accepted = "chatting_time_connections_accepted_total{transport=\"tls\"}";
    assert_eq!(metrics.value(accepted), 0.0);
    // What is in hand keeps the server from being gone: a client that takes no replies.
    let mut client = watched.client();
    client.0.set_nonblocking(true).unwrap();
    while client.0.write(&b"help\n".repeat(1000)).is_ok() {}
    let address = watched.address();
    watched.server.terminate().unwrap();
    watched.server.wait_for_line("stopping").unwrap();
    let deadline = Instant::now() + PATIENCE;
    let metrics = loop {
        let metrics = Metrics::read(address);
        if metrics.value(there) == 0.0 {
            break metrics;
        }
        assert!(Instant::now() < deadline, "{metrics:?}");
    };
    assert_eq!(metrics.value(&refused("tls", "handshake")), 0.0);
}

#[test]
#[cfg(target_os = "linux")]
fn connections_that_there_is_no_file_for_are_counted() {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

    let watched = Watched::start(&[]);
    let process = watched.server.process();
    let files = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let numbers = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let taken: BTreeSet<u64> = numbers.map(|number| number.parse().unwrap()).collect();
    // A few are left, so that the one in reserve is not beyond the limit.
    let mut free = (0..).filter(|number| !taken.contains(number));
    let few = free.nth(8).unwrap();
    let limit = |current| Rlimit {
        current,
        maximum: getrlimit(Resource::Nofile).maximum,
    };
    let process = Pid::from_raw(process as i32);
    let normally = prlimit(process, Resource::Nofile, limit(Some(few))).unwrap();
    let mut clients = Vec::new();
    loop {
        let mut client = watched.client();
        // Who is turned away may be so before asking, and hear nothing.
        let _ = client.0.write_all(b"help\n");
        let mut reply = Vec::new();
        let mut byte = [0];
        while !reply.ends_with(b"\r\n\r\n") && client.0.read_exact(&mut byte).is_ok() {
            reply.extend(byte);
        }
        if !String::from_utf8(reply).unwrap().contains("\"help\"") {
            break;
        }
        assert!(clients.len() < 16, "there are files for everybody");
        clients.push(client);
    }
    prlimit(process, Resource::Nofile, normally).unwrap();
    watched.metrics_with(&refused("tcp", "files"), 1.0);
}

#[test]
fn a_client_that_leaves_without_closing_tls_is_no_broken_connection() {
    let flags = TlsConnection::flags().unwrap();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let watched = Watched::start(&flags);
    let mut client = TlsConnection::open(&watched.server).unwrap();
    client.send(b"help\n").unwrap();
    assert!(!client.receive().unwrap().is_empty());
    // A socket that is closed with something in it to read is reset.
    let _ = client.received();
    drop(client);
    let closed = |reason| format!("chatting_time_connections_closed_total{{reason=\"{reason}\"}}");
    let metrics = watched.metrics_with(&closed("left"), 1.0);
    assert_eq!(metrics.value(&closed("broken")), 0.0);
}

#[test]
fn the_state_is_told_by_numbers_alone() {
    let watched = Watched::start(&[]);
    let mut messi = watched.client();
    assert_eq!(code(&messi.ask(&format!("auth messi {PASSWORD}"))), "");
    for line in [
        "send lineker halo",
        "send lineker apa kabar",
        "send henderson halo",
    ] {
        assert_eq!(code(&messi.ask(line)), "");
    }
    let expect = |metrics: &Metrics, expected: [(&str, f64); 6]| {
        for (name, value) in expected {
            assert_eq!(
                metrics.value(&format!("chatting_time_{name}")),
                value,
                "{name}"
            );
        }
    };
    expect(
        &watched.metrics(),
        [
            ("users", 3.0),
            ("users_online", 1.0),
            ("sessions", 1.0),
            ("mailboxes", 2.0),
            ("undelivered_messages", 3.0),
            (
                "undelivered_bytes",
                ("halo".len() * 2 + "apa kabar".len()) as f64,
            ),
        ],
    );
    let mut lineker = watched.client();
    assert_eq!(code(&lineker.ask(&format!("auth lineker {PASSWORD}"))), "");
    assert_eq!(code(&lineker.ask("inbox")), "");
    // The reply confirms the messages once the operating system has taken it.
    let metrics = watched.metrics_with("chatting_time_mailboxes", 1.0);
    expect(
        &metrics,
        [
            ("users", 3.0),
            ("users_online", 2.0),
            ("sessions", 2.0),
            ("mailboxes", 1.0),
            ("undelivered_messages", 1.0),
            ("undelivered_bytes", 4.0),
        ],
    );
}

#[test]
fn what_the_journal_takes_is_counted() {
    let watched = Watched::start(&[
        "--journal-segment-bytes",
        "64KiB",
        "--snapshot-journal-bytes",
        "64KiB",
    ]);
    let mut messi = watched.client();
    assert_eq!(code(&messi.ask("auth messi surabaya")), "");
    let before = watched.metrics();
    let batches = "chatting_time_journal_sync_duration_seconds_count";
    let events = "chatting_time_journal_batch_events_sum";
    let bytes = "chatting_time_journal_batch_bytes_sum";
    assert_eq!(code(&messi.ask("send lineker halo")), "");
    let after = watched.metrics();
    assert_eq!(after.value(batches), before.value(batches) + 1.0);
    assert_eq!(after.value(events), before.value(events) + 1.0);
    assert!(after.value(bytes) > before.value(bytes) + 4.0);
    assert_eq!(
        after.value("chatting_time_journal_failed_writes_total"),
        0.0
    );
    // Enough for a snapshot, which is made behind the replies.
    let long = "x".repeat(20_000);
    let made = "chatting_time_journal_snapshots_total{outcome=\"made\"}";
    while watched.metrics().value(made) == 0.0 {
        assert_eq!(code(&messi.ask(&format!("send lineker {long}"))), "");
    }
    let metrics = watched.metrics();
    assert!(metrics.value("chatting_time_journal_snapshot_bytes") > 64.0 * 1024.0);
    assert!(metrics.value("chatting_time_journal_snapshot_duration_seconds_count") >= 1.0);
    assert_eq!(
        metrics.value("chatting_time_journal_snapshots_total{outcome=\"failed\"}"),
        0.0
    );
}

#[test]
fn the_program_and_its_process_are_told() {
    let watched = Watched::start(&[]);
    let metrics = watched.metrics();
    let version = env!("CARGO_PKG_VERSION");
    let build = format!("chatting_time_build_info{{version=\"{version}\"}}");
    assert_eq!(metrics.value(&build), 1.0);
    assert_eq!(metrics.value("chatting_time_ready"), 1.0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let age = now.as_secs_f64() - metrics.value("process_start_time_seconds");
    // Its clock ticks a hundred times a second.
    assert!((-0.1..PATIENCE.as_secs_f64()).contains(&age), "{age}");
    assert!(metrics.value("process_resident_memory_bytes") > 1e6);
    let files = metrics.value("process_open_fds");
    let _more: Vec<_> = (0..20)
        .map(|_| {
            let mut client = watched.client();
            assert_eq!(code(&client.ask("help")), "");
            client
        })
        .collect();
    let metrics = watched.metrics();
    assert!(metrics.value("process_open_fds") >= files + 20.0, "{files}");
    assert!(metrics.value("process_max_fds") > metrics.value("process_open_fds"));
}
