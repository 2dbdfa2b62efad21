//! The chat state: users, sessions, mailboxes.
//!
//! [`State`] holds all of it in memory. It changes in two ways only: [`State::apply`] takes an
//! event, total and deterministic, and is all that recovery needs; the rest is soft state, which
//! is never made durable: when a session was last used, which connections it is attached to, and
//! which messages are being handed over.

mod borrowed_event;
mod compaction;
mod drains;
mod event;
mod inspection;
mod mailbox;
mod operator;
mod ordered;
mod presence;
mod rebuilding;
mod retention;
mod session;
mod sessions;
mod user;
mod view;
mod view_of_state;

pub use compaction::Compaction;
pub use event::{Event, UnknownEvent};
pub use inspection::Undelivered;
pub use mailbox::Message;
pub use operator::{SessionId, SessionSummary};
pub use retention::Expired;
pub use session::Session;
pub use user::{Generation, User};
pub use view::{Drain, Fetched, Fill, LiveSession, Missing, Taken, View, Waiting};

use alloc::vec::Vec;

use slab::Slab;

use crate::command::Command;
use crate::decision::{ConnectionId, Context, Decision, Outcome, decide};
use crate::identity::{Identity, Name, Username};
use crate::limits::Limits;
use crate::password::PasswordHash;
use crate::place::{Place, Places, hash};
use crate::time::Timestamp;
use crate::token::Token;
use drains::Drains;
use mailbox::{InFlight, Mailbox};
use presence::{Presence, Standing};
use sessions::{Chain, Sessions};

/// The whole state of a service, in memory.
#[derive(Clone, Debug, Default)]
pub struct State {
    accounts: Slab<Account>,
    /// Of each user's account, found by the name that stands there.
    places: Places,
    sessions: Sessions,
    /// The latest generation given to any user.
    generation: Generation,
    /// The latest time that an event tells of.
    latest_time: Timestamp,
    /// Soft state: drains that are neither confirmed nor given back, by account.
    drains: Drains,
    presence: Presence,
    /// Where the next sweep begins.
    sweep_from: usize,
}

#[derive(Clone, Debug)]
struct Account {
    user: User,
    mailbox: Mailbox,
    sessions: Chain,
    standing: Standing,
}

impl State {
    /// Applies one event. An event that does not fit the state changes nothing.
    pub fn apply(&mut self, event: &Event) {
        self.latest_time = self.latest_time.max(event.time().unwrap_or_default());
        match event {
            Event::UserAdded {
                username,
                name,
                country,
                password,
                generation,
            } => {
                self.reach(*generation);
                self.add_user(username, name, country, password, *generation);
            }
            Event::PasswordChanged {
                username,
                password,
                generation,
            } => {
                self.reach(*generation);
                if let Some(place) = self.place_of(username) {
                    let account = &mut self.accounts[place.key()];
                    account.user.password = password.clone();
                    account.user.generation = *generation;
                    self.sessions.end_all(&mut account.sessions);
                    self.presence.changed(&mut self.accounts, place);
                }
            }
            Event::UserRemoved { username } => self.remove_user(username),
            Event::SessionOpened {
                token,
                username,
                at,
            } => {
                self.open_session(*token, username, *at);
            }
            Event::SessionUsed { token, at } => {
                if let Some(owned) = self.sessions.get_mut(token) {
                    owned.session.recorded_use = *at;
                    owned.session.last_used = owned.session.last_used.max(*at);
                    self.presence.changed(&mut self.accounts, owned.account);
                }
            }
            Event::SessionEnded { token } => {
                if let Some(owned) = self.sessions.get(token) {
                    let place = owned.account;
                    let account = &mut self.accounts[place.key()];
                    self.sessions.end(&mut account.sessions, token);
                    self.presence.changed(&mut self.accounts, place);
                }
            }
            Event::MessageAccepted {
                sender,
                recipient,
                text,
                at,
            } => {
                if let Some(place) = self.place_of(recipient) {
                    let sender = self.shared(sender);
                    let text = text.clone();
                    let at = *at;
                    self.accounts[place.key()]
                        .mailbox
                        .push(Message { sender, text, at });
                }
            }
            Event::MessagesDelivered { username, count } => {
                if let Some(place) = self.place_of(username) {
                    let mailbox = &mut self.accounts[place.key()].mailbox;
                    mailbox.remove_front(*count);
                    if self
                        .drains
                        .get(place)
                        .is_some_and(|drain| drain.is_over(mailbox))
                    {
                        self.drains.remove(place);
                    }
                }
            }
            Event::GenerationReached { generation } => self.reach(*generation),
        }
    }

