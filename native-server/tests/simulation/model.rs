//! What the service promises, in as few lines as possible: users, sessions and mailboxes in plain maps, one operation after
//! the other. It shares nothing with the code that it judges, and knows nothing of disks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// The bounds that a simulation sets, small enough to be met.
pub(crate) mod bounds {
    pub(crate) const MAILBOX_MESSAGES: usize = 9;
    pub(crate) const INBOX_MESSAGES: usize = 4;
    pub(crate) const USER_SESSIONS: usize = 3;
    pub(crate) const SESSION_IDLE: u64 = 4_000_000;
    pub(crate) const SESSION_LIFETIME: u64 = 9_000_000;
    pub(crate) const SESSION_USE_RECORDING: u64 = 600_000;
    pub(crate) const PRESENCE_WINDOW: u64 = 60_000;
    pub(crate) const TIMES: [u64; 4] = [
        SESSION_IDLE,
        SESSION_LIFETIME,
        SESSION_USE_RECORDING,
        PRESENCE_WINDOW,
    ];
}

/// The place of an operation among all.
pub(crate) type Position = u64;
pub(crate) type Username = &'static str;
/// Sessions and connections by number, in the order in which they were opened.
pub(crate) type SessionNumber = u32;
pub(crate) type ConnectionNumber = u32;

/// Something that somebody asks for, or that happens to a connection.
#[derive(Clone, Debug)]
pub(crate) enum Operation {
    Send {
        session: Option<SessionNumber>,
        recipient: Username,
        text: Arc<str>,
    },
    Inbox(Option<SessionNumber>),
    List(Option<SessionNumber>),
    Logout(Option<SessionNumber>),
    BeginAuth {
        username: Username,
        password: &'static str,
    },
    /// The password has been checked. The session has this number if it was right.
    FinishAuth(SessionNumber),
    /// Messages up to that of this position were handed over.
    Confirm(Handover),
    /// What the connection was being handed stays undelivered.
    GiveBack,
    /// The connection is gone.
    Detach,
    AddUser {
        username: Username,
        password: &'static str,
    },
    ChangePassword {
        username: Username,
        password: &'static str,
    },
    RemoveUser(Username),
    /// Sessions dead of age are cleared away.
    Sweep,
}

/// When something happens, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) position: Position,
    pub(crate) now: u64,
    pub(crate) connection: ConnectionNumber,
}

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    Session(SessionNumber),
    Sent,
    Inbox {
        /// The texts of each sender, in order.
        messages: BTreeMap<String, Vec<String>>,
        remaining: u64,
    },
    Online(Vec<String>),
    LoggedOut,
    Refused(&'static str),
    /// An operator's change was made.
    Done,
    /// No answer yet: the password has to be checked.
    ChecksPassword,
    /// No answer yet: another connection is being handed these messages.
    Busy,
    /// Nobody is told anything.
    Nothing,
}

/// Messages of a mailbox that a reply holds: those up to that of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handover {
    pub(crate) username: Username,
    pub(crate) through: Position,
}

/// What outlives the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Durable {
    pub(crate) users: BTreeMap<Username, User>,
    sessions: BTreeMap<SessionNumber, Session>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    password: &'static str,
    /// When the password was set.
    password_set: Position,
    created: Position,
    mailbox: VecDeque<Message>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Message {
    accepted: Position,
    sender: Username,
    text: Arc<str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Session {
    owner: Username,
    opened: u64,
    /// The last use on record.
    recorded: u64,
}

/// What goes with the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Soft {
    last_used: BTreeMap<SessionNumber, u64>,
    attached: BTreeMap<SessionNumber, BTreeSet<ConnectionNumber>>,
    drains: BTreeMap<Username, InFlight>,
    checks: BTreeMap<ConnectionNumber, Check>,
}

#[derive(Clone, Copy, Debug)]
struct InFlight {
    connection: ConnectionNumber,
    through: Position,
    mailbox_created: Position,
}

#[derive(Clone, Copy, Debug)]
struct Check {
    username: Username,
    is_right: bool,
    password_set: Position,
}

impl Durable {
    pub(crate) fn session_count(&self) -> usize {
        self.sessions.len()
    }

    pub(crate) fn undelivered(&self) -> usize {
        self.users.values().map(|user| user.mailbox.len()).sum()
    }

    /// These have been handed over, whatever else was lost.
    pub(crate) fn deliver(&mut self, handover: Handover) {
        if let Some(user) = self.users.get_mut(handover.username) {
            user.mailbox
                .retain(|message| message.accepted > handover.through);
        }
    }

    fn end_sessions(&mut self, is_over: impl Fn(SessionNumber, &Session) -> bool) {
        self.sessions
            .retain(|number, session| !is_over(*number, session));
    }
}

impl Soft {
    /// What a server begins with that finds `durable`.
    pub(crate) fn after_start(durable: &Durable) -> Self {
        Self::default().taken_over(durable)
    }

