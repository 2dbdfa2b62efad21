//! Installs what a check needs and the machine lacks; where that takes rights we do not have, names it and stops.

use std::path::PathBuf;

use crate::command::{Command, Failure, workspace_root};

/// The target of browsers, and of Node.js.
pub(crate) const BROWSER_TARGET: &str = "wasm32-unknown-unknown";

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

/// Makes sure of the source of the standard library.
pub(crate) fn rust_source() -> Result<(), Failure> {
    match rust_folder()?.join("lib/rustlib/src/rust/library").is_dir() {
        true => Ok(()),
        false => rustup(&["component", "add", "rust-src"]),
    }
}

/// Where the compiler lies with all that came with it.
pub(crate) fn rust_folder() -> Result<PathBuf, Failure> {
    let folder = Command::new("rustc --print sysroot").output()?;
    Ok(PathBuf::from(folder.trim()))
}

/// Makes sure of a compiler that can build the engine.
pub(crate) fn engine_compiler() -> Result<(), Failure> {
    let found = Command::new("rustc --version").output()?;
    match rust_version(&found).is_some_and(|version| version >= ENGINE_COMPILER) {
        true => Ok(()),
        false => Err(Failure(format!(
            "Rust {}.{} or later is needed to build the playground, and this is {}: run `rustup update`, or install it \
             the way your Rust came",
            ENGINE_COMPILER.0,
            ENGINE_COMPILER.1,
            found.trim()
        ))),
    }
}

/// The first one that knows `panic=immediate-abort`.
const ENGINE_COMPILER: (u32, u32) = (1, 92);

/// Major and minor number of what `rustc --version` prints, such as `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rust_version(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.strip_prefix("rustc ")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// Makes sure of programs that Debian packages.
pub(crate) fn programs(needed: &[Program]) -> Result<(), Failure> {
    let missing: Vec<&Program> = needed
        .iter()
        // Not all of them know the option, but none does more than print when asked.
        .filter(|program| !Command::new(program.name).arg("--version").starts())
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

/// Where tools of our own choice of version are installed.
pub(crate) fn tools() -> PathBuf {
    workspace_root().join("target/tools")
}

/// Makes sure of wasm-pack, and of wasm-bindgen in exactly the version of the lock file, which the code that it reads
/// and the format of its tests are tied to.
///
/// Debug builds are enough for what they do here and take a third of the time of the usual ones. One of wasm-bindgen
/// needs no TLS to talk to a browser on this machine; its published lock file (0.2.130) does not resolve, hence no
/// `--locked`.
pub(crate) fn wasm_tools() -> Result<(), Failure> {
    let package = Command::new("cargo pkgid wasm-bindgen").output()?;
    let wasm_bindgen = package.trim().rsplit(['@', '#']).next().unwrap_or_default();
    cargo_tool(
        "wasm-bindgen-cli",
        wasm_bindgen,
        &["wasm-bindgen", "wasm-bindgen-test-runner"],
        &["--no-default-features"],
    )?;
    cargo_tool("wasm-pack", WASM_PACK, &["wasm-pack"], &["--locked"])
}

const WASM_PACK: &str = "0.15.1";

/// Makes sure of cargo-deb.
pub(crate) fn cargo_deb() -> Result<(), Failure> {
    cargo_tool("cargo-deb", "3.8.0", &["cargo-deb"], &["--locked"])
}

/// Makes sure of cargo-deny.
pub(crate) fn cargo_deny() -> Result<(), Failure> {
    cargo_tool("cargo-deny", "0.20.2", &["cargo-deny"], &["--locked"])
}

/// Makes sure of these programs of a package from crates.io, in this version.
fn cargo_tool(
    package: &str,
    version: &str,
    programs: &[&str],
    options: &[&str],
) -> Result<(), Failure> {
    let installed = Command::new("cargo install --list --root")
        .arg(tools())
        .output()?;
    let is_there = installed
        .lines()
        .any(|line| line == format!("{package} v{version}:"))
        && programs
            .iter()
            .all(|program| tools().join("bin").join(program).is_file());
    if is_there {
        return Ok(());
    }
    let programs = programs.iter().flat_map(|program| ["--bin", program]);
    Command::new("cargo install --quiet --debug")
        .args(options)
        .args(programs)
        .arg("--root")
        .arg(tools())
        // What the two have in common is compiled once.
        .arg("--target-dir")
        .arg(tools().join("build"))
        .arg(format!("{package}@{version}"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0")
        .run()
}

/// Makes sure that Node.js can build the page. It does not install it: which Node.js is there, and where it comes from,
/// is for its owner to decide.
pub(crate) fn node() -> Result<(), Failure> {
    let found = Command::new("node --version").output().ok();
    let found = found.as_deref().map(str::trim);
    let is_enough = found.and_then(node_version).is_some_and(builds_the_page);
    if !is_enough {
        return Err(Failure(format!(
            "Node.js 20.19 or later (of 22: 22.12) is needed to build the playground, and {}: install it from \
             https://nodejs.org",
            found.map_or("there is none here".to_owned(), |version| format!(
                "this is {version}"
            ))
        )));
    }
    if !Command::new("npm --version").succeeds() {
        return Err(Failure(
            "npm, which comes with Node.js, is needed to build the playground, and there is none here: install it \
             from https://nodejs.org, or the Debian package npm"
                .into(),
        ));
    }
    Ok(())
}

/// Major and minor number of what `node --version` prints, such as `v20.19.0`.
fn node_version(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// What Vite supports.
fn builds_the_page(version: (u32, u32)) -> bool {
    match version {
        (20, minor) => minor >= 19,
        (22, minor) => minor >= 12,
        (major, _) => major > 22,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_a_compiler_is_read() {
        let stable = rust_version("rustc 1.95.0 (59807616e 2026-04-14)\n");
        assert_eq!(stable, Some((1, 95)));
        assert_eq!(
            rust_version("rustc 1.96.0-nightly (0 2026-05-01)"),
            Some((1, 96))
        );
        assert!(stable.unwrap() >= ENGINE_COMPILER);
        assert_eq!(rust_version("cargo 1.95.0"), None);
    }

    #[test]
    fn the_versions_of_node_that_vite_supports_build_the_page() {
        let builds = |printed| node_version(printed).is_some_and(builds_the_page);
        for enough in ["v20.19.0", "v20.20.2", "v22.12.0", "v24.0.1"] {
            assert!(builds(enough), "{enough}");
        }
        for too_old in ["v18.20.4", "v20.18.3", "v21.7.3", "v22.11.0", "20.19.0", ""] {
            assert!(!builds(too_old), "{too_old}");
        }
    }
}
