//! A host in memory: does for the core what a server does, with a clock that the test turns.

use std::sync::Arc;

use chatting_time_core::documented_accounts::{PASSWORD, documented_accounts};
use chatting_time_core::state::UnknownEvent;
use chatting_time_core::{
    AdminCommand, AdminRefusal, Binding, CheckedPassword, Command, Connection, ConnectionId,
    Context, Decision, Drain, Event, Limits, Name, NewUser, Outcome, Password, PasswordCheck,
    PasswordCost, PasswordHash, Refusal, Reply, State, Timestamp, Token, Username, decide_admin,
    finish_auth,
};

pub(crate) const SECOND: u64 = 1_000;
pub(crate) const MINUTE: u64 = 60 * SECOND;
pub(crate) const HOUR: u64 = 60 * MINUTE;
pub(crate) const DAY: u64 = 24 * HOUR;

/// A state, and everything around it that a request needs.
pub(crate) struct Host {
    pub(crate) state: State,
    pub(crate) limits: Arc<Limits>,
    pub(crate) now: Timestamp,
    /// Every event so far, as a journal holds them.
    pub(crate) journal: Vec<Event>,
    tokens_drawn: u64,
    connections_opened: u64,
}

/// One client's connection, as its host keeps it.
pub(crate) struct Client {
    pub(crate) id: ConnectionId,
    pub(crate) stream: Connection,
    pub(crate) binding: Option<Token>,
}

/// What came of one request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// A reply without its terminator, and what is to be confirmed once it has been written.
    Replied(String, Option<Drain>),
    /// Another connection is being handed the messages of this user.
    Busy(Username),
}

impl Host {
    /// The documented accounts with the documented password, cheaply hashed.
    pub(crate) fn new() -> Self {
        Self::with_limits(|_| {})
    }

    pub(crate) fn with_limits(change: impl FnOnce(&mut Limits)) -> Self {
        let mut host = Self::empty(change);
        let accounts = documented_accounts(Some(hashed(PASSWORD)));
        host.administer(&AdminCommand::AddUsers(accounts)).unwrap();
        host
    }

    pub(crate) fn empty(change: impl FnOnce(&mut Limits)) -> Self {
        let mut limits = Limits::default();
        change(&mut limits);
        Self {
            state: State::default(),
            limits: Arc::new(limits),
            now: Timestamp(1_700_000_000_000),
            journal: Vec::new(),
            tokens_drawn: 0,
            connections_opened: 0,
        }
    }

    pub(crate) fn connect(&mut self) -> Client {
        self.connections_opened += 1;
        Client {
            id: ConnectionId(self.connections_opened),
            stream: Connection::new(self.limits.clone()),
            binding: None,
        }
    }

