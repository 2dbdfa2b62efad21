//! The steps of `cargo xtask test`, in the order that finds a mistake soonest.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::command::{Command, Failure, enter_workspace, workspace_root};
use crate::core_dependencies;
use crate::instructions;
use crate::nats;
use crate::package;
use crate::page;
use crate::setup::{self, BROWSER_TARGET, Program};

struct Step {
    name: &'static str,
    run: fn() -> Result<(), Failure>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        run: format,
    },
    Step {
        name: "lint",
        run: lint,
    },
    Step {
        name: "purity",
        run: purity,
    },
    Step {
        name: "dependencies",
        run: dependencies,
    },
    Step {
        name: "service",
        run: package::check_service,
    },
    Step {
        name: "playground",
        run: playground,
    },
    Step {
        name: "tests",
        run: tests,
    },
    Step {
        name: "instructions",
        run: instructions::check,
    },
    Step {
        name: "wasm",
        run: wasm,
    },
    Step {
        name: "page",
        run: page,
    },
    Step {
        name: "docs",
        run: docs,
    },
];

/// What takes long, and runs only when it is named or everything is asked for with [`FULL`].
const LONG_STEPS: &[Step] = &[
    Step {
        name: "simulation",
        run: simulation,
    },
    Step {
        name: "cluster",
        run: cluster,
    },
];

const FULL: &str = "--full";

/// Runs the steps with these names, or all of them.
pub(crate) fn test(arguments: &[String]) -> Result<(), Failure> {
    let (flags, names): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|argument| *argument == FULL);
    let known = || {
        STEPS
            .iter()
            .chain(LONG_STEPS)
            .map(|step| step.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !flags.is_empty() && !names.is_empty() {
        return Err(Failure(format!(
            "{FULL} stands for every step: name none beside it"
        )));
    }
    let all = STEPS.iter().chain(LONG_STEPS);
    if let Some(name) = names
        .iter()
        .find(|name| all.clone().all(|step| step.name != ***name))
    {
        return Err(Failure(format!(
            "there is no step `{name}`; there are {}",
            known()
        )));
    }
    enter_workspace()?;
    let begun = Instant::now();
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let is_asked_for = |step: &&Step| match names.is_empty() {
        true => !flags.is_empty() || STEPS.iter().any(|usual| usual.name == step.name),
        false => names.iter().any(|name| *name == step.name),
    };
    for step in all.filter(is_asked_for) {
        println!("\n== {}", step.name);
        let step_begun = Instant::now();
        (step.run)().map_err(|failure| {
            Failure(format!(
                "step {name}: {failure}\nThis step alone: cargo xtask test {name}",
                name = step.name
            ))
        })?;
        times.push((step.name, step_begun.elapsed()));
    }
    println!("\n== all passed");
    for (name, time) in times {
        println!("{name:<12} {:>7.1} s", time.as_secs_f64());
    }
    println!(
        "{:<12} {:>7.1} s",
        "together",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn format() -> Result<(), Failure> {
    setup::rust_component("rustfmt", "fmt")?;
    Command::new("cargo fmt --all --check").run()
}

fn lint() -> Result<(), Failure> {
    setup::rust_component("clippy", "clippy")?;
    Command::new("cargo clippy --workspace --all-targets -- -D warnings").run()
}

/// Core reaches no host: nothing unexpected below it, and all of it compiles for a target without a standard library.
fn purity() -> Result<(), Failure> {
    core_dependencies::check()?;
    setup::rust_target(TARGET_WITHOUT_STD)?;
    Command::new("cargo check --package chatting-time-core --target")
        .arg(TARGET_WITHOUT_STD)
        .run()
}

/// Licences, bans and sources of all that is built, by `deny.toml`. Advisories come from GitHub, which is not reached
/// from everywhere: whoever reaches it runs `cargo deny check`.
fn dependencies() -> Result<(), Failure> {
    setup::cargo_deny()?;
    Command::new("cargo deny --locked check licenses bans sources")
        .find_first_in(&setup::tools().join("bin"))
        .run()
}

fn tests() -> Result<(), Failure> {
    setup::programs(&[
        Program {
            name: "python3",
            debian_package: "python3",
            used_for: "runs the client that the README shows",
        },
        Program {
            name: "mount",
            debian_package: "mount",
            used_for: "makes the small disk that a test fills",
        },
        IP,
    ])?;
    let has_nats = nats::is_to_be_had()?;
    // The server with them: by itself it would take other features of many packages, which would be built twice.
    build_tests()?;
    let server = workspace_root().join("target/debug/chatting-time");
    // Most of them wait for servers most of the time.
    let threads = thread::available_parallelism().map_or(2, |processors| 2 * processors.get());
    let run = |line: &str| {
        Command::new(&format!("cargo test --no-fail-fast {line}"))
            .env("RUST_TEST_THREADS", threads.to_string())
            .env("SERVER_BINARY", &server)
            .run()
    };
    if has_nats {
        return run("--workspace");
    }
    let others: String = programs_without_nats()?
        .iter()
        .map(|name| format!(" --test {name}"))
        .collect();
    run("--workspace --exclude chatting-time-tests")?;
    run(&format!(
        "--package chatting-time-tests --lib --bins{others}"
    ))
}

/// Test programs that start servers of NATS, all or some of their tests.
const WITH_NATS: [&str; 5] = [
    "cluster",
    "example_cluster",
    "moving",
    "store",
    "store_contract",
];

fn programs_without_nats() -> Result<Vec<String>, Failure> {
    let folder = workspace_root().join("tests/tests");
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure(format!("cannot read {}: {error}", folder.display())))?;
    let names =
        entries.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()));
    Ok(names
        .filter(|name| !WITH_NATS.contains(&name.as_str()))
        .collect())
}

