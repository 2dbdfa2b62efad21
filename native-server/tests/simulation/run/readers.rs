//! Who reads the data folder while a server works on it, and what has to come of it.

use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::JournalError;
use chatting_time_core::{Event, Username};

use super::super::model::Contents;
use super::super::reader::{Outcome, Reader, Restored, back_up};
use super::replies::text_of;
use super::server::FOLDER;
use super::{PASSWORDS, Simulation};

impl Simulation {
    /// Somebody begins to read, or goes on with it.
    pub(super) fn reader_goes_on(&mut self) {
        let Some(reader) = &mut self.reader else {
            if let Some(server) = &self.server {
                let durable = server.engine.durable_sequence();
                let (folder, disk) = (Path::new(FOLDER), self.disk.clone());
                let backs_up = !self.random.one_in(3);
                self.note(format!("somebody reads, {durable} is durable: {backs_up}"));
                self.reader = Some(match backs_up {
                    true => Reader::back_up(folder, disk, durable),
                    false => Reader::verify(folder, disk),
                });
            }
            return;
        };
        let operations = self.random.pick(&[1, 2, 8, 40]);
        if let Some(ended) = reader.go_on(operations) {
            self.reader = None;
            // Reading does not fail: the process of a reader ends when the disk stops.
            match ended.unwrap_or_else(|error| panic!("nothing can be read: {error}")) {
                Outcome::BackedUp(restored) => {
                    self.note(format!("a backup up to event {} ends", restored.sequence));
                    self.restored(&restored);
                }
                Outcome::Verified(report) => {
                    self.note("the journal is verified".into());
                    assert!(report.is_sound(), "a sound journal: {report:?}");
                }
            }
        }
    }

    pub(super) fn finish_reading(&mut self) {
        self.reader_goes_on();
        while self.reader.is_some() {
            self.reader_goes_on();
        }
    }

    /// What a backup of the folder would hold while no server runs on it.
    pub(super) fn backup_without_server(&self) -> Result<Restored, JournalError> {
        back_up(Path::new(FOLDER), Arc::new(self.disk.clone()), None)
    }

    /// Compares what came out of a backup with what was durable at that moment.
    pub(super) fn restored(&self, restored: &Restored) {
        let found = self.contents(&restored.events);
        for user in found.users.values() {
            let in_order = user.messages.is_sorted_by_key(|(_, _, at)| at);
            assert!(in_order, "time ran backwards: {user:?}");
        }
        let right = self.durable.get(&restored.sequence);
        let is_right = right.is_some_and(|right| right.contains(&found));
        assert!(is_right, "a backup has {found:?}, and right was {right:?}");
    }

    /// Remembers what is durable now, for the backup that is being made or comes next.
    pub(super) fn remember_durable(&mut self) {
        if self.reader.is_none() {
            self.durable.clear();
        }
        let sequence = self.server().engine.durable_sequence();
        let contents = self.possibilities.durable_contents();
        self.durable.insert(sequence, contents);
    }

    fn contents(&self, events: &[Event]) -> Contents {
        let mut contents = Contents::default();
        let number = |token| self.sessions_of_tokens[&text_of(token)];
        let name = |username: &Username| username.as_str().to_owned();
        for event in events {
            match event {
                Event::UserAdded {
                    username, password, ..
                }
                | Event::PasswordChanged {
                    username, password, ..
                } => {
                    let place = self.hashes.iter().position(|hash| hash == password);
                    let password = PASSWORDS[place.expect("one of them")];
                    let user = contents.users.entry(name(username)).or_default();
                    user.password = password.into();
                }
                Event::SessionOpened {
                    token,
                    username,
                    at,
                } => {
                    let session = (name(username), at.0, at.0);
                    contents.sessions.insert(number(token), session);
                }
                Event::SessionUsed { token, at } => {
                    let session = contents.sessions.get_mut(&number(token));
                    session.expect("it was opened").2 = at.0;
                }
                Event::MessageAccepted {
                    sender,
                    recipient,
                    text,
                    at,
                } => {
                    let message = (
                        sender.username().as_str().to_owned(),
                        text.as_str().to_owned(),
                        at.0,
                    );
                    let user = contents.users.get_mut(recipient.as_str());
                    user.expect("it was added").messages.push(message);
                }
                Event::GenerationReached { .. } => {}
                Event::UserRemoved { .. }
                | Event::SessionEnded { .. }
                | Event::MessagesDelivered { .. } => {
                    unreachable!("{event:?} makes others superfluous and itself too")
                }
            }
        }
        contents
    }
}
