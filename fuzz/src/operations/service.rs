//! The least of a host around the state: nothing in it waits, and what it writes is durable at once.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use chatting_time_core::state::SessionId;
use chatting_time_core::{
    AdminCommand, CheckMemory, CheckedPassword, Command, ConnectionId, Context, Decision, Drain,
    Event, Limits, Name, NewUser, Outcome, Password, PasswordCost, PasswordHash, Refusal, Reply,
    State, Timestamp, Token, Username, decide_admin, finish_auth,
};

use super::{CONNECTIONS, USERS};

/// What comes of a request.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Refused(Refusal),
    /// The password is being checked.
    Checking,
    /// A session was opened.
    Opened,
    Sent,
    Messages {
        /// Senders and texts.
        messages: Vec<(String, String)>,
        remaining: u64,
    },
    /// Another connection is being handed them.
    Busy,
    Online(Vec<String>),
    LoggedOut(String),
}

pub(super) struct Service {
    /// In seconds.
    pub(super) now: u64,
    limits: Limits,
    state: State,
    journal: Vec<Event>,
    connections: Vec<Connection>,
    opened: u64,
    /// Of every session, in the order in which they were opened.
    tokens: Vec<Token>,
    memory: CheckMemory,
}

struct Connection {
    id: ConnectionId,
    binding: Option<Token>,
    login: Option<CheckedPassword>,
    /// Of replies that the operating system has not taken yet.
    drains: VecDeque<Drain>,
}

impl Service {
    pub(super) fn new() -> Self {
        let mut service = Self {
            now: 1_000,
            limits: limits(),
            state: State::default(),
            journal: Vec::new(),
            connections: Vec::new(),
            opened: 0,
            tokens: Vec::new(),
            memory: CheckMemory::default(),
        };
        service.open_connections();
        service
    }

    /// Sends a line; the token of the session stands where `{}` does.
    pub(super) fn ask(&mut self, place: usize, session: Option<usize>, line: &str) -> Answer {
        let mut buffer = [0; Token::TEXT_BYTES];
        let token = session.map_or("", |session| self.tokens[session].to_wire(&mut buffer));
        let line = line.replace("{}", token);
        let command = Command::parse(&line, &self.limits).expect("it is well-formed");
        let limits = self.limits.clone();
        let context = self.context(place, &limits);
        match self.state.decide(&context, &command) {
            Outcome::Decided(decision) => self.carry_out(place, decision),
            Outcome::CheckPassword(check) => {
                self.connections[place].login = Some(check.run_in(&mut self.memory));
                Answer::Checking
            }
            Outcome::MailboxBusy(_) => Answer::Busy,
            Outcome::Missing(_) => unreachable!("everything is in memory"),
        }
    }

    /// The password that was sent before has been checked.
    pub(super) fn finish_login(&mut self, place: usize) -> Option<Answer> {
        let checked = self.connections[place].login.take()?;
        let number = self.tokens.len() as u32 + 1;
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let token = Token::from_random(bytes);
        let limits = self.limits.clone();
        let context = self.context(place, &limits);
        let Outcome::Decided(decision) = finish_auth(&self.state, &context, token, &checked) else {
            unreachable!("everything is in memory");
        };
        if let Reply::Authenticated(token) = decision.reply {
            self.tokens.push(token);
        }
        Some(self.carry_out(place, decision))
    }

    /// The operating system takes the next reply that hands messages over: how many are gone from the mailbox now.
    pub(super) fn take(&mut self, place: usize) -> Option<u64> {
        let drain = self.connections[place].drains.pop_front()?;
        let Some(event) = self.state.confirm(&drain) else {
            return Some(0);
        };
        let Event::MessagesDelivered { count, .. } = event else {
            unreachable!("a confirmation is of messages");
        };
        self.journal.push(event);
        Some(count)
    }

    /// The connection breaks, and another is opened there.
    pub(super) fn break_off(&mut self, place: usize) {
        self.state.detach(self.connections[place].id);
        self.connections[place] = self.connection();
    }

    /// The server is killed and started again, from all events or from as few as will do.
    pub(super) fn restart(&mut self, is_folded: bool) {
        if is_folded {
            self.journal = self.state.compacted().collect();
        }
        self.state = self.rebuilt();
        self.open_connections();
    }

    /// The state is built anew while the connections stay. Nothing is lost.
    pub(super) fn rebuild_after_storage_failed(&mut self) {
        let mut rebuilt = self.rebuilt();
        rebuilt.take_over(&self.state);
        self.state = rebuilt;
    }

    pub(super) fn sweep(&mut self, accounts: usize) {
        let now = self.timestamp();
        let events = self.state.sweep(now, &self.limits, accounts);
        self.apply(events);
    }

    /// Takes away what has waited for longer than so many seconds.
    pub(super) fn expire(&mut self, seconds: u64) {
        let before = Timestamp((self.now - seconds) * 1000);
        let expired = self
            .state
            .expired(|at| at < before, 0, usize::MAX, u64::MAX);
        self.apply(expired.events);
    }

    /// How many sessions it ended; `None` when there is no such user.
    pub(super) fn kick(&mut self, user: usize, session: Option<usize>) -> Option<usize> {
        let id = session.map(|session| SessionId::of(&self.tokens[session]));
        let now = self.timestamp();
        let events = self
            .state
            .end_sessions(&username(user), id, now, &self.limits)?;
        let ended = events.len();
        self.apply(events);
        Some(ended)
    }

