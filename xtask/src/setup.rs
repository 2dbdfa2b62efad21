//! Installs what a check needs and the machine lacks; where that takes rights we do not have, names it and stops.

use std::path::PathBuf;

use crate::command::{Command, Failure, workspace_root};

/// A program that comes with a Debian package.
pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) debian_package: &'static str,
    pub(crate) used_for: &'static str,
}

/// Makes sure of rustfmt and clippy, which a minimal Rust installation lacks.
pub(crate) fn rust_component(name: &str, subcommand: &str) -> Result<(), Failure> {
    if Command::new("cargo")
        .args([subcommand, "--version"])
        .succeeds()
    {
        return Ok(());
    }
    rustup(&["component", "add", name])
}

/// Makes sure of the standard library (or only `core` and `alloc`) for another target.
pub(crate) fn rust_target(name: &str) -> Result<(), Failure> {
    let libraries = Command::new("rustc --print target-libdir --target")
        .arg(name)
        .output()?;
    if PathBuf::from(libraries.trim()).is_dir() {
        return Ok(());
    }
    rustup(&["target", "add", name])
}

/// Makes sure of programs that Debian packages.
pub(crate) fn programs(needed: &[Program]) -> Result<(), Failure> {
    let missing: Vec<&Program> = needed
        .iter()
        .filter(|program| !Command::new(program.name).arg("--version").succeeds())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing
        .iter()
        .map(|program| program.debian_package)
        .collect::<Vec<_>>()
        .join(" ");
    let Some(prefix) = root_prefix() else {
        let reasons: Vec<String> = missing
            .iter()
            .map(|program| {
                format!(
                    "  {} (Debian package {}): {}",
                    program.name, program.debian_package, program.used_for
                )
            })
            .collect();
        return Err(Failure(format!(
            "missing on this machine:\n{}\nInstall with: sudo apt-get install --no-install-recommends {packages}",
            reasons.join("\n")
        )));
    };
    Command::new(&format!("{prefix}apt-get update --quiet")).run()?;
    Command::new(&format!(
        "{prefix}apt-get install --quiet --yes --no-install-recommends {packages}"
    ))
    .run()
}

/// Makes sure of the test runner of wasm-bindgen in exactly the version of the lock file, which its test format is tied
/// to, and returns where it lies.
///
/// A debug build without its network client is enough for a local Node.js and takes a third of the time of the usual
/// one. The published lock file of 0.2.130 does not resolve, hence no `--locked`.
pub(crate) fn wasm_bindgen_test_runner() -> Result<PathBuf, Failure> {
    let package = Command::new("cargo pkgid wasm-bindgen").output()?;
    let version = package
        .trim()
        .rsplit(['@', '#'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let tools = workspace_root().join("target/tools");
    let runner = tools.join("bin/wasm-bindgen-test-runner");
    let installed = Command::new("cargo install --list --root")
        .arg(&tools)
        .output()?;
    if !(runner.is_file() && installed.contains(&format!("wasm-bindgen-cli v{version}:"))) {
        Command::new("cargo install --quiet --debug --no-default-features --bin wasm-bindgen-test-runner --root")
            .arg(&tools)
            .arg(format!("wasm-bindgen-cli@{version}"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .run()?;
    }
    Ok(runner)
}

fn rustup(arguments: &[&str]) -> Result<(), Failure> {
    if !Command::new("rustup --version").succeeds() {
        return Err(Failure(format!(
            "`rustup {}` is needed, but there is no rustup here: install it from https://rustup.rs, or install the same \
             part of Rust the way your Rust came",
            arguments.join(" ")
        )));
    }
    Command::new("rustup").args(arguments).run()
}

/// What to put before a command that needs root: nothing, sudo, or `None` when neither will do.
fn root_prefix() -> Option<&'static str> {
    if Command::new("id -u")
        .output()
        .is_ok_and(|user| user.trim() == "0")
    {
        Some("")
    } else if Command::new("sudo --non-interactive true").succeeds() {
        Some("sudo --non-interactive ")
    } else {
        None
    }
}
