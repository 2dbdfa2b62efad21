//! A small disk that only some processes see, so that it can be full or read-only without harm.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A mount namespace with a tmpfs in it. It lives as long as the process that holds it, which
/// ends with this value or with this process.
pub struct Namespace {
    holder: Child,
    flags: &'static [&'static str],
    folder: TempDir,
}

impl Namespace {
    /// Mounts a disk with these options. `None`, said aloud, where that is not allowed.
    pub fn with_disk(options: &str) -> Option<Self> {
        let as_root = Self::hold(options, "-m", &["--mount"]);
        let held = as_root.or_else(|| {
            Self::hold(
                options,
                "-rm",
                &["--mount", "--user", "--preserve-credentials"],
            )
        });
        if held.is_none() {
            let mut stderr = std::io::stderr();
            // Not by eprintln, which a passing test does not show.
            let _ = writeln!(
                stderr,
                "\nNOT TESTED: no disk can be mounted here, neither as root nor in a user \
                 namespace; native-server/tests/engine/room.rs tests the same on a simulated disk\n"
            );
        }
        held
    }

    fn hold(options: &str, unshare: &str, flags: &'static [&'static str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = r#"mount -t tmpfs -o "$1" tmpfs "$2" && echo mounted && exec cat"#;
        let mut holder = Command::new("unshare")
            .args([unshare, "sh", "-c", script, "sh", options])
            .arg(folder.path())
            // Held open until this value or this process is gone.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut answer = String::new();
        let stdout = holder.stdout.take().unwrap();
        let _ = BufReader::new(stdout).read_line(&mut answer);
        let held = Self {
            holder,
            flags,
            folder,
        };
        (answer == "mounted\n").then_some(held)
    }

    /// The disk as processes in the namespace see it.
    pub fn disk(&self) -> &Path {
        self.folder.path()
    }

    /// The disk as everybody sees it.
    pub fn disk_from_outside(&self) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        Path::new(&root).join(self.disk().strip_prefix("/").unwrap())
    }

    /// The command that runs another one in the namespace.
    pub fn enter(&self) -> Vec<String> {
        let flags = self.flags.iter().map(|flag| (*flag).to_owned());
        let target = format!("--target={}", self.holder.id());
        ["nsenter".to_owned(), target]
            .into_iter()
            .chain(flags)
            .collect()
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
