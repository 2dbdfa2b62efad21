//! The soak. `soak/` does the work; here it gets the server that people would run.

use crate::command::{Command, Failure, workspace_root};

const SERVER: &str = "target/release/chatting-time";

/// Builds the server and soaks it; the arguments say for how long, with how many clients, and from which seed.
pub(crate) fn run(arguments: &[String]) -> Result<(), Failure> {
    Command::new("cargo build --locked --release --package chatting-time").run()?;
    Command::new("cargo run --locked --quiet --package chatting-time-soak -- --server")
        .arg(workspace_root().join(SERVER))
        .args(arguments)
        .become_it()
}
