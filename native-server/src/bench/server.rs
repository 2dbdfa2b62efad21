//! The server that is started to be measured, on a data folder of its own that goes with it.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::BenchError;
use super::interruption::Interruption;

/// A folder for the data, gone when it is dropped.
pub(super) fn data_folder(parent: &Path) -> Result<TempDir, BenchError> {
    let made = fs::create_dir_all(parent)
        .and_then(|()| tempfile::Builder::new().prefix("bench-").tempdir_in(parent));
    made.map_err(|error| BenchError::DataFolder(parent.to_owned(), error))
}

pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    interruption: Interruption,
}

impl Server {
    /// Starts this very program on loopback, with mailboxes that never fill.
    pub(super) fn start(folder: &Path, interruption: &Interruption) -> Result<Self, BenchError> {
        let program = std::env::current_exe().map_err(BenchError::NotStarted)?;
        let mut child = Command::new(program)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--http", "off", "--admin-http", "off"])
            .args([
                "--mailbox-messages",
                "4000000000",
                "--mailbox-bytes",
                "1024GiB",
            ])
            .args(["--log-filter", "warn", "--data"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Ctrl-C is for the load, which then ends the server.
            .process_group(0)
            .spawn()
            .map_err(BenchError::NotStarted)?;
        interruption.started_server(&child);
        match address_of(&mut child) {
            Some(address) => Ok(Self {
                child,
                address,
                interruption: interruption.clone(),
            }),
            None => {
                interruption.ended_server();
                let _ = child.kill();
                let _ = child.wait();
                let error = io::Error::other("it said why above");
                Err(BenchError::NotStarted(error))
            }
        }
    }

    /// The most memory that it has had resident so far, in bytes, where the system tells.
    pub(super) fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes << 10)
    }
}

impl Drop for Server {
    /// Asks it to stop, and after a while does not ask any more: what it holds is of no use to anybody.
    fn drop(&mut self) {
        const PATIENCE: Duration = Duration::from_secs(15);
        let until = Instant::now() + PATIENCE;
        let asked = Pid::from_raw(self.child.id() as i32)
            .map(|process| kill_process(process, Signal::TERM));
        while matches!(asked, Some(Ok(()))) && Instant::now() < until {
            if !matches!(self.child.try_wait(), Ok(None)) {
                self.interruption.ended_server();
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.interruption.ended_server();
    }
}

/// Where it listens; `None` when it ends before it does.
fn address_of(child: &mut Child) -> Option<SocketAddr> {
    let mut output = BufReader::new(child.stdout.take()?);
    let mut line = String::new();
    while output.read_line(&mut line).ok()? > 0 {
        if let Some(address) = line.strip_prefix("listening on") {
            let address = address.trim().parse().ok()?;
            // What it says from now on is not waited for, but somebody has to take it.
            thread::spawn(move || io::copy(&mut output.by_ref(), &mut io::sink()));
            return Some(address);
        }
        line.clear();
    }
    None
}