    pub(super) fn add(&mut self, user: usize, password: u32) -> bool {
        let name = Name::parse(USERS[user]).expect("it is a name");
        self.administrate(&AdminCommand::AddUsers(vec![NewUser {
            username: username(user),
            name: name.clone(),
            country: name,
            password: hash(password),
        }]))
    }

    pub(super) fn change_password(&mut self, user: usize, password: u32) -> bool {
        self.administrate(&AdminCommand::ChangePassword {
            username: username(user),
            password: hash(password),
        })
    }

    pub(super) fn remove(&mut self, user: usize) -> bool {
        let username = username(user);
        self.administrate(&AdminCommand::RemoveUser { username })
    }

    /// Senders and texts, those on their way included.
    pub(super) fn waiting(&self, user: usize) -> Vec<(String, String)> {
        let user = username(user);
        let messages = self.state.messages(&user);
        messages.map(|(_, message)| sent(message)).collect()
    }

    pub(super) fn is_online(&self, user: usize) -> bool {
        let now = self.timestamp();
        self.state.is_online(&username(user), now, &self.limits)
    }

    /// Whether the token is accepted. It does not count as used by that.
    pub(super) fn is_live(&self, session: usize) -> bool {
        let context = Context {
            binding: Some(self.tokens[session]),
            ..self.context(0, &self.limits)
        };
        let list = Command::parse("list", &self.limits).expect("it is well-formed");
        match chatting_time_core::decide(&self.state, &context, &list) {
            Outcome::Decided(decision) => matches!(decision.reply, Reply::List(_)),
            _ => unreachable!("a list is decided at once"),
        }
    }

    pub(super) fn session_count(&self) -> usize {
        self.state.session_count()
    }

    fn carry_out(&mut self, place: usize, decision: Decision) -> Answer {
        let limits = self.limits.clone();
        let context = self.context(place, &limits);
        self.state.commit(&context, &decision);
        self.journal.extend(decision.events);
        let connection = &mut self.connections[place];
        connection.binding = decision.binding.after(connection.binding);
        connection.drains.extend(decision.drain);
        match decision.reply {
            Reply::Authenticated(_) => Answer::Opened,
            Reply::Sent => Answer::Sent,
            Reply::Inbox(inbox) => Answer::Messages {
                messages: inbox.messages.iter().map(sent).collect(),
                remaining: inbox.remaining,
            },
            Reply::List(list) => {
                Answer::Online(list.names.iter().map(ToString::to_string).collect())
            }
            Reply::LoggedOut(username) => Answer::LoggedOut(username.to_string()),
            Reply::Refused(refusal) => Answer::Refused(refusal),
            Reply::Help => unreachable!("nobody asks for help"),
        }
    }

    fn administrate(&mut self, command: &AdminCommand) -> bool {
        let decided = decide_admin(&self.state, self.state.generation(), command);
        let decided = decided.unwrap_or_else(|_| unreachable!("everything is in memory"));
        let is_done = decided.is_ok();
        self.apply(decided.unwrap_or_default());
        is_done
    }

    fn apply(&mut self, events: Vec<Event>) {
        for event in &events {
            self.state.apply(event);
        }
        self.journal.extend(events);
    }

    fn rebuilt(&self) -> State {
        let mut state = State::default();
        for event in &self.journal {
            state.apply(event);
        }
        state
    }

    fn open_connections(&mut self) {
        self.connections = (0..CONNECTIONS).map(|_| self.connection()).collect();
    }

    fn connection(&mut self) -> Connection {
        self.opened += 1;
        Connection {
            id: ConnectionId(self.opened),
            binding: None,
            login: None,
            drains: VecDeque::new(),
        }
    }

    fn context<'a>(&self, place: usize, limits: &'a Limits) -> Context<'a> {
        Context {
            now: self.timestamp(),
            limits,
            connection: self.connections[place].id,
            binding: self.connections[place].binding,
        }
    }

    fn timestamp(&self) -> Timestamp {
        Timestamp(self.now * 1000)
    }
}

pub(super) fn password(number: u32) -> String {
    format!("password{number}")
}

/// Made once: a hash takes longer than a hundred operations.
fn hash(number: u32) -> PasswordHash {
    static MADE: Mutex<BTreeMap<u32, PasswordHash>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().expect("nobody panics while they make one");
    let made = made.entry(number).or_insert_with(|| {
        let password = Password::parse(&password(number)).expect("it is a password");
        password.hash(PasswordCost::cheapest(), *b"no secret at all")
    });
    made.clone()
}

fn username(user: usize) -> Username {
    Username::parse(USERS[user]).expect("it is a username")
}

fn sent(message: &chatting_time_core::state::Message) -> (String, String) {
    let sender = message.sender.username();
    (sender.to_string(), message.text.as_str().to_owned())
}

fn limits() -> Limits {
    Limits {
        mailbox_messages: super::MAILBOX_MESSAGES as u64,
        inbox_messages: super::INBOX_MESSAGES as u64,
        user_sessions: super::USER_SESSIONS as u64,
        session_idle: super::SESSION_IDLE * 1000,
        session_lifetime: super::SESSION_LIFETIME * 1000,
        // Time passes in seconds, so a restart forgets no use.
        session_use_recording: 1000,
        presence_window: super::PRESENCE_WINDOW * 1000,
        ..Limits::default()
    }
}