    /// Decides one request, which changes nothing but what the passing of time does.
    pub fn decide(&mut self, context: &Context<'_>, command: &Command) -> Outcome {
        self.advance(context.now, context.limits);
        decide(self, context, command)
    }

    /// Carries out a decision: its events, the use of its session, the begin of its drain.
    pub fn commit(&mut self, context: &Context<'_>, decision: &Decision) {
        for event in &decision.events {
            self.apply(event);
        }
        if let Some(token) = &decision.used {
            self.attach(token, context.now, context.connection);
        }
        if let Some(drain) = &decision.drain
            && let Some(place) = self.place_of(&drain.username)
        {
            self.drains.insert(place, InFlight::begin(drain));
        }
    }

    /// The messages of `drain` have been handed over. Applies the returned event itself; the
    /// host makes it durable, and nobody waits for that. `None` when the drain is no longer in
    /// flight: it was confirmed already or given back, or its user was removed.
    pub fn confirm(&mut self, drain: &Drain) -> Option<Event> {
        let place = self.place_of(&drain.username)?;
        let in_flight = self.drains.get(place)?;
        if in_flight.connection != drain.connection {
            return None;
        }
        let count = self.accounts[place.key()].mailbox.delivered_by(drain);
        if count == 0 {
            return None;
        }
        let event = Event::MessagesDelivered {
            username: drain.username,
            count,
        };
        self.apply(&event);
        Some(event)
    }

    /// What this connection was being handed and has not confirmed goes back to the front of
    /// the mailboxes. Returns whose they are, so that the host can wake who waits for them.
    pub fn give_back(&mut self, connection: ConnectionId) -> Vec<Username> {
        let accounts = &self.accounts;
        let mut usernames = Vec::new();
        // In alphabetical order; there are hardly ever two.
        self.drains.give_back(connection, |place| {
            let username = accounts[place.key()].user.identity.username();
            let place = usernames.partition_point(|other| *other < username);
            usernames.insert(place, username);
        });
        usernames
    }

    /// The connection is gone: gives back what it was being handed, and detaches its sessions.
    pub fn detach(&mut self, connection: ConnectionId) -> Vec<Username> {
        for token in self.presence.detach(connection) {
            if let Some(owned) = self.sessions.get_mut(&token) {
                owned.session.attached -= 1;
                self.presence.changed(&mut self.accounts, owned.account);
            }
        }
        self.give_back(connection)
    }

    /// Looks at some accounts, going on where the last sweep stopped, and returns the events
    /// that end sessions dead of age; the host applies them and makes them durable. A host calls
    /// this now and then, so that what died does not stay in memory.
    pub fn sweep(&mut self, now: Timestamp, limits: &Limits, accounts: usize) -> Vec<Event> {
        let mut ended = Vec::new();
        let mut next = 0;
        for place in self.sweep_from..self.sweep_from.saturating_add(accounts) {
            if place >= self.accounts.capacity() {
                next = 0;
                break;
            }
            next = place + 1;
            let Some(account) = self.accounts.get(place) else {
                continue;
            };
            let sessions = self.sessions.of(account.sessions);
            let dead = sessions.filter(|owned| !owned.session.is_live(now, limits));
            ended.extend(dead.map(|owned| Event::SessionEnded { token: owned.token }));
        }
        self.sweep_from = next;
        ended
    }

    /// Looks at every user whose presence may have changed by now.
    fn advance(&mut self, now: Timestamp, limits: &Limits) {
        while let Some(place) = self.presence.next_due(&mut self.accounts, now) {
            let sessions = self.sessions.of(self.accounts[place.key()].sessions);
            let online = sessions.filter_map(|owned| owned.session.online_until(now, limits));
            let until = online.max();
            self.presence
                .is_online_until(&mut self.accounts, place, until);
        }
    }

