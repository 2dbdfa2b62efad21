//! What a state leaves to the one that is built after it: to all of them as few events, and to
//! the one that takes its place after a failure of storage also what is soft.

use super::{Event, State};
use crate::place::Place;

impl State {
    /// The fewest events that rebuild this state, but for what is soft.
    pub fn compacted(&self) -> impl Iterator<Item = Event> {
        let users = self.accounts.iter().flat_map(|(_, account)| {
            let user = &account.user;
            let created = account.mailbox.created();
            let added = Event::UserAdded {
                username: user.identity.username(),
                name: user.identity.to_name(),
                country: user.country.clone(),
                password: user.password.clone(),
                generation: created,
            };
            // The mailbox stays the one that was made with the user.
            let changed = (user.generation != created).then(|| Event::PasswordChanged {
                username: user.identity.username(),
                password: user.password.clone(),
                generation: user.generation,
            });
            core::iter::once(added).chain(changed)
        });
        let sessions = self.accounts.iter().flat_map(move |(_, account)| {
            let username = account.user.identity.username();
            self.sessions.of(account.sessions).flat_map(move |owned| {
                let session = &owned.session;
                let token = owned.token;
                let opened = Event::SessionOpened {
                    token,
                    username,
                    at: session.opened,
                };
                let at = session.recorded_use;
                let used = (at != session.opened).then_some(Event::SessionUsed { token, at });
                core::iter::once(opened).chain(used)
            })
        });
        // After all users, so that senders are found and their names shared.
        let messages = self.accounts.iter().flat_map(|(_, account)| {
            let recipient = account.user.identity.username();
            account
                .mailbox
                .messages()
                .map(move |message| Event::MessageAccepted {
                    sender: message.sender.clone(),
                    recipient,
                    text: message.text.clone(),
                    at: message.at,
                })
        });
        let generation = self.generation;
        core::iter::once(Event::GenerationReached { generation })
            .chain(users)
            .chain(sessions)
            .chain(messages)
    }

    /// Takes over the soft state of `before`, a state of the same service that ran ahead of
    /// this one and whose unsaved events were lost. Confirmations among them have to be applied
    /// again first: those messages have been handed over.
    pub fn take_over(&mut self, before: &State) {
        // A password check under way may have been given a generation that was lost.
        self.reach(before.generation);
        for (place, account) in &mut self.accounts {
            let username = account.user.identity.username();
            let Some(place_before) = before.place_of(&username) else {
                continue;
            };
            let mailbox = &mut account.mailbox;
            let mailbox_before = &before.accounts[place_before.key()].mailbox;
            if !mailbox.is(mailbox_before) {
                continue;
            }
            mailbox.continue_positions_of(mailbox_before);
            if let Some(in_flight) = before.drains.get(place_before) {
                let in_flight = mailbox.still_in_flight(in_flight);
                if !in_flight.is_over(mailbox) {
                    self.drains.insert(Place::of(place), in_flight);
                }
            }
        }
        for owned in self.sessions.iter_mut() {
            if let Some(before) = before.sessions.get(&owned.token) {
                let session = &mut owned.session;
                session.last_used = session.last_used.max(before.session.last_used);
                self.presence.changed(&mut self.accounts, owned.account);
            }
        }
        for (connection, tokens) in before.presence.attachments() {
            for token in tokens {
                if let Some(owned) = before.sessions.get(token) {
                    self.attach(token, owned.session.last_used, connection);
                }
            }
        }
    }
}
