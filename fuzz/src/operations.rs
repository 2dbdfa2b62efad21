//! Lists of operations on the state.

mod model;
mod service;

use model::Model;
use service::{Answer, Service};

const USERS: [&str; 3] = ["messi", "henderson", "lineker"];
/// Places at which one connection at a time is open.
const CONNECTIONS: usize = 4;
/// So few that mailboxes fill up and are taken in parts.
const MAILBOX_MESSAGES: usize = 8;
const INBOX_MESSAGES: usize = 3;
/// So few that one session ends another.
const USER_SESSIONS: usize = 2;
/// In seconds.
const SESSION_IDLE: u64 = 100;
const SESSION_LIFETIME: u64 = 250;
const PRESENCE_WINDOW: u64 = 10;
/// In seconds, on either side of what matters.
const SPANS: [u64; 8] = [0, 1, 9, 10, 50, 99, 100, 150];
/// So that one input takes no time.
const MOST_OPERATIONS: usize = 200;

/// Each three bytes are an operation, who does it and its parameter. Whatever clients and operators do, and however connections
/// break and the server is started again in between: each message that was acknowledged is handed over once, in the order
/// of sending, unless its user was removed or it waited too long; tokens open just the sessions that live; and whoever counts as online is listed.
pub fn operations(input: &[u8]) {
    let mut chat = Chat::new();
    for operation in input.chunks_exact(3).take(MOST_OPERATIONS) {
        chat.carry_out(operation[0], operation[1].into(), operation[2].into());
        chat.check_mailboxes_and_presence();
    }
    chat.check_sessions();
    chat.read_everything();
}

/// The service, and what it has promised.
struct Chat {
    service: Service,
    model: Model,
    /// So that no text is like another.
    sent: u32,
}

impl Chat {
    /// Everybody has logged in, each on a connection of their own.
    fn new() -> Self {
        let mut chat = Self {
            service: Service::new(),
            model: Model::default(),
            sent: 0,
        };
        for user in 0..USERS.len() {
            chat.add(user);
            chat.log_in(user, user, true);
            chat.finish_login(user);
        }
        chat
    }

    fn carry_out(&mut self, operation: u8, who: usize, what: usize) {
        let (place, user) = (who % CONNECTIONS, what % USERS.len());
        let session = self.chosen(who / CONNECTIONS);
        let span = SPANS[what % SPANS.len()];
        if matches!(operation % 17, 0..=4 | 7 | 8) {
            // A connection does nothing else while a password is being checked for it.
            self.finish_login(place);
        }
        match operation % 17 {
            0 => {
                self.log_in(place, user, what / 3 % 4 != 3);
                if (what / 12).is_multiple_of(2) {
                    self.finish_login(place);
                }
            }
            1 | 2 => self.send(place, session, user),
            3 => {
                if self.read(place, session) > 0 {
                    while self.take(place) {}
                }
            }
            4 => drop(self.read(place, session)),
            5 => drop(self.take(place)),
            6 => self.break_off(place),
            7 => self.log_out(place, session),
            8 => self.list(place, session),
            9 => {
                self.service.now += span;
                self.model.now += span;
            }
            10 => self.service.sweep(1 + what % USERS.len()),
            11 => self.kick(user, session.filter(|_| (what / 3).is_multiple_of(2))),
            12 => {
                let password = self.model.change_password(user);
                let done = self.service.change_password(user, password.unwrap_or(0));
                assert_eq!(done, password.is_some());
            }
            13 => assert_eq!(self.service.remove(user), self.model.remove(user)),
            14 => self.add(user),
            15 => match what % 3 {
                0 => self.service.rebuild_after_storage_failed(),
                kind => {
                    self.service.restart(kind == 1);
                    self.model.restart();
                }
            },
            _ => {
                self.service.expire(span);
                self.model.expire(span);
            }
        }
    }

