//! The core as a server in memory: no sockets, no files, a clock that only moves when told, and
//! tokens that are the same in every run.

use std::collections::BTreeMap;
use std::sync::Arc;

use chatting_time_core::documented_accounts::{PASSWORD, documented_accounts};
use chatting_time_core::limits::LIMITS;
use chatting_time_core::{
    AdminCommand, Command, Connection, ConnectionId, Context, Decision, Event, Limits, Name,
    NewUser, Outcome, Password, PasswordCost, PasswordHash, Refusal, Reply, State, Timestamp,
    Token, Username, decide_admin, finish_auth,
};

use crate::host::{ConnectionNumber, Host, Trouble};
use crate::script::{Account, Need, Operation, Setup};

/// When the clock starts. Any time would do; this one has no meaning.
const START: Timestamp = Timestamp(1_700_000_000_000);

/// A server in memory. Every reply is taken by its client at once, so a drain is confirmed with
/// its reply.
pub struct MemoryHost {
    limits: Arc<Limits>,
    state: State,
    journal: Vec<Vec<u8>>,
    now: Timestamp,
    random: u64,
    connections: BTreeMap<ConnectionNumber, Client>,
    opened: ConnectionNumber,
}

/// One connection as the server and the client see it.
struct Client {
    connection: Connection,
    binding: Option<Token>,
    /// Since when the client has been inside of a line.
    inside_since: Option<Timestamp>,
    is_closed: bool,
    /// Written by the server and not read by the client yet.
    unread: Vec<u8>,
}

impl MemoryHost {
    /// A server as the vector wants to find it. Another seed gives other tokens.
    pub fn new(setup: &Setup, seed: u64) -> Result<Self, Trouble> {
        let mut host = Self {
            limits: Arc::new(limits(setup)),
            state: State::default(),
            journal: Vec::new(),
            now: START,
            random: seed,
            connections: BTreeMap::new(),
            opened: 0,
        };
        let users = documented_accounts(Some(host.hash(PASSWORD)?));
        host.administrate(&AdminCommand::AddUsers(users))?;
        for account in &setup.accounts {
            host.operate(&Operation::Add(account.clone()))?;
        }
        Ok(host)
    }

    /// Runs every complete line of a connection.
    fn run(&mut self, number: ConnectionNumber) -> Result<(), Trouble> {
        while let Some(request) = self.client(number)?.connection.next_request() {
            let reply = match request {
                Ok(command) => self.execute(number, &command)?,
                Err(refusal) => Reply::Refused(refusal),
            };
            let client = self.client(number)?;
            client.inside_since = None;
            client.write(&reply);
        }
        Ok(())
    }

    fn execute(&mut self, number: ConnectionNumber, command: &Command) -> Result<Reply, Trouble> {
        let limits = self.limits.clone();
        let token = self.random_token();
        let context = Context {
            now: self.now,
            limits: &limits,
            connection: ConnectionId(number as u64),
            binding: self.client(number)?.binding,
        };
        let outcome = match self.state.decide(&context, command) {
            Outcome::CheckPassword(check) => {
                finish_auth(&self.state, &context, token, &check.run())
            }
            outcome => outcome,
        };
        let Outcome::Decided(decision) = outcome else {
            return Err(Trouble(format!("the core decided nothing: {outcome:?}")));
        };
        self.state.commit(&context, &decision);
        self.record(&decision.events);
        self.confirm(&decision);
        let client = self.client(number)?;
        client.binding = decision.binding.after(client.binding);
        Ok(decision.reply)
    }

    fn confirm(&mut self, decision: &Decision) {
        let delivered = decision
            .drain
            .as_ref()
            .and_then(|drain| self.state.confirm(drain));
        self.record(delivered.as_slice());
    }

    fn administrate(&mut self, command: &AdminCommand) -> Result<(), Trouble> {
        let decided = decide_admin(&self.state, self.state.generation(), command);
        let decided = decided.map_err(|missing| Trouble(format!("the core lacks {missing:?}")))?;
        let events = decided.map_err(|refusal| Trouble(refusal.to_string()))?;
        for event in &events {
            self.state.apply(event);
        }
        self.record(&events);
        Ok(())
    }

    fn record(&mut self, events: &[Event]) {
        for event in events {
            let mut bytes = Vec::new();
            event.encode(&mut bytes);
            self.journal.push(bytes);
        }
    }

    /// When the next line runs out of time.
    fn next_deadline(&self) -> Option<Timestamp> {
        let open = self.connections.values().filter(|client| !client.is_closed);
        let since = open.filter_map(|client| client.inside_since).min()?;
        Some(Timestamp(since.0.saturating_add(self.limits.line_time)))
    }

    /// Closes the connections whose line has run out of time.
    fn time_out(&mut self) {
        let (now, line_time) = (self.now, self.limits.line_time);
        for client in self
            .connections
            .values_mut()
            .filter(|client| !client.is_closed)
        {
            if client
                .inside_since
                .is_some_and(|since| now.since(since) >= line_time)
            {
                client.close_inside_line(Refusal::RequestTimeout);
            }
        }
        self.detach_closed();
    }

    fn detach_closed(&mut self) {
        let closed = self
            .connections
            .iter()
            .filter(|(_, client)| client.is_closed);
        for (number, _) in closed {
            self.state.detach(ConnectionId(*number as u64));
        }
    }

    fn client(&mut self, number: ConnectionNumber) -> Result<&mut Client, Trouble> {
        let client = self.connections.get_mut(&number);
        client.ok_or_else(|| Trouble("the connection is gone".into()))
    }