fn build_tests() -> Result<(), Failure> {
    Command::new("cargo test --workspace --no-run").run()
}

/// Many times the seeds that `tests` simulates.
fn simulation() -> Result<(), Failure> {
    Command::new("cargo test --package chatting-time --test simulation")
        .env("SIMULATION_SEEDS", "10000")
        .run()
}

/// Ten times as many failures of servers that keep everything in NATS as in `tests`.
fn cluster() -> Result<(), Failure> {
    setup::programs(&[IP])?;
    nats::server()?;
    Command::new("cargo test --package chatting-time-tests --test cluster")
        .env("CLUSTER_ROUNDS", "20")
        .run()
}

/// Core alone for the browser's target, and there the very tests that pass here; then those of the engine, in a browser.
fn wasm() -> Result<(), Failure> {
    setup::node()?;
    setup::programs(&[CHROMIUM, CHROMEDRIVER])?;
    setup::rust_target(BROWSER_TARGET)?;
    Command::new("cargo build --package chatting-time-core --target")
        .arg(BROWSER_TARGET)
        .run()?;
    setup::wasm_tools()?;
    let runner = setup::tools().join("bin/wasm-bindgen-test-runner");
    let in_node = Command::new("cargo test --package chatting-time-core --tests --target")
        .arg(BROWSER_TARGET)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    same_tests_as_here("chatting-time-core", in_node)?;
    let in_chromium =
        Command::new("wasm-pack --log-level warn test --headless --chrome wasm --locked")
            .find_first_in(&setup::tools().join("bin"))
            // Seconds until the driver answers, and until the tests are through: deadlines for what hangs, not bounds.
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
            .env("WASM_BINDGEN_TEST_TIMEOUT", "600");
    same_tests_as_here("chatting-time-wasm", in_chromium)
}

/// Before the server is built for all tests, for which it takes the playground in.
fn playground() -> Result<(), Failure> {
    page::prepare()?;
    page::build_if_changed()
}

/// The playground, used in a browser, served by the real binary.
fn page() -> Result<(), Failure> {
    setup::programs(&[CHROMIUM])?;
    playground()?;
    page::npm("run --silent typecheck").run()?;
    page::npm("run --silent lint").run()?;
    build_tests()?;
    page::npm("run --silent test").run()
}

