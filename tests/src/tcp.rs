//! The real server behind TCP as a host of vectors.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

use chatting_time_core::limits::{LIMITS, Unit};
use tempfile::TempDir;

use crate::host::{ConnectionNumber, Host, Trouble};
use crate::script::{Account, Need, Operation, Setup};
use crate::server::{self, PATIENCE, Server};

/// A server process of its own on a data folder of its own.
pub struct TcpHost {
    server: Server,
    data: TempDir,
    flags: Vec<String>,
    connections: BTreeMap<ConnectionNumber, TcpStream>,
    opened: ConnectionNumber,
    /// Carries requests that only show that the server has come this far.
    probe: Option<TcpStream>,
}

impl TcpHost {
    /// Starts a server as the vector wants to find it.
    pub fn new(setup: &Setup) -> Result<Self, Trouble> {
        let data = tempfile::tempdir()?;
        let flags: Vec<String> = setup.limits.iter().flat_map(flag).collect();
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

    fn connect(&self) -> Result<TcpStream, Trouble> {
        let stream = TcpStream::connect_timeout(&self.server.address(), PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    fn stream(&mut self, number: ConnectionNumber) -> Result<&mut TcpStream, Trouble> {
        let stream = self.connections.get_mut(&number);
        stream.ok_or_else(|| Trouble("the connection is gone".into()))
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

impl Host for TcpHost {
    fn can(&self, need: Need) -> bool {
        need != Need::Clock
    }

    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        let stream = self.connect()?;
        self.opened += 1;
        self.connections.insert(self.opened, stream);
        Ok(self.opened)
    }

    fn send(&mut self, connection: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble> {
        match self.stream(connection)?.write_all(bytes) {
            // A server that has closed is noticed by what is read, as any client would.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
                ) =>
            {
                Ok(())
            }
            result => Ok(result?),
        }
    }

    fn end_sending(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        Ok(self.stream(connection)?.shutdown(Shutdown::Write)?)
    }

    fn close(&mut self, connection: ConnectionNumber) -> Result<(), Trouble> {
        self.connections.remove(&connection);
        Ok(())
    }

    fn receive(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        let mut buffer = vec![0; 64 * 1024];
        match self.stream(connection)?.read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                Ok(buffer)
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Vec::new()),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                Err(Trouble(format!(
                    "nothing came within {PATIENCE:?}; the server printed: {}",
                    self.server.printed()
                )))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn received(&mut self, connection: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        let stream = self.stream(connection)?;
        stream.set_nonblocking(true)?;
        let mut bytes = vec![0; 64 * 1024];
        let result = stream.read(&mut bytes);
        stream.set_nonblocking(false)?;
        match result {
            Ok(length) => {
                bytes.truncate(length);
                Ok(bytes)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        }
    }

    /// One request and its reply on a connection of its own: by then the server has had its turn
    /// at what came before.
    fn settle(&mut self) -> Result<(), Trouble> {
        let mut probe = match self.probe.take() {
            Some(probe) => probe,
            None => self.connect()?,
        };
        probe.write_all(b"inbox\r\n")?;
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n\r\n") {
            let mut buffer = [0; 1024];
            let length = probe.read(&mut buffer)?;
            if length == 0 {
                return Err(Trouble(format!(
                    "the server closed: {}",
                    self.server.printed()
                )));
            }
            reply.extend_from_slice(&buffer[..length]);
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
