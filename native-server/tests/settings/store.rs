//! Where everything is kept in NATS: what says how to meet it.

use std::process::Command;

use super::line_of;
use super::program::{Place, run};

const NOBODY: &str = "nats://127.0.0.1:1";

#[test]
fn a_password_in_the_address_is_refused_wherever_it_is_given_and_not_shown() {
    let place = Place::new();
    let secret = "nats://ani:rahasia@127.0.0.1:4222";
    place.write("c.toml", format!("store = \"{secret}\"\n"));
    let mut variable = place.command(&["config"]);
    variable.env("CHATTING_TIME_STORE", secret);
    for (ran, code) in [
        (place.run(&["serve", "--store", secret]), 2),
        (place.run(&["user", "list", "--store", secret]), 2),
        (place.run(&["config", "--config", "c.toml"]), 1),
        (run(variable, ""), 1),
    ] {
        let complaint = ran.refused(code);
        assert!(complaint.contains("store-credentials"), "{complaint}");
        assert!(!complaint.contains("rahasia"), "{complaint}");
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
}

#[test]
fn a_file_that_says_how_to_meet_nats_and_cannot_be_used_is_told_at_once() {
    let place = Place::new();
    place.run(&["tls", "self-signed", "--out", "lab"]).ok();
    place.run(&["tls", "self-signed", "--out", "other"]).ok();
    place.write("empty", "");
    place.write("half.creds", "-----BEGIN NATS USER JWT-----\neyJ0\n");
    place.write("both", "ani:rahasia\nbudi:rahasia\n");
    place.write("latin", b"ani:rahasia\xe9");
    let pipe = Command::new("mkfifo").arg(place.path("pipe")).status();
    assert!(pipe.unwrap().success());
    for (flags, parts) in [
        (&["--store-credentials", "missing"][..], ["missing", "path"]),
        (&["--store-credentials", "lab"], ["lab", "not a file"]),
        (
            &["--store-credentials", "empty"],
            ["empty", "USER:PASSWORD"],
        ),
        (
            &["--store-credentials", "half.creds"],
            ["half.creds", "NKEY"],
        ),
        (&["--store-credentials", "both"], ["both", "several lines"]),
        (&["--store-credentials", "latin"], ["latin", "no text"]),
        (&["--store-credentials", "pipe"], ["pipe", "not a file"]),
        (&["--store-ca", "missing"], ["missing", "path"]),
        (
            &["--store-ca", "lab/key.pem"],
            ["lab/key.pem", "no certificate"],
        ),
        (
            &[
                "--store-cert",
                "lab/certificate.pem",
                "--store-key",
                "other/key.pem",
            ],
            ["other/key.pem", "does not belong"],
        ),
        (
            &["--store-cert", "lab/certificate.pem"],
            ["--store-cert", "store-key"],
        ),
        (
            &["--store-key", "lab/key.pem"],
            ["--store-key", "store-cert"],
        ),
    ] {
        for command in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["config"],
            &["user", "list"],
        ] {
            let arguments = [command, &["--store", NOBODY], flags].concat();
            let complaint = place.run(&arguments).refused(1);
            assert_eq!(complaint.lines().count(), 1, "{complaint}");
            for part in parts {
                assert!(complaint.contains(part), "{complaint:?} lacks {part:?}");
            }
            assert!(!complaint.contains("rahasia"), "{complaint}");
        }
    }
}

#[test]
fn config_shows_the_files_and_not_what_is_in_them() {
    let place = Place::new();
    place.write("nats.txt", "ani:rahasia\n");
    let flags = [
        "--store",
        "tls://n1:4222,n2:4222",
        "--store-credentials",
        "nats.txt",
    ];
    let ran = place.run(&[&["config"], &flags[..]].concat());
    assert!(ran.stderr.contains("chmod 600 nats.txt"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("rahasia"), "{}", ran.stderr);
    let shown = ran.ok();
    assert_eq!(
        line_of(&shown, "store"),
        "store = \"tls://n1:4222,n2:4222\" # --store"
    );
    assert_eq!(
        line_of(&shown, "store-credentials"),
        "store-credentials = \"nats.txt\" # --store-credentials"
    );
    assert!(!shown.contains("rahasia"), "{shown}");
}

#[test]
fn who_works_on_accounts_where_no_nats_is_hears_that_at_once() {
    let place = Place::new();
    let complaint = place.run(&["user", "list", "--store", NOBODY]).refused(1);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    for part in [NOBODY, "does not answer", "start it"] {
        assert!(complaint.contains(part), "{complaint:?} lacks {part:?}");
    }
}
