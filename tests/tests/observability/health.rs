//! Whether the server lives and can serve, and who may ask.

use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use chatting_time_tests::host::Trouble;
use chatting_time_tests::http::{ask, connect, get};
use chatting_time_tests::server::{self, Server};

use crate::watched::{Watched, code};

#[test]
fn a_server_that_serves_is_alive_and_ready() {
    let watched = Watched::start(&[]);
    for (path, words) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let answer = watched.get(path);
        assert_eq!((answer.status, answer.body.as_str()), (200, words));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        let host = format!("Host: {}", watched.address());
        let head = ask(watched.address(), &format!("HEAD {path}"), &[&host]);
        assert_eq!((head.status, head.body.as_str()), (200, ""));
        assert_eq!(head.header("content-length"), words.len().to_string());
    }
}

#[test]
fn nothing_but_reading_a_few_paths_is_allowed() {
    let watched = Watched::start(&[]);
    let host = format!("Host: {}", watched.address());
    for (request, headers, status) in [
        ("POST /readyz", &[][..], 405),
        ("DELETE /healthz", &[], 405),
        ("GET /readyz", &["Content-Length: 1\r\n\r\nx"], 413),
        ("GET /", &[], 404),
        ("GET /ws", &[], 404),
        ("GET /index.html", &[], 404),
        ("GET /readyz/", &[], 404),
    ] {
        let answer = ask(
            watched.address(),
            request,
            &[&[host.as_str()], headers].concat(),
        );
        assert_eq!(answer.status, status, "{request}");
    }
    assert!(watched.get("/none").body.contains("/readyz"));
}

#[test]
fn a_name_that_is_not_known_to_be_its_own_is_refused() {
    let watched = Watched::start(&["--http-name", "chat.example"]);
    for (host, status) in [
        ("Host: localhost", 200),
        ("Host: chat.example:9889", 200),
        ("Host: stranger.example", 403),
        ("Host: 192.0.2.1", 403),
        ("X-Host: localhost", 400),
    ] {
        let answer = ask(watched.address(), "GET /readyz", &[host]);
        assert_eq!(answer.status, status, "{host}");
        assert!(!(status >= 400 && answer.body.contains("ready\n")));
        if status == 403 {
            for section in answer.body.split("<hr>") {
                assert!(section.contains("http://127.0.0.1:9889/metrics"));
                assert!(section.contains("--admin-http") && !section.contains("8080"));
            }
        }
    }
}

#[test]
fn it_answers_while_the_chat_takes_no_more_connections() {
    let watched = Watched::start(&["--connections", "1"]);
    let mut first = watched.client();
    assert_eq!(code(&first.ask("help")), "");
    assert_eq!(code(&watched.client().reply()), "server_busy");
    assert_eq!(watched.get("/readyz").status, 200);
}

#[test]
fn connections_that_ask_nothing_are_given_up() {
    let watched = Watched::start(&["--line-time", "200ms"]);
    let _silent: Vec<_> = (0..50).map(|_| connect(watched.address())).collect();
    assert_eq!(watched.get("/readyz").status, 200);
}

#[test]
fn who_takes_all_places_and_asks_nothing_does_not_keep_the_others_waiting() {
    let watched = Watched::start(&["--line-time", "1m"]);
    let silent: Vec<_> = (0..16).map(|_| connect(watched.address())).collect();
    assert_eq!(watched.get("/healthz").status, 200);
    // Those that came while there were places still have their time.
    silent[0].set_nonblocking(true).unwrap();
    let waits = silent[0].peek(&mut [0]).unwrap_err();
    assert_eq!(waits.kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_server_that_stops_says_so_as_long_as_it_is_there() {
    let mut watched = Watched::start(&[]);
    let address = watched.address();
    // What is in hand keeps it from being gone: a client that takes no replies, for some seconds.
    let mut client = watched.client();
    client.0.set_nonblocking(true).unwrap();
    while client.0.write(&b"help\n".repeat(1000)).is_ok() {}
    watched.server.terminate().unwrap();
    watched.server.wait_for_line("stopping").unwrap();
    assert_eq!(get(address, "/healthz").status, 200);
    let answer = get(address, "/readyz");
    assert_eq!(answer.status, 503);
    assert!(answer.body.starts_with("stopping"), "{}", answer.body);
}

#[test]
fn a_default_address_that_is_taken_is_a_warning_and_chat_goes_on() {
    // Whoever has it, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:9889");
    let data = tempfile::tempdir().unwrap();
    let mut child = Command::new(server::binary().unwrap())
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--http",
            "off",
            "--data",
        ])
        .arg(data.path())
        .env_remove("CHATTING_TIME_ADMIN_HTTP")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    while !ready.contains("ready after") {
        let read = stdout.read_line(&mut ready).unwrap();
        assert!(read > 0, "{ready}");
    }
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let logged = String::from_utf8(output.stderr).unwrap();
    for part in [" WARN ", "metrics", "127.0.0.1:9889", "--admin-http"] {
        assert!(logged.contains(part), "{logged:?} lacks {part:?}");
    }
    assert!(!ready.contains("metrics"), "{ready}");
}

#[test]
fn an_address_that_was_asked_for_has_to_be_free_and_one_that_others_reach_allowed() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (address, parts) in [
        (taken.as_str(), ["another program", "--admin-http"]),
        ("0.0.0.0:0", ["how many", "--allow-plaintext"]),
        ("[::]:0", ["how many", "--allow-plaintext"]),
    ] {
        let data = tempfile::tempdir().unwrap();
        let flags = ["--admin-http", address].map(str::to_owned);
        let Err(Trouble(said)) = Server::start(data.path(), &flags) else {
            panic!("it starts with {address}");
        };
        assert_eq!(said.lines().count(), 1, "{said}");
        for part in [&[address], &parts[..]].concat() {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }
}
