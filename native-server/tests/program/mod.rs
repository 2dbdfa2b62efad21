//! The executable under test, apart from whatever this machine's user has set.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A place of its own for one test.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What one run of the program left.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The data folder that the program uses when it is told none.
    pub(crate) fn data(&self) -> PathBuf {
        self.path("share/chatting-time")
    }

    /// The program with nothing set but this place as home and the cheapest password hashing.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_within(&[], arguments)
    }

    /// The same through another command, which becomes it.
    pub(crate) fn command_within(&self, outer: &[&str], arguments: &[&str]) -> Command {
        let words = [outer, &[env!("CARGO_BIN_EXE_chatting-time")], arguments].concat();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("share"))
            .env("CHATTING_TIME_PASSWORD_MEMORY_BYTES", "8KiB")
            .env("CHATTING_TIME_PASSWORD_PASSES", "1")
            // Tests run side by side: none may have the address that is meant for one server.
            .env("CHATTING_TIME_ADMIN_HTTP", "off")
            .stdin(Stdio::null())
            .current_dir(self.folder.path());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        run(self.command(arguments), "")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        run(self.command(arguments), input)
    }

    /// A server on a free port, ready, without HTTP.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--http", "off"];
        Server::start(self.command(&[&serve, arguments].concat()))
    }
}

pub(crate) fn run(mut command: Command, input: &str) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may refuse before it reads anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// What it printed, if it went well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// What it complained of, if it failed with that exit code and in order.
    #[track_caller]
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
    tls_address: Option<SocketAddr>,
    /// What stood on the screen when it was ready.
    pub(crate) announced: String,
}

impl Server {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut address = None;
        let mut tls_address = None;
        let mut announced = String::new();
        loop {
            let mut line = String::new();
            if stdout.read_line(&mut line).unwrap() == 0 {
                let mut stderr = String::new();
                let _ = child.stderr.take().unwrap().read_to_string(&mut stderr);
                panic!("the server did not start: {stderr}");
            }
            announced += &line;
            if let Some(found) = line.strip_prefix("listening on") {
                address = found.trim().parse().ok();
            }
            if let Some(found) = line.strip_prefix("with TLS on") {
                tls_address = found.trim().parse().ok();
            }
            if line.starts_with("ready") {
                break;
            }
        }
        Self {
            child,
            stdout,
            address: address.expect("the server names its address before it is ready"),
            tls_address,
            announced,
        }
    }

    /// Where it listens with TLS.
    pub(crate) fn tls_address(&self) -> SocketAddr {
        self.tls_address.expect("it was told to")
    }

    /// Kills it without a warning and returns what it had logged.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut logged = String::new();
        self.stdout.read_to_string(&mut logged).unwrap();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut logged).unwrap();
        logged
    }

    /// Asks it to stop, and returns its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
        self.child.wait().unwrap().code()
    }

    /// The reply to one line on a connection of its own.
    pub(crate) fn ask(&self, line: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(line.as_bytes()).unwrap();
        stream.write_all(b"\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether any file in the folder contains the text.
pub(crate) fn is_in_a_file(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .filter_map(|file| std::fs::read(file.unwrap().path()).ok())
        .any(|bytes| {
            bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
        })
}

/// The names of all that is in a folder.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Waits until a process has a file open that is not there under its own name, or is nowhere.
pub(crate) fn wait_until_it_writes(process: u32, place: &Place) {
    let folder = place.path("");
    let is_unfinished = |file: &Path| {
        let name = file.to_string_lossy();
        file.starts_with(&folder) && (name.ends_with(" (deleted)") || name.ends_with(".part"))
    };
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let open = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
        // One that is closed meanwhile leads nowhere.
        let mut files = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        if files.any(|file| is_unfinished(&file)) {
            return;
        }
        assert!(Instant::now() < deadline, "it begins no file");
        std::thread::yield_now();
    }
}
