//! The examples in the documentation.

use std::fs;
use std::path::Path;

use chatting_time_core::{COMMANDS, Refusal};
use chatting_time_tests::documentation::{DOCUMENT, render};
use chatting_time_tests::protocol;

#[test]
fn the_examples_in_the_documentation_are_what_the_vectors_say() {
    let document = document();
    assert!(
        document == render(&document).unwrap(),
        "{DOCUMENT} is not up to date: run `cargo xtask docs`"
    );
}

#[test]
fn the_documentation_has_every_command_and_every_refusal() {
    let document = document();
    for command in COMMANDS {
        let usage = format!("`{}`", command.usage);
        assert!(document.contains(&usage), "{DOCUMENT} does not say {usage}");
        assert!(
            document.contains(command.summary),
            "{DOCUMENT} does not say {}",
            command.summary
        );
    }
    let messages = protocol::refusals();
    for refusal in Refusal::ALL {
        let code = refusal.code();
        let message = &messages.iter().find(|row| row.0 == code).unwrap().1;
        assert!(
            document.contains(&format!("`{code}` | {message} |")),
            "{DOCUMENT} does not list {code}"
        );
    }
}

fn document() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(DOCUMENT);
    fs::read_to_string(path).unwrap()
}
