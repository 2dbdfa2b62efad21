//! A server that may not get as far as to serve.

use std::io::{BufRead as _, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Instant;

use chatting_time_tests::server::{PATIENCE, binary};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const ADMIN_HTTP_PORT: u16 = 9889;

/// A server from its first line on.
pub(crate) struct Starting {
    child: Child,
    lines: Receiver<String>,
    printed: Vec<String>,
    admin_http: SocketAddr,
    _data: TempDir,
}

impl Starting {
    /// With these flags, on loopback.
    pub(crate) fn with(flags: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let admin_http = SocketAddr::from((own_address(), ADMIN_HTTP_PORT));
        let mut child = Command::new(binary().unwrap())
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--http",
                "off",
                "--data",
            ])
            .arg(data.path())
            .args(["--admin-http", &admin_http.to_string()])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        read(child.stdout.take().unwrap(), sender.clone());
        read(child.stderr.take().unwrap(), sender);
        Self {
            child,
            lines,
            printed: Vec::new(),
            admin_http,
            _data: data,
        }
    }

    /// Where it tells about itself.
    pub(crate) fn admin_http(&self) -> SocketAddr {
        self.admin_http
    }

    /// Returns once it has printed a line with these words.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.printed.iter().any(|line| line.contains(words)) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.printed.push(line),
                Err(_) => panic!("no line says {words:?}: {:#?}", self.printed),
            }
        }
    }

    /// Where it listens, once it does.
    #[track_caller]
    pub(crate) fn address(&mut self) -> SocketAddr {
        self.wait_for("ready after");
        self.address_again()
    }

    /// The same once it is known.
    pub(crate) fn address_again(&self) -> SocketAddr {
        let mut lines = self.printed.iter();
        let address = lines.find_map(|line| line.strip_prefix("listening on"));
        address.unwrap().trim().parse().unwrap()
    }

    /// Tells it to stop, and returns its exit code and all that it printed.
    pub(crate) fn stop(mut self) -> (Option<i32>, Vec<String>) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        self.end()
    }

    /// Waits until it ends by itself, and returns the same.
    pub(crate) fn end(&mut self) -> (Option<i32>, Vec<String>) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.printed.push(line),
                Err(_) => break,
            }
        }
        assert!(Instant::now() < deadline, "it goes on: {:#?}", self.printed);
        let code = self.child.wait().unwrap().code();
        (code, std::mem::take(&mut self.printed))
    }
}

impl Drop for Starting {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many of the lines are warnings or errors.
pub(crate) fn complaints(lines: &[String]) -> Vec<&String> {
    let is_complaint = |line: &&String| line.contains(" WARN ") || line.contains(" ERROR ");
    lines.iter().filter(is_complaint).collect()
}

fn read(stream: impl Read + Send + 'static, lines: Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
}

/// An address of loopback that is nobody else's: what a server that does not get ready listens on is nowhere to be read.
pub(crate) fn own_address() -> Ipv4Addr {
    static TAKEN: AtomicU8 = AtomicU8::new(0);
    // Those of the servers of NATS in tests are below.
    let number = 210 + TAKEN.fetch_add(1, Ordering::Relaxed) % 45;
    let [.., a, b] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, number, a, b)
}
