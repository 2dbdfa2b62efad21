//! The real server as a host of vectors: a process of its own, and connections of some kind to it.

use std::collections::BTreeMap;

use chatting_time_core::limits::{LIMITS, Unit};
use tempfile::TempDir;

use crate::host::{ConnectionNumber, Host, Trouble};
use crate::nats::NatsCluster;
use crate::script::{Account, Need, Operation, Setup};
use crate::server::{self, Server};

/// One connection to a server process, from the side of a client.
pub trait ClientConnection: Sized {
    /// Flags of `serve` without which there are no such connections.
    fn flags() -> Result<Vec<String>, Trouble>;

    /// Connects.
    fn open(server: &Server) -> Result<Self, Trouble>;

    /// Sends bytes in one write. That the server has closed is no trouble: it is noticed by what
    /// is received, as any client would.
    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble>;

    /// Ends the sending side.
    fn end_sending(&mut self) -> Result<(), Trouble>;

    /// Waits for further bytes; none once the server has closed.
    fn receive(&mut self) -> Result<Vec<u8>, Trouble>;

    /// What has come already.
    fn received(&mut self) -> Result<Vec<u8>, Trouble>;
}

/// A server process of its own on a data folder of its own; or several that keep everything in one place, between which
/// connections take turns.
pub struct ProcessHost<C> {
    servers: Vec<Server>,
    data: TempDir,
    flags: Vec<String>,
    /// Where everything is kept, if not in the data folder.
    nats: Option<NatsCluster>,
    connections: BTreeMap<ConnectionNumber, C>,
    opened: ConnectionNumber,
    /// Carry requests that only show that each server has come this far.
    probes: Vec<C>,
}

impl<C: ClientConnection> ProcessHost<C> {
    /// Starts a server as the vector wants to find it.
    pub fn new(setup: &Setup) -> Result<Self, Trouble> {
        Self::start(setup, None, 1)
    }

    /// The same for so many servers that keep everything in NATS.
    pub fn in_nats(setup: &Setup, servers: usize) -> Result<Self, Trouble> {
        Self::start(setup, Some(NatsCluster::start(1)?), servers)
    }

    fn start(setup: &Setup, nats: Option<NatsCluster>, servers: usize) -> Result<Self, Trouble> {
        let data = tempfile::tempdir()?;
        let bounds = setup.limits.iter().flat_map(flag);
        let mut flags: Vec<String> = C::flags()?.into_iter().chain(bounds).collect();
        if let Some(nats) = &nats {
            let more = [
                "--store",
                &nats.store(),
                "--store-replicas",
                &nats.replicas(),
                "--store-staleness",
                "0",
            ];
            flags.extend(more.map(str::to_owned));
        }
        let servers = (0..servers).map(|_| Server::start(data.path(), &flags));
        let servers = servers.collect::<Result<_, _>>()?;
        let mut host = Self {
            servers,
            data,
            flags,
            nats,
            connections: BTreeMap::new(),
            opened: 0,
            probes: Vec::new(),
        };
        for account in &setup.accounts {
            host.operate(&Operation::Add(account.clone()))?;
        }
        Ok(host)
    }

    fn connection(&mut self, number: ConnectionNumber) -> Result<&mut C, Trouble> {
        let connection = self.connections.get_mut(&number);
        connection.ok_or_else(|| Trouble("the connection is gone".into()))
    }

    /// Runs a command on what the server keeps.
    fn run(&self, arguments: &[&str], input: &str) -> Result<(), Trouble> {
        let store = self.nats.as_ref().map(NatsCluster::store);
        let mut arguments = arguments.to_vec();
        if let Some(store) = &store {
            arguments.extend(["--store", store]);
        }
        server::run(&arguments, self.data.path(), input)?;
        Ok(())
    }

    /// Trouble with what the server printed, which says more.
    fn explain(&self, trouble: Trouble) -> Trouble {
        let Trouble(what) = trouble;
        Trouble(format!(
            "{what}; the server printed: {}",
            self.servers.iter().map(Server::printed).collect::<String>()
        ))
    }

    fn add(&self, account: &Account) -> Result<(), Trouble> {
        let Account {
            username,
            password,
            country,
            name,
        } = account;
        let arguments = [
            "user",
            "add",
            username,
            "--name",
            name,
            "--country",
            country,
        ];
        self.run(&arguments, &format!("{password}\n"))
    }
}

impl<C: ClientConnection> Host for ProcessHost<C> {
    fn can(&self, need: Need) -> bool {
        need != Need::Clock
    }

    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        let server = &self.servers[self.opened % self.servers.len()];
        let connection = C::open(server)?;
        self.opened += 1;
        self.connections.insert(self.opened, connection);
        Ok(self.opened)
    }

    fn send(&mut self, connection: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble> {
        self.connection(connection)?.send(bytes)
    }

    fn end_sending(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        self.connection(connection)?.end_sending()
    }

    fn close(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        self.connections.remove(&connection);
        Ok(())
    }

    fn receive(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        let received = self.connection(connection)?.receive();
        received.map_err(|trouble| self.explain(trouble))
    }

    fn received(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        self.connection(connection)?.received()
    }

    /// One request and its reply on a connection of its own: by then the server has had its turn
    /// at what came before.
    fn settle(&mut self) -> Result<(), Trouble> {
        if self.probes.is_empty() {
            let probes = self.servers.iter().map(C::open);
            self.probes = probes.collect::<Result<_, _>>()?;
        }
        let mut probes = std::mem::take(&mut self.probes);
        for probe in &mut probes {
            probe.send(b"inbox\r\n")?;
            let mut reply = Vec::new();
            while !reply.ends_with(b"\r\n\r\n") {
                let piece = probe.receive()?;
                if piece.is_empty() {
                    return Err(self.explain(Trouble("the server closed".into())));
                }
                reply.extend(piece);
            }
        }
        self.probes = probes;
        Ok(())
    }

    fn advance(&mut self, _: u64) -> Result<(), Trouble> {
        Err(Trouble("the clock of a real server cannot be set".into()))
    }

    fn restart(&mut self) -> Result<(), Trouble> {
        self.connections.clear();
        self.probes.clear();
        for server in &mut self.servers {
            server.kill()?;
            *server = Server::start(self.data.path(), &self.flags)?;
        }
        Ok(())
    }

    fn stop(&mut self) -> Result<(), Trouble> {
        self.servers.iter_mut().try_for_each(Server::terminate)
    }

    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble> {
        match operation {
            Operation::Add(account) => self.add(account)?,
            Operation::Remove(username) => {
                self.run(&["user", "remove", username, "--yes"], "")?;
            }
            Operation::SetPassword { username, password } => {
                self.run(&["user", "passwd", username], &format!("{password}\n"))?;
            }
        }
        Ok(())
    }
}

/// The flag of `serve` that sets a bound.
fn flag((key, value): &(String, u64)) -> [String; 2] {
    let limit = LIMITS.iter().find(|limit| limit.field == key);
    let unit = match limit.map(|limit| limit.unit) {
        Some(Unit::Milliseconds) => "ms",
        _ => "",
    };
    [
        format!("--{}", key.replace('_', "-")),
        format!("{value}{unit}"),
    ]
}
