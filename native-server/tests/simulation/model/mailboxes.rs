//! Mailboxes: what comes into them, and how it leaves them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::durable::Message;
use super::soft::InFlight;
use super::{ConnectionNumber, Handover, Moment, Told, Username, World, bounds};

impl World<'_> {
    pub(super) fn send(
        &mut self,
        moment: Moment,
        sender: Username,
        to: Username,
        text: &Arc<str>,
    ) -> Told {
        match self.durable.users.get_mut(to) {
            None => Told::Refused("user_not_found"),
            Some(user) if user.mailbox.len() >= bounds::MAILBOX_MESSAGES => {
                Told::Refused("mailbox_full")
            }
            Some(user) => {
                user.mailbox.push_back(Message {
                    accepted: moment.position,
                    at: moment.now,
                    sender,
                    text: text.clone(),
                });
                Told::Sent
            }
        }
    }

    pub(super) fn inbox(&mut self, moment: Moment, owner: Username) -> Told {
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

    /// Not when the user was removed meanwhile. Should that removal be lost, the messages come again: nothing else told is
    /// undone by a failure of storage alone.
    pub(crate) fn is_handing_over(&self, connection: ConnectionNumber, handover: Handover) -> bool {
        let drain = self.soft.drains.get(handover.username);
        drain.is_some_and(|drain| drain.connection == connection)
    }

    /// What has waited too long, but for what is on its way already.
    pub(crate) fn expired(&self, moment: Moment) -> Vec<Handover> {
        let users = self.durable.users.iter();
        let at_rest = users.filter(|(name, _)| !self.soft.drains.contains_key(*name));
        let expired = at_rest.filter_map(|(username, user)| {
            let waiting = user.mailbox.iter();
            let old = waiting.take_while(|message| moment.is_too_old(message.at));
            let through = old.last()?.accepted;
            Some(Handover { username, through })
        });
        expired.collect()
    }
}
