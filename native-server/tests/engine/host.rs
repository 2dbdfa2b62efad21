//! An engine on a simulated disk, and what is asked of it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatting_time::engine::{Caller, Engine, Pause, Run, Signal, StorageBounds, StorageLevel};
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time::journal::{Disk, FolderLock, Options};
use chatting_time_core::{
    AdminCommand, Connection, Drain, Limits, Name, NewUser, Password, PasswordCost, Token, Username,
};
use serde_json::Value;
use tempfile::TempDir;

/// No test needs this long; one that waits longer has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// An engine with its disk.
pub(crate) struct Host {
    pub(crate) engine: Arc<Engine>,
    pub(crate) disk: SimulatedDisk,
    pub(crate) folder: TempDir,
}

/// One connection.
pub(crate) struct Client {
    pub(crate) caller: Caller,
    pub(crate) connection: Connection,
    /// What has been handed over and not confirmed.
    pub(crate) drains: Vec<Drain>,
    pub(crate) last_token: String,
}

pub(crate) fn open(folder: &Path, disk: Arc<dyn Disk>, options: Options) -> Arc<Engine> {
    let lock = FolderLock::acquire(folder).unwrap();
    let limits = Arc::new(Limits::default());
    Engine::open(folder, lock, disk, options, limits).unwrap().0
}

pub(crate) fn users() -> Vec<NewUser> {
    let password = Password::parse("rahasia").unwrap();
    let password = password.hash(PasswordCost::cheapest(), *b"salt of the test");
    let user = |username| NewUser {
        username: Username::parse(username).unwrap(),
        name: Name::parse(username).unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: password.clone(),
    };
    ["ani", "budi"].map(user).into()
}

pub(crate) fn small() -> Options {
    Options {
        segment_bytes: 64 << 10,
        first_segment_bytes: 64 << 10,
        prepare_ahead: false,
        ..Options::default()
    }
}

pub(crate) fn fold_at_once() -> Options {
    Options {
        fold_after_bytes: 1,
        ..small()
    }
}

impl Host {
    pub(crate) async fn start(seed: u64) -> Self {
        let disk = SimulatedDisk::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let engine = open(folder.path(), Arc::new(disk.clone()), small());
        let host = Self {
            engine,
            disk,
            folder,
        };
        host.add_users().await;
        host
    }

    pub(crate) async fn add_users(&self) {
        let command = AdminCommand::AddUsers(users());
        self.engine.administer(&command).await.unwrap();
    }

    /// One whose messages were taken but for half of them, which need more room in a snapshot than there is.
    pub(crate) async fn without_room_for_a_snapshot() -> Self {
        let host = Self::start(1).await;
        let mut ani = host.log_in("ani").await;
        host.send_and_take(&mut ani, 40).await;
        let text = "x".repeat(50 << 10);
        for _ in 0..40 {
            assert_eq!(host.ask(&mut ani, &format!("send budi {text}")).await, ok());
        }
        host.disk.set_capacity(host.disk.used() + (3 << 20));
        host.engine.watch_storage(StorageBounds {
            warning: 0,
            reserve: 8 << 20,
            limit: 0,
        });
        host
    }

    /// Sends so many messages of 50 KiB to itself and takes each.
    pub(crate) async fn send_and_take(&self, client: &mut Client, messages: usize) {
        let text = "x".repeat(50 << 10);
        for _ in 0..messages {
            assert_eq!(self.ask(client, &format!("send ani {text}")).await, ok());
            self.take(client).await;
        }
    }

    /// Waits until there is as much room as it takes for messages to be taken in.
    pub(crate) async fn has_enough_again(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.engine.storage().level != StorageLevel::Enough {
            assert!(Instant::now() < deadline, "{:?}", self.engine.storage());
            self.engine.check_storage();
            tokio::task::yield_now().await;
        }
    }

    /// Returns when the journal has begun to make room, or has not, after somebody looked how much there is: it does so before
    /// it writes what comes after the first of these.
    pub(crate) async fn makes_room_if_it_can(&self) {
        for _ in 0..2 {
            self.log_in("ani").await;
        }
    }

    pub(crate) fn has_snapshot(&self) -> bool {
        let paths = self.disk.paths();
        paths
            .iter()
            .any(|path| path.extension().is_some_and(|kind| kind == "snapshot"))
    }

    /// Loses power at once, and starts again with what that left.
    pub(crate) fn lose_power(&mut self) {
        self.disk.lose_power();
        // Its files are gone with the power, so that stopping writes nothing more.
        self.restart();
    }

