//! Runs other programs: shows what is run, and says which one failed.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{self, ExitStatus, Stdio};

/// Why a task stopped, in a sentence for the person who ran it.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A program about to be run, with its arguments.
pub(crate) struct Command {
    inner: process::Command,
}

impl Command {
    /// Takes a program and its first arguments, separated by spaces.
    pub(crate) fn new(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let mut inner = process::Command::new(words.next().expect("a command names its program"));
        inner.args(words);
        // What cargo says of the package that this program is of: to the build scripts of others it would be something new,
        // and they and all above them would be built again each time.
        let names = std::env::vars_os().map(|(name, _)| name);
        for name in names.filter(|name| is_of_package(name)) {
            inner.env_remove(name);
        }
        Self { inner }
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.inner.arg(argument);
        self
    }

    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.inner.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Puts a folder in front of those where programs are looked for.
    pub(crate) fn find_first_in(self, folder: &Path) -> Self {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let folders =
            std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&inherited));
        let path = std::env::join_paths(folders).expect("the folder's name holds no separator");
        self.env("PATH", path)
    }

    /// Runs it with this terminal.
    pub(crate) fn run(mut self) -> Result<(), Failure> {
        let line = self.line();
        println!("$ {line}");
        let status = self
            .inner
            .status()
            .map_err(|error| cannot_start(&line, &error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure(format!("`{line}` failed ({status})")))
        }
    }

    /// Runs it with this terminal and hands each line of its standard output on to `see`.
    pub(crate) fn run_and_watch(mut self, mut see: impl FnMut(&str)) -> Result<(), Failure> {
        let line = self.line();
        println!("$ {line}");
        let mut child = self
            .inner
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| cannot_start(&line, &error))?;
        let output = BufReader::new(child.stdout.take().expect("standard output is piped"));
        for text in output.lines() {
            let text =
                text.map_err(|error| Failure(format!("`{line}` cannot be read: {error}")))?;
            println!("{text}");
            see(&text);
        }
        let status = child.wait().map_err(|error| cannot_start(&line, &error))?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure(format!("`{line}` failed ({status})")))
        }
    }

    /// Runs it silently and returns its standard output.
    pub(crate) fn output(mut self) -> Result<String, Failure> {
        let line = self.line();
        let output = self
            .inner
            .output()
            .map_err(|error| cannot_start(&line, &error))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(Failure(format!(
                "`{line}` failed ({}):\n{said}",
                output.status
            )))
        }
    }

    /// Runs it silently and says whether it is there and succeeds.
    pub(crate) fn succeeds(self) -> bool {
        self.run_silently().is_ok_and(|status| status.success())
    }

    /// Runs it silently and says whether it is there.
    pub(crate) fn starts(self) -> bool {
        self.run_silently().is_ok()
    }

    fn run_silently(mut self) -> io::Result<ExitStatus> {
        let quiet = self
            .inner
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        quiet.status()
    }

    /// Replaces this process by it; returns only when it cannot be started.
    #[cfg(unix)]
    pub(crate) fn become_it(mut self) -> Result<(), Failure> {
        use std::os::unix::process::CommandExt;
        let error = self.inner.exec();
        Err(cannot_start(&self.line(), &error))
    }

    /// Runs it with this terminal: this platform cannot replace a process.
    #[cfg(not(unix))]
    pub(crate) fn become_it(self) -> Result<(), Failure> {
        self.run()
    }

    /// As one would type it, with what it adds to the environment.
    fn line(&self) -> String {
        let added = self.inner.get_envs().filter_map(|(name, value)| {
            let mut value = quoted(value?);
            if name == "PATH"
                && let Ok(inherited) = std::env::var(name)
            {
                value = value.replace(&inherited, "$PATH");
            }
            Some(format!("{}={value}", name.to_string_lossy()))
        });
        let words = std::iter::once(self.inner.get_program()).chain(self.inner.get_args());
        added.chain(words.map(quoted)).collect::<Vec<_>>().join(" ")
    }
}

fn is_of_package(variable: &OsStr) -> bool {
    let variable = variable.to_string_lossy();
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

/// The folder of the workspace, found at run time so that a moved clone still works.
pub(crate) fn workspace_root() -> PathBuf {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(package)
        .parent()
        .expect("xtask lies in the workspace")
        .to_path_buf()
}

pub(crate) fn enter_workspace() -> Result<(), Failure> {
    let root = workspace_root();
    std::env::set_current_dir(&root)
        .map_err(|error| Failure(format!("cannot enter {}: {error}", root.display())))
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains([' ', '*']) {
        format!("'{word}'")
    } else {
        word.into_owned()
    }
}

fn cannot_start(line: &str, error: &std::io::Error) -> Failure {
    Failure(format!("`{line}` cannot be started: {error}"))
}
