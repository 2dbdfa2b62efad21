//! The real server as a host of vectors: a process of its own, and connections of some kind to it.

use std::collections::BTreeMap;

use chatting_time_core::limits::{LIMITS, Unit};
use tempfile::TempDir;

use crate::host::{ConnectionNumber, Host, Trouble};
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

/// A server process of its own on a data folder of its own.
pub struct ProcessHost<C> {
    server: Server,
    data: TempDir,
    flags: Vec<String>,
    connections: BTreeMap<ConnectionNumber, C>,
    opened: ConnectionNumber,
    /// Carries requests that only show that the server has come this far.
    probe: Option<C>,
}

impl<C: ClientConnection> ProcessHost<C> {
    /// Starts a server as the vector wants to find it.
    pub fn new(setup: &Setup) -> Result<Self, Trouble> {
        let data = tempfile::tempdir()?;
        let bounds = setup.limits.iter().flat_map(flag);
        let flags: Vec<String> = C::flags()?.into_iter().chain(bounds).collect();
        let server = Server::start(data.path(), &flags)?;
        let mut host = Self {
            server,
            data,
            flags,
            connections: BTreeMap::new(),
            opened: 0,
            probe: None,
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

    /// Trouble with what the server printed, which says more.
    fn explain(&self, trouble: Trouble) -> Trouble {
        let Trouble(what) = trouble;
        Trouble(format!(
            "{what}; the server printed: {}",
            self.server.printed()
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
        server::run(&arguments, self.data.path(), &format!("{password}\n"))?;
        Ok(())
    }
}

impl<C: ClientConnection> Host for ProcessHost<C> {
    fn can(&self, need: Need) -> bool {
        need != Need::Clock
    }

    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        let connection = C::open(&self.server)?;
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
        let mut probe = match self.probe.take() {
            Some(probe) => probe,
            None => C::open(&self.server)?,
        };
        probe.send(b"inbox\r\n")?;
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n\r\n") {
            let piece = probe.receive()?;
            if piece.is_empty() {
                return Err(self.explain(Trouble("the server closed".into())));
            }
            reply.extend(piece);
        }
        self.probe = Some(probe);
        Ok(())
    }

    fn advance(&mut self, _: u64) -> Result<(), Trouble> {
        Err(Trouble("the clock of a real server cannot be set".into()))
    }

    fn restart(&mut self) -> Result<(), Trouble> {
        self.connections.clear();
        self.probe = None;
        self.server.kill()?;
        self.server = Server::start(self.data.path(), &self.flags)?;
        Ok(())
    }

    fn stop(&mut self) -> Result<(), Trouble> {
        self.server.terminate()
    }

    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble> {
        let data = self.data.path();
        match operation {
            Operation::Add(account) => self.add(account)?,
            Operation::Remove(username) => {
                server::run(&["user", "remove", username, "--yes"], data, "")?;
            }
            Operation::SetPassword { username, password } => {
                server::run(
                    &["user", "passwd", username],
                    data,
                    &format!("{password}\n"),
                )?;
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
