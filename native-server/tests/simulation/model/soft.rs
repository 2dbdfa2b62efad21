//! What the server knows only as long as it runs.

use std::collections::{BTreeMap, BTreeSet};

use super::durable::Durable;
use super::{ConnectionNumber, Handover, Position, SessionNumber, Username};

/// What goes with the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Soft {
    pub(super) last_used: BTreeMap<SessionNumber, u64>,
    pub(super) attached: BTreeMap<SessionNumber, BTreeSet<ConnectionNumber>>,
    pub(super) drains: BTreeMap<Username, InFlight>,
    pub(super) checks: BTreeMap<ConnectionNumber, Check>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct InFlight {
    pub(super) connection: ConnectionNumber,
    pub(super) through: Position,
    pub(super) mailbox_created: Position,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pub(super) username: Username,
    pub(super) is_right: bool,
    pub(super) password_set: Position,
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

    pub(super) fn forget_the_ended(&mut self, durable: &Durable) {
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
