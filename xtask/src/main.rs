//! The tasks of the project. Continuous integration and the README call these and nothing else.

mod command;
mod core_dependencies;
#[cfg(test)]
mod documents;
mod setup;
mod steps;

use std::process::ExitCode;

use command::{Command, Failure};

const HELP: &str = "\
Tasks of the Chatting Time project

Usage: cargo xtask <TASK>

  run [ARGUMENT..]    build the server and start it; the arguments go to `chatting-time serve`
  test [STEP..]       check everything, or only these steps:
                        format   the code is formatted
                        lint     clippy has nothing to say
                        purity   core depends on nothing that could reach a host
                        tests    every test, on this machine
                        wasm     core's tests again, as WebAssembly under Node.js
                        docs     the API documentation builds without a warning
  docs                write the generated documents again, from the code and the vectors
  bench [NAME [ARGUMENT..]]
                      run every benchmark, or the one of that name with these arguments
  help                show this
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (task, rest) = match arguments.split_first() {
        Some((task, rest)) => (task.as_str(), rest),
        None => ("help", &[][..]),
    };
    let done = match task {
        "run" => run(rest),
        "test" => steps::test(rest),
        "docs" => docs(),
        "bench" => bench(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        unknown => {
            eprint!("xtask: there is no task `{unknown}`\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Becomes the server, so that signals reach it directly. Stays in the caller's folder, so that a relative path among
/// the arguments means what the caller sees.
fn run(arguments: &[String]) -> Result<(), Failure> {
    let manifest = command::workspace_root().join("Cargo.toml");
    Command::new("cargo run --package chatting-time")
        .arg("--manifest-path")
        .arg(manifest)
        .args(["--", "serve"])
        .args(arguments)
        .become_it()
}

fn docs() -> Result<(), Failure> {
    command::enter_workspace()?;
    Command::new("cargo run --quiet --package chatting-time-tests --bin generate-documentation")
        .run()
}

fn bench(arguments: &[String]) -> Result<(), Failure> {
    command::enter_workspace()?;
    let (name, arguments) = match arguments.split_first() {
        Some((name, arguments)) => (name.as_str(), arguments),
        None => ("*", &[][..]),
    };
    Command::new("cargo bench --workspace --bench")
        .args([name, "--"])
        .args(arguments)
        .run()
}