    /// What is left when `durable` takes the place of a state that ran ahead of it.
    pub(crate) fn taken_over(mut self, durable: &Durable) -> Self {
        self.forget_the_ended(durable);
        for (number, session) in &durable.sessions {
            let last_used = self.last_used.entry(*number).or_default();
            *last_used = session.recorded.max(*last_used);
        }
        self
    }

    pub(crate) fn handover(&self, username: Username) -> Option<Handover> {
        let through = self.drains.get(username)?.through;
        Some(Handover { username, through })
    }

    fn forget_the_ended(&mut self, durable: &Durable) {
        self.last_used
            .retain(|number, _| durable.sessions.contains_key(number));
        self.attached
            .retain(|number, _| durable.sessions.contains_key(number));
        self.drains.retain(|username, drain| {
            durable.users.get(username).is_some_and(|user| {
                let front = user.mailbox.front();
                user.created == drain.mailbox_created
                    && front.is_some_and(|front| front.accepted <= drain.through)
            })
        });
    }
}

/// The service: what it knows at one moment.
pub(crate) struct World<'a> {
    pub(crate) durable: &'a mut Durable,
    pub(crate) soft: &'a mut Soft,
}

impl World<'_> {
    /// Lets the operation happen and says what is told.
    pub(crate) fn carry_out(&mut self, moment: Moment, operation: &Operation) -> Told {
        let told = match operation {
            Operation::Send {
                session,
                recipient,
                text,
            } => self.with_session(moment, *session, |world, _, sender| {
                world.send(moment, sender, recipient, text)
            }),
            Operation::Inbox(session) => self.with_session(moment, *session, |world, _, owner| {
                world.inbox(moment, owner)
            }),
            Operation::List(session) => self.with_session(moment, *session, |world, _, owner| {
                Told::Online(world.online(moment.now, owner))
            }),
            Operation::Logout(session) => {
                self.with_session(moment, *session, |world, number, _| {
                    world.durable.end_sessions(|other, _| other == number);
                    Told::LoggedOut
                })
            }
            Operation::BeginAuth { username, password } => {
                let Some(user) = self.durable.users.get(username) else {
                    return Told::Refused("user_not_found");
                };
                let check = Check {
                    username,
                    is_right: user.password == *password,
                    password_set: user.password_set,
                };
                self.soft.checks.insert(moment.connection, check);
                Told::ChecksPassword
            }
            Operation::FinishAuth(session) => self.finish_auth(moment, *session),
            Operation::Confirm(handover) => {
                if self.is_handing_over(moment.connection, *handover) {
                    self.durable.deliver(*handover);
                }
                Told::Nothing
            }
            Operation::GiveBack => {
                let is_other = |drain: &InFlight| drain.connection != moment.connection;
                self.soft.drains.retain(|_, drain| is_other(drain));
                Told::Nothing
            }
            Operation::Detach => {
                let is_other = |drain: &InFlight| drain.connection != moment.connection;
                self.soft.drains.retain(|_, drain| is_other(drain));
                for connections in self.soft.attached.values_mut() {
                    connections.remove(&moment.connection);
                }
                self.soft.checks.remove(&moment.connection);
                Told::Nothing
            }
            Operation::AddUser { username, password } => {
                if self.durable.users.contains_key(username) {
                    return Told::Refused("exists");
                }
                let user = User {
                    password,
                    password_set: moment.position,
                    created: moment.position,
                    mailbox: VecDeque::new(),
                };
                self.durable.users.insert(username, user);
                Told::Done
            }
            Operation::ChangePassword { username, password } => {
                let Some(user) = self.durable.users.get_mut(username) else {
                    return Told::Refused("not found");
                };
                user.password = password;
                user.password_set = moment.position;
                self.durable
                    .end_sessions(|_, session| session.owner == *username);
                Told::Done
            }
            Operation::RemoveUser(username) => {
                if self.durable.users.remove(username).is_none() {
                    return Told::Refused("not found");
                }
                self.durable
                    .end_sessions(|_, session| session.owner == *username);
                Told::Done
            }
            Operation::Sweep => {
                let dead = self.dead(moment.now);
                self.durable
                    .end_sessions(|number, _| dead.contains(&number));
                Told::Nothing
            }
        };
        self.soft.forget_the_ended(self.durable);
        told
    }

    /// Not when the user was removed meanwhile. Should that removal be lost, the messages come again: nothing else told is
    /// undone by a failure of storage alone.
    pub(crate) fn is_handing_over(&self, connection: ConnectionNumber, handover: Handover) -> bool {
        let drain = self.soft.drains.get(handover.username);
        drain.is_some_and(|drain| drain.connection == connection)
    }

    fn with_session(
        &mut self,
        moment: Moment,
        session: Option<SessionNumber>,
        answer: impl FnOnce(&mut Self, SessionNumber, Username) -> Told,
    ) -> Told {
        let owner = session.and_then(|number| {
            let session = self.durable.sessions.get(&number)?;
            (moment.now < self.dies(number)).then_some((number, session.owner))
        });
        let Some((number, owner)) = owner else {
            return Told::Refused("session_not_found");
        };
        let told = answer(self, number, owner);
        if told != Told::Busy {
            self.use_session(moment, number);
        }
        told
    }

    fn use_session(&mut self, moment: Moment, number: SessionNumber) {
        if let Some(session) = self.durable.sessions.get_mut(&number) {
            if moment.now - session.recorded >= bounds::SESSION_USE_RECORDING {
                session.recorded = moment.now;
            }
            self.soft.last_used.insert(number, moment.now);
            let connections = self.soft.attached.entry(number).or_default();
            connections.insert(moment.connection);
        }
    }

    fn send(&mut self, moment: Moment, sender: Username, to: Username, text: &Arc<str>) -> Told {
        match self.durable.users.get_mut(to) {
            None => Told::Refused("user_not_found"),
            Some(user) if user.mailbox.len() >= bounds::MAILBOX_MESSAGES => {
                Told::Refused("mailbox_full")
            }
            Some(user) => {
                user.mailbox.push_back(Message {
                    accepted: moment.position,
                    sender,
                    text: text.clone(),
                });
                Told::Sent
            }
        }
    }

    fn inbox(&mut self, moment: Moment, owner: Username) -> Told {
        let user = &self.durable.users[owner];
        let through = match self.soft.drains.get(owner) {
            Some(drain) if drain.connection != moment.connection => return Told::Busy,
            Some(own) => own.through,
            None => 0,
        };
        let waiting = || user.mailbox.iter().filter(|one| one.accepted > through);
        let mut messages = BTreeMap::<String, Vec<String>>::new();
        let taken = waiting().take(bounds::INBOX_MESSAGES);
        for message in taken.clone() {
            let texts = messages.entry(message.sender.to_owned()).or_default();
            texts.push(message.text.to_string());
        }
        let remaining = (waiting().count() - taken.clone().count()) as u64;
        if let Some(last) = taken.last() {
            let drain = InFlight {
                connection: moment.connection,
                through: last.accepted,
                mailbox_created: user.created,
            };
            self.soft.drains.insert(owner, drain);
        }
        Told::Inbox {
            messages,
            remaining,
        }
    }

    fn finish_auth(&mut self, moment: Moment, session: SessionNumber) -> Told {
        let Some(check) = self.soft.checks.remove(&moment.connection) else {
            return Told::Refused("nobody asked");
        };
        match self.durable.users.get(check.username) {
            None => return Told::Refused("user_not_found"),
            Some(user) if !check.is_right || user.password_set != check.password_set => {
                return Told::Refused("wrong_password");
            }
            Some(_) => {}
        }
        let dead = self.dead(moment.now);
        let owner = check.username;
        self.durable
            .end_sessions(|number, session| session.owner == owner && dead.contains(&number));
        let sessions = self.durable.sessions.iter();
        let own = sessions.filter(|(_, session)| session.owner == owner);
        let mut by_use: Vec<_> = own
            .map(|(number, session)| (self.soft.last_used[number], session.opened, *number))
            .collect();
        by_use.sort_unstable();
        let surplus = (by_use.len() + 1).saturating_sub(bounds::USER_SESSIONS);
        for (_, _, longest_unused) in &by_use[..surplus] {
            self.durable.sessions.remove(longest_unused);
        }
        let opened = Session {
            owner,
            opened: moment.now,
            recorded: moment.now,
        };
        self.durable.sessions.insert(session, opened);
        self.use_session(moment, session);
        Told::Session(session)
    }

    fn online(&self, now: u64, asker: Username) -> Vec<String> {
        let is_online = |number: SessionNumber| {
            let is_attached = self.soft.attached.get(&number);
            let is_attached = is_attached.is_some_and(|connections| !connections.is_empty());
            let was_used = now < self.soft.last_used[&number] + bounds::PRESENCE_WINDOW;
            now < self.dies(number) && (is_attached || was_used)
        };
        let sessions = self.durable.sessions.iter();
        let online = sessions.filter(|(number, _)| is_online(**number));
        let mut names: BTreeSet<_> = online.map(|(_, session)| session.owner).collect();
        names.insert(asker);
        names.into_iter().map(str::to_owned).collect()
    }

    fn dead(&self, now: u64) -> BTreeSet<SessionNumber> {
        let numbers = self.durable.sessions.keys().copied();
        numbers.filter(|number| now >= self.dies(*number)).collect()
    }

    fn dies(&self, number: SessionNumber) -> u64 {
        let opened = self.durable.sessions[&number].opened;
        let idle = self.soft.last_used[&number] + bounds::SESSION_IDLE;
        idle.min(opened + bounds::SESSION_LIFETIME)
    }
}
