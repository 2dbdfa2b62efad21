//! Which packages core may stand on, directly or not, and why each one may.
//!
//! That none of them reaches a host is proved by compiling core where there is no host. This list is about intent: a
//! package comes into core because somebody decided so, not because another one pulled it in.

use std::collections::BTreeSet;

use crate::command::{Command, Failure};

/// Packages that end up in core's code, with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("argon2", "password hashes; its randomness is a parameter"),
    ("arrayvec", "usernames without an allocation"),
    ("base64ct", "argon2: the text form of a hash"),
    ("blake2", "argon2: its inner hash"),
    ("block-buffer", "argon2: blocks of blake2"),
    ("cmov", "argon2: comparison in constant time"),
    ("cobs", "postcard: framing, which we do not use"),
    ("crypto-common", "argon2: the traits of its hash"),
    ("ctutils", "argon2: comparison in constant time"),
    ("digest", "argon2: the traits of its hash"),
    ("foldhash", "the hash of our maps, with a seed of our own"),
    ("hashbrown", "maps without the standard library"),
    ("hybrid-array", "argon2: arrays of blake2"),
    ("memchr", "the end of a line, quickly"),
    ("password-hash", "argon2: the PHC text form"),
    ("phc", "argon2: the PHC text form"),
    ("postcard", "events as bytes"),
    ("serde", "events as bytes"),
    ("serde_core", "serde: its traits"),
    ("slab", "accounts at places that stay"),
    ("thiserror", "postcard: error texts"),
    ("typenum", "argon2: lengths of blake2"),
    ("uuid", "tokens as text; their bytes come from the host"),
];

/// Fails when core stands on a package that is not listed, or when a listed one is no longer used.
pub(crate) fn check() -> Result<(), Failure> {
    let tree = Command::new(
        "cargo tree --package chatting-time-core --edges no-build,no-dev,no-proc-macro --target wasm32-unknown-unknown --prefix none",
    )
    .output()?;
    let used: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    compare(&used)
}

fn compare(used: &BTreeSet<&str>) -> Result<(), Failure> {
    let allowed: BTreeSet<&str> = ALLOWED
        .iter()
        .map(|(name, _)| *name)
        .chain(["chatting-time-core"])
        .collect();
    let listed = |names: Vec<&str>| names.join(", ");
    let unknown: Vec<&str> = used.difference(&allowed).copied().collect();
    if !unknown.is_empty() {
        return Err(Failure(format!(
            "core now depends on {}: leave it out, or allow it in xtask/src/core_dependencies.rs with a reason \
             (`cargo tree -p chatting-time-core -e normal -i {}` shows who wants it)",
            listed(unknown.clone()),
            unknown[0]
        )));
    }
    let unused: Vec<&str> = allowed.difference(used).copied().collect();
    if !unused.is_empty() {
        return Err(Failure(format!(
            "core no longer depends on {}: take it off the list in xtask/src/core_dependencies.rs",
            listed(unused)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed_and(more: &'static str) -> BTreeSet<&'static str> {
        ALLOWED
            .iter()
            .map(|(name, _)| *name)
            .chain(["chatting-time-core", more])
            .collect()
    }

    #[test]
    fn a_package_that_is_not_listed_is_refused_by_name() {
        let failure = compare(&allowed_and("getrandom")).unwrap_err();
        assert!(failure.0.contains("getrandom"), "{failure}");
    }

    #[test]
    fn a_listed_package_that_is_not_used_is_named() {
        let mut used = allowed_and("argon2");
        used.remove("memchr");
        let failure = compare(&used).unwrap_err();
        assert!(failure.0.contains("memchr"), "{failure}");
    }
}
