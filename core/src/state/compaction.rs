//! Which of many events a state still rests on, found without building that state.
//!
//! [`State::compacted`](super::State::compacted) gives the fewest events that rebuild a state. Whoever has only events, and wants fewer,
//! would have to decode each, build the state of all, and encode what is left of it. Here an event is looked at just far
//! enough to tell which earlier ones it makes superfluous, and what is left is passed on as it lies.
//!
//! What an event does is said by [`State::apply`](super::State::apply). A property of the tests holds this to it: the events that are left
//! give the state that all of them give.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::mem;

use hashbrown::HashMap;
use slab::Slab;

use super::borrowed_event::BorrowedEvent;
use super::event::{Event, UnknownEvent};
use super::user::Generation;
use crate::identity::Username;
use crate::password::PasswordHash;
use crate::place::{Hasher, Place, Places, hash};
use crate::token::Token;

/// Takes in events one by one, and then tells for each whether it is still needed.
#[derive(Default)]
pub struct Compaction {
    /// What became of each event, by its place: [`GONE`], or [`LAST`]. A message that others follow in its
    /// mailbox has the place of the next one, so that a mailbox takes no memory but this.
    fates: Vec<usize>,
    accounts: Slab<Account>,
    /// Of each user's account, found by the name that stands there.
    places: Places,
    sessions: HashMap<Token, Session, Hasher>,
    /// The latest generation given to any user.
    generation: Generation,
    /// The passwords that were changed, by the place of the event that added the user.
    passwords: HashMap<usize, PasswordHash, Hasher>,
}

/// Nothing rests on the event any more, or nothing ever did.
const GONE: usize = usize::MAX;
/// The event is needed, and none is joined to it. As the place of an event, none.
const LAST: usize = usize::MAX - 1;

/// A user, with the places of the events that made the account what it is.
struct Account {
    username: Username,
    added: usize,
    password_changed: usize,
    sessions: Vec<Token>,
    first_message: usize,
    last_message: usize,
}

struct Session {
    account: usize,
    opened: usize,
    used: usize,
}

impl Compaction {
    /// Takes in the next event. Its place is the number of those before it.
    pub fn apply(&mut self, event: &[u8]) -> Result<(), UnknownEvent> {
        let event = BorrowedEvent::decode(event)?;
        let place = self.fates.len();
        let is_needed = match event {
            BorrowedEvent::UserAdded {
                username,
                generation,
                ..
            } => {
                self.reach(generation);
                self.add_user(username, place)
            }
            BorrowedEvent::PasswordChanged {
                username,
                password,
                generation,
            } => {
                self.reach(generation);
                self.change_password(&username, password, place)
            }
            BorrowedEvent::UserRemoved { username } => {
                self.remove_user(&username);
                false
            }
            BorrowedEvent::SessionOpened {
                token, username, ..
            } => self.open_session(token, &username, place),
            BorrowedEvent::SessionUsed { token, .. } => match self.sessions.get_mut(&token) {
                Some(session) => {
                    let before = mem::replace(&mut session.used, place);
                    self.let_go(before);
                    true
                }
                None => false,
            },
            BorrowedEvent::SessionEnded { token } => {
                if let Some(account) = self.end_session(&token) {
                    let tokens = &mut self.accounts[account].sessions;
                    tokens.retain(|other| *other != token);
                }
                false
            }
            BorrowedEvent::MessageAccepted { recipient, .. } => self.accept(&recipient, place),
            BorrowedEvent::MessagesDelivered { username, count } => {
                if let Some(account) = self.account_of(&username) {
                    self.deliver(account, count);
                }
                false
            }
            BorrowedEvent::GenerationReached { generation } => {
                self.reach(generation);
                false
            }
        };
        self.fates.push(if is_needed { LAST } else { GONE });
        Ok(())
    }

    /// The event that has to come before those that are left, for what is left out.
    pub fn first(&self) -> Event {
        let generation = self.generation;
        Event::GenerationReached { generation }
    }

