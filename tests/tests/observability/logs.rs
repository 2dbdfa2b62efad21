//! What the server writes on standard error.

use std::io::Write as _;

use chatting_time_tests::http::rest;
use chatting_time_tests::server::Server;
use serde_json::Value;

use crate::watched::Watched;

/// A service manager at a path that holds what paths seldom do, and that is not there.
const ODD_PATH: &str =
    "export NOTIFY_SOCKET=\"$(printf '/none/\"\\n\\\\\\033[1m\\377.')\"; exec \"$@\"";

#[test]
fn every_line_in_json_is_one_object_whatever_bytes_are_in_it() {
    let outer = ["sh", "-c", ODD_PATH, "sh"].map(str::to_owned);
    let flags = ["--log-format", "json", "--log-filter", "debug"].map(str::to_owned);
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start_within(&outer, data.path(), &flags).unwrap();
    drop(std::net::TcpStream::connect(server.address()).unwrap());
    server.wait_for_line("the client is done").unwrap();
    server.terminate().unwrap();
    assert_eq!(server.wait().unwrap().code(), Some(0));
    let printed = server.printed();
    // What stands on the screen at the start is for people.
    let lines = printed.lines().filter(|line| line.starts_with('{'));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for line in &lines {
        let level = line["level"].as_str().unwrap();
        assert!(["WARN", "INFO", "DEBUG"].contains(&level), "{line}");
        for key in ["timestamp", "target", "message"] {
            assert!(!line[key].as_str().unwrap().is_empty(), "{line}");
        }
    }
    let with = |words: &str| {
        let mut found = lines
            .iter()
            .filter(|line| line["message"].as_str().unwrap().contains(words));
        found
            .next()
            .unwrap_or_else(|| panic!("no line says {words}: {printed}"))
    };
    let odd = with("service manager")["message"].as_str().unwrap();
    assert!(odd.contains("/none/\"\n\\\u{1b}[1m\u{fffd}."), "{odd:?}");
    assert!(
        with("connection accepted")["peer"]
            .as_str()
            .unwrap()
            .starts_with("127.0.0.1:")
    );
    let last = with("stopped");
    assert_eq!(last["target"], "chatting_time::serve");
    assert!(!printed.contains("INFO chatting_time"), "{printed}");
}

#[test]
fn an_address_whose_clients_are_cut_off_is_told_once() {
    let mut watched = Watched::start(&["--line-time", "100ms"]);
    let mut clients = [(); 5].map(|()| watched.client());
    for client in &mut clients {
        client.0.write_all(b"auth messi").unwrap();
    }
    for client in &mut clients {
        assert!(!rest(&mut client.0).is_empty());
    }
    // Each is told of before its client hears why, and the log is whole when the server has ended.
    watched.server.terminate().unwrap();
    watched.server.wait().unwrap();
    let told = watched.server.printed().matches("cut off").count();
    assert_eq!(told, 1, "{}", watched.server.printed());
}
