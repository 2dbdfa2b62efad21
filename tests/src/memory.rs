//! The playground's simulated server as a host: no sockets, no files, a clock that only moves when told, and tokens
//! that are the same in every run.

use std::collections::BTreeMap;

use chatting_time_wasm as playground;
use playground::{Administration, Config, Direction, Input, Network, Simulation, What};

use crate::host::{ConnectionNumber, Host, Trouble};
use crate::script::{Account, Need, Operation, Setup};

/// A simulation whose network takes no time: whatever is written arrives at once.
pub struct MemoryHost<E = Simulation> {
    engine: E,
    connections: BTreeMap<ConnectionNumber, Connection>,
    opened: ConnectionNumber,
}

/// What plays the simulation: itself, or a face of it.
pub trait Engine {
    /// Lets something happen, and says what could be seen.
    fn apply(&mut self, input: &Input) -> Result<Vec<What>, Trouble>;

    /// In how many milliseconds the next bytes arrive.
    fn next_due(&self) -> Option<u64>;

    /// In how many milliseconds the server's patience ends with somebody.
    fn next_deadline(&self) -> Option<u64>;
}

impl Engine for Simulation {
    fn apply(&mut self, input: &Input) -> Result<Vec<What>, Trouble> {
        let observed = Simulation::apply(self, input);
        let observed = observed.map_err(|error| Trouble(error.to_string()))?;
        Ok(observed.into_iter().map(|one| one.what).collect())
    }

    fn next_due(&self) -> Option<u64> {
        Simulation::next_due(self)
    }

    fn next_deadline(&self) -> Option<u64> {
        Simulation::next_deadline(self)
    }
}

/// One connection as its client sees it.
struct Connection {
    /// The client of the simulation whose connection it is. No other connection of a vector is of the same.
    client: u32,
    /// Its number in the simulation.
    number: Option<u32>,
    is_closed: bool,
    /// Arrived and not read by the client yet.
    unread: Vec<u8>,
}

impl MemoryHost {
    /// A server as the vector wants to find it. Another seed gives other tokens.
    pub fn new(setup: &Setup, seed: u64) -> Result<Self, Trouble> {
        let simulation = Simulation::new(seed, &config(setup));
        Self::on(simulation.map_err(|error| Trouble(error.to_string()))?)
    }
}

impl<E: Engine> MemoryHost<E> {
    /// A server that was set up with [`config`].
    pub fn on(engine: E) -> Result<Self, Trouble> {
        let mut host = Self {
            engine,
            connections: BTreeMap::new(),
            opened: 0,
        };
        for client in 0..playground::bounds::CLIENTS as u32 {
            for direction in [Direction::ToServer, Direction::ToClient] {
                host.apply(&Input::SetNetwork {
                    client,
                    direction,
                    network: Network {
                        latency: 0,
                        ..Network::default()
                    },
                })?;
            }
        }
        Ok(host)
    }

    /// Lets something happen, and everything that follows at once.
    fn apply(&mut self, input: &Input) -> Result<Vec<What>, Trouble> {
        let mut observed = self.engine.apply(input)?;
        while self.engine.next_due() == Some(0) {
            let more = self.engine.apply(&Input::Advance { milliseconds: 0 })?;
            observed.extend(more);
        }
        for what in &observed {
            self.note(what);
        }
        Ok(observed)
    }

    fn note(&mut self, what: &What) {
        let is_meant = |one: &Connection| match what {
            What::Connected { client, .. } | What::ConnectionRefused { client } => {
                one.client == *client
            }
            _ => one.number.is_some() && one.number == what.connection(),
        };
        let mut connections = self.connections.values_mut();
        let Some(connection) = connections.find(|one| is_meant(one)) else {
            return;
        };
        match what {
            What::Connected {
                connection: number, ..
            } => connection.number = Some(*number),
            What::ConnectionRefused { .. } => connection.is_closed = true,
            What::Arrived {
                direction: Direction::ToClient,
                bytes,
                ..
            } => connection.unread.extend_from_slice(bytes),
            What::EndArrived {
                direction: Direction::ToClient,
                ..
            }
            | What::BrokeOff { .. } => connection.is_closed = true,
            _ => {}
        }
    }