    /// Stops, and starts again.
    pub(crate) fn restart(&mut self) {
        self.engine.stop();
        let folder = tempfile::tempdir().unwrap();
        let path = self.folder.path().to_owned();
        let lock = FolderLock::acquire(folder.path()).unwrap();
        let limits = Arc::new(Limits::default());
        let disk = Arc::new(self.disk.clone());
        self.engine = Engine::open(&path, lock, disk, small(), limits).unwrap().0;
    }

    pub(crate) fn client(&self) -> Client {
        Client {
            caller: self.engine.caller(),
            connection: Connection::new(self.engine.limits().clone()),
            drains: Vec::new(),
            last_token: String::new(),
        }
    }

    pub(crate) async fn log_in(&self, username: &str) -> Client {
        let mut client = self.client();
        let reply = self
            .ask(&mut client, &format!("auth {username} rahasia"))
            .await;
        assert_eq!(code(&reply), "");
        client
    }

    /// Runs one request and waits for nothing.
    pub(crate) fn run(&self, client: &mut Client, line: &str) -> Run {
        client.connection.receive(format!("{line}\n").as_bytes());
        let mut requests = VecDeque::from([client.connection.next_request().unwrap()]);
        let run = self.engine.run(&mut client.caller, &mut requests);
        match run.pause {
            Some(Pause::LogIn(auth)) => {
                let check = match self.engine.begin_auth(&client.caller, auth) {
                    Ok(check) => check,
                    Err(refused) => return refused,
                };
                let random = getrandom::u64().unwrap().to_le_bytes();
                let token = Token::from_random([random, random].concat().try_into().unwrap());
                let checked = check.run();
                self.engine.finish_auth(&mut client.caller, token, &checked)
            }
            _ => run,
        }
    }

    /// The reply to a request as a connection tells it: `None` when it was lost.
    pub(crate) async fn ask(&self, client: &mut Client, line: &str) -> Option<Value> {
        let binding = client.caller.binding();
        let run = self.run(client, line);
        let [answer] = &run.answers[..] else {
            panic!("{line} has to wait");
        };
        let mut bytes = Vec::new();
        answer.reply.write(&mut bytes);
        let reply: Value = serde_json::from_slice(&bytes).unwrap();
        if let Some(token) = reply["tokenid"].as_str() {
            client.last_token = token.to_owned();
        }
        let is_durable = match &run.commit {
            Some(commit) => in_time(commit.wait()).await,
            None => true,
        };
        if !is_durable && answer.is_about_state {
            self.engine.give_back(&client.caller);
            client.caller.restore_binding(binding);
            return None;
        }
        client.drains.extend(answer.drain);
        Some(reply)
    }

    pub(crate) fn must_wait(&self, client: &mut Client, line: &str) -> Arc<Signal> {
        match self.run(client, line).pause {
            Some(Pause::Wait(signal)) => signal,
            other => panic!("{line} does not wait: {other:?}"),
        }
    }

    pub(crate) fn confirm(&self, client: &mut Client) {
        self.engine.confirm(&std::mem::take(&mut client.drains));
    }

    /// Takes what is in the mailbox and confirms it.
    pub(crate) async fn take(&self, client: &mut Client) -> Vec<String> {
        let texts = texts(&self.ask(client, "inbox").await);
        self.confirm(client);
        texts
    }

    /// Sends until the disk takes no more.
    pub(crate) async fn fill(&self, client: &mut Client) {
        let text = "x".repeat(10 << 10);
        for _ in 0..100 {
            if self
                .ask(client, &format!("send budi {text}"))
                .await
                .is_none()
            {
                return;
            }
        }
        panic!("the disk takes everything");
    }

    pub(crate) async fn serves_again(&self, client: &mut Client) {
        let deadline = Instant::now() + PATIENCE;
        while code(&self.ask(client, "list").await) == "storage_unavailable" {
            assert!(Instant::now() < deadline, "it stays out of service");
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.disk.fail_syncs(0);
        self.engine.stop();
    }
}

pub(crate) async fn in_time(settled: impl Future<Output = bool>) -> bool {
    tokio::time::timeout(PATIENCE, settled)
        .await
        .expect("it settles")
}

pub(crate) fn ok() -> Option<Value> {
    Some(serde_json::json!({"status": "OK", "message": "Message Sent"}))
}

/// The code of a refusal, empty for a success.
pub(crate) fn code(reply: &Option<Value>) -> String {
    let reply = reply.as_ref().expect("it is not lost");
    reply["code"].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn texts(reply: &Option<Value>) -> Vec<String> {
    let reply = reply.as_ref().expect("it is not lost");
    let senders = reply["messages"]
        .as_object()
        .unwrap_or_else(|| panic!("{reply}"));
    let messages = senders.values().flat_map(|list| list.as_array().unwrap());
    let texts = messages.map(|message| message["msg"].as_str().unwrap().trim().to_owned());
    texts.collect()
}
