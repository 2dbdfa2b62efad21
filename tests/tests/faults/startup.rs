//! Starts that must not succeed, and what they say.

use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chatting_time_tests::server::{self, PATIENCE};

use crate::service::Service;
use chatting_time_tests::client::code;
use chatting_time_tests::namespace::Namespace;

/// Runs `serve` through another command, expects it to fail, and returns what it said.
pub(crate) fn refused_start(outer: &[String], data: &Path, flags: &[&str]) -> String {
    let binary = server::binary().unwrap().to_str().unwrap().to_owned();
    let words = [outer, &[binary]].concat();
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .args(["serve", "--data"])
        .arg(data)
        .args(["--http", "off", "--admin-http", "off"])
        .args(flags)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let deadline = Instant::now() + PATIENCE;
    // The standard library knows no wait with a deadline.
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None if Instant::now() < deadline => thread::sleep(Duration::from_millis(2)),
            None => {
                child.kill().unwrap();
                panic!("the server starts, or hangs");
            }
        }
    };
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{said:?} lacks {part:?}");
    }
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}

const ANY_PORT: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn a_second_process_on_the_same_data_folder_is_refused() {
    let service = Service::start(&["ani"], &[]);
    let said = refused_start(&[], service.data(), &ANY_PORT);
    let folder = service.data().to_str().unwrap();
    assert_says(&said, &["in use by another process (pid ", folder]);
    assert_eq!(code(&service.client_of("ani").ask("send ani halo")), "");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let said = refused_start(&[], folder.path(), &["--listen", &address]);
    assert_says(&said, &[&address, "another program"]);
}

#[test]
fn an_address_that_this_machine_does_not_have_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // For documentation (RFC 5737): nobody has it.
    let flags = ["--listen", "192.0.2.1:0", "--allow-plaintext"];
    let said = refused_start(&[], folder.path(), &flags);
    assert_says(
        &said,
        &["192.0.2.1:0", "no network of this machine", "--listen"],
    );
}

#[test]
fn a_file_in_place_of_the_data_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "something else").unwrap();
    for data in [file.clone(), file.join("below")] {
        let said = refused_start(&[], &data, &ANY_PORT);
        assert_says(&said, &[data.to_str().unwrap()]);
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "something else");
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let Some(namespace) = Namespace::with_disk("ro,size=1m") else {
        return;
    };
    for data in [namespace.disk().to_owned(), namespace.disk().join("data")] {
        let said = refused_start(&namespace.enter(), &data, &ANY_PORT);
        assert_says(&said, &[data.to_str().unwrap(), "Read-only", "--data"]);
    }
}

#[test]
fn an_address_that_others_can_reach_has_to_be_allowed() {
    let folder = tempfile::tempdir().unwrap();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let flags = [&ANY_PORT[..], &["--listen", address]].concat();
        let said = refused_start(&[], folder.path(), &flags);
        assert_says(&said, &[address, "plain text", "--allow-plaintext"]);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let service = Service::start(&[], &["--listen", "0.0.0.0:0", "--allow-plaintext"]);
    assert_eq!(code(&service.client().ask("help")), "");
}