    /// Not random at all, so that every run is the same (the SplitMix64 sequence).
    fn random_bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        for half in bytes.chunks_exact_mut(8) {
            self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = self.random;
            mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            half.copy_from_slice(&(mixed ^ mixed >> 31).to_be_bytes());
        }
        bytes
    }

    fn random_token(&mut self) -> Token {
        Token::from_random(self.random_bytes())
    }

    fn hash(&mut self, password: &str) -> Result<PasswordHash, Trouble> {
        let salt = self.random_bytes();
        let password = Password::parse(password);
        let password = password.ok_or_else(|| Trouble("that can be nobody's password".into()))?;
        Ok(password.hash(PasswordCost::cheapest(), salt))
    }

    fn new_user(&mut self, account: &Account) -> Result<NewUser, Trouble> {
        let name =
            |text| Name::parse(text).ok_or_else(|| Trouble(format!("{text} can be nobody's name")));
        Ok(NewUser {
            username: username(&account.username)?,
            name: name(&account.name)?,
            country: name(&account.country)?,
            password: self.hash(&account.password)?,
        })
    }
}

impl Host for MemoryHost {
    fn can(&self, _: Need) -> bool {
        true
    }

    fn open(&mut self) -> Result<ConnectionNumber, Trouble> {
        let open = self
            .connections
            .values()
            .filter(|client| !client.is_closed)
            .count() as u64;
        let mut client = Client {
            connection: Connection::new(self.limits.clone()),
            binding: None,
            inside_since: None,
            is_closed: false,
            unread: Vec::new(),
        };
        if self.limits.connections > 0 && open >= self.limits.connections {
            client.write(&Reply::Refused(Refusal::ServerBusy));
            client.is_closed = true;
        }
        self.opened += 1;
        self.connections.insert(self.opened, client);
        Ok(self.opened)
    }

    fn send(&mut self, number: ConnectionNumber, bytes: &[u8]) -> Result<(), Trouble> {
        let now = self.now;
        let client = self.client(number)?;
        if client.is_closed {
            return Ok(());
        }
        let had_replied = client.connection.has_replied_to_line();
        client.connection.receive(bytes);
        if had_replied && !client.connection.has_replied_to_line() {
            client.inside_since = None;
        }
        self.run(number)?;
        let client = self.client(number)?;
        client.inside_since = match client.connection.is_inside_line() {
            true => client.inside_since.or(Some(now)),
            false => None,
        };
        Ok(())
    }

    fn end_sending(&mut self, number: ConnectionNumber) -> Result<(), Trouble> {
        self.client(number)?.is_closed = true;
        self.detach_closed();
        Ok(())
    }

    fn close(&mut self, number: ConnectionNumber) -> Result<(), Trouble> {
        self.end_sending(number)?;
        self.connections.remove(&number);
        Ok(())
    }

    fn receive(&mut self, number: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        loop {
            let client = self.client(number)?;
            if client.is_closed || !client.unread.is_empty() {
                return Ok(std::mem::take(&mut client.unread));
            }
            let deadline = self.next_deadline();
            self.now = deadline.ok_or_else(|| Trouble("nothing comes, and nothing will".into()))?;
            self.time_out();
        }
    }

    fn received(&mut self, number: ConnectionNumber) -> Result<Vec<u8>, Trouble> {
        Ok(std::mem::take(&mut self.client(number)?.unread))
    }

    fn settle(&mut self) -> Result<(), Trouble> {
        Ok(())
    }

    fn advance(&mut self, milliseconds: u64) -> Result<(), Trouble> {
        let target = Timestamp(self.now.0 + milliseconds);
        while let Some(deadline) = self.next_deadline().filter(|deadline| *deadline <= target) {
            self.now = deadline;
            self.time_out();
        }
        self.now = target;
        Ok(())
    }

    fn restart(&mut self) -> Result<(), Trouble> {
        let mut recovered = State::default();
        for bytes in &self.journal {
            let event = Event::decode(bytes).map_err(|error| Trouble(error.to_string()))?;
            recovered.apply(&event);
        }
        // What a snapshot holds must be as good as the whole journal.
        self.state = State::default();
        for event in recovered.compacted() {
            self.state.apply(&event);
        }
        self.connections.clear();
        Ok(())
    }

    fn stop(&mut self) -> Result<(), Trouble> {
        for client in self
            .connections
            .values_mut()
            .filter(|client| !client.is_closed)
        {
            client.close_inside_line(Refusal::ShuttingDown);
        }
        self.detach_closed();
        Ok(())
    }

    fn operate(&mut self, operation: &Operation) -> Result<(), Trouble> {
        let command = match operation {
            Operation::Add(account) => AdminCommand::AddUsers(vec![self.new_user(account)?]),
            Operation::Remove(name) => AdminCommand::RemoveUser {
                username: username(name)?,
            },
            Operation::SetPassword {
                username: name,
                password,
            } => AdminCommand::ChangePassword {
                username: username(name)?,
                password: self.hash(password)?,
            },
        };
        self.administrate(&command)
    }
}

impl Client {
    fn write(&mut self, reply: &Reply) {
        self.connection.reply(reply);
        self.unread.extend(self.connection.take_output());
    }

    /// Clause 2.9: one error to whoever is in the middle of a request, unless it has one already.
    fn close_inside_line(&mut self, refusal: Refusal) {
        if self.connection.is_inside_line() && !self.connection.has_replied_to_line() {
            self.write(&Reply::Refused(refusal));
        }
        self.is_closed = true;
    }
}

fn limits(setup: &Setup) -> Limits {
    let mut limits = Limits::default();
    for (key, value) in &setup.limits {
        let limit = LIMITS.iter().find(|limit| limit.field == key);
        (limit.expect("the parser checked the key").set)(&mut limits, *value);
    }
    limits
}

fn username(text: &str) -> Result<Username, Trouble> {
    Username::parse(text).ok_or_else(|| Trouble(format!("{text} can be nobody's username")))
}