    /// A connection on which this user has logged in.
    pub(crate) fn log_in(&mut self, username: &str) -> Client {
        let mut client = self.connect();
        let reply = self.ask(&mut client, &format!("auth {username} {PASSWORD}"));
        assert!(reply.starts_with(r#"{"status": "OK""#), "{reply}");
        client
    }

    pub(crate) fn log_in_all<const N: usize>(&mut self, usernames: [&str; N]) -> [Client; N] {
        usernames.map(|username| self.log_in(username))
    }

    /// Sends one line and takes its reply, without the terminator, to the end.
    pub(crate) fn ask(&mut self, client: &mut Client, line: &str) -> String {
        match self.begin(client, line) {
            Answer::Replied(reply, drain) => {
                self.confirm(drain.as_ref());
                reply
            }
            Answer::Busy(username) => panic!("{line:?} has to wait for {username}"),
        }
    }

    /// Sends one line. What it hands over is neither confirmed nor given back yet.
    pub(crate) fn begin(&mut self, client: &mut Client, line: &str) -> Answer {
        client.stream.receive(line.as_bytes());
        client.stream.receive(b"\n");
        let request = client.stream.next_request().expect("a line is complete");
        let answer = self.answer(client, request);
        assert!(client.stream.next_request().is_none(), "{line:?}");
        answer
    }

    /// Sends bytes, answers every line that is complete with them, and takes what comes back.
    pub(crate) fn exchange(&mut self, client: &mut Client, bytes: &[u8]) -> Vec<u8> {
        client.stream.receive(bytes);
        let mut output = Vec::new();
        while let Some(request) = client.stream.next_request() {
            match self.answer(client, request) {
                Answer::Replied(reply, drain) => {
                    output.extend_from_slice(reply.as_bytes());
                    output.extend_from_slice(b"\r\n\r\n");
                    self.confirm(drain.as_ref());
                }
                Answer::Busy(username) => panic!("a request has to wait for {username}"),
            }
        }
        output
    }

    pub(crate) fn answer(
        &mut self,
        client: &mut Client,
        request: Result<Command, Refusal>,
    ) -> Answer {
        let decision = match request {
            Err(refusal) => return Answer::Replied(wire(client, &Reply::Refused(refusal)), None),
            Ok(command) => match self.decide(client, &command) {
                Outcome::Decided(decision) => decision,
                Outcome::CheckPassword(check) => self.finish(client, &check.run()),
                Outcome::MailboxBusy(username) => return Answer::Busy(username),
                Outcome::Missing(missing) => panic!("a state lacks nothing, but {missing:?}"),
            },
        };
        self.commit(client, decision)
    }

    pub(crate) fn decide(&mut self, client: &Client, command: &Command) -> Outcome {
        let limits = self.limits.clone();
        self.state.decide(&self.context(client, &limits), command)
    }

    /// The password check that this `auth` asks for.
    pub(crate) fn begin_auth(&mut self, client: &Client, line: &str) -> PasswordCheck {
        let command = Command::parse(line, &self.limits).unwrap();
        match self.decide(client, &command) {
            Outcome::CheckPassword(check) => check,
            other => panic!("no password to check: {other:?}"),
        }
    }

    pub(crate) fn finish(&mut self, client: &Client, checked: &CheckedPassword) -> Decision {
        let limits = self.limits.clone();
        let token = self.draw_token();
        match finish_auth(&self.state, &self.context(client, &limits), token, checked) {
            Outcome::Decided(decision) => decision,
            other => panic!("a checked password is enough: {other:?}"),
        }
    }

    pub(crate) fn commit(&mut self, client: &mut Client, decision: Decision) -> Answer {
        let limits = self.limits.clone();
        let context = self.context(client, &limits);
        self.state.commit(&context, &decision);
        client.binding = decision.binding.after(client.binding);
        self.journal.extend(decision.events);
        Answer::Replied(wire(client, &decision.reply), decision.drain)
    }

    pub(crate) fn confirm(&mut self, drain: Option<&Drain>) {
        self.journal
            .extend(drain.and_then(|drain| self.state.confirm(drain)));
    }

    pub(crate) fn administer(&mut self, command: &AdminCommand) -> Result<(), AdminRefusal> {
        let events = decide_admin(&self.state, self.state.generation(), command).unwrap()?;
        for event in &events {
            self.state.apply(event);
        }
        self.journal.extend(events);
        Ok(())
    }

    pub(crate) fn add_user(&mut self, username_text: &str) {
        self.administer(&AdminCommand::AddUsers(vec![new_user(username_text)]))
            .unwrap();
    }

    pub(crate) fn remove_user(&mut self, username_text: &str) {
        let username = username(username_text);
        self.administer(&AdminCommand::RemoveUser { username })
            .unwrap();
    }

    pub(crate) fn change_password(&mut self, username_text: &str, password: &str) {
        let (username, password) = (username(username_text), hashed(password));
        self.administer(&AdminCommand::ChangePassword { username, password })
            .unwrap();
    }

    /// Sweeps all accounts and returns how many sessions it ended.
    pub(crate) fn sweep(&mut self) -> usize {
        let ended = self.state.sweep(self.now, &self.limits, usize::MAX);
        for event in &ended {
            self.state.apply(event);
        }
        let count = ended.len();
        self.journal.extend(ended);
        count
    }

    pub(crate) fn wait(&mut self, milliseconds: u64) {
        self.now.0 += milliseconds;
    }

    /// The same service after a crash: nothing is left but the journal.
    pub(crate) fn restart(self) -> Self {
        Self {
            state: replayed(&self.journal),
            ..self
        }
    }

    fn draw_token(&mut self) -> Token {
        self.tokens_drawn += 1;
        token(self.tokens_drawn)
    }

    fn context<'a>(&self, client: &Client, limits: &'a Limits) -> Context<'a> {
        Context {
            now: self.now,
            limits,
            connection: client.id,
            binding: client.binding,
        }
    }
}

