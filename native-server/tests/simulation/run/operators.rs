//! Operators, who change accounts while all else goes on.

use std::future::Future;
use std::pin::Pin;

use chatting_time::engine::AdminError;
use chatting_time_core::state::SessionId;
use chatting_time_core::{AdminCommand, AdminRefusal, Name, NewUser, Username};

use super::super::futures::poll;
use super::super::model::{Operation, Position, Told};
use super::{NOBODY, PASSWORDS, Simulation};

type Outcome = dyn Future<Output = Result<Told, AdminError>> + Send;

/// An operator's change that waits to be durable.
pub(super) struct Change {
    pub(super) outcome: Pin<Box<Outcome>>,
    pub(super) position: Position,
}

impl Simulation {
    pub(super) fn operators_change(&mut self) -> Operation {
        let username = self.username();
        let password = self.random.pick(&PASSWORDS);
        match self.random.below(9) {
            0..=2 => Operation::AddUser { username, password },
            3 | 4 => Operation::ChangePassword { username, password },
            5 => Operation::RemoveUser(username),
            6 => Operation::EndSessions(username, None),
            _ => Operation::EndSessions(username, self.session_of_late()),
        }
    }

    pub(super) fn administer(&mut self, operation: &Operation) {
        let moment = self.moment(NOBODY);
        let grows = matches!(operation, Operation::AddUser { .. });
        let is_refused = self.server().is_rebuilding || (grows && self.growth.is_refused());
        let mut outcome = self.outcome(operation);
        let polled = poll(outcome.as_mut());
        let refused = matches!(polled, Some(Err(AdminError::StorageUnavailable)));
        self.note(format!(
            "{operation:?} is asked for, at {}",
            moment.position
        ));
        assert_eq!(refused, is_refused, "of no storage");
        if refused {
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

    fn outcome(&mut self, operation: &Operation) -> Pin<Box<Outcome>> {
        let engine = self.server().engine.clone();
        if let Operation::EndSessions(username, session) = operation {
            let username = Username::parse(username).expect("a username");
            let id = session.map(|number| SessionId::of(&self.tokens[number as usize]));
            return Box::pin(async move {
                let ended = engine.end_sessions(&username, id).await;
                ended.map(Told::Ended)
            });
        }
        let command = self.command(operation);
        Box::pin(async move { engine.administer(&command).await.map(|()| Told::Done) })
    }

    fn command(&self, operation: &Operation) -> AdminCommand {
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
    outcome: &Result<Told, AdminError>,
    position: Position,
) -> (Position, Option<Told>) {
    let told = match outcome {
        Ok(told) => Some(told.clone()),
        Err(AdminError::Refused(AdminRefusal::UserExists(_))) => Some(Told::Refused("exists")),
        Err(AdminError::Refused(_)) => Some(Told::Refused("not found")),
        Err(AdminError::StorageUnavailable | AdminError::NatsUnavailable(_)) => None,
        Err(AdminError::Importing | AdminError::Interrupted { .. }) => {
            unreachable!("that is of NATS alone")
        }
    };
    (position, told)
}
