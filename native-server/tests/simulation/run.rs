//! One run: a server, its clients and operators, a disk that fails, and time, all drawn from one seed.

mod connections;
mod operators;
mod replies;
mod server;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chatting_time::engine::{SimulatedTime, SteppedJournal};
use chatting_time::journal::Journal;
use chatting_time::journal::simulated_disk::SimulatedDisk;
use chatting_time_core::{Limits, Password, PasswordCost, PasswordHash, Token};

use super::client::{Client, Line, Stage};
use super::disk::ProcessDisk;
use super::model::{ConnectionNumber, Moment, Operation, SessionNumber, Told, Username, bounds};
use super::possibilities::Possibilities;
use super::random::Random;
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
    time: SimulatedTime,
    limits: Arc<Limits>,
    hashes: Vec<PasswordHash>,
    /// `None` after a start that failed.
    server: Option<Server>,
    /// How often one was started.
    starts: usize,
    clients: Vec<Client>,
    connections: ConnectionNumber,
    messages: usize,
    /// By session number.
    tokens: Vec<Token>,
    sessions_of_tokens: BTreeMap<String, SessionNumber>,
    possibilities: Possibilities,
    history: Vec<String>,
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Event {
    Client,
    Connect,
    Administer,
    TimePasses,
    Sweep,
    BeginBatch,
    WriteBatch,
    Recover,
    Prepare,
    Fold,
    FailSyncs,
    FailWrites,
    FillDisk,
    MendDisk,
    Crash,
    CrashDuring,
    Restart,
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

fn step(simulation: &Mutex<Simulation>) {
    // The fold runs without the lock, so that the disk can let the simulation go on in the middle of it.
    let fold = lock(simulation).one_step();
    if let Some((journal, disk)) = fold {
        disk.set_folding(true);
        let succeeded = SteppedJournal::fold(&journal);
        disk.set_folding(false);
        lock(simulation).fold_ended(succeeded);
    }
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
            random,
            has_faults: false,
            time,
            limits: Arc::new(limits),
            hashes: PASSWORDS.iter().map(hash).collect(),
            server: None,
            starts: 0,
            clients: Vec::new(),
            connections: NOBODY,
            messages: 0,
            tokens: Vec::new(),
            sessions_of_tokens: BTreeMap::new(),
            possibilities: Possibilities::new(),
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

    /// Lets one thing happen; a fold is returned, to be run outside.
    fn one_step(&mut self) -> Option<(Journal, ProcessDisk)> {
        let event = self.random.weighted(&self.chances);
        if self.server.is_none() {
            if self.random.one_in(3) {
                self.mend_disk();
            }
            self.start_server();
            return None;
        }
        match event {
            Event::Client => self.client_goes_on(),
            Event::Connect => self.connect(),
            Event::Administer => {
                let username = self.username();
                let password = self.random.pick(&PASSWORDS);
                let operation = match self.random.below(6) {
                    0..=2 => Operation::AddUser { username, password },
                    3 | 4 => Operation::ChangePassword { username, password },
                    _ => Operation::RemoveUser(username),
                };
                self.administer(&operation);
            }
            Event::TimePasses => {
                let longest = self.random.pick(&[100, 1_000, 70_000, 700_000, 3_000_000]);
                // Now and then to the very moment at which something ends.
                let passed = match self.random.one_in(4) {
                    true => self.random.pick(&bounds::TIMES),
                    false => self.random.below(longest) as u64,
                };
                self.time.advance(passed);
                self.note(format!("{passed} ms pass"));
            }
            Event::Sweep => self.sweep(),
            Event::BeginBatch => self.begin_batch(),
            Event::WriteBatch => self.write_batch(),
            Event::Recover => self.recover(),
            Event::Prepare => {
                self.note("the next segment is prepared".into());
                self.server().journal.prepare();
            }
            Event::Fold => return self.fold(),
            Event::FailSyncs => {
                let count = 1 + self.random.below(3) as u64;
                self.disk.fail_syncs(count);
                self.has_faults = true;
                self.note(format!("the next {count} syncs fail"));
            }
            Event::FailWrites => {
                let count = 1 + self.random.below(2) as u64;
                self.disk.fail_writes(count);
                self.has_faults = true;
                self.note(format!("the next {count} writes fail"));
            }
            Event::FillDisk => {
                let room = self.random.below(9_000) as u64;
                self.disk.set_capacity(self.disk.used() + room);
                self.has_faults = true;
                self.note(format!("the disk has room for {room} bytes"));
            }
            Event::MendDisk => self.mend_disk(),
            Event::Crash => self.crash(),
            Event::CrashDuring => {
                // An append is a write and a sync; what starts, stops and recovers takes more.
                let bound = self.random.pick(&[2, 2, 14]);
                let operations = self.random.below(bound) as u64;
                self.disk.stop_after(operations);
                self.has_faults = true;
                self.note(format!("after {operations} operations of the disk:"));
                match self.random.below(4) {
                    0 => self.stop_server(),
                    1 => self.recover(),
                    _ => {
                        self.begin_batch();
                        self.write_batch();
                    }
                }
                self.crash();
            }
            Event::Restart => {
                self.stop_server();
                self.start_server();
            }
        }
        None
    }

    fn username(&mut self) -> Username {
        self.random.pick(&USERNAMES[..self.busy_users])
    }

    /// What happens between two operations of a fold.
    fn meanwhile(&mut self) {
        if !self.random.one_in(4) {
            return;
        }
        let starts = self.starts;
        for _ in 0..=self.random.below(5) {
            let nothing = self.one_step();
            assert!(nothing.is_none(), "one fold at a time");
            if self.starts != starts || self.server.is_none() {
                return;
            }
        }
    }

    /// Everything is mended and comes to rest, power is lost, and whoever has messages takes them.
    fn settle(&mut self) {
        self.note("the end: everything is mended".into());
        for last in [false, true] {
            self.mend_disk();
            if self.server.is_none() {
                self.start_server();
            }
            self.recover();
            while !self.clients.is_empty() {
                self.write_all();
                self.client_goes_on();
                if !self.clients.is_empty() {
                    self.close(0);
                }
            }
            self.write_all();
            if !last {
                self.disk.lose_power();
                self.note("power is lost".into());
                self.end_server();
                self.start_server();
            }
        }
        let users = self.server().engine.users();
        let has = |username: &&Username| {
            let mut names = users.iter().map(|user| user.identity.username());
            names.any(|name| name.as_str() == **username)
        };
        for username in USERNAMES.iter().copied().filter(|name| has(&name)) {
            let password = PASSWORDS[0];
            self.administer(&Operation::ChangePassword { username, password });
            self.write_all();
            self.connect();
            let rounds = 1 + bounds::MAILBOX_MESSAGES.div_ceil(bounds::INBOX_MESSAGES);
            let inboxes = std::iter::repeat_n(Line::Inbox(None), rounds);
            let lines = std::iter::once(Line::Auth(username, password)).chain(inboxes);
            self.client_sends(0, lines.collect());
            while !self.clients[0].lines.is_empty()
                || !matches!(self.clients[0].stage, Stage::Ready)
            {
                self.go_on(0, false);
                self.write_all();
            }
            self.close(0);
        }
        let undelivered = self.server().engine.totals().undelivered.messages;
        assert_eq!(undelivered, 0, "everyone took everything");
        self.check_state();
    }
}

/// How often what happens, which differs from seed to seed: some runs have no faults, some little else.
fn chances(random: &mut Random) -> Vec<(usize, Event)> {
    let faults = random.pick(&[0, 1, 1, 2, 5]);
    let crashes = random.pick(&[0, 1, 1, 2, 5]);
    let changes = random.pick(&[0, 1, 3, 12]);
    let batches = random.pick(&[20, 60, 150]);
    vec![
        (400, Event::Client),
        (10, Event::Connect),
        (changes, Event::Administer),
        (random.pick(&[0, 4, 12]), Event::TimePasses),
        (1, Event::Sweep),
        (batches, Event::BeginBatch),
        (batches, Event::WriteBatch),
        (random.pick(&[30, 150]), Event::Recover),
        (random.pick(&[0, 2, 8]), Event::Prepare),
        (random.pick(&[2, 8]), Event::Fold),
        (faults, Event::FailSyncs),
        (faults, Event::FailWrites),
        (faults, Event::FillDisk),
        (2 * faults, Event::MendDisk),
        (crashes, Event::Crash),
        (2 * crashes, Event::CrashDuring),
        (1, Event::Restart),
    ]
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
            now: self.time.now().0,
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
