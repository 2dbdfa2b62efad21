//! Operators, who change accounts while all else goes on.

use std::future::Future;
use std::pin::Pin;

use chatting_time::engine::AdminError;
use chatting_time_core::{AdminCommand, AdminRefusal, Name, NewUser, Username};

use super::super::futures::poll;
use super::super::model::{Operation, Position, Told};
use super::{NOBODY, PASSWORDS, Simulation};

/// An operator's change that waits to be durable.
pub(super) struct Change {
    pub(super) outcome: Pin<Box<dyn Future<Output = Result<(), AdminError>> + Send>>,
    pub(super) position: Position,
}

impl Simulation {
    pub(super) fn administer(&mut self, operation: &Operation) {
        let command = self.command(operation);
        let moment = self.moment(NOBODY);
        let server = self.server();
        let is_rebuilding = server.is_rebuilding;
        let engine = server.engine.clone();
        let mut outcome: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(async move { engine.administer(&command).await });
        let polled = poll(outcome.as_mut());
        let refused = matches!(polled, Some(Err(AdminError::StorageUnavailable)));
        self.note(format!(
            "{operation:?} is asked for, at {}",
            moment.position
        ));
        if refused {
            assert!(is_rebuilding, "refused, with storage that works");
            return;
        }
        self.possibilities.happened_unheard(moment, operation);
        match polled {
            None => {
                let position = moment.position;
                self.server().changes.push(Change { outcome, position });
                self.await_latest();
            }
            Some(outcome) => {
                let (position, told) = told(&outcome, moment.position);
                self.change_heard(position, told);
            }
        }
    }

    pub(super) fn change_heard(&mut self, position: Position, told: Option<Told>) {
        self.note(format!("an operator is told of {position}: {told:?}"));
        match told {
            Some(told) => {
                let heard = self.possibilities.heard(position, &told);
                self.must(heard);
                // What somebody has been told must stay true.
                self.possibilities.durable(position);
            }
            None => self.possibilities.never_heard(position),
        }
    }

    pub(super) fn command(&self, operation: &Operation) -> AdminCommand {
        let parse = |name: &str| Username::parse(name).expect("a username");
        let hash = |password: &str| {
            let place = PASSWORDS.iter().position(|other| *other == password);
            self.hashes[place.expect("one of them")].clone()
        };
        match operation {
            Operation::AddUser { username, password } => AdminCommand::AddUsers(vec![NewUser {
                username: parse(username),
                name: Name::parse(username).expect("a name"),
                country: Name::parse("Indonesia").expect("a name"),
                password: hash(password),
            }]),
            Operation::ChangePassword { username, password } => AdminCommand::ChangePassword {
                username: parse(username),
                password: hash(password),
            },
            Operation::RemoveUser(username) => AdminCommand::RemoveUser {
                username: parse(username),
            },
            other => unreachable!("{other:?} is nothing that operators do"),
        }
    }
}

/// What an operator is told, `None` when that is only that storage failed.
pub(super) fn told(
    outcome: &Result<(), AdminError>,
    position: Position,
) -> (Position, Option<Told>) {
    let told = match outcome {
        Ok(()) => Some(Told::Done),
        Err(AdminError::Refused(AdminRefusal::UserExists(_))) => Some(Told::Refused("exists")),
        Err(AdminError::Refused(_)) => Some(Told::Refused("not found")),
        Err(AdminError::StorageUnavailable) => None,
    };
    (position, told)
}