    fn connection(&mut self, number: ConnectionNumber) -> Result<&mut Connection, Trouble> {
        let connection = self.connections.get_mut(&number);
        connection.ok_or_else(|| Trouble("the connection is gone".into()))
    }
}

impl<E: Engine> Host for MemoryHost<E> {
    fn can(&self, _: Need) -> bool {
        true
    }

    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        let is_free = |client: &u32| self.connections.values().all(|one| one.client != *client);
        let client = (0..playground::bounds::CLIENTS as u32).find(is_free);
        let client = client.ok_or_else(|| Trouble("too many connections at a time".into()))?;
        self.opened += 1;
        let connection = Connection {
            client,
            number: None,
            is_closed: false,
            unread: Vec::new(),
        };
        self.connections.insert(self.opened, connection);
        self.apply(&Input::Connect { client })?;
        Ok(self.opened)
    }

    fn send(&mut self, number: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble> {
        for bytes in bytes.chunks(playground::bounds::TYPED_BYTES) {
            let connection = self.connection(number)?;
            if connection.is_closed {
                return Ok(());
            }
            let client = connection.client;
            let bytes = bytes.into();
            self.apply(&Input::Type { client, bytes })?;
        }
        Ok(())
    }

    fn end_sending(&mut self, number: ConnectionNumber) -> Result<(), Trouble> {
        let connection = self.connection(number)?;
        if !connection.is_closed {
            let client = connection.client;
            self.apply(&Input::EndSending { client })?;
        }
        Ok(())
    }

    fn close(&mut self, number: ConnectionNumber) -> Result<(), Trouble> {
        let connection = self.connection(number)?;
        if !connection.is_closed {
            let client = connection.client;
            self.apply(&Input::Close { client })?;
        }
        self.connections.remove(&number);
        Ok(())
    }

    fn receive(&mut self, number: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        loop {
            let connection = self.connection(number)?;
            if connection.is_closed || !connection.unread.is_empty() {
                return Ok(std::mem::take(&mut connection.unread));
            }
            let deadline = self.engine.next_deadline();
            let deadline =
                deadline.ok_or_else(|| Trouble("nothing comes, and nothing will".into()))?;
            self.advance(deadline)?;
        }
    }

    fn received(&mut self, number: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        Ok(std::mem::take(&mut self.connection(number)?.unread))
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        Ok(())
    }

    fn advance(&mut self, milliseconds: u64) -> Result<(), Trouble> {
        self.apply(&Input::Advance { milliseconds }).map(|_| ())
    }

    fn restart(&mut self) -> Result<(), Trouble> {
        self.apply(&Input::RestartServer)?;
        self.connections.clear();
        Ok(())
    }

    fn stop(&mut self) -> Result<(), Trouble> {
        self.apply(&Input::StopServer).map(|_| ())
    }

    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble> {
        let change = administration(operation);
        let observed = self.apply(&Input::Administrate { change })?;
        let refused = observed.iter().find_map(|what| match what {
            What::Administered { refusal, .. } => refusal.as_ref(),
            _ => None,
        });
        refused.map_or(Ok(()), |refusal| Err(Trouble(refusal.clone())))
    }
}

/// The scene that a vector wants, with as many clients as there may be.
pub fn config(setup: &Setup) -> Config {
    let clients = 1..=playground::bounds::CLIENTS;
    Config {
        clients: clients.map(|number| format!("client {number}")).collect(),
        accounts: setup.accounts.iter().map(account).collect(),
        limits: setup.limits.iter().cloned().collect(),
        ..Config::default()
    }
}

/// An operator's change as the simulation knows it.
fn administration(operation: &Operation) -> Administration {
    match operation.clone() {
        Operation::Add(account) => Administration::AddUser {
            username: account.username,
            name: account.name,
            country: account.country,
            password: account.password,
        },
        Operation::Remove(username) => Administration::RemoveUser { username },
        Operation::SetPassword { username, password } => {
            Administration::ChangePassword { username, password }
        }
    }
}

fn account(account: &Account) -> playground::Account {
    let account = account.clone();
    playground::Account {
        username: account.username,
        name: account.name,
        country: account.country,
        password: account.password,
    }
}
