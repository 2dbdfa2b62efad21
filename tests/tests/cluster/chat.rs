//! Three servers of NATS, and two of ours that keep everything there.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use chatting_time_core::{Password, PasswordCost};
use chatting_time_tests::client::PASSWORD;
use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::server::{self, Server};
use tempfile::TempDir;

/// Servers of ours.
pub(crate) const SERVERS: usize = 2;

/// All of them, and the users that they know.
pub(crate) struct Chat {
    pub(crate) servers: Vec<Server>,
    pub(crate) nats: NatsCluster,
    /// What ours are told.
    flags: Vec<String>,
    /// The commands that become ours: those that enter a namespace, say.
    within: Vec<Vec<String>>,
    folder: TempDir,
    /// What those printed that are gone.
    printed_before: String,
}

impl Chat {
    /// Starts everything with so many users, the first of whom is called `user-0`.
    pub(crate) fn start(users: usize) -> Self {
        let options = NatsOptions {
            servers: 3,
            ..NatsOptions::default()
        };
        Self::start_with(NatsCluster::start_with(&options).unwrap(), &[], users)
    }

    /// The same on these servers of NATS, with further flags for ours.
    pub(crate) fn start_with(nats: NatsCluster, flags: &[&str], users: usize) -> Self {
        Self::start_within(nats, flags, vec![Vec::new(); SERVERS], users)
    }

    /// The same where each of ours is started by a command of its own.
    pub(crate) fn start_within(
        nats: NatsCluster,
        flags: &[&str],
        within: Vec<Vec<String>>,
        users: usize,
    ) -> Self {
        let (store, replicas) = (nats.store(), nats.replicas());
        let own = ["--store", &store, "--store-replicas", &replicas];
        let flags = [&own, flags].concat();
        let mut chat = Self {
            servers: Vec::new(),
            flags: flags.into_iter().map(str::to_owned).collect(),
            nats,
            within,
            folder: tempfile::tempdir().unwrap(),
            printed_before: String::new(),
        };
        for index in 0..chat.within.len() {
            let server = chat.launch(index);
            chat.servers.push(server);
        }
        chat.add_users(users);
        chat
    }

    /// Where all of ours listen.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.iter().map(Server::address).collect()
    }

    /// Kills one of ours and starts another in its place.
    pub(crate) fn start_again(&mut self, server: usize) {
        self.servers[server].kill().unwrap();
        self.printed_before += &self.servers[server].printed();
        self.servers[server] = self.launch(server);
    }

    /// Runs `chatting-time user ARGUMENTS` on what is kept in NATS.
    pub(crate) fn user(&self, arguments: &[&str], input: &str) {
        let store = self.nats.store();
        let arguments = [&["user"], arguments, &["--store", &store]].concat();
        // Where the last of ours is, which tests leave in peace.
        let outer = self.within.last().expect("there is one");
        server::run_within(outer, &arguments, &self.data(), input).unwrap();
    }

    /// Everything that ours printed.
    pub(crate) fn printed(&self) -> String {
        let printed = self.servers.iter().map(Server::printed);
        self.printed_before.clone() + &printed.collect::<String>()
    }

    fn launch(&self, index: usize) -> Server {
        Server::start_within(&self.within[index], &self.data(), &self.flags).unwrap()
    }

    /// Users whose passwords are cheap to check.
    fn add_users(&self, users: usize) {
        let password = Password::parse(PASSWORD).unwrap();
        let hash = password.hash(PasswordCost::cheapest(), *b"salt of the test");
        let rows = (0..users).map(|user| {
            let hash = hash.as_str();
            format!("user-{user},user-{user},Indonesia,\"{hash}\"\n")
        });
        let table = "username,name,country,password_hash\n".to_owned() + &rows.collect::<String>();
        let file = self.folder.path().join("users.csv");
        fs::write(&file, table).unwrap();
        self.user(&["import", file.to_str().unwrap()], "");
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let printed = self.printed();
        match std::thread::panicking() {
            // What came last says most.
            true => println!("{}", last_lines(&printed, 60)),
            false => assert!(!printed.contains("panicked"), "{printed}"),
        }
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let mut lines: Vec<&str> = text.lines().rev().take(count).collect();
    lines.reverse();
    lines.join("\n")
}
