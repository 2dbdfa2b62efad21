//! The cluster to try by hand, as somebody at a terminal meets it.

#![cfg(not(target_arch = "wasm32"))]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use chatting_time_tests::server::PATIENCE;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

#[test]
fn it_says_where_everything_is_starts_again_what_ended_and_leaves_nothing_behind() {
    let mut cluster = Cluster(
        Command::new(example())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut stdin = cluster.0.stdin.take().unwrap();
    let stdout = BufReader::new(cluster.0.stdout.take().unwrap());
    let mut lines = stdout.lines().map_while(Result::ok);
    let mut overview = |last: &str| {
        let mut seen = String::new();
        while !seen.contains(last) {
            seen += &lines.next().unwrap_or_else(|| panic!("{seen}"));
            seen.push('\n');
        }
        seen
    };

    let text = overview("Ctrl-C ends everything");
    let first = processes(&text);
    assert_eq!(first.len(), 5, "{text}");
    let [one, two] = &addresses(&text)[..] else {
        panic!("{text}");
    };
    talk(one, &["auth messi surabaya", "send henderson halo"]);
    let told = talk(two, &["auth henderson surabaya", "inbox"]);
    assert!(told.contains("halo"), "{told}");

    kill_process(first[0], Signal::KILL).unwrap();
    kill_process(first[4], Signal::KILL).unwrap();
    let mut gone = String::new();
    while !gone.ends_with("gone: NATS 1, server 2\n") {
        gone = overview("gone: ");
    }
    stdin.write_all(b"\n").unwrap();
    let text = overview("logs ");
    let second = processes(&text);
    assert_eq!(second[1..4], first[1..4], "{text}");
    assert!(second[0] != first[0] && second[4] != first[4], "{text}");
    talk(&addresses(&text)[1], &["auth henderson surabaya", "inbox"]);

    let folder = text.lines().find_map(|line| line.strip_prefix("logs     "));
    let folder = PathBuf::from(folder.unwrap());
    let log = std::fs::read_to_string(folder.join("server-1.log")).unwrap();
    assert!(log.contains("listening on"), "{log}");
    cluster.end();
    assert!(cluster.0.wait().unwrap().success());
    assert!(!folder.exists());
    for process in second {
        assert!(test_kill_process(process).is_err(), "{process:?} is alive");
    }
}

/// All of it ends with this value, so that a failure leaves nothing behind either.
struct Cluster(Child);

impl Cluster {
    fn end(&self) {
        let _ = kill_process(Pid::from_child(&self.0), Signal::TERM);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end();
        let _ = self.0.wait();
    }
}

/// What is told for these lines. Until the servers of NATS have agreed on who leads in the place of one that is gone, a line
/// may be refused: then it is asked again.
fn talk(address: &str, lines: &[&str]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut replies = BufReader::new(stream.try_clone().unwrap());
    let mut told = String::new();
    let deadline = Instant::now() + PATIENCE;
    for line in lines {
        loop {
            stream.write_all(format!("{line}\r\n").as_bytes()).unwrap();
            let from = told.len();
            while !told[from..].ends_with("\r\n\r\n") {
                let read = replies.read_line(&mut told).unwrap();
                assert!(read > 0, "closed after {told}");
            }
            let reply = &told[from..];
            if reply.contains("\"OK\"") {
                break;
            }
            let is_passing = reply.contains("storage_unavailable") && Instant::now() < deadline;
            assert!(is_passing, "{line}: {told}");
        }
    }
    told
}

fn processes(overview: &str) -> Vec<Pid> {
    let numbers = overview
        .lines()
        .filter_map(|line| line.split_once("   process "));
    let pids = numbers.map(|(_, number)| Pid::from_raw(number.parse().unwrap()).unwrap());
    pids.collect()
}

fn addresses(overview: &str) -> Vec<String> {
    let servers = overview.lines().filter(|line| line.starts_with("server "));
    let addresses = servers.map(|line| line.split_whitespace().nth(2).unwrap().to_owned());
    addresses.collect()
}

/// Cargo builds it beside all tests, but not when it is asked for one of them.
fn example() -> PathBuf {
    let this = std::env::current_exe().unwrap();
    let profile = this.parent().and_then(Path::parent).unwrap();
    // Built with the server, where that was built with all tests.
    if std::env::var_os("SERVER_BINARY").is_none() {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--package", "chatting-time-tests"])
            .args(["--example", "cluster", "--target-dir"])
            .arg(profile.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status();
        assert!(built.unwrap().success());
    }
    profile.join("examples/cluster")
}
