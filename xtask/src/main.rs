//! The tasks of the project. Continuous integration and the README call these and nothing else.

mod command;
mod comparison;
mod core_dependencies;
#[cfg(test)]
mod documents;
mod engine;
mod instructions;
mod nats;
mod package;
mod page;
mod setup;
mod soak;
mod steps;

use std::process::ExitCode;

use command::{Command, Failure};

const HELP: &str = "\
Tasks of the Chatting Time project

Usage: cargo xtask <TASK>

  run [ARGUMENT..]    build the playground and the server and start it; the arguments go to `chatting-time serve`
  cluster             start three NATS servers and two of Chatting Time that keep everything there, say where they
                      are, and end them on Ctrl-C
  wasm [--single-file]
                      build the playground: wasm/pkg, www/dist, and the one file in www/dist-single, which needs
                      no server and no network; with the flag, say at the end where that file lies
  test [--full | STEP..]
                      check everything, or only these steps; with the flag also what takes long:
                        format   the code is formatted
                        lint     clippy has nothing to say
                        purity   core depends on nothing that could reach a host
                        dependencies
                                 licences and sources of all dependencies are allowed ones
                        playground
                                 it is built, so that the server has it in what follows
                        tests    every test, on this machine
                        instructions
                                 core's hot paths take as many instructions as its baseline says
                        wasm     the tests of core again as WebAssembly under Node.js, those of wasm in Chromium
                        page     the playground: types, format and lint, and its tests in Chromium
                        docs     the API documentation builds without a warning
                        simulation
                                 10,000 seeds in place of 500; not without the flag or its name
                        cluster  servers of NATS and of ours are killed in 20 rounds in place of 2; not without the
                                 flag or its name
  package             build the Debian package, check it, and say where it lies
  docs                write the generated documents again, from the code and the vectors
  bench [NAME [ARGUMENT..]]
                      run every benchmark, or the one of that name with these arguments; `page` measures the
                      playground in Chromium; `compare` puts the server beside others and writes the report,
                      or prints only the rows whose titles begin with the arguments; `cluster` puts it
                      beside several servers on NATS and writes that report; `instructions`
                      counts what core's hot paths take, and with --update makes that the baseline
  soak [ARGUMENT..]   put 2,000 clients, kills and a full disk onto the release build for 30 minutes, and hold it to
                      what it promises; --minutes, --connections and --seed say otherwise
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
        "cluster" => cluster(rest),
        "wasm" => wasm(rest),
        "test" => steps::test(rest),
        "package" => package(),
        "docs" => docs(),
        "soak" => soak(rest),
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
    let here = std::env::current_dir()
        .map_err(|error| Failure(format!("the current folder cannot be found: {error}")))?;
    command::enter_workspace()?;
    match page::prepare() {
        Ok(()) => page::build_if_changed()?,
        // Chat needs nothing of this; the page that the server then shows says how to build the playground.
        Err(missing) => eprintln!("xtask: {missing}\nThe server starts without the playground."),
    }
    std::env::set_current_dir(&here)
        .map_err(|error| Failure(format!("cannot enter {}: {error}", here.display())))?;
    let manifest = command::workspace_root().join("Cargo.toml");
    Command::new("cargo run --package chatting-time")
        .arg("--manifest-path")
        .arg(manifest)
        .args(["--", "serve"])
        .args(arguments)
        .become_it()
}

fn cluster(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure(format!(
            "`cluster` takes no arguments, not `{}`",
            arguments.join(" ")
        )));
    }
    command::enter_workspace()?;
    nats::server()?;
    Command::new("cargo run --quiet --package chatting-time-tests --example cluster").become_it()
}

fn wasm(arguments: &[String]) -> Result<(), Failure> {
    let single_file = match arguments {
        [] => false,
        [flag] if flag == "--single-file" => true,
        _ => {
            return Err(Failure(format!(
                "`wasm` takes --single-file or nothing, not `{}`",
                arguments.join(" ")
            )));
        }
    };
    command::enter_workspace()?;
    page::prepare()?;
    page::build()?;
    if single_file {
        println!("{}", page::SINGLE_FILE);
    }
    Ok(())
}

fn package() -> Result<(), Failure> {
    command::enter_workspace()?;
    package::build()
}

fn soak(arguments: &[String]) -> Result<(), Failure> {
    command::enter_workspace()?;
    soak::run(arguments)
}

fn docs() -> Result<(), Failure> {
    command::enter_workspace()?;
    Command::new("cargo run --quiet --package chatting-time-tests --bin generate-documentation")
        .run()
}

fn bench(arguments: &[String]) -> Result<(), Failure> {
    command::enter_workspace()?;
    match arguments.split_first() {
        None => {
            cargo_bench("*", &[])?;
            steps::bench_page()?;
            comparison::run(&[])?;
            instructions::check()
        }
        Some((name, rows)) if name == "compare" => comparison::run(rows),
        Some((name, [])) if name == "cluster" => comparison::run_cluster(),
        Some((name, [])) if name == "page" => steps::bench_page(),
        Some((name, arguments)) if name == "instructions" => instructions(arguments),
        Some((name, arguments)) => cargo_bench(name, arguments),
    }
}

fn instructions(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [] => instructions::check(),
        [flag] if flag == "--update" => instructions::update(),
        _ => Err(Failure(format!(
            "`bench instructions` takes --update or nothing, not `{}`",
            arguments.join(" ")
        ))),
    }
}

fn cargo_bench(name: &str, arguments: &[String]) -> Result<(), Failure> {
    Command::new("cargo bench --workspace --bench")
        .args([name, "--"])
        .args(arguments)
        .run()
}