impl Client {
    /// The text of the token bound to this connection.
    pub(crate) fn token(&self) -> String {
        token_text(self.binding.expect("logged in"))
    }
}

/// The reply as the client reads it, without the terminator that ends every reply.
fn wire(client: &mut Client, reply: &Reply) -> String {
    client.stream.reply(reply);
    let output = String::from_utf8(client.stream.take_output()).unwrap();
    output.strip_suffix("\r\n\r\n").unwrap().to_owned()
}

/// The one token that the host draws as its `number`th.
pub(crate) fn token(number: u64) -> Token {
    let mut bytes = [0xa5; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Token::from_random(bytes)
}

pub(crate) fn token_text(token: Token) -> String {
    token.to_wire(&mut [0; Token::TEXT_BYTES]).to_owned()
}

pub(crate) fn username(text: &str) -> Username {
    Username::parse(text).unwrap()
}

pub(crate) fn hashed(password: &str) -> PasswordHash {
    let password = Password::parse(password).unwrap();
    password.hash(PasswordCost::cheapest(), *b"salt of the test")
}

pub(crate) fn new_user(text: &str) -> NewUser {
    NewUser {
        username: username(text),
        name: Name::parse(&format!("Name of {text}")).unwrap(),
        country: Name::parse("Indonesia").unwrap(),
        password: hashed(PASSWORD),
    }
}

pub(crate) fn replayed<'a>(events: impl IntoIterator<Item = &'a Event>) -> State {
    let mut state = State::default();
    for event in events {
        state.apply(event);
    }
    state
}

pub(crate) fn encoded(event: &Event) -> Vec<u8> {
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    bytes
}

pub(crate) fn through_storage(event: &Event) -> Result<Event, UnknownEvent> {
    Event::decode(&encoded(event))
}

pub(crate) const SENT: &str = r#"{"status": "OK", "message": "Message Sent"}"#;
pub(crate) const EMPTY: &str = r#"{"status": "OK", "messages": {}}"#;

pub(crate) fn refused(code: &str, message: &str) -> String {
    format!(r#"{{"status": "ERROR", "message": "{message}", "code": "{code}"}}"#)
}

pub(crate) fn session_not_found() -> String {
    refused("session_not_found", "Session Tidak Ditemukan")
}

pub(crate) fn user_not_found() -> String {
    refused("user_not_found", "User Tidak Ditemukan")
}

pub(crate) fn wrong_password() -> String {
    refused("wrong_password", "Password yang Anda Masukkan Salah")
}

pub(crate) fn mailbox_full() -> String {
    refused("mailbox_full", "Kotak Masuk Penuh")
}

pub(crate) fn bad_parameters(usage: &str) -> String {
    format!(
        r#"{{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "bad_parameters", "usage": "{usage}"}}"#
    )
}

pub(crate) fn unknown_command() -> String {
    refused("unknown_command", "Protocol Tidak Benar")
}

/// The reply to `list` when just these are online.
pub(crate) fn listed(usernames: &[&str]) -> String {
    let names: Vec<_> = usernames.iter().map(|name| format!("\"{name}\"")).collect();
    let array = format!("[{}]", names.join(", "));
    format!(
        r#"{{"status": "OK", "user": {array}, "users": {array}, "message": {array}, "messages": {array}}}"#
    )
}

/// The texts that an inbox reply hands over, in its order, without the space before and the line
/// end behind them.
pub(crate) fn texts(reply: &str) -> Vec<String> {
    let mut parts = reply.split(r#""msg": " "#);
    parts.next();
    let texts = parts.map(|part| part.split_once(r"\r\n").unwrap().0.to_owned());
    texts.collect()
}

/// How many messages wait behind those of an inbox reply.
pub(crate) fn remaining(reply: &str) -> u64 {
    let reply = chatting_time_core::json::Value::parse(reply.as_bytes()).unwrap();
    match reply.get("remaining") {
        Some(chatting_time_core::json::Value::Number(number)) => *number,
        None => 0,
        other => panic!("{other:?}"),
    }
}

/// The binding that a decision leaves unchanged.
pub(crate) const KEPT: Binding = Binding::Keep;