/// Measures the playground, served as `page` tests it.
pub(crate) fn bench_page() -> Result<(), Failure> {
    setup::programs(&[CHROMIUM])?;
    playground()?;
    build_tests()?;
    page::npm("run --silent benchmark").run()
}

const IP: Program = Program {
    name: "ip",
    debian_package: "iproute2",
    used_for: "makes the network that a test cuts",
};

const CHROMIUM: Program = Program {
    name: "chromium",
    debian_package: "chromium",
    used_for: "the browser that tests run in",
};

const CHROMEDRIVER: Program = Program {
    name: "chromedriver",
    debian_package: "chromium-driver",
    used_for: "lets wasm-pack run tests in Chromium",
};

fn docs() -> Result<(), Failure> {
    Command::new("cargo doc --workspace --no-deps")
        .env("RUSTDOCFLAGS", "-D warnings")
        .run()
}

const TARGET_WITHOUT_STD: &str = "wasm32v1-none";

/// The test that a line like `test limits::tests::holds ... ok` reports as passed, or as ignored on purpose.
fn finished_test(line: &str) -> Option<String> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    (result == "ok" || result.starts_with("ignored")).then(|| name.to_owned())
}

/// The test that a line like `limits::tests::holds: test` lists.
fn listed_test(line: &str) -> Option<String> {
    Some(line.strip_suffix(": test")?.to_owned())
}

/// Runs the tests of a package elsewhere, and fails unless all that are here ran there: a module that forgets to take
/// the test attribute of wasm-bindgen would be skipped without a word.
fn same_tests_as_here(package: &str, elsewhere: Command) -> Result<(), Failure> {
    let mut finished = BTreeSet::new();
    elsewhere.run_and_watch(|line| finished.extend(finished_test(line)))?;
    let here = Command::new("cargo test --tests --package")
        .args([package, "--", "--list", "--format", "terse"])
        .output()?;
    let here = here.lines().filter_map(listed_test).collect();
    same_tests(package, &here, &finished)
}

fn same_tests(
    package: &str,
    here: &BTreeSet<String>,
    there: &BTreeSet<String>,
) -> Result<(), Failure> {
    if there.is_empty() {
        return Err(Failure(format!("no test of {package} ran as WebAssembly")));
    }
    let skipped: Vec<&str> = here.difference(there).map(String::as_str).collect();
    if skipped.is_empty() {
        return Ok(());
    }
    Err(Failure(format!(
        "these tests of {package} did not run as WebAssembly: {}\nTheir module has to start with\n    \
         #[cfg(target_arch = \"wasm32\")]\n    use wasm_bindgen_test::wasm_bindgen_test as test;\nand each test \
         program of wasm/ needs `wasm_bindgen_test_configure!(run_in_browser)` once.",
        skipped.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_run_without_any_test_fails() {
        assert!(same_tests("a", &names(&[]), &names(&[])).is_err());
    }

    #[test]
    fn a_test_that_ran_only_here_is_named() {
        let failure =
            same_tests("a", &names(&["a::one", "a::two"]), &names(&["a::one"])).unwrap_err();
        assert!(
            failure.0.contains("a::two") && !failure.0.contains("a::one"),
            "{failure}"
        );
    }

    #[test]
    fn the_lines_of_both_test_runners_give_the_same_name() {
        assert_eq!(
            finished_test("test a::one ... ok"),
            listed_test("a::one: test")
        );
        assert_eq!(
            finished_test("test a::one ... ignored, runs natively only"),
            listed_test("a::one: test")
        );
        assert_eq!(finished_test("test a::one ... FAIL"), None);
        assert_eq!(listed_test("3 tests, 0 benchmarks"), None);
    }

    #[test]
    fn a_name_beside_the_flag_for_all_is_refused() {
        let failure = test(&["--full".to_owned(), "docs".to_owned()]).unwrap_err();
        assert!(failure.0.contains("--full"), "{failure}");
    }

    #[test]
    fn a_step_that_does_not_exist_is_refused_with_those_that_do() {
        let failure = test(&["tets".to_owned()]).unwrap_err();
        assert!(
            failure.0.contains("`tets`") && failure.0.contains("wasm"),
            "{failure}"
        );
    }
}
