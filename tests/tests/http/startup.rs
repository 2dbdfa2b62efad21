//! Starting with an address for HTTP that is free, taken, or one that others can reach.

use std::fs;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use chatting_time_tests::server;

use crate::site::{Site, code};

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// Runs `serve` where it has to fail.
fn refused_start(flags: &[&str], variables: &[(&str, &str)]) -> String {
    let data = tempfile::tempdir().unwrap();
    let Output { status, stderr, .. } = Command::new(server::binary().unwrap())
        .args(SERVE)
        .arg("--data")
        .arg(data.path())
        .args(flags)
        .env("CHATTING_TIME_ADMIN_HTTP", "off")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
    let left = fs::read_dir(data.path()).unwrap().count();
    assert_eq!(left, 0, "nothing was begun");
    said
}

/// What a server printed from its start to its end.
fn printed_in_all(mut site: Site) -> String {
    site.server.terminate().unwrap();
    assert_eq!(site.server.wait().unwrap().code(), Some(0));
    site.server.printed()
}

#[test]
fn a_default_address_that_is_taken_is_a_warning_and_chat_goes_on() {
    // Whoever has it, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:8080");
    let site = Site::start_with(&[]);
    assert_eq!(code(&site.line_client("messi").ask("help")), "");
    let printed = printed_in_all(site);
    assert!(printed.contains(" WARN "), "{printed}");
    assert!(printed.contains("127.0.0.1:8080"), "{printed}");
    assert!(printed.contains("--http"), "{printed}");
    assert!(!printed.contains("http://"), "{printed}");
}

#[test]
fn an_address_that_was_asked_for_and_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, format!("http = \"{address}\"\n")).unwrap();
    for said in [
        refused_start(&["--http", &address], &[]),
        refused_start(&[], &[("CHATTING_TIME_HTTP", &address)]),
        refused_start(&["--config", file.to_str().unwrap()], &[]),
    ] {
        for part in [&address, "another program", "--http"] {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }
}

#[test]
fn without_http_nothing_is_said_of_it() {
    let site = Site::start_with(&["--http", "off"]);
    assert_eq!(code(&site.line_client("messi").ask("help")), "");
    let printed = printed_in_all(site);
    assert!(!printed.contains("http://"), "{printed}");
    assert!(!printed.contains("WARN"), "{printed}");
}

#[test]
fn an_address_that_others_can_reach_has_to_be_allowed() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let said = refused_start(&["--http", address], &[]);
        for part in [address, "passwords", "/ws", "--allow-plaintext"] {
            assert!(said.contains(part), "{said:?} lacks {part:?}");
        }
    }
    let site = Site::start_with(&["--http", "0.0.0.0:0", "--allow-plaintext", "--demo-users"]);
    let port = site.address().port();
    let host = format!("Host: 192.0.2.1:{port}");
    assert_eq!(site.ask_exactly("GET /", &[&host]).status, 200);
    let named = site.ask_exactly("GET /", &["Host: stranger.example"]);
    assert_eq!(named.status, 403);
    assert!(named.body.contains("--http"), "{}", named.body);
}

#[test]
fn accounts_whose_password_everybody_knows_are_not_made_where_others_can_reach_them() {
    let site = Site::start_with(&["--http", "0.0.0.0:0", "--allow-plaintext"]);
    let listed = server::run(&["user", "list"], site.data(), "").unwrap();
    assert!(!listed.contains("messi"), "{listed}");
}

#[test]
fn a_name_that_was_asked_for_is_known() {
    let site = Site::start_with(&["--http", "localhost:0"]);
    assert_eq!(site.ask_exactly("GET /", &["Host: LOCALHOST"]).status, 200);
}