    /// What is left of the event that was taken in at this place: mostly all or nothing.
    pub fn left_of<'a>(
        &self,
        place: usize,
        event: &'a [u8],
    ) -> Result<Option<Cow<'a, [u8]>>, UnknownEvent> {
        if self.fates.get(place).is_none_or(|fate| *fate == GONE) {
            return Ok(None);
        }
        // No password is kept that was changed since.
        match self.passwords.get(&place) {
            Some(latest) => with_password(event, latest).map(|event| Some(Cow::Owned(event))),
            None => Ok(Some(Cow::Borrowed(event))),
        }
    }

    fn reach(&mut self, generation: Generation) {
        self.generation = self.generation.max(generation);
    }

    fn add_user(&mut self, username: Username, place: usize) -> bool {
        if self.account_of(&username).is_some() {
            return false;
        }
        let account = self.accounts.insert(Account {
            username,
            added: place,
            password_changed: LAST,
            sessions: Vec::new(),
            first_message: LAST,
            last_message: LAST,
        });
        let accounts = &self.accounts;
        let hash = |place: Place| hash(&accounts[place.key()].username);
        self.places.insert(Place::of(account), &hash);
        true
    }

    fn change_password(
        &mut self,
        username: &Username,
        password: PasswordHash,
        place: usize,
    ) -> bool {
        let Some(account) = self.account_of(username) else {
            return false;
        };
        let account = &mut self.accounts[account];
        let before = mem::replace(&mut account.password_changed, place);
        self.passwords.insert(account.added, password);
        let tokens = mem::take(&mut account.sessions);
        self.let_go(before);
        self.end_sessions(tokens);
        true
    }

    fn remove_user(&mut self, username: &Username) {
        let Some(account) = self.account_of(username) else {
            return;
        };
        self.places.remove(Place::of(account), hash(username));
        self.deliver(account, u64::MAX);
        let removed = self.accounts.remove(account);
        self.let_go(removed.added);
        self.let_go(removed.password_changed);
        self.passwords.remove(&removed.added);
        self.end_sessions(removed.sessions);
    }

    fn open_session(&mut self, token: Token, username: &Username, place: usize) -> bool {
        let Some(account) = self.account_of(username) else {
            return false;
        };
        if self.sessions.contains_key(&token) {
            return false;
        }
        let session = Session {
            account,
            opened: place,
            used: LAST,
        };
        self.sessions.insert(token, session);
        let tokens = &mut self.accounts[account].sessions;
        tokens.reserve_exact(1);
        tokens.push(token);
        true
    }

    fn end_sessions(&mut self, tokens: Vec<Token>) {
        for token in tokens {
            self.end_session(&token);
        }
    }

    /// Returns whose it was. That account still names it.
    fn end_session(&mut self, token: &Token) -> Option<usize> {
        let ended = self.sessions.remove(token)?;
        self.let_go(ended.opened);
        self.let_go(ended.used);
        Some(ended.account)
    }

    fn accept(&mut self, recipient: &Username, place: usize) -> bool {
        let Some(account) = self.account_of(recipient) else {
            return false;
        };
        let account = &mut self.accounts[account];
        if account.first_message == LAST {
            account.first_message = place;
        } else {
            self.fates[account.last_message] = place;
        }
        account.last_message = place;
        true
    }

    fn deliver(&mut self, account: usize, count: u64) {
        let first = &mut self.accounts[account].first_message;
        for _ in 0..count {
            if *first == LAST {
                break;
            }
            *first = mem::replace(&mut self.fates[*first], GONE);
        }
    }

    fn let_go(&mut self, place: usize) {
        if place != LAST {
            self.fates[place] = GONE;
        }
    }

    fn account_of(&self, username: &Username) -> Option<usize> {
        let is_it = |place: Place| self.accounts[place.key()].username == *username;
        Some(self.places.find(hash(username), &is_it)?.key())
    }
}

/// The event that added a user, with another password.
fn with_password(event: &[u8], latest: &PasswordHash) -> Result<Vec<u8>, UnknownEvent> {
    let mut event = Event::decode(event)?;
    if let Event::UserAdded { password, .. } = &mut event {
        password.clone_from(latest);
    }
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    Ok(bytes)
}
