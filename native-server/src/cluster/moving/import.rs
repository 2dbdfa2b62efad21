//! Fills JetStream from an export, and carries on where an earlier attempt stopped.

use std::cell::{Cell, RefCell};
use std::time::{SystemTime, UNIX_EPOCH};

use async_nats::jetstream::kv::{Entry, Operation, Store, UpdateErrorKind};
use bytes::Bytes;
use chatting_time_core::state::Generation;
use chatting_time_core::{Event, Timestamp, Username};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use tokio::time::timeout;

use super::super::Unavailable;
use super::super::bucket::{PATIENCE, WriteError};
use super::super::records::{self, SessionRecord, SessionsRecord, UserRecord};
use super::super::subjects::{self, stream_of};
use super::import_record::{ImportRecord, Stage};
use super::survey::Surveyed;
use super::{BEGIN_AGAIN, MoveError, Moving, answer, last_sequence};
use crate::screen::utc;
use crate::user::Failure;

/// Writes under way at a time.
const UNDER_WAY: usize = 256;

/// An import that JetStream knows of.
pub(crate) struct Begun {
    record: ImportRecord,
    revision: u64,
}

/// How far an import is: so many of these are there. One after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Moved {
    Messages(u64),
    Sessions(u64),
    Users(u64),
}

impl Moving {
    /// Begins the import of an export with this digest, or finds that it has begun before.
    pub(crate) async fn begin(&self, digest: [u8; 32]) -> Result<Begun, MoveError> {
        let (known, revision) = ImportRecord::read(&self.users).await?;
        if let Some(record) = known {
            if record.digest == digest {
                if record.stage == Stage::Mailboxes {
                    self.check_users(record.generation).await?;
                }
                return Ok(Begun { record, revision });
            }
            if !record.is_done() {
                return Err(Failure(format!(
                    "the import of another export has begun there at {} and is not finished; carry that one on with its file",
                    utc(record.begun)
                ))
                .into());
            }
        }
        self.check_empty().await?;
        let mut before = Vec::new();
        for stream in &self.mailboxes {
            before.push(last_sequence(stream).await?);
        }
        let record = ImportRecord {
            digest,
            generation: Generation(last_sequence(&self.users.stream).await? + 1),
            before,
            begun: now(),
            stage: Stage::Mailboxes,
        };
        let written = record.write(&self.users, revision).await;
        let revision = written.map_err(|error| match error {
            WriteError::Conflict => Unavailable::Failed("another import begins there".to_owned()),
            WriteError::Unavailable(unavailable) => unavailable,
        })?;
        // Of whoever added one before the import was known there: from now on nobody can.
        if let Err(error) = self.check_users(record.generation).await {
            ImportRecord::take_back(&self.users, revision).await?;
            return Err(error);
        }
        Ok(Begun { record, revision })
    }

    /// Puts there what is not yet there.
    pub(crate) async fn fill<E>(
        &self,
        begun: Begun,
        surveyed: &Surveyed,
        events: impl Fn() -> Result<E, Failure>,
        moved: &mut dyn FnMut(Moved),
    ) -> Result<(), MoveError>
    where
        E: Iterator<Item = Result<Event, Failure>>,
    {
        let Begun {
            mut record,
            mut revision,
        } = begun;
        if record.stage == Stage::Mailboxes {
            let put = &mut |count| moved(Moved::Messages(count));
            self.put_messages(&record, &mut events()?, put).await?;
            let put = &mut |count| moved(Moved::Sessions(count));
            self.put_sessions(record.generation, surveyed, put).await?;
            record.stage = Stage::Users;
            revision = self.reach(&record, revision).await?;
        }
        if record.stage == Stage::Users {
            let put = &mut |count| moved(Moved::Users(count));
            self.put_users(record.generation, &mut events()?, put)
                .await?;
            record.stage = Stage::Done(now());
            self.reach(&record, revision).await?;
        }
        Ok(())
    }

    async fn reach(&self, record: &ImportRecord, revision: u64) -> Result<u64, MoveError> {
        let written = record.write(&self.users, revision).await;
        Ok(written.map_err(|error| match error {
            WriteError::Conflict => {
                Unavailable::Failed("another carries the same import on".to_owned())
            }
            WriteError::Unavailable(unavailable) => unavailable,
        })?)
    }

    async fn put_sessions(
        &self,
        generation: Generation,
        surveyed: &Surveyed,
        put: &mut dyn FnMut(u64),
    ) -> Result<(), MoveError> {
        let tokens = surveyed.sessions.iter().flat_map(|(username, sessions)| {
            let owned = move |session: &SessionRecord| {
                let owner = Bytes::from(username.as_str().to_owned());
                (subjects::key_of(&session.token), owner)
            };
            sessions.iter().map(owned)
        });
        stream::iter(tokens)
            .map(Ok)
            .try_for_each_concurrent(UNDER_WAY, async |(key, owner)| {
                answer(self.tokens.put(key, owner)).await.map(drop)
            })
            .await?;
        let count = Cell::new(0);
        let put = &RefCell::new(put);
        let sessions = surveyed.sessions.iter().map(Ok);
        stream::iter(sessions)
            .try_for_each_concurrent(UNDER_WAY, async |(username, sessions)| {
                let record = SessionsRecord {
                    generation,
                    sessions: sessions.clone(),
                };
                let value = records::encode(&record).into();
                put_once(&self.sessions, username, value, |found| {
                    let record: Option<SessionsRecord> = records::decode(&found.value).ok();
                    match record {
                        // A later one is of somebody who has logged in since another import was through.
                        Some(record) if record.generation >= generation => Found::Own,
                        _ => Found::Left,
                    }
                })
                .await?;
                count.set(count.get() + sessions.len() as u64);
                put.borrow_mut()(count.get());
                Ok::<_, MoveError>(())
            })
            .await
    }

