//! What the service promises, in as few lines as possible: users, sessions and mailboxes in plain maps, one operation after
//! the other. It shares nothing with the code that it judges, and knows nothing of disks.

pub(crate) mod clock;
mod durable;
pub(crate) mod growth;
mod mailboxes;
mod sessions;
mod soft;

use std::collections::BTreeMap;
use std::sync::Arc;

use durable::User;
pub(crate) use durable::{Contents, Durable};
pub(crate) use soft::Soft;
use soft::{Check, InFlight};

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
    /// One session of a user, or all.
    EndSessions(Username, Option<SessionNumber>),
    /// Sessions dead of age are cleared away, and messages that have waited too long.
    Sweep,
}

/// When something happens, and to whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) position: Position,
    pub(crate) now: u64,
    pub(crate) time_of_day: u64,
    /// The time as if nobody had set the clock since the start.
    pub(crate) steady: u64,
    /// How long a message may wait.
    pub(crate) message_lifetime: Option<u64>,
    pub(crate) connection: ConnectionNumber,
}

impl Moment {
    /// Whether a message has waited too long that was accepted at that time.
    pub(crate) fn is_too_old(&self, at: u64) -> bool {
        let no_mistake = self.time_of_day.min(self.steady);
        // A clock that was ahead told a time that is still to come.
        let now = match at <= no_mistake {
            true => no_mistake,
            false => self.steady,
        };
        self.message_lifetime
            .is_some_and(|lifetime| at < now.saturating_sub(lifetime))
    }
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
    /// An operator ended so many sessions.
    Ended(usize),
    /// No answer yet: the password has to be checked.
    ChecksPassword,
    /// No answer yet: another connection is being handed these messages.
    Busy,
    /// Nobody is told anything.
    Nothing,
}

/// Messages that leave a mailbox, taken or too old: those up to that of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handover {
    pub(crate) username: Username,
    pub(crate) through: Position,
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
                    mailbox: Default::default(),
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
            Operation::EndSessions(username, session) => {
                self.end_sessions(moment.now, username, *session)
            }
            Operation::Sweep => {
                for expired in self.expired(moment) {
                    self.durable.deliver(expired);
                }
                let dead = self.dead(moment.now);
                self.durable
                    .end_sessions(|number, _| dead.contains(&number));
                Told::Nothing
            }
        };
        self.soft.forget_the_ended(self.durable);
        told
    }
}
