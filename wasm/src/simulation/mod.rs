//! The simulation: clients, the network and the server, driven by inputs and a virtual clock.
//!
//! An input is checked first and then carried out whole: one that is refused changes nothing. After each input, and at
//! each instant that an `advance` passes, everything that is due happens, in one order: what arrives, connection by
//! connection, then what times out. There is no other source of change, so the same inputs give the same observations.
//!
//! A simulation does not keep what was observed, and what it keeps is shared where it is large: a clone is cheap.

mod actions;
mod chunks;
mod client;
mod connection;
mod ending;
mod journal;
mod network;
mod pipe;
mod random;
mod recorder;
mod server;
mod serving;
mod size;
mod unanswered;
mod view;

use chatting_time_core::terminal::Language;
use litemap::LiteMap;

use crate::bounds::{
    CLIENT_NAME_CHARACTERS, CLIENTS, CONNECTIONS, DELAY, TIME, TYPED_BYTES, UNANSWERED,
};
use crate::{
    Config, ConnectionState, Direction, ErrorCode, Input, Network, Observation, PlaygroundError,
    What,
};
use client::Client;
use connection::Connection;
use random::Random;
use recorder::Recorder;
use server::Server;

/// Several people, the network between them and one server.
#[derive(Clone)]
pub struct Simulation {
    recorder: Recorder,
    jitter: Random,
    language: Language,
    clients: Vec<Client>,
    /// Those that are not over, and the latest one of each client.
    connections: LiteMap<u32, Connection>,
    next_connection: u32,
    server: Server,
}

/// Something that happens by itself. Those of one instant happen in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Arrival(u32, Direction),
    LineTime(u32),
    ReplyTime(u32),
    StopTime,
    Sweep,
}

impl Simulation {
    /// The scene before anything happened.
    ///
    /// # Errors
    ///
    /// When the configuration can't be one.
    pub fn new(seed: u64, config: &Config) -> Result<Self, PlaygroundError> {
        let bad = |what: &str| PlaygroundError::with_detail(ErrorCode::BadScenario, what);
        if !(1..=CLIENTS).contains(&config.clients.len()) {
            return Err(bad("number of clients"));
        }
        if !config.clients.iter().all(|name| is_client_name(name)) {
            return Err(bad("name of a client"));
        }
        let language =
            Language::from_code(&config.language).ok_or_else(|| bad("language of terminals"))?;
        let clients = config.clients.iter();
        Ok(Self {
            recorder: Recorder::new(),
            jitter: Random::new(seed, 2),
            language,
            clients: clients.map(|name| Client::new(name, language)).collect(),
            connections: LiteMap::new(),
            next_connection: 0,
            server: Server::new(seed, config)?,
        })
    }

    /// Lets one thing happen, and everything that is due because of it. Returns what could be seen.
    ///
    /// # Errors
    ///
    /// When it can't happen; then nothing has changed.
    pub fn apply(&mut self, input: &Input) -> Result<Vec<Observation>, PlaygroundError> {
        self.check(input)?;
        self.recorder.step += 1;
        match input {
            Input::AddClient { name } => self.add_client(name),
            Input::Connect { client } => {
                self.connect(*client, Vec::new());
            }
            Input::Enter { client, line } => self.enter(*client, line),
            Input::Type { client, bytes } => self.type_bytes(*client, bytes),
            Input::EndSending { client } => self.end_sending(*client),
            Input::Close { client } => self.close(*client),
            Input::Reset { client } => self.reset(*client),
            Input::Advance { milliseconds } => self.advance(*milliseconds),
            Input::Deliver {
                connection,
                direction,
                bytes,
            } => self.deliver(*connection, *direction, *bytes),
            Input::SetNetwork {
                client,
                direction,
                network,
            } => self.set_network(*client, *direction, network),
            Input::LoseReply { client } => self.will_lose_reply(*client),
            Input::SetReader { client, reader } => self.set_reader(*client, *reader),
            Input::Administrate { change } => self.administrate(change),
            Input::RestartServer => self.restart_server(),
            Input::StopServer => self.stop_server(),
        }
        self.run_until(self.time());
        self.forget_what_is_over();
        Ok(self.recorder.end_step())
    }