    async fn put_users(
        &self,
        generation: Generation,
        events: &mut dyn Iterator<Item = Result<Event, Failure>>,
        put: &mut dyn FnMut(u64),
    ) -> Result<(), MoveError> {
        let users = events.filter_map(|event| match event {
            Ok(Event::UserAdded {
                username,
                name,
                country,
                password,
                ..
            }) => {
                let record = UserRecord {
                    name,
                    country,
                    password,
                    generation,
                    mailbox: generation,
                };
                Some(Ok((username, record)))
            }
            Ok(_) => None,
            Err(failure) => Some(Err(MoveError::from(failure))),
        });
        let count = Cell::new(0);
        let put = &RefCell::new(put);
        stream::iter(users)
            .try_for_each_concurrent(UNDER_WAY, async |(username, record)| {
                let value = records::encode(&record).into();
                put_once(&self.users, &username, value, |found| {
                    let record: Option<UserRecord> = records::decode(&found.value).ok();
                    match found.operation {
                        Operation::Put
                            if record.is_some_and(|record| record.mailbox == generation) =>
                        {
                            Found::Own
                        }
                        Operation::Put => Found::Foreign,
                        // Removed after another had finished this import.
                        _ if found.revision >= generation.0 => Found::Own,
                        _ => Found::Left,
                    }
                })
                .await?;
                count.set(count.get() + 1);
                put.borrow_mut()(count.get());
                Ok(())
            })
            .await
    }

    async fn check_users(&self, generation: Generation) -> Result<(), MoveError> {
        match self.any_user().await? {
            // Another carries the same import on, and has come so far meanwhile.
            Some((_, found)) if found == Some(generation) => Ok(()),
            Some((username, _)) => Err(added_meanwhile(&username).into()),
            None => Ok(()),
        }
    }

    /// An import is for a cluster where nothing is kept.
    async fn check_empty(&self) -> Result<(), MoveError> {
        if let Some((username, _)) = self.any_user().await? {
            return Err(Failure(format!(
                "there are users already, such as {username}; an import is for a cluster without any: \
                 remove them with `chatting-time user remove`, and start servers with --demo-users=false"
            ))
            .into());
        }
        for (partition, stream) in (0..).zip(&self.mailboxes) {
            let info = answer(stream.get_info()).await?;
            if info.state.messages > 0 {
                return Err(Failure(format!(
                    "{name} has messages in it, of users who are there no more; an import is for a cluster without any: \
                     remove them with `nats stream purge {name}`",
                    name = stream_of(partition)
                ))
                .into());
            }
        }
        Ok(())
    }

    /// Some user, and of which mailbox.
    async fn any_user(&self) -> Result<Option<(Username, Option<Generation>)>, Unavailable> {
        let mut keys = answer(self.users.keys()).await?;
        while let Some(key) = keys.next().await {
            let key = key.map_err(|error| Unavailable::Failed(error.to_string()))?;
            if let Some(username) = subjects::username_of(&key) {
                let value = answer(self.users.get(key)).await?;
                let record = value.and_then(|value| records::decode::<UserRecord>(&value).ok());
                return Ok(Some((username, record.map(|record| record.mailbox))));
            }
        }
        Ok(None)
    }
}

impl Begun {
    /// When all of it was there, if it is.
    pub(crate) fn done(&self) -> Option<Timestamp> {
        match self.record.stage {
            Stage::Done(at) => Some(at),
            _ => None,
        }
    }
}

/// What stands where something is to be written.
enum Found {
    /// What this import wrote there, or what has become of it since.
    Own,
    /// What is left of one who had that name before.
    Left,
    /// What somebody else wrote there meanwhile.
    Foreign,
}

/// Writes what a user has, once.
async fn put_once(
    bucket: &Store,
    username: &Username,
    value: Bytes,
    judge: impl Fn(&Entry) -> Found,
) -> Result<(), MoveError> {
    let key = subjects::word_of(username);
    let mut revision = 0;
    loop {
        let update = timeout(PATIENCE, bucket.update(&key, value.clone(), revision)).await;
        match update.map_err(|_| Unavailable::Slow)? {
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == UpdateErrorKind::WrongLastRevision => {}
            Err(error) => return Err(Unavailable::Failed(error.to_string()).into()),
        }
        let Some(found) = answer(bucket.entry(&key)).await? else {
            return Err(Unavailable::Failed(format!("{} changes", bucket.name)).into());
        };
        match judge(&found) {
            Found::Own => return Ok(()),
            Found::Left => revision = found.revision,
            Found::Foreign => return Err(added_meanwhile(username).into()),
        }
    }
}

fn added_meanwhile(username: &Username) -> Failure {
    Failure(format!(
        "{username} was added there while the import was unfinished; {BEGIN_AGAIN}"
    ))
}

fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