    /// The latest generation given to any user; a new one is [`Generation::next`] to it.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The latest time that any event told of. A host whose clock shows less after a restart goes
    /// on from here: for the state, time never runs backwards.
    pub fn latest_time(&self) -> Timestamp {
        self.latest_time
    }

    /// All users in alphabetical order.
    pub fn users(&self) -> Vec<&User> {
        let mut users: Vec<_> = self
            .accounts
            .iter()
            .map(|(_, account)| &account.user)
            .collect();
        users.sort_unstable_by(|one, other| {
            one.identity
                .username_text()
                .cmp(other.identity.username_text())
        });
        users
    }

    /// Number of users.
    pub fn user_count(&self) -> usize {
        self.accounts.len()
    }

    /// Number of sessions, some of which may have died of age.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// All undelivered messages.
    pub fn total_fill(&self) -> Fill {
        let fills = self
            .accounts
            .iter()
            .map(|(_, account)| account.mailbox.fill());
        fills.fold(Fill::default(), |total, fill| Fill {
            messages: total.messages + fill.messages,
            text_bytes: total.text_bytes + fill.text_bytes,
        })
    }

    fn reach(&mut self, generation: Generation) {
        self.generation = self.generation.max(generation);
    }

    fn add_user(
        &mut self,
        username: &Username,
        name: &Name,
        country: &Name,
        password: &PasswordHash,
        generation: Generation,
    ) {
        if self.place_of(username).is_some() {
            return;
        }
        let place = Place::of(self.accounts.insert(Account {
            user: User {
                identity: Identity::new(username, name),
                country: country.clone(),
                password: password.clone(),
                generation,
            },
            mailbox: Mailbox::new(generation),
            sessions: Chain::default(),
            standing: Standing::default(),
        }));
        let accounts = &self.accounts;
        let hash = |place: Place| hash(accounts[place.key()].user.identity.username_text());
        self.places.insert(place, &hash);
    }

    fn remove_user(&mut self, username: &Username) {
        if let Some(place) = self.place_of(username) {
            self.places.remove(place, hash(username.as_str()));
            self.drains.remove(place);
            self.presence
                .is_online_until(&mut self.accounts, place, None);
            let mut account = self.accounts.remove(place.key());
            self.sessions.end_all(&mut account.sessions);
        }
    }

    fn place_of(&self, username: &Username) -> Option<Place> {
        let is_it = |place: Place| self.accounts[place.key()].user.identity.is_of(username);
        self.places.find(hash(username.as_str()), &is_it)
    }

    fn open_session(&mut self, token: Token, username: &Username, at: Timestamp) {
        if let Some(place) = self.place_of(username)
            && self.sessions.get(&token).is_none()
        {
            let account = &mut self.accounts[place.key()];
            let session = Session::opened(at);
            self.sessions
                .open(&mut account.sessions, token, place, session);
            self.presence.changed(&mut self.accounts, place);
        }
    }

    fn attach(&mut self, token: &Token, used: Timestamp, connection: ConnectionId) {
        let Some(owned) = self.sessions.get_mut(token) else {
            return;
        };
        owned.session.last_used = owned.session.last_used.max(used);
        let account = owned.account;
        let sessions = &self.sessions;
        let is_over = |token: &Token| sessions.get(token).is_none();
        if self.presence.attach(connection, *token, is_over) {
            if let Some(owned) = self.sessions.get_mut(token) {
                owned.session.attached += 1;
            }
            self.presence.changed(&mut self.accounts, account);
        }
    }

    /// The sender's names, shared with the user where they still are the same.
    fn shared(&self, sender: &Identity) -> Identity {
        let identity = |place: Place| &self.accounts[place.key()].user.identity;
        let is_it = |place| identity(place) == sender;
        let known = self.places.find(hash(sender.username_text()), &is_it);
        known.map_or(sender, identity).clone()
    }
}
