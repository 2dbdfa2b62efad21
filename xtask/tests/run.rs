//! `cargo xtask run` where the page can't be built: it says what is missing, and the server starts all the same.
//!
//! The programs that it finds are scripts of these tests. The one in the place of cargo says what it was called with.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

const CARGO: (&str, &str) = ("cargo", "echo \"cargo $*\"; pwd");
const NEEDED: &str = "Node.js 20.19 or later";
const GOES_ON: &str = "The server starts without the playground.";

fn add_program(folder: &Path, (name, script): (&str, &str)) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What `run` says on standard error where these are all programs that there are.
fn run_among(programs: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for program in programs {
        add_program(folder.path(), *program);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["run", "--http", "127.0.0.1:0"])
        .env("PATH", folder.path())
        .current_dir(folder.path())
        .output()
        .unwrap();
    let [printed, said] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{said}");
    let mut lines = printed.lines();
    let started = lines.next().unwrap_or_default();
    assert!(
        started.starts_with("cargo run --package chatting-time "),
        "{printed}"
    );
    assert!(
        started.ends_with(" -- serve --http 127.0.0.1:0"),
        "{printed}"
    );
    let here = folder.path().canonicalize().unwrap();
    assert_eq!(lines.next(), here.to_str(), "where the caller was");
    said
}

#[test]
fn without_node_it_says_so_and_the_server_starts() {
    let said = run_among(&[CARGO]);
    assert!(said.contains(NEEDED), "{said}");
    assert!(said.contains("there is none here"), "{said}");
    assert!(said.contains("https://nodejs.org"), "{said}");
    assert!(said.contains(GOES_ON), "{said}");
}

#[test]
fn with_a_node_that_is_too_old_it_says_which_and_the_server_starts() {
    let said = run_among(&[CARGO, ("node", "echo v18.20.4"), ("npm", "echo 10.0.0")]);
    assert!(said.contains(NEEDED), "{said}");
    assert!(said.contains("this is v18.20.4"), "{said}");
    assert!(said.contains(GOES_ON), "{said}");
}

#[test]
fn without_npm_it_says_so_and_the_server_starts() {
    let said = run_among(&[CARGO, ("node", "echo v20.19.0")]);
    assert!(said.contains("npm, which comes with Node.js"), "{said}");
    assert!(said.contains(GOES_ON), "{said}");
}
