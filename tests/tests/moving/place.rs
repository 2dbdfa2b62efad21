//! A place for one test: a folder, NATS, and the program.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use chatting_time_tests::nats::NatsCluster;
use chatting_time_tests::server::{PATIENCE, Server, binary};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Place {
    folder: TempDir,
    pub(crate) nats: NatsCluster,
}

/// What one run of the program left.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    /// With so many servers of NATS, where a server was started once, with these flags.
    pub(crate) fn new(servers: usize, flags: &[&str]) -> Self {
        let place = Self::with(servers);
        drop(place.serve(flags));
        place
    }

    /// With one server of NATS that has nothing.
    pub(crate) fn unprepared() -> Self {
        Self::with(1)
    }

    fn with(servers: usize) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            nats: NatsCluster::start(servers).unwrap(),
        }
    }

    /// A server on what is kept in NATS.
    pub(crate) fn serve(&self, flags: &[&str]) -> Server {
        let mut all = vec![
            "--store".to_owned(),
            self.nats.store(),
            "--store-replicas".to_owned(),
            self.nats.replicas(),
            "--demo-users=false".to_owned(),
        ];
        all.extend(flags.iter().map(|flag| (*flag).to_owned()));
        Server::start(self.folder.path(), &all).unwrap()
    }

    /// A server on a data folder.
    pub(crate) fn serve_folder(&self, name: &str, flags: &[&str]) -> Server {
        let flags: Vec<_> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        Server::start(&self.path(name), &flags).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with_input(arguments, "")
    }

    /// The same on what is kept in NATS.
    pub(crate) fn run_in_nats(&self, arguments: &[&str]) -> Ran {
        self.run(&[arguments, &["--store", &self.nats.store()]].concat())
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.spawn(arguments);
        // It may refuse before it reads anything.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Begins to import that file into NATS.
    pub(crate) fn begin_import(&self, file: &str) -> Child {
        self.spawn(&["import", file, "--store", &self.nats.store()])
    }

    fn spawn(&self, arguments: &[&str]) -> Child {
        Command::new(binary().unwrap())
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("CHATTING_TIME_PASSWORD_MEMORY_BYTES", "8KiB")
            .env("CHATTING_TIME_PASSWORD_PASSES", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// How much there is in all streams of the first server of NATS.
    pub(crate) fn kept(&self) -> u64 {
        let address = self.nats.servers()[0].monitoring();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /jsz HTTP/1.0\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (_, body) = reply.split_once("\r\n\r\n").unwrap();
        let told: Value = serde_json::from_str(body).unwrap();
        told["messages"].as_u64().unwrap()
    }

    /// Returns once there is so much, or the import is over: whether it is.
    pub(crate) fn wait_for(&self, much: u64, import: &mut Child) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while self.kept() < much {
            if import.try_wait().unwrap().is_some() {
                return true;
            }
            assert!(Instant::now() < deadline, "{} of {much}", self.kept());
        }
        false
    }
}

impl Ran {
    /// What it printed, if it went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// What it complained of, if it failed in order.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!(self.code, Some(1), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }
}

/// What a server replies to lines on a connection of their own.
pub(crate) fn ask(server: &Server, lines: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    writeln!(stream, "{lines}").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}
