//! One run: a server, its clients and operators, a disk that fails, and time, all drawn from one seed.

mod connections;
mod events;
mod journal;
mod operators;
mod readers;
mod replies;
mod room;
mod server;
mod settling;
mod time;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chatting_time::engine::SimulatedTime;
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time_core::{Limits, Password, PasswordCost, PasswordHash, Token};

use super::client::Client;
use super::model::clock::Clock;
use super::model::growth::{Bounds, Growth};
use super::model::{
    ConnectionNumber, Contents, Moment, Operation, SessionNumber, Told, Username, bounds,
};
use super::possibilities::Possibilities;
use super::random::Random;
use super::reader::Reader;
use events::{Event, chances, step};
use server::Server;

const STEPS: usize = 1000;
const USERNAMES: [Username; 4] = ["ani", "budi", "citra", "dewi"];
const PASSWORDS: [&str; 2] = ["surabaya", "jakarta"];
const MOST_CLIENTS: usize = 6;
/// No connection: what operators and the server itself do.
const NOBODY: ConnectionNumber = 0;

pub(crate) struct Simulation {
    /// For the disk, which lets it go on while the journal is folded.
    itself: Weak<Mutex<Simulation>>,
    random: Random,
    chances: Vec<(usize, Event)>,
    /// Of how many users much happens: the fewer, the more they get into each other's way.
    busy_users: usize,
    disk: SimulatedDisk,
    /// Whether the disk may fail until it is mended.
    has_faults: bool,
    /// It was told to stop in the middle of something.
    disk_stops: bool,
    time: SimulatedTime,
    /// What the server shows of that.
    clock: Clock,
    message_lifetime: Option<u64>,
    /// What the server thinks is enough room.
    room: Bounds,
    /// Whether the server takes in what grows.
    growth: Growth,
    limits: Arc<Limits>,
    hashes: Vec<PasswordHash>,
    /// `None` after a start that failed.
    server: Option<Server>,
    /// How often one was started.
    starts: usize,
    clients: Vec<Client>,
    connections: ConnectionNumber,
    messages: usize,
    text_lengths: &'static [usize],
    /// By session number.
    tokens: Vec<Token>,
    sessions_of_tokens: BTreeMap<String, SessionNumber>,
    possibilities: Possibilities,
    /// What may have been durable at a sequence, from where whoever reads began.
    durable: BTreeMap<u64, Vec<Contents>>,
    reader: Option<Reader>,
    history: Vec<String>,
}

/// Runs a seed to its end. It panics where the server broke a promise.
pub(crate) fn run(simulation: &Mutex<Simulation>) {
    for _ in 0..STEPS {
        step(simulation);
    }
    let mut simulation = lock(simulation);
    simulation.settle();
}

/// What a run is started with.
pub(crate) fn start(seed: u64) -> Arc<Mutex<Simulation>> {
    let simulation = Arc::new_cyclic(|itself| Mutex::new(Simulation::new(seed, itself.clone())));
    lock(&simulation).begin();
    simulation
}

/// Everything that happened, in order.
pub(crate) fn history(simulation: &Mutex<Simulation>) -> Vec<String> {
    lock(simulation).history.clone()
}

fn lock(simulation: &Mutex<Simulation>) -> MutexGuard<'_, Simulation> {
    simulation.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Simulation {
    fn new(seed: u64, itself: Weak<Mutex<Self>>) -> Self {
        let mut random = Random::new(seed);
        let limits = Limits {
            mailbox_messages: bounds::MAILBOX_MESSAGES as u64,
            inbox_messages: bounds::INBOX_MESSAGES as u64,
            user_sessions: bounds::USER_SESSIONS as u64,
            session_idle: bounds::SESSION_IDLE,
            session_lifetime: bounds::SESSION_LIFETIME,
            session_use_recording: bounds::SESSION_USE_RECORDING,
            presence_window: bounds::PRESENCE_WINDOW,
            ..Limits::default()
        };
        let hash = |password: &&str| {
            let password = Password::parse(password).expect("a password");
            password.hash(PasswordCost::cheapest(), [7; 16])
        };
        let time = SimulatedTime::default();
        time.advance(1_000_000_000);
        Self {
            itself,
            chances: chances(&mut random),
            busy_users: random.pick(&[1, 2, 4]),
            disk: SimulatedDisk::new(random.next()),
            has_faults: false,
            disk_stops: false,
            clock: Clock::starting(time.now().0),
            message_lifetime: random.pick(&[None, Some(50_000), Some(700_000)]),
            room: bounds_of_room(&mut random),
            growth: Growth::default(),
            time,
            limits: Arc::new(limits),
            hashes: PASSWORDS.iter().map(hash).collect(),
            server: None,
            starts: 0,
            clients: Vec::new(),
            connections: NOBODY,
            messages: 0,
            text_lengths: random.pick(&[
                &[0, 10, 60, 300, 1200],
                &[0, 10, 60, 300, 1200],
                &[800, 1200],
            ]),
            tokens: Vec::new(),
            sessions_of_tokens: BTreeMap::new(),
            possibilities: Possibilities::new(),
            durable: BTreeMap::new(),
            reader: None,
            random,
            history: Vec::new(),
        }
    }

    fn begin(&mut self) {
        self.start_server();
        for username in USERNAMES {
            let password = PASSWORDS[0];
            self.administer(&Operation::AddUser { username, password });
        }
        self.write_all();
    }
}

/// What is told, and what has happened.
impl Simulation {
    fn happened(&mut self, connection: ConnectionNumber, operation: &Operation, told: &Told) {
        let moment = self.moment(connection);
        let shortened = |text: String| text.chars().take(200).collect::<String>();
        self.note(format!(
            "{} client {connection}: {} gives {}",
            moment.position,
            shortened(format!("{operation:?}")),
            shortened(format!("{told:?}")),
        ));
        let right = self.possibilities.happened(moment, operation, told);
        self.must(right);
    }

    fn moment(&self, connection: ConnectionNumber) -> Moment {
        Moment {
            position: self.possibilities.position() + 1,
            now: self.clock.now(),
            time_of_day: self.time.now().0,
            steady: self.clock.steady(),
            message_lifetime: self.message_lifetime,
            connection,
        }
    }

    fn note(&mut self, line: String) {
        self.history.push(line);
    }

    fn must(&self, right: Result<(), String>) {
        if let Err(wrong) = right {
            panic!("{wrong}");
        }
    }
}

/// Some disks have bounds, of which some leave room for a snapshot even when they are reached.
fn bounds_of_room(random: &mut Random) -> Bounds {
    let limit = random.pick(&[0, 20_000, 20_000, 40_000]);
    let reserve = random.pick(&[0, 0, 12_000, 3 << 20]);
    Bounds { reserve, limit }
}