    /// The session of one of the last tokens, or the one that is bound to the connection.
    fn chosen(&self, choice: usize) -> Option<usize> {
        let back = choice % 8;
        let session = self.model.sessions.len().checked_sub(back)?;
        (back > 0).then_some(session)
    }

    fn add(&mut self, user: usize) {
        let password = self.model.add(user);
        let added = self.service.add(user, password.unwrap_or(0));
        assert_eq!(added, password.is_some());
    }

    fn log_in(&mut self, place: usize, user: usize, is_right: bool) {
        let password = self.model.password(user).filter(|_| is_right);
        let password = password.map_or("wrong".to_owned(), service::password);
        let line = format!("auth {} {password}", USERS[user]);
        let answer = self.service.ask(place, None, &line);
        assert_eq!(answer, self.model.log_in(place, user, is_right));
    }

    fn finish_login(&mut self, place: usize) {
        let answer = self.service.finish_login(place);
        assert_eq!(answer, self.model.finish_login(place));
    }

    fn send(&mut self, place: usize, session: Option<usize>, to: usize) {
        self.sent += 1;
        let text = format!("text {}", self.sent);
        let line = format!("send {{}} {} {text}", USERS[to]);
        let answer = self.service.ask(place, session, &line);
        assert_eq!(answer, self.model.send(place, session, to, text));
    }

    /// How many messages were handed over; the connection has not taken them yet.
    fn read(&mut self, place: usize, session: Option<usize>) -> usize {
        let answer = self.service.ask(place, session, "inbox {}");
        assert_eq!(answer, self.model.read(place, session));
        match answer {
            Answer::Messages { messages, .. } => messages.len(),
            _ => 0,
        }
    }

    /// The connection takes the first reply that hands something over, if there is one.
    fn take(&mut self, place: usize) -> bool {
        let confirmed = self.service.take(place);
        assert_eq!(confirmed, self.model.take(place));
        confirmed.is_some()
    }

    fn break_off(&mut self, place: usize) {
        self.service.break_off(place);
        self.model.break_off(place);
    }

    fn log_out(&mut self, place: usize, session: Option<usize>) {
        let answer = self.service.ask(place, session, "logout {}");
        assert_eq!(answer, self.model.log_out(place, session));
    }

    fn list(&mut self, place: usize, session: Option<usize>) {
        let answer = self.service.ask(place, session, "list {}");
        assert_eq!(answer, self.model.list(place, session));
    }

    fn kick(&mut self, user: usize, session: Option<usize>) {
        let ended = self.service.kick(user, session);
        assert_eq!(ended, self.model.kick(user, session));
    }

    fn check_mailboxes_and_presence(&self) {
        for user in 0..USERS.len() {
            let waiting = self.service.waiting(user);
            assert!(waiting.len() <= MAILBOX_MESSAGES);
            assert_eq!(waiting, self.model.waiting(user));
            assert_eq!(self.service.is_online(user), self.model.is_online(user));
        }
    }

    /// Every token that there ever was, without using it.
    fn check_sessions(&mut self) {
        for session in 0..self.model.sessions.len() {
            let is_live = self.service.is_live(session);
            assert_eq!(is_live, self.model.is_live(session), "session {session}");
        }
        self.service.sweep(usize::MAX);
        self.service.sweep(usize::MAX);
        let live = (0..self.model.sessions.len()).filter(|session| self.model.is_live(*session));
        assert_eq!(self.service.session_count(), live.count());
    }

    fn read_everything(&mut self) {
        for place in 0..CONNECTIONS {
            self.break_off(place);
        }
        for user in 0..USERS.len() {
            if self.service.waiting(user).is_empty() {
                continue;
            }
            self.log_in(user, user, true);
            self.finish_login(user);
            while self.read(user, None) > 0 {
                assert!(self.take(user), "it was handed over");
            }
            assert!(self.service.waiting(user).is_empty());
        }
    }
}