    /// How many inputs were applied.
    pub fn step(&self) -> u32 {
        self.recorder.step
    }

    /// Milliseconds from the start.
    pub fn time(&self) -> u64 {
        self.recorder.time
    }

    /// How much was observed so far.
    pub fn observations(&self) -> u32 {
        self.recorder.count()
    }

    /// How much work it was to come here: the inputs, what was observed, and the events that restarts recovered.
    pub fn work(&self) -> u64 {
        u64::from(self.step()) + u64::from(self.observations()) + self.server.recovered
    }

    /// A fingerprint of everything observed so far, the same on every platform.
    pub fn hash(&self) -> u64 {
        self.recorder.hash()
    }

    /// In how many milliseconds the next bytes under way arrive; at once where an input brought about as much as one may.
    pub fn next_due(&self) -> Option<u64> {
        if !self.server.woken.is_empty() {
            return Some(0);
        }
        let (at, _) = self.next_arrival()?;
        Some(at.saturating_sub(self.time()))
    }

    /// In how many milliseconds the server's patience ends with somebody.
    pub fn next_deadline(&self) -> Option<u64> {
        let (at, _) = self.next_timeout()?;
        Some(at.saturating_sub(self.time()))
    }

    fn advance(&mut self, milliseconds: u64) {
        let start = self.time();
        self.recorder.observe([], What::Advanced { milliseconds });
        self.run_until(start + milliseconds);
        let passed = self.time() - start;
        if let Some(advanced) = self.recorder.first_of_step() {
            advanced.what = What::Advanced {
                milliseconds: passed,
            };
        }
    }

    /// Lets everything happen up to a time, unless that is more than one input may bring about.
    fn run_until(&mut self, end: u64) {
        loop {
            self.serve_woken();
            if !self.server.woken.is_empty() {
                return;
            }
            let next = self.next_happening().filter(|(at, _)| *at <= end);
            let Some((at, due)) = next else {
                break;
            };
            if self.recorder.is_full() {
                return;
            }
            self.recorder.time = self.time().max(at);
            match due {
                Due::Arrival(connection, direction) => self.arrive(connection, direction),
                Due::LineTime(connection) => self.line_time_is_over(connection),
                Due::ReplyTime(connection) => self.reply_time_is_over(connection),
                Due::StopTime => self.stop_time_is_over(),
                Due::Sweep => self.sweep(),
            }
        }
        self.recorder.time = self.time().max(end);
    }

    fn next_happening(&self) -> Option<(u64, Due)> {
        let sweep = self.server.sweeps_at.filter(|_| self.server.is_running);
        let sweep = sweep.map(|at| (at, Due::Sweep));
        let happenings = [self.next_arrival(), self.next_timeout(), sweep];
        happenings.into_iter().flatten().min()
    }

    fn check(&self, input: &Input) -> Result<(), PlaygroundError> {
        let refuse = |code: ErrorCode| Err(PlaygroundError::from(code));
        if let Some(client) = input.client()
            && client as usize >= self.clients.len()
        {
            return refuse(ErrorCode::NoSuchClient);
        }
        match input {
            Input::AddClient { .. } if self.clients.len() == CLIENTS => {
                refuse(ErrorCode::TooManyClients)
            }
            Input::AddClient { name } if !is_client_name(name) => refuse(ErrorCode::BadName),
            Input::Enter { line, .. } if line.len() > TYPED_BYTES => refuse(ErrorCode::OutOfRange),
            Input::Type { bytes, .. } if !(1..=TYPED_BYTES).contains(&bytes.len()) => {
                refuse(ErrorCode::OutOfRange)
            }
            Input::Connect { client } => self.check_room_to_connect(*client),
            Input::Enter { client, line } => self.check_room_to_write(*client, line.len(), 1),
            Input::Type { client, bytes } => {
                let requests = bytes.iter().filter(|byte| **byte == b'\n').count();
                self.check_room_to_write(*client, bytes.len(), requests)
            }
            Input::EndSending { client } if self.state_of(*client) != ConnectionState::Open => {
                refuse(ErrorCode::NotConnected)
            }
            Input::Close { client } | Input::Reset { client }
                if !self.state_of(*client).is_connected() =>
            {
                refuse(ErrorCode::NotConnected)
            }
            Input::Advance { milliseconds } if *milliseconds > TIME - self.time() => {
                refuse(ErrorCode::OutOfRange)
            }
            Input::Deliver {
                connection,
                direction,
                bytes,
            } => self.check_delivery(*connection, *direction, *bytes as usize),
            Input::SetNetwork { network, .. } if !is_possible(network) => {
                refuse(ErrorCode::OutOfRange)
            }
            Input::Administrate { change } if !server::is_bounded(change) => {
                refuse(ErrorCode::OutOfRange)
            }
            _ => Ok(()),
        }
    }

