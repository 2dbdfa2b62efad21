//! Builds the playground's engine as a package for browsers, as small as it gets.
//!
//! What a browser loads of Rust is for a good part the standard library's: how it panics, with places and texts that
//! nobody sees in a page, and code made for speed. So it is compiled anew, for size, and a panic is nothing but the trap
//! that it ends in anyway: a sixth of the whole. Cargo and the compiler call that unstable and want to be told that we
//! know (`RUSTC_BOOTSTRAP`); Rust's tests, and everything that runs on a server, are built without it.

use std::env;
use std::fs;
use std::path::PathBuf;

use crate::command::{Command, Failure, workspace_root};
use crate::setup;

const ENGINE: &str = "wasm/pkg/chatting_time_wasm_bg.wasm";

/// Builds it into `wasm/pkg`.
pub(crate) fn build() -> Result<(), Failure> {
    let folders = folders()?;
    let mut flags = vec![
        "-Zunstable-options".to_owned(),
        "-Cpanic=immediate-abort".to_owned(),
        "-Zlocation-detail=none".to_owned(),
        "-Zfmt-debug=none".to_owned(),
    ];
    for (folder, name) in &folders {
        flags.push(format!("--remap-path-prefix={}={name}", folder.display()));
    }
    Command::new(
        "wasm-pack --log-level warn build wasm --target web --profile wasm-release -- --locked",
    )
    .arg("-Zbuild-std=std,panic_abort")
    .arg("-Zbuild-std-features=optimize_for_size")
    .env("RUSTC_BOOTSTRAP", "1")
    .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
    // wasm-pack then finds the very wasm-bindgen of the lock file, and does not install another.
    .find_first_in(&setup::tools().join("bin"))
    .run()?;
    holds_no_folder(&folders)
}

/// The folders of this machine that sources are compiled from, the innermost last, each with what stands for it.
fn folders() -> Result<Vec<(PathBuf, &'static str)>, Failure> {
    let home = env::home_dir();
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| Some(home.clone()?.join(".cargo")));
    let folders = [
        (home, "home"),
        (cargo, "cargo"),
        (Some(setup::rust_folder()?), "rust"),
        (Some(workspace_root().to_path_buf()), "."),
    ];
    Ok(folders
        .into_iter()
        .filter_map(|(folder, name)| Some((folder?, name)))
        .collect())
}

/// What is published tells nothing about the machine that it was made on.
fn holds_no_folder(folders: &[(PathBuf, &'static str)]) -> Result<(), Failure> {
    let engine =
        fs::read(ENGINE).map_err(|error| Failure(format!("{ENGINE} cannot be read: {error}")))?;
    for (folder, _) in folders {
        let path = folder.as_os_str().as_encoded_bytes();
        if contains(&engine, path) {
            return Err(Failure(format!(
                "{ENGINE} holds the path {}, which is nobody's business: see how xtask/src/engine.rs keeps paths out",
                folder.display()
            )));
        }
    }
    Ok(())
}

/// Whether a path in that folder stands there. One whose folder has a single name, such as `/src`, counts where no longer
/// path can hold it: texts stand side by side in the engine, so others count wherever they stand.
fn contains(bytes: &[u8], folder: &[u8]) -> bool {
    let is_of_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-/".contains(byte);
    let names = folder.split(|byte| *byte == b'/');
    let names = names.filter(|name| !name.is_empty()).count();
    (0..bytes.len()).any(|at| {
        let (before, rest) = bytes.split_at(at);
        let behind = rest.strip_prefix(folder);
        let is_whole = behind.is_some_and(|behind| behind.starts_with(b"/"));
        is_whole && (names > 1 || names == 1 && !before.last().is_some_and(is_of_a_name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_folder_is_found_wherever_it_stands() {
        assert!(contains(b"\0/home/messi/x.rs", b"/home/messi"));
        assert!(contains(b"a text/home/messi/x.rs", b"/home/messi"));
        assert!(contains(b"\0/src/x.rs", b"/src"));
    }

    #[test]
    fn what_only_looks_like_a_path_in_a_folder_is_left_alone() {
        assert!(!contains(b"/home/lineker", b"/home/messi"));
        assert!(!contains(b"/home/messina/x.rs", b"/home/messi"));
        assert!(!contains(b"/rust/library/std/src/io.rs", b"/src"));
        assert!(!contains(b"//", b"/"));
        assert!(!contains(b"", b"/home"));
    }
}
