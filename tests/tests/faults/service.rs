//! A server on a data folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use chatting_time::journal::{Batch, FolderLock, Journal, Options, RealDisk};
use chatting_time_core::{
    AdminCommand, Name, NewUser, Password, PasswordCost, State, Username, decide_admin,
};
use chatting_time_tests::server::{self, Server};
use rustix::process::Signal;
#[cfg(target_os = "linux")]
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tempfile::TempDir;

use chatting_time_tests::client::{Client, PASSWORD};

/// A server process with the data that it works on.
pub(crate) struct Service {
    server: Server,
    data: PathBuf,
    flags: Vec<String>,
    /// What an earlier process of it printed.
    printed_before: String,
    _folder: TempDir,
}

impl Service {
    /// Starts a server that knows some users, whose passwords are cheap to check.
    pub(crate) fn start(usernames: &[&str], flags: &[&str]) -> Self {
        Self::start_with_cost(usernames, PasswordCost::cheapest(), flags)
    }

    /// The same through another command, which becomes the server.
    pub(crate) fn start_within(outer: &[String], usernames: &[&str], flags: &[&str]) -> Self {
        Self::start_as(outer, usernames, PasswordCost::cheapest(), flags)
    }

    pub(crate) fn start_with_cost(usernames: &[&str], cost: PasswordCost, flags: &[&str]) -> Self {
        Self::start_as(&[], usernames, cost, flags)
    }

    fn start_as(outer: &[String], usernames: &[&str], cost: PasswordCost, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        make_users(&data, usernames, cost);
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let server = Server::start_within(outer, &data, &flags).unwrap();
        Self {
            server,
            data,
            flags,
            printed_before: String::new(),
            _folder: folder,
        }
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(self.address())
    }

    /// A client that has logged in.
    pub(crate) fn client_of(&self, username: &str) -> Client {
        let mut client = self.client();
        client.log_in(username);
        client
    }

    /// Kills it without warning.
    pub(crate) fn kill(&mut self) {
        self.server.kill().unwrap();
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&mut self) {
        self.server.terminate().unwrap();
    }

    /// Tells it what a terminal that goes away tells, and an operator who wants files read again.
    pub(crate) fn hang_up(&mut self) {
        self.server.signal(Signal::HUP).unwrap();
    }

    /// Returns once it has logged this.
    pub(crate) fn wait_for_log(&self, words: &str) {
        self.server.wait_for_line(words).unwrap();
    }

    /// Waits until it has stopped and returns its exit code.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        self.server.wait().unwrap().code()
    }

    /// Starts it again, at another port.
    pub(crate) fn start_again(&mut self) {
        self.printed_before = self.printed();
        self.server = Server::start(&self.data, &self.flags).unwrap();
    }

    /// Starts it and kills it after so long, whether it serves by then or not.
    pub(crate) fn start_and_kill_after(&mut self, moment: Duration) {
        let mut child = Command::new(server::binary().unwrap())
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-http", "off"])
            .arg("--data")
            .arg(&self.data)
            .args(&self.flags)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(moment);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Everything that it printed.
    pub(crate) fn printed(&self) -> String {
        self.printed_before.clone() + &self.server.printed()
    }

    /// Lets it open no more files than it has open, and returns its limit before.
    #[cfg(target_os = "linux")]
    pub(crate) fn may_open_no_more_files(&self) -> Rlimit {
        let files = std::fs::read_dir(format!("/proc/{}/fd", self.server.process())).unwrap();
        let numbers = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let highest: u64 = numbers.map(|number| number.parse().unwrap()).max().unwrap();
        let limit = getrlimit(Resource::Nofile);
        self.may_open_files(Rlimit {
            current: Some(highest + 1),
            maximum: limit.maximum,
        })
    }

    /// Sets its limit of open files, and returns the one before.
    #[cfg(target_os = "linux")]
    pub(crate) fn may_open_files(&self, limit: Rlimit) -> Rlimit {
        let process = Pid::from_raw(self.server.process() as i32);
        prlimit(process, Resource::Nofile, limit).unwrap()
    }

    /// The most memory that its process has ever had in use, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory that its process has in use, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, key: &str) -> u64 {
        let status = format!("/proc/{}/status", self.server.process());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kib.parse::<u64>().unwrap() << 10
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if !thread::panicking() {
            assert!(!self.printed().contains("panicked"), "{}", self.printed());
        }
    }
}

/// Makes a data folder with some users in it.
pub(crate) fn make_users(data: &Path, usernames: &[&str], cost: PasswordCost) {
    let password = Password::parse(PASSWORD)
        .unwrap()
        .hash(cost, *b"salt of the test");
    let users = usernames.iter().map(|username| NewUser {
        username: Username::parse(username).unwrap(),
        name: Name::parse(&username.to_uppercase()).unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: password.clone(),
    });
    let state = State::default();
    let command = AdminCommand::AddUsers(users.collect());
    let events = decide_admin(&state, state.generation(), &command)
        .unwrap()
        .unwrap();
    let mut batch = Batch::new();
    for event in &events {
        batch.push(|buffer| event.encode(buffer));
    }

    let _lock = FolderLock::acquire(data).unwrap();
    let options = Options {
        first_segment_bytes: 64 << 10,
        prepare_ahead: false,
        ..Options::default()
    };
    let opened = Journal::open(data, Arc::new(RealDisk), options, &mut |_, _| Ok(()));
    let mut writer = opened.unwrap().writer;
    writer.append(&mut batch).unwrap();
    writer.close().unwrap();
}
