//! The server under test, on a small disk of its own.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitStatus;

use chatting_time_tests::host::Trouble;
use chatting_time_tests::namespace::Namespace;
use chatting_time_tests::server::Server;
use rustix::fs::FallocateFlags;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

/// Far more than the journal, its snapshots and the reserve take.
const DISK: &str = "size=256m";
/// What the server keeps in reserve.
const RESERVE_BYTES: u64 = 32 << 20;
/// Small files and short times, so that what is rare elsewhere happens often.
const FLAGS: &[&str] = &[
    "--journal-segment-bytes",
    "128KiB",
    "--snapshot-journal-bytes",
    "16MiB",
    "--disk-space-reserve-bytes",
    "32MiB",
    "--disk-space-warning-bytes",
    "64MiB",
    "--line-time",
    "5s",
    "--reply-time",
    "5s",
    // Sessions that nobody uses any more end by others, and soon there are as many as there ever will be.
    "--user-sessions",
    "2",
    "--list-names",
    "200",
    // All clients share one address.
    "--login-attempts-address",
    "0",
    "--log-filter",
    "warn",
];

pub(crate) struct Subject {
    program: PathBuf,
    server: Option<Server>,
    /// What it took before there was any client.
    idle: Usage,
    place: Place,
}

enum Place {
    Disk(Namespace),
    /// Where no disk can be mounted, none can be full.
    Folder(TempDir),
}

/// What the process takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) memory: u64,
    pub(crate) files: usize,
    pub(crate) sockets: usize,
    pub(crate) threads: u64,
}

impl Subject {
    /// A disk, or a folder, with accounts on it.
    pub(crate) fn prepare(program: PathBuf, users: usize) -> Result<Self, Trouble> {
        let place = match Namespace::with_disk(DISK) {
            Some(namespace) => Place::Disk(namespace),
            None => Place::Folder(tempfile::tempdir()?),
        };
        let subject = Self {
            program,
            server: None,
            idle: Usage::default(),
            place,
        };
        let data = subject.disk().join("data");
        fs::create_dir(&data)?;
        chatting_time::bench::make_accounts(&data, users)
            .map_err(|error| Trouble(error.to_string()))?;
        Ok(subject)
    }

    /// Starts it and says where it listens.
    pub(crate) async fn start(&mut self) -> Result<SocketAddr, Trouble> {
        let (outer, folder) = match &self.place {
            Place::Disk(namespace) => (namespace.enter(), namespace.disk()),
            Place::Folder(folder) => (Vec::new(), folder.path()),
        };
        let (program, data) = (self.program.clone(), folder.join("data"));
        let flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        let starting =
            spawn_blocking(move || Server::start_program(&program, &outer, &data, &flags));
        let server = starting.await.expect("it does not panic")?;
        let address = server.address();
        self.server = Some(server);
        self.idle = self.usage()?;
        Ok(address)
    }

    /// Kills it. Says what was wrong with it before.
    pub(crate) fn kill(&mut self) -> Result<Vec<String>, Trouble> {
        let wrong = self.look()?;
        if let Some(server) = &mut self.server {
            server.kill()?;
        }
        self.server = None;
        Ok(wrong)
    }

    /// Asks it to stop and waits until it has. Says what was wrong with it.
    pub(crate) async fn stop(&mut self) -> Result<Vec<String>, Trouble> {
        let mut wrong = self.look()?;
        if let Some(mut server) = self.server.take() {
            server.terminate()?;
            let stopping = spawn_blocking(move || server.wait());
            let status = stopping.await.expect("it does not panic")?;
            if !status.success() {
                wrong.push(format!(
                    "a server that was told to stop ended with {status}"
                ));
            }
        }
        Ok(wrong)
    }

    /// How it ended by itself, if it has, with what it said last.
    pub(crate) fn ended(&mut self) -> Result<Option<(ExitStatus, String)>, Trouble> {
        let Some(server) = &mut self.server else {
            return Ok(None);
        };
        let status = server.ended()?;
        Ok(status.map(|status| (status, last_lines(&server.printed()))))
    }

    fn look(&mut self) -> Result<Vec<String>, Trouble> {
        let mut wrong = Vec::new();
        if let Some((status, said)) = self.ended()? {
            wrong.push(format!("the server ended by itself with {status}: {said}"));
        }
        let printed = self.server.as_ref().map(Server::printed);
        if let Some(printed) = printed.filter(|printed| printed.contains("panicked")) {
            wrong.push(format!("the server panicked: {}", last_lines(&printed)));
        }
        Ok(wrong)
    }

    pub(crate) fn usage(&self) -> Result<Usage, Trouble> {
        let Some(server) = &self.server else {
            return Ok(Usage::default());
        };
        let process = PathBuf::from(format!("/proc/{}", server.process()));
        let status = fs::read_to_string(process.join("status"))?;
        let number = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            let word = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            word.unwrap_or(0)
        };
        let (mut files, mut sockets) = (0, 0);
        for file in fs::read_dir(process.join("fd"))? {
            // It may be closed by now.
            let Ok(target) = fs::read_link(file?.path()) else {
                continue;
            };
            files += 1;
            sockets += usize::from(target.to_string_lossy().starts_with("socket:"));
        }
        Ok(Usage {
            memory: number("VmRSS:") << 10,
            files,
            sockets,
            threads: number("Threads:"),
        })
    }

    /// Whether no client is connected any more.
    pub(crate) fn is_idle(&self) -> Result<bool, Trouble> {
        Ok(self.usage()?.sockets <= self.idle.sockets)
    }

    /// Whether no thread is left that only waits for more to do.
    pub(crate) fn is_calm(&self) -> Result<bool, Trouble> {
        Ok(self.usage()?.threads <= self.idle.threads)
    }

    /// Whether it has a disk that can be full.
    pub(crate) fn has_disk(&self) -> bool {
        matches!(self.place, Place::Disk(_))
    }

    /// Takes all room on the disk, or so much that less is left than the server's reserve.
    pub(crate) fn fill(&self, is_reserve_left: bool) -> Result<(), Trouble> {
        let disk = self.disk();
        let mut filler = File::options()
            .create(true)
            .append(true)
            .open(disk.join(FILLER))?;
        let left = match is_reserve_left {
            true => RESERVE_BYTES / 2,
            false => 0,
        };
        let free = rustix::fs::statvfs(&disk).map_err(std::io::Error::from)?;
        let taken = (free.f_bavail * free.f_frsize).saturating_sub(left);
        if taken > 0 {
            // The server writes at the same time, so there may be less by now: the rest is taken below.
            let _ = rustix::fs::fallocate(&filler, FallocateFlags::empty(), 0, taken);
        }
        if is_reserve_left {
            return Ok(());
        }
        let bytes = vec![0xff; 4096];
        loop {
            match filler.write_all(&bytes) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives the room back.
    pub(crate) fn make_room(&self) -> Result<(), Trouble> {
        Ok(fs::remove_file(self.disk().join(FILLER))?)
    }

    fn disk(&self) -> PathBuf {
        match &self.place {
            Place::Disk(namespace) => namespace.disk_from_outside(),
            Place::Folder(folder) => folder.path().to_owned(),
        }
    }
}

const FILLER: &str = "filler";

fn last_lines(printed: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<&str> = printed.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
