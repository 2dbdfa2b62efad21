//! What an operator does to accounts, through the same events as everything else.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::identity::{Name, Username};
use crate::password::PasswordHash;
use crate::place::{Place, Places, hash};
use crate::state::{Event, Fetched, Generation, View};

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// The unique name.
    pub username: Username,
    /// The display name (`nama`).
    pub name: Name,
    /// The country (`negara`).
    pub country: Name,
    /// The stored password.
    pub password: PasswordHash,
}

/// A change of accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdminCommand {
    /// Make these accounts, all or none.
    AddUsers(Vec<NewUser>),
    /// Change a password, which ends all of the user's sessions.
    ChangePassword {
        /// Whose.
        username: Username,
        /// The new stored password.
        password: PasswordHash,
    },
    /// Remove an account with its mailbox and sessions.
    RemoveUser {
        /// Whose.
        username: Username,
    },
}

/// Why accounts were not changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AdminRefusal {
    /// A user of that name exists already, or is to be made twice.
    UserExists(Username),
    /// No user of that name.
    UserNotFound(Username),
    /// Checking the password of that user would cost more than [`PasswordCost`] allows.
    ///
    /// [`PasswordCost`]: crate::PasswordCost
    CostlyPassword(Username),
}

impl fmt::Display for AdminRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserExists(username) => write!(formatter, "user {username} exists already"),
            Self::UserNotFound(username) => write!(formatter, "there is no user {username}"),
            Self::CostlyPassword(username) => write!(
                formatter,
                "the password hash of {username} takes too much memory or time to check"
            ),
        }
    }
}

impl core::error::Error for AdminRefusal {}

/// Decides a change of accounts. `latest` is the latest generation given to any user.
pub fn decide_admin(
    view: &(impl View + ?Sized),
    latest: Generation,
    command: &AdminCommand,
) -> Fetched<Result<Vec<Event>, AdminRefusal>> {
    match command {
        AdminCommand::AddUsers(users) => add_users(view, latest, users),
        AdminCommand::ChangePassword { username, password } if !password.has_bearable_cost() => {
            Ok(Err(AdminRefusal::CostlyPassword(*username)))
        }
        AdminCommand::ChangePassword { username, password } => for_user(
            view,
            username,
            Event::PasswordChanged {
                username: *username,
                password: password.clone(),
                generation: latest.next(),
            },
        ),
        AdminCommand::RemoveUser { username } => for_user(
            view,
            username,
            Event::UserRemoved {
                username: *username,
            },
        ),
    }
}

fn add_users(
    view: &(impl View + ?Sized),
    latest: Generation,
    users: &[NewUser],
) -> Fetched<Result<Vec<Event>, AdminRefusal>> {
    let mut before = Places::default();
    let name = |place: Place| users[place.key()].username.as_str();
    for place in (0..users.len()).map(Place::of) {
        let is_it = |other| name(other) == name(place);
        if before.find(hash(name(place)), &is_it).is_some() {
            let twice = users[place.key()].username;
            return Ok(Err(AdminRefusal::UserExists(twice)));
        }
        before.insert(place, &|place| hash(name(place)));
    }
    let mut generation = latest;
    let mut events = Vec::with_capacity(users.len());
    for user in users {
        if view.user(&user.username)?.is_some() {
            return Ok(Err(AdminRefusal::UserExists(user.username)));
        }
        if !user.password.has_bearable_cost() {
            return Ok(Err(AdminRefusal::CostlyPassword(user.username)));
        }
        generation = generation.next();
        events.push(Event::UserAdded {
            username: user.username,
            name: user.name.clone(),
            country: user.country.clone(),
            password: user.password.clone(),
            generation,
        });
    }
    Ok(Ok(events))
}

fn for_user(
    view: &(impl View + ?Sized),
    username: &Username,
    event: Event,
) -> Fetched<Result<Vec<Event>, AdminRefusal>> {
    Ok(match view.user(username)? {
        Some(_) => Ok(alloc::vec![event]),
        None => Err(AdminRefusal::UserNotFound(*username)),
    })
}
