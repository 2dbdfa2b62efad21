//! A nats-server that is new enough: the machine's, or the one of a later Debian, unpacked among the tools and not installed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Command, Failure};
use crate::setup::tools;

/// The first one that answers the way the server asks, and can be told when to sync.
const NEEDED: (u32, u32) = (2, 10);
/// The first Debian that has it. Its program is linked statically and runs on others.
const RELEASE: &str = "trixie";
const SOURCES: [&str; 2] = ["/etc/apt/sources.list", "/etc/apt/sources.list.d"];
const KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Makes sure of one and returns its path.
pub(crate) fn server() -> Result<PathBuf, Failure> {
    let own = tools().join("nats/usr/sbin/nats-server");
    for program in [own.clone(), PathBuf::from("nats-server")] {
        let printed = Command::new(&program.display().to_string())
            .arg("--version")
            .output()
            .ok();
        if printed
            .as_deref()
            .and_then(version)
            .is_some_and(|version| version >= NEEDED)
        {
            return Ok(program);
        }
    }
    unpack(&tools().join("nats"))?;
    Ok(own)
}

/// Whether there is one. Where only an older one is to be had, that is said, with what it keeps from being tested.
pub(crate) fn is_to_be_had() -> Result<bool, Failure> {
    let Err(problem) = server() else {
        return Ok(true);
    };
    match Command::new("nats-server --version").output() {
        Ok(older) => {
            println!(
                "NOT TESTED: servers that keep everything in NATS, for which this one is too old ({}). {problem}",
                older.trim()
            );
            Ok(false)
        }
        Err(_) => Err(problem),
    }
}

/// Fetches the package with apt, in folders of its own: that takes no rights, and leaves the machine's packages alone.
fn unpack(folder: &Path) -> Result<(), Failure> {
    let mirror = mirror().ok_or_else(|| {
        Failure(format!(
            "nats-server {}.{} or later is needed to test the server on NATS, and this machine has none, nor a source of Debian \
             packages to fetch it from: install it",
            NEEDED.0, NEEDED.1
        ))
    })?;
    let problem =
        |error: std::io::Error| Failure(format!("cannot write to {}: {error}", folder.display()));
    for part in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(folder.join(part)).map_err(problem)?;
    }
    let source = folder.join("sources.list");
    fs::write(
        &source,
        format!("deb [signed-by={KEYS}] {mirror} {RELEASE} main\n"),
    )
    .map_err(problem)?;
    let options: Vec<String> = [
        ("Dir::Etc::SourceList", source.clone()),
        ("Dir::Etc::SourceParts", "/dev/null".into()),
        ("Dir::State::Lists", folder.join("lists")),
        ("Dir::Cache", folder.join("cache")),
        ("APT::Sandbox::User", "root".into()),
        ("Acquire::Languages", "none".into()),
    ]
    .iter()
    .flat_map(|(name, value)| ["-o".to_owned(), format!("{name}={}", value.display())])
    .collect();
    Command::new("apt-get --quiet")
        .args(&options)
        .arg("update")
        .run()?;
    // It downloads into the folder that it runs in.
    Command::new("env --chdir")
        .arg(folder)
        .args(["apt-get", "--quiet"])
        .args(&options)
        .args(["download", "nats-server"])
        .run()?;
    let packages = fs::read_dir(folder).map_err(problem)?;
    let package = packages
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .ok_or_else(|| Failure("apt fetched no package of nats-server".into()))?;
    Command::new("dpkg-deb --extract")
        .arg(package)
        .arg(folder)
        .run()
}

/// Where this machine gets its packages of Debian.
fn mirror() -> Option<String> {
    let mut files = vec![PathBuf::from(SOURCES[0])];
    files.extend(
        fs::read_dir(SOURCES[1])
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path())),
    );
    files.sort();
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts
        .collect::<Vec<_>>()
        .iter()
        .find_map(|text| mirror_of(text))
}

/// The mirror that a list of sources names, in either of its formats.
fn mirror_of(text: &str) -> Option<String> {
    let words = text
        .lines()
        .filter(|line| line.starts_with("URIs:") || line.starts_with("deb "))
        .flat_map(str::split_whitespace);
    let mut mirrors = words.filter(|word| word.contains("://"));
    let mirror = mirrors.find(|word| word.trim_end_matches('/').ends_with("/debian"))?;
    Some(mirror.trim_end_matches('/').to_owned())
}

/// Major and minor number of what `nats-server --version` prints, such as `nats-server: v2.10.27`.
fn version(printed: &str) -> Option<(u32, u32)> {
    let mut numbers = printed.trim().strip_prefix("nats-server: v")?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_found_in_either_format() {
        let new = "Types: deb\nURIs: http://mirror.example/debian-security\nURIs: http://mirror.example/debian/\n";
        let old = "# deb http://no.example/debian x\ndeb [a=b] http://mirror.example/debian bookworm main\n";
        for text in [new, old] {
            assert_eq!(
                mirror_of(text).as_deref(),
                Some("http://mirror.example/debian")
            );
        }
        assert_eq!(
            mirror_of("deb http://mirror.example/apt cloud main\n"),
            None
        );
    }

    #[test]
    fn a_version_is_read_as_it_is_printed() {
        assert_eq!(version("nats-server: v2.10.27\n"), Some((2, 10)));
        assert_eq!(version("something else"), None);
    }
}
