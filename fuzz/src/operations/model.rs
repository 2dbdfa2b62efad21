//! What the service has promised, kept as simply as can be.

use std::collections::{BTreeSet, VecDeque};

use chatting_time_core::Refusal;

use super::service::Answer;
use super::{
    CONNECTIONS, INBOX_MESSAGES, MAILBOX_MESSAGES, PRESENCE_WINDOW, SESSION_IDLE, SESSION_LIFETIME,
    USER_SESSIONS, USERS,
};

#[derive(Default)]
pub(super) struct Model {
    /// In seconds since the start.
    pub(super) now: u64,
    accounts: [Option<Account>; USERS.len()],
    /// All that there ever were, in the order in which they were opened.
    pub(super) sessions: Vec<Session>,
    connections: [Connection; CONNECTIONS],
    /// No password and no account is like an earlier one.
    changes: u32,
}

struct Account {
    password: u32,
    /// Tells it from earlier ones of that name.
    number: u32,
    mailbox: VecDeque<Message>,
    /// How many in front are on their way, and at which place the connection is.
    on_their_way: (usize, usize),
}

struct Message {
    from: usize,
    text: String,
    at: u64,
}

pub(super) struct Session {
    user: usize,
    opened: u64,
    last_used: u64,
    has_ended: bool,
    /// The places of the connections.
    attached: BTreeSet<usize>,
}

#[derive(Default)]
struct Connection {
    bound: Option<usize>,
    login: Option<Login>,
    /// What replies hand over that were not taken: of which account how many messages.
    replies: VecDeque<(usize, u32, usize)>,
}

struct Login {
    user: usize,
    is_right: bool,
    /// What it was when it was checked.
    password: u32,
}

impl Model {
    /// The new password; `None` when there is such a user.
    pub(super) fn add(&mut self, user: usize) -> Option<u32> {
        if self.accounts[user].is_some() {
            return None;
        }
        self.changes += 1;
        self.accounts[user] = Some(Account {
            password: self.changes,
            number: self.changes,
            mailbox: VecDeque::new(),
            on_their_way: (0, 0),
        });
        Some(self.changes)
    }

    pub(super) fn remove(&mut self, user: usize) -> bool {
        self.end_sessions(user);
        self.accounts[user].take().is_some()
    }

    /// The new password; `None` when there is no such user.
    pub(super) fn change_password(&mut self, user: usize) -> Option<u32> {
        self.changes += 1;
        self.accounts[user].as_mut()?.password = self.changes;
        self.end_sessions(user);
        Some(self.changes)
    }

    pub(super) fn password(&self, user: usize) -> Option<u32> {
        self.accounts[user].as_ref().map(|account| account.password)
    }

    pub(super) fn log_in(&mut self, place: usize, user: usize, is_right: bool) -> Answer {
        let Some(password) = self.password(user) else {
            return Answer::Refused(Refusal::UserNotFound);
        };
        self.connections[place].login = Some(Login {
            user,
            is_right,
            password,
        });
        Answer::Checking
    }

    pub(super) fn finish_login(&mut self, place: usize) -> Option<Answer> {
        let login = self.connections[place].login.take()?;
        let user = login.user;
        let Some(password) = self.password(user) else {
            return Some(Answer::Refused(Refusal::UserNotFound));
        };
        if !login.is_right || password != login.password {
            return Some(Answer::Refused(Refusal::WrongPassword));
        }
        let live: Vec<_> = self.live_sessions(user).collect();
        if live.len() == USER_SESSIONS {
            let longest_unused = live.into_iter().min_by_key(|session| {
                let session = &self.sessions[*session];
                (session.last_used, session.opened)
            });
            self.sessions[longest_unused.expect("there are some")].has_ended = true;
        }
        self.connections[place].bound = Some(self.sessions.len());
        self.sessions.push(Session {
            user,
            opened: self.now,
            last_used: self.now,
            has_ended: false,
            attached: [place].into(),
        });
        Some(Answer::Opened)
    }

    pub(super) fn send(
        &mut self,
        place: usize,
        session: Option<usize>,
        to: usize,
        text: String,
    ) -> Answer {
        let Some((_, from)) = self.usable(place, session) else {
            return Answer::Refused(Refusal::SessionNotFound);
        };
        self.use_session(place, session);
        let at = self.now;
        match &mut self.accounts[to] {
            None => Answer::Refused(Refusal::UserNotFound),
            Some(account) if account.mailbox.len() == MAILBOX_MESSAGES => {
                Answer::Refused(Refusal::MailboxFull)
            }
            Some(account) => {
                account.mailbox.push_back(Message { from, text, at });
                Answer::Sent
            }
        }
    }

