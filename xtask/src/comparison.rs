//! The server beside others under the same load. `benchmarks/` does the work; here it gets what it needs.

use crate::command::{Command, Failure};
use crate::nats;
use crate::setup::{self, Program};

/// Where the report goes.
const DOCUMENTS: &str = "docs";

/// Measures everything and writes the report, or only prints the rows whose titles begin with these words.
pub(crate) fn run(rows: &[String]) -> Result<(), Failure> {
    setup::programs(&SERVERS)?;
    build()?;
    Command::new("target/release/chatting-time-benchmarks")
        .arg(DOCUMENTS)
        .args(rows)
        .run()
}

/// Measures one server with its data folder beside several on NATS, and writes that report.
pub(crate) fn run_cluster() -> Result<(), Failure> {
    nats::server()?;
    build()?;
    Command::new("target/release/chatting-time-benchmarks")
        .args([DOCUMENTS, "cluster"])
        .run()
}

fn build() -> Result<(), Failure> {
    Command::new(
        "cargo build --release --package chatting-time --package chatting-time-benchmarks --bins --examples",
    )
    .run()
}

/// Only their programs are used, each with a configuration from `benchmarks/servers`.
const SERVERS: [Program; 5] = [
    server("redis-server"),
    server("inspircd"),
    server("mosquitto"),
    server("nats-server"),
    Program {
        name: "python3",
        debian_package: "python3",
        used_for: "a server as a course writes it",
    },
];

const fn server(name: &'static str) -> Program {
    Program {
        name,
        debian_package: name,
        used_for: "is what the server is compared with",
    }
}
