//! The Debian package, and checks of what it installs.

use std::fs;
use std::path::Path;

use crate::command::{Command, Failure, workspace_root};
use crate::page;
use crate::setup::{self, Program};

/// What only a package needs, as its metadata in `native-server/Cargo.toml` names it.
const GENERATED: &str = "target/package";
const PROGRAM: &str = "target/release/chatting-time";
const SERVICE: &str = "packaging/chatting-time.service";
const IMAGE: &str = "packaging/Dockerfile";
/// The exposure that `systemd-analyze security` may find in the service, in tenths.
const MOST_EXPOSURE: &str = "20";

/// Builds the package and says where it lies.
pub(crate) fn build() -> Result<(), Failure> {
    setup::programs(&[Program {
        name: "dpkg-shlibdeps",
        debian_package: "dpkg-dev",
        used_for: "finds the packages that the program needs",
    }])?;
    setup::cargo_deb()?;
    check_service()?;
    check_image()?;
    match page::prepare() {
        Ok(()) => page::build_if_changed()?,
        Err(missing) => eprintln!("xtask: {missing}\nThe package is made without the playground."),
    }
    Command::new("cargo build --locked --release --package chatting-time").run()?;
    generate()?;
    let built =
        Command::new("cargo deb --locked --no-build --strip --package chatting-time --output")
            .arg(GENERATED)
            .find_first_in(&setup::tools().join("bin"))
            .output()?;
    check(built.trim())?;
    println!("{}", built.trim());
    Ok(())
}

/// Writes the manual pages and completions, made by the program itself.
fn generate() -> Result<(), Failure> {
    let folder = workspace_root().join(GENERATED);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| cannot_write(&folder, &error))?;
    }
    Command::new(PROGRAM)
        .args(["man", "--out"])
        .arg(folder.join("man"))
        .run()?;
    for shell in ["bash", "zsh", "fish"] {
        let script = Command::new(PROGRAM)
            .args(["completions", shell])
            .output()?;
        let file = folder.join(format!("completions.{shell}"));
        fs::write(&file, script).map_err(|error| cannot_write(&file, &error))?;
    }
    Ok(())
}

/// The service gives the server no more than it needs, as far as systemd can tell.
pub(crate) fn check_service() -> Result<(), Failure> {
    if !Command::new("systemd-analyze --version").succeeds() {
        eprintln!("xtask: no systemd-analyze here, so {SERVICE} is not checked");
        return Ok(());
    }
    Command::new("systemd-analyze security --offline=true --no-pager --threshold")
        .args([MOST_EXPOSURE, SERVICE])
        .output()
        .map(drop)
}

/// The image cannot be built on every machine; hadolint reads how it would be.
fn check_image() -> Result<(), Failure> {
    if !Command::new("hadolint --version").succeeds() {
        eprintln!("xtask: no hadolint here, so {IMAGE} is not checked");
        return Ok(());
    }
    Command::new("hadolint").arg(IMAGE).run()
}

/// What a package has to hold. Lintian says more, where it is there.
fn check(package: &str) -> Result<(), Failure> {
    let contents = Command::new("dpkg-deb --contents").arg(package).output()?;
    let missing: Vec<&str> = CONTENTS
        .iter()
        .copied()
        .filter(|path| !contents.lines().any(|line| line.ends_with(path)))
        .collect();
    if !missing.is_empty() {
        return Err(Failure(format!("{package} lacks {}", missing.join(", "))));
    }
    let script = |name| {
        Command::new("dpkg-deb --info")
            .args([package, name])
            .output()
    };
    if let Some(problem) =
        scripts_problem(&script("postinst")?, &script("prerm")?, &script("postrm")?)
    {
        return Err(Failure(format!("{package} {problem}")));
    }
    if Command::new("lintian --version").succeeds() {
        return Command::new("lintian --fail-on error,warning --suppress-tags")
            // The project has no mail address, and its changes are those of its repository.
            .args(["bogus-mail-host,no-changelog", package])
            .run();
    }
    eprintln!("xtask: no lintian here, so only the list of files was checked");
    Ok(())
}

/// What is wrong with what is run when the package is installed and removed.
fn scripts_problem(install: &str, stop: &str, remove: &str) -> Option<String> {
    const SERVICE: &str = "chatting-time.service";
    if let Some(part) = ["systemd-sysusers", SERVICE]
        .iter()
        .find(|part| !install.contains(**part))
    {
        return Some(format!("has no {part} in what installs it"));
    }
    let stops = |unit: &str| {
        let mut lines = stop.lines();
        lines.position(|line| line.contains("deb-systemd-invoke stop") && line.contains(unit))
    };
    let masks = |unit: &str| {
        let mut lines = remove.lines();
        lines.any(|line| line.contains("deb-systemd-helper mask") && line.contains(unit))
    };
    SOCKETS.iter().find_map(|socket| {
        match (stops(socket), stops(SERVICE)) {
            (Some(socket), Some(service)) if socket < service => {}
            _ => return Some(format!("does not stop {socket} and then {SERVICE}")),
        }
        let units = [socket, SERVICE];
        let unit = units.iter().find(|unit| !masks(unit))?;
        Some(format!("does not disable {unit} when it is removed"))
    })
}

const SOCKETS: &[&str] = &["chatting-time-listen.socket", "chatting-time-http.socket"];

const CONTENTS: &[&str] = &[
    "./usr/bin/chatting-time",
    "./usr/lib/systemd/system/chatting-time.service",
    "./usr/lib/systemd/system/chatting-time-listen.socket",
    "./usr/lib/systemd/system/chatting-time-http.socket",
    "./usr/lib/sysusers.d/chatting-time.conf",
    "./etc/chatting-time/chatting-time.toml",
    "./usr/share/man/man1/chatting-time.1.gz",
    "./usr/share/man/man1/chatting-time-user-add.1.gz",
    "./usr/share/bash-completion/completions/chatting-time",
    "./usr/share/zsh/vendor-completions/_chatting-time",
    "./usr/share/fish/vendor_completions.d/chatting-time.fish",
    "./usr/share/doc/chatting-time/copyright",
    "./usr/share/doc/chatting-time/docs/operations.md",
    "./usr/share/doc/chatting-time/docs/alerts.yml",
    "./usr/share/doc/chatting-time/docs/grafana-dashboard.json",
];

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTALL: &str = "systemd-sysusers\ndeb-systemd-invoke start chatting-time.service\n";
    const STOP: &str = "deb-systemd-invoke stop chatting-time-http.socket\n\
                        deb-systemd-invoke stop chatting-time-listen.socket\n\
                        deb-systemd-invoke stop chatting-time.service\n";

    #[test]
    fn a_package_that_leaves_a_socket_behind_is_found() {
        let remove = STOP.replace("invoke stop", "helper mask");
        assert_eq!(scripts_problem(INSTALL, STOP, &remove), None);
        for (stop, remove) in [
            (STOP.replace("-http", ""), remove.clone()),
            (STOP.to_owned(), remove.replace("-listen", "")),
            (STOP.lines().rev().collect::<Vec<_>>().join("\n"), remove),
        ] {
            assert!(scripts_problem(INSTALL, &stop, &remove).is_some(), "{stop}");
        }
    }
}