    pub(super) fn read(&mut self, place: usize, session: Option<usize>) -> Answer {
        let Some((_, user)) = self.usable(place, session) else {
            return Answer::Refused(Refusal::SessionNotFound);
        };
        let account = self.accounts[user].as_mut().expect("it has a session");
        let (before, other) = account.on_their_way;
        if before > 0 && other != place {
            return Answer::Busy;
        }
        let waiting = account.mailbox.iter().skip(before);
        let messages: Vec<_> = waiting.take(INBOX_MESSAGES).map(Message::sent).collect();
        let after = before + messages.len();
        account.on_their_way = (after, place);
        let remaining = (account.mailbox.len() - after) as u64;
        if !messages.is_empty() {
            let reply = (user, account.number, messages.len());
            self.connections[place].replies.push_back(reply);
        }
        self.use_session(place, session);
        Answer::Messages {
            messages,
            remaining,
        }
    }

    /// How many messages are gone from the mailbox; `None` when no reply waits.
    pub(super) fn take(&mut self, place: usize) -> Option<u64> {
        let (user, number, count) = self.connections[place].replies.pop_front()?;
        let account = self.accounts[user].as_mut();
        let Some(account) = account.filter(|account| account.number == number) else {
            return Some(0);
        };
        account.mailbox.drain(..count);
        account.on_their_way.0 -= count;
        Some(count as u64)
    }

    /// What its replies did not hand over goes back.
    pub(super) fn break_off(&mut self, place: usize) {
        self.connections[place] = Connection::default();
        for session in &mut self.sessions {
            session.attached.remove(&place);
        }
        for account in self.accounts.iter_mut().flatten() {
            if account.on_their_way.1 == place {
                account.on_their_way.0 = 0;
            }
        }
    }

    pub(super) fn restart(&mut self) {
        for place in 0..CONNECTIONS {
            self.break_off(place);
        }
    }

    pub(super) fn log_out(&mut self, place: usize, session: Option<usize>) -> Answer {
        let Some((session, user)) = self.usable(place, session) else {
            return Answer::Refused(Refusal::SessionNotFound);
        };
        self.sessions[session].has_ended = true;
        Answer::LoggedOut(USERS[user].to_owned())
    }

    pub(super) fn list(&mut self, place: usize, session: Option<usize>) -> Answer {
        if self.usable(place, session).is_none() {
            return Answer::Refused(Refusal::SessionNotFound);
        }
        self.use_session(place, session);
        let online = (0..USERS.len()).filter(|user| self.is_online(*user));
        let mut online: Vec<_> = online.map(|user| USERS[user].to_owned()).collect();
        online.sort();
        Answer::Online(online)
    }

    /// How many sessions end; `None` when there is no such user.
    pub(super) fn kick(&mut self, user: usize, session: Option<usize>) -> Option<usize> {
        self.accounts[user].as_ref()?;
        let live = self.live_sessions(user);
        let ended: Vec<_> = live
            .filter(|one| session.is_none_or(|session| *one == session))
            .collect();
        for session in &ended {
            self.sessions[*session].has_ended = true;
        }
        Some(ended.len())
    }

    /// What is on its way is not taken away.
    pub(super) fn expire(&mut self, seconds: u64) {
        let now = self.now;
        for account in self.accounts.iter_mut().flatten() {
            if account.on_their_way.0 == 0 {
                account
                    .mailbox
                    .retain(|message| message.at + seconds >= now);
            }
        }
    }

    /// Senders and texts, those on their way included.
    pub(super) fn waiting(&self, user: usize) -> Vec<(String, String)> {
        let mailbox = self.accounts[user].iter().flat_map(|one| &one.mailbox);
        mailbox.map(Message::sent).collect()
    }

    pub(super) fn is_online(&self, user: usize) -> bool {
        self.live_sessions(user).any(|session| {
            let session = &self.sessions[session];
            !session.attached.is_empty() || self.now < session.last_used + PRESENCE_WINDOW
        })
    }

    pub(super) fn is_live(&self, session: usize) -> bool {
        let session = &self.sessions[session];
        !session.has_ended
            && self.now < session.last_used + SESSION_IDLE
            && self.now < session.opened + SESSION_LIFETIME
    }

    fn live_sessions(&self, user: usize) -> impl Iterator<Item = usize> {
        let of_user = move |session: &usize| self.sessions[*session].user == user;
        let sessions = (0..self.sessions.len()).filter(of_user);
        sessions.filter(|session| self.is_live(*session))
    }

    /// The session that a request means, and whose it is, when it lives.
    fn usable(&self, place: usize, session: Option<usize>) -> Option<(usize, usize)> {
        let session = session.or(self.connections[place].bound)?;
        self.is_live(session)
            .then(|| (session, self.sessions[session].user))
    }

    fn use_session(&mut self, place: usize, session: Option<usize>) {
        if let Some((session, _)) = self.usable(place, session) {
            self.sessions[session].last_used = self.now;
            self.sessions[session].attached.insert(place);
        }
    }

    fn end_sessions(&mut self, user: usize) {
        for session in &mut self.sessions {
            session.has_ended |= session.user == user;
        }
    }
}

impl Message {
    fn sent(&self) -> (String, String) {
        (USERS[self.from].to_owned(), self.text.clone())
    }
}
