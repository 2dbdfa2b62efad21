//! Reads out of JetStream the events that rebuild what is kept there, while servers go on.
//!
//! What was there when it began and stays is in it. What changes meanwhile may be in it or not; but of each user it tells one
//! time: sessions and messages are those of the password and of the mailbox with which the user was read.

use std::collections::HashMap;
use std::collections::hash_map;

use async_nats::jetstream::kv::Store;
use chatting_time_core::state::Generation;
use chatting_time_core::{Body, Event, Identity, Username};

use super::super::Unavailable;
use super::super::records::{self, MessageRecord, SessionsRecord, UserRecord};
use super::super::subjects::{PARTITIONS, mailboxes_of, stream_of, username_of};
use super::import_record::ImportRecord;
use super::reading::Piece;
use super::{MoveError, Moving, last_sequence};
use crate::user::Failure;

/// Takes an event.
type Take<'a> = dyn FnMut(&Event) -> Result<(), Failure> + 'a;

/// Takes what stands under a username, and where.
type TakeEntry<'a> = dyn FnMut(Username, &[u8], u64) -> Result<(), MoveError> + 'a;

/// What is remembered of a user whose event is out.
struct Known {
    generation: Generation,
    mailbox: Generation,
    /// The sessions are out too.
    has_sessions: bool,
}

impl Moving {
    /// Hands over the events: users, then sessions, then messages.
    pub(crate) async fn read(&self, take: &mut Take<'_>) -> Result<(), MoveError> {
        let (import, _) = ImportRecord::read(&self.users).await?;
        if import.is_some_and(|record| !record.is_done()) {
            return Err(Failure::from(
                "an import into it is not finished; carry it on with the same file first",
            )
            .into());
        }
        let mut users = self.read_users(take).await?;
        self.read_sessions(&mut users, take).await?;
        for partition in 0..PARTITIONS {
            self.read_mailboxes(partition, &users, take).await?;
        }
        Ok(())
    }

    async fn read_users(&self, take: &mut Take<'_>) -> Result<HashMap<Username, Known>, MoveError> {
        let mut users = HashMap::new();
        read_bucket(&self.users, &mut |username, value, place| {
            let record: UserRecord =
                records::decode(value).map_err(|_| unreadable(username.as_str(), place))?;
            let hash_map::Entry::Vacant(vacant) = users.entry(username) else {
                return Ok(());
            };
            vacant.insert(Known {
                generation: record.generation,
                mailbox: record.mailbox,
                has_sessions: false,
            });
            take(&Event::UserAdded {
                username,
                name: record.name,
                country: record.country,
                password: record.password,
                generation: record.generation,
            })?;
            Ok(())
        })
        .await?;
        Ok(users)
    }

    async fn read_sessions(
        &self,
        users: &mut HashMap<Username, Known>,
        take: &mut Take<'_>,
    ) -> Result<(), MoveError> {
        read_bucket(&self.sessions, &mut |username, value, place| {
            let record: SessionsRecord =
                records::decode(value).map_err(|_| unreadable(username.as_str(), place))?;
            let is_wanted =
                |user: &&mut Known| !user.has_sessions && user.generation == record.generation;
            let Some(user) = users.get_mut(&username).filter(is_wanted) else {
                return Ok(());
            };
            user.has_sessions = true;
            for session in record.sessions {
                let token = session.token;
                take(&Event::SessionOpened {
                    token,
                    username,
                    at: session.opened,
                })?;
                // The clock of another server may have been behind.
                if session.recorded_use > session.opened {
                    let at = session.recorded_use;
                    take(&Event::SessionUsed { token, at })?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn read_mailboxes(
        &self,
        partition: u32,
        users: &HashMap<Username, Known>,
        take: &mut Take<'_>,
    ) -> Result<(), MoveError> {
        let stream = &self.mailboxes[partition as usize];
        let piece = Piece {
            stream,
            subjects: &mailboxes_of(partition),
            from: 1,
            through: last_sequence(stream).await?,
        };
        piece
            .read(&mut |place, message| {
                let unreadable = || unreadable(&stream_of(partition), place);
                let word = message.subject.rsplit('.').next();
                // What is to nobody is not told, whatever it is.
                let recipient = word.and_then(username_of);
                let Some((recipient, user)) = recipient.and_then(|name| users.get_key_value(&name))
                else {
                    return Ok(());
                };
                let record: MessageRecord =
                    records::decode(&message.payload).map_err(|_| unreadable())?;
                if user.mailbox != record.mailbox {
                    return Ok(());
                }
                take(&Event::MessageAccepted {
                    sender: Identity::new(&record.sender, &record.name),
                    recipient: *recipient,
                    text: Body::parse(&record.text, u64::MAX).ok_or_else(unreadable)?,
                    at: record.at,
                })?;
                Ok(())
            })
            .await
    }
}

/// Hands over what stands under each username, some of it perhaps twice.
///
/// An entry that changes moves to the end. So one that is there all the while is missed by no reading that comes to the end,
/// and finds that nothing has been put there since.
async fn read_bucket(bucket: &Store, take: &mut TakeEntry<'_>) -> Result<(), MoveError> {
    let mut from = 1;
    loop {
        let through = last_sequence(&bucket.stream).await?;
        if through < from {
            return Ok(());
        }
        let prefix = format!("$KV.{}.", bucket.name);
        let piece = Piece {
            stream: &bucket.stream,
            subjects: &format!("{prefix}>"),
            from,
            through,
        };
        piece
            .read(&mut |place, message| {
                let key = message.subject.strip_prefix(prefix.as_str());
                let username = key.and_then(username_of);
                match username {
                    // What is removed is empty.
                    Some(username) if !message.payload.is_empty() => {
                        take(username, &message.payload, place)
                    }
                    _ => Ok(()),
                }
            })
            .await?;
        from = through + 1;
    }
}

/// Waiting does not help.
fn unreadable(subject: &str, place: u64) -> MoveError {
    Failure(Unavailable::unreadable(subject, place).to_string()).into()
}