    /// A connection that a client lets go of may live on for as long as something is under way on it.
    fn check_room_to_connect(&self, client: u32) -> Result<(), PlaygroundError> {
        let latest = self.client(client).connection;
        let is_over =
            |number: &u32, connection: &Connection| Some(*number) == latest && connection.is_over();
        let connections = self.connections.iter();
        let others = connections.filter(|(number, connection)| !is_over(number, connection));
        match others.count() < CONNECTIONS {
            true => Ok(()),
            false => Err(ErrorCode::TooManyConnections.into()),
        }
    }

    fn check_room_to_write(
        &self,
        client: u32,
        bytes: usize,
        requests: usize,
    ) -> Result<(), PlaygroundError> {
        let connection = self.open_connection(client);
        let connection = connection.and_then(|number| self.connections.get(&number));
        // On a new connection nothing waits.
        let (waiting, unanswered) = connection.map_or((0, 0), |connection| {
            let unanswered = self.client(client).pending.len();
            (connection.client_output.len(), unanswered)
        });
        if waiting + bytes > TYPED_BYTES || unanswered + requests > UNANSWERED {
            return Err(ErrorCode::TooMuchWaiting.into());
        }
        match connection {
            Some(_) => Ok(()),
            None => self.check_room_to_connect(client),
        }
    }

    fn check_delivery(
        &self,
        connection: u32,
        direction: Direction,
        bytes: usize,
    ) -> Result<(), PlaygroundError> {
        let Some(connection) = self.connections.get(&connection) else {
            return Err(ErrorCode::NoSuchConnection.into());
        };
        let pipe = connection.pipe(direction);
        let is_under_way = match bytes {
            0 => pipe.front().is_some_and(|piece| piece.is_end),
            _ => bytes <= pipe.bytes(),
        };
        match is_under_way && connection.has_room_for(direction, bytes) {
            true => Ok(()),
            false => Err(ErrorCode::NothingUnderWay.into()),
        }
    }

    /// Connections that are over are forgotten, but for the latest one of each client, which its person still sees.
    fn forget_what_is_over(&mut self) {
        let clients = &self.clients;
        self.connections.retain(|number, connection| {
            let latest = clients[connection.client as usize].connection;
            !connection.is_over() || latest == Some(*number)
        });
    }

    fn client(&self, client: u32) -> &Client {
        &self.clients[client as usize]
    }

    fn client_mut(&mut self, client: u32) -> &mut Client {
        &mut self.clients[client as usize]
    }

    /// What became of the client's latest connection.
    fn state_of(&self, client: u32) -> ConnectionState {
        let connection = self.client(client).connection;
        let connection = connection.and_then(|number| self.connections.get(&number));
        connection.map_or(ConnectionState::Never, |connection| connection.state)
    }

    /// The connection that the client can write to.
    fn open_connection(&self, client: u32) -> Option<u32> {
        let is_open = self.state_of(client) == ConnectionState::Open;
        self.client(client).connection.filter(|_| is_open)
    }
}

fn is_client_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=CLIENT_NAME_CHARACTERS).contains(&length)
        && !name.trim().is_empty()
        && !name.chars().any(char::is_control)
}

fn is_possible(network: &Network) -> bool {
    let delays = [network.latency, network.jitter, network.join.unwrap_or(0)];
    let sizes = [network.piece_bytes, network.split_at];
    delays.iter().all(|delay| *delay <= DELAY) && !sizes.contains(&Some(0))
}
