//! Lists of operations on the state, through the simulated server.

use std::collections::{BTreeMap, VecDeque};

use chatting_time_tests::host::{ConnectionNumber, Host as _};
use chatting_time_tests::memory::MemoryHost;
use chatting_time_tests::script::Setup;
use serde_json::Value;

const USERS: [&str; 3] = ["messi", "henderson", "lineker"];
/// So few that mailboxes fill up and are taken in parts.
const LIMITS: [(&str, u64); 2] = [("mailbox_messages", 8), ("inbox_messages", 3)];
/// What the simulation has connections for.
const MOST_OPERATIONS: usize = 100;

/// Each two bytes are an operation and its parameter. However people send, read, leave and come back and the server is started
/// again in between, each message that was acknowledged is handed over once, in the order of sending.
pub fn operations(input: &[u8]) {
    let mut chat = Chat::new();
    for operation in input.chunks_exact(2).take(MOST_OPERATIONS) {
        let parameter = usize::from(operation[1]);
        let (user, other) = (parameter % 3, parameter / 3 % 3);
        match operation[0] % 8 {
            0..=2 => chat.send(user, other, parameter),
            3 | 4 => chat.read(user),
            5 => chat.leave(user),
            6 => chat.wait(parameter),
            _ => chat.restart(),
        }
    }
    for user in 0..USERS.len() {
        while !chat.mailboxes[user].is_empty() {
            chat.read(user);
        }
    }
}

/// The server, and what it has acknowledged.
struct Chat {
    server: MemoryHost,
    tokens: Vec<String>,
    connections: [Option<ConnectionNumber>; USERS.len()],
    /// For each user the sender and the text of each message that is not read yet.
    mailboxes: [VecDeque<(usize, String)>; USERS.len()],
}

impl Chat {
    fn new() -> Self {
        let limits = LIMITS.map(|(name, value)| (name.to_owned(), value));
        let setup = Setup {
            limits: limits.into(),
            ..Setup::default()
        };
        let mut chat = Self {
            server: MemoryHost::new(&setup, 1).expect("the scene is in order"),
            tokens: Vec::new(),
            connections: [None; USERS.len()],
            mailboxes: Default::default(),
        };
        for (user, name) in USERS.iter().enumerate() {
            let reply = chat.ask(user, &format!("auth {name} surabaya"));
            let token = reply["tokenid"].as_str().expect("the password is right");
            chat.tokens.push(token.to_owned());
        }
        chat
    }

    fn send(&mut self, from: usize, to: usize, number: usize) {
        let text = format!("text {number}");
        let line = format!("send {} {} {text}", self.tokens[from], USERS[to]);
        let reply = self.ask(from, &line);
        let is_full = self.mailboxes[to].len() as u64 == LIMITS[0].1;
        match reply["status"].as_str() {
            Some("OK") => self.mailboxes[to].push_back((from, format!(" {text}\r\n"))),
            _ => assert_eq!(reply["code"], "mailbox_full", "{reply}"),
        }
        assert_eq!(reply["status"] != "OK", is_full, "{reply}");
    }

    fn read(&mut self, user: usize) {
        let line = format!("inbox {}", self.tokens[user]);
        let reply = self.ask(user, &line);
        assert_eq!(reply["status"], "OK", "{reply}");
        let waiting = &mut self.mailboxes[user];
        let taken = waiting.len().min(LIMITS[1].1 as usize);
        let mut expected: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (from, text) in waiting.drain(..taken) {
            expected.entry(USERS[from]).or_default().push(text);
        }
        let senders = reply["messages"].as_object().expect("an inbox has senders");
        let handed_over = senders.iter().map(|(sender, messages)| {
            let messages = messages.as_array().expect("a sender has messages");
            let texts = messages.iter().map(|one| {
                one["msg"]
                    .as_str()
                    .expect("a message has a text")
                    .to_owned()
            });
            (sender.as_str(), texts.collect())
        });
        assert_eq!(handed_over.collect::<BTreeMap<_, Vec<_>>>(), expected);
    }

    fn leave(&mut self, user: usize) {
        if let Some(connection) = self.connections[user].take() {
            self.server.close(connection).expect("it was open");
        }
    }

    fn wait(&mut self, seconds: usize) {
        self.server
            .advance(seconds as u64 * 1000)
            .expect("time passes");
    }

    fn restart(&mut self) {
        self.server.restart().expect("it starts again");
        self.connections = [None; USERS.len()];
    }

    /// Every line gets one reply, of one JSON object.
    fn ask(&mut self, user: usize, line: &str) -> Value {
        let connection = match self.connections[user] {
            Some(connection) => connection,
            None => self.server.open().expect("the server listens"),
        };
        self.connections[user] = Some(connection);
        self.server
            .send(connection, format!("{line}\r\n").as_bytes())
            .expect("it is connected");
        let reply = self.server.receive(connection).expect("a reply comes");
        let reply = reply.strip_suffix(b"\r\n\r\n").expect("a reply has an end");
        serde_json::from_slice(reply).expect("a reply is an object of JSON")
    }
}
