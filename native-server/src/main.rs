//! The command `chatting-time`.

use std::process::ExitCode;

use chatting_time::cli::{self, Cli};
use clap::Parser as _;

fn main() -> ExitCode {
    cli::run(Cli::parse())
}
