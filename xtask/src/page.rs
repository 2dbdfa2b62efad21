//! Builds the playground: the engine as a package for browsers, then the page around it.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::time::SystemTime;

use crate::command::{Command, Failure};
use crate::{engine, setup};

/// Where the last build noted what it was made from.
const BUILT_FROM: &str = "target/playground-built-from";

/// Page and engine in one file.
pub(crate) const SINGLE_FILE: &str = "www/dist-single/chatting-time.html";

/// Everything that the page is made from.
const SOURCES: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "core/Cargo.toml",
    "core/src",
    "wasm/Cargo.toml",
    "wasm/src",
    "xtask/src/engine.rs",
    "www/index.html",
    "www/package.json",
    "www/package-lock.json",
    "www/public",
    "www/scripts",
    "www/src",
    "www/tsconfig.json",
    "www/vite.config.ts",
];

/// Makes sure of what building takes: Node.js, the WebAssembly tools, the packages of the lock file.
pub(crate) fn prepare() -> Result<(), Failure> {
    setup::node()?;
    setup::engine_compiler()?;
    setup::rust_target(setup::BROWSER_TARGET)?;
    setup::rust_source()?;
    setup::wasm_tools()?;
    install_packages()
}

/// Builds the page and its single file, unless nothing has changed since that was done.
pub(crate) fn build_if_changed() -> Result<(), Failure> {
    let sources = fingerprint();
    let is_there = Path::new("www/dist/index.html").is_file() && Path::new(SINGLE_FILE).is_file();
    if is_there && fs::read_to_string(BUILT_FROM).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    // Until the build has succeeded, nothing is built from anything.
    let _ = fs::remove_file(BUILT_FROM);
    build()?;
    fs::write(BUILT_FROM, sources)
        .map_err(|error| Failure(format!("{BUILT_FROM} cannot be written: {error}")))
}

/// Builds the engine's package into `wasm/pkg`, the page into `www/dist`, and the single file: a server has all of it or
/// none, and never parts of different age.
pub(crate) fn build() -> Result<(), Failure> {
    engine::build()?;
    npm("run --silent build").run()?;
    npm("run --silent build:single-file").run()
}

/// A command of npm in the folder of the page.
pub(crate) fn npm(arguments: &str) -> Command {
    Command::new(&format!("npm --prefix www {arguments}"))
}

/// npm notes what it installed; a lock file younger than that asks for something else.
fn install_packages() -> Result<(), Failure> {
    let changed = |path: &str| fs::metadata(path).and_then(|file| file.modified());
    let is_installed = match (
        changed("www/node_modules/.package-lock.json"),
        changed("www/package-lock.json"),
    ) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    };
    if is_installed {
        return Ok(());
    }
    npm("ci").run()
}

/// Names, sizes and times of all sources as one number. Sixty-four bits are plenty against an unlucky match, and another
/// version of Rust that counts differently only builds once more.
fn fingerprint() -> String {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        add(Path::new(source), &mut hasher);
    }
    format!("{:016x}\n", hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    let Ok(entry) = fs::metadata(path) else {
        return;
    };
    if entry.is_dir() {
        let mut inside: Vec<_> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        inside.sort();
        for path in inside {
            add(&path, hasher);
        }
    } else {
        entry.len().hash(hasher);
        entry
            .modified()
            .unwrap_or(SystemTime::UNIX_EPOCH)
            .hash(hasher);
    }
}
