//! The Python client that the README shows, as a reader runs it.

#![cfg(not(target_arch = "wasm32"))]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use chatting_time_tests::server::Server;

#[test]
fn the_python_client_of_the_readme_prints_the_reply_to_each_line() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]).unwrap();
    let long = "x".repeat(50_000);

    let printed = run_client(
        &server,
        &format!(
            "auth lineker surabaya\nsend lineker halo\nsend lineker {long}\ninbox\nlist\nselamat\n"
        ),
    );

    let replies: Vec<&str> = printed.lines().collect();
    assert!(
        replies[0].starts_with(r#"{"status": "OK", "tokenid": ""#),
        "{printed}"
    );
    let message = |text: &str| {
        format!(r#"{{"msg_from": "Gary Lineker", "msg_to": "Gary Lineker", "msg": " {text}\r\n"}}"#)
    };
    assert_eq!(
        replies[1..],
        [
            r#"{"status": "OK", "message": "Message Sent"}"#,
            r#"{"status": "OK", "message": "Message Sent"}"#,
            &format!(
                r#"{{"status": "OK", "messages": {{"lineker": [{}, {}]}}}}"#,
                message("halo"),
                message(&long)
            ),
            r#"{"status": "OK", "user": ["lineker"], "users": ["lineker"], "message": ["lineker"], "messages": ["lineker"]}"#,
            r#"{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "unknown_command"}"#,
        ]
    );
}

/// Returns what the client prints when these lines are piped into it.
fn run_client(server: &Server, lines: &str) -> String {
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/client.py");
    let address = server.address();
    let mut client = Command::new("python3")
        .arg(client)
        .args([address.ip().to_string(), address.port().to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed; `cargo xtask test` does so");
    client
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = client.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
