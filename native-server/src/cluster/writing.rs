//! Makes a decision durable, and carries out here what follows from it.

use std::cmp::Ordering;

use bytes::Bytes;
use chatting_time_core::state::{Event, Generation};
use chatting_time_core::{Decision, Refusal, Timestamp, Token, Username};

use super::bucket::WriteError;
use super::fetched::{Fetched, Sessions};
use super::mailboxes::PublishError;
use super::publishing::until_heard;
use super::records::{self, MessageRecord, SessionRecord, SessionsRecord};
use super::{Cluster, Unavailable, subjects};
use crate::engine::Caller;

impl Cluster {
    /// Makes a decision's events durable. A refusal when JetStream knows better than what was fetched.
    pub(super) async fn carry_out(
        &self,
        fetched: &Fetched,
        decision: &Decision,
        id: &str,
    ) -> Result<Option<Refusal>, WriteError> {
        let mut changed: Option<(Username, SessionsRecord)> = None;
        let mut message = None;
        for event in &decision.events {
            match event {
                Event::SessionOpened {
                    token,
                    username,
                    at,
                } => {
                    let record = changed_record(&mut changed, fetched, username)?;
                    record.sessions.push(SessionRecord {
                        token: *token,
                        opened: *at,
                        recorded_use: *at,
                    });
                    let key = subjects::key_of(token);
                    // First: a session whose token nobody can look up would be of no use.
                    let owner = Bytes::from(username.as_str().to_owned());
                    let put = until_heard(|| self.tokens.put(&key, owner.clone()))
                        .await
                        .map_err(|_| Unavailable::Slow)?;
                    put.map_err(|error| Unavailable::Failed(error.to_string()))?;
                }
                Event::SessionUsed { token, at } => {
                    if let Some(username) = fetched_owner(fetched, token) {
                        let record = changed_record(&mut changed, fetched, &username)?;
                        for session in &mut record.sessions {
                            if session.token == *token {
                                session.recorded_use = *at;
                            }
                        }
                    }
                }
                Event::SessionEnded { token } => {
                    if let Some(username) = fetched_owner(fetched, token) {
                        let record = changed_record(&mut changed, fetched, &username)?;
                        record.sessions.retain(|session| session.token != *token);
                    }
                }
                Event::MessageAccepted {
                    sender,
                    recipient,
                    text,
                    at,
                } => {
                    let account = fetched.users.get(recipient).and_then(Option::as_ref);
                    let record = MessageRecord {
                        mailbox: account
                            .map_or_else(Generation::default, |account| account.mailbox),
                        sender: sender.username(),
                        name: sender.to_name(),
                        text: text.as_str().to_owned(),
                        at: *at,
                    };
                    message = Some((*recipient, record));
                }
                other => unreachable!("no request decides that: {other:?}"),
            }
        }
        if let Some((username, record)) = changed {
            let entry = &fetched.sessions[&username].entry;
            let value = records::encode(&record).into();
            let key = subjects::word_of(&username);
            self.sessions.replace(&key, entry, Some(value)).await?;
        }
        if let Some((recipient, record)) = message {
            return match self.mailboxes.publish(&recipient, &record, id).await {
                Ok(()) => Ok(None),
                Err(PublishError::Full) => Ok(Some(Refusal::MailboxFull)),
                Err(PublishError::Unavailable(unavailable)) => Err(unavailable.into()),
            };
        }
        Ok(None)
    }

    /// What follows here from a decision that holds.
    pub(super) async fn commit(
        &self,
        caller: &mut Caller,
        fetched: &Fetched,
        decision: &Decision,
        now: Timestamp,
    ) {
        let generation = |username: &Username| {
            let account = fetched.users.get(username).and_then(Option::as_ref);
            account.map_or_else(Generation::default, |account| account.user.generation)
        };
        caller.bind(decision.binding.after(caller.binding()));
        let mut is_news = false;
        for event in &decision.events {
            if let Event::SessionEnded { token } = event
                && let Some(username) = fetched_owner(fetched, token)
            {
                self.presence.ended(&username, token);
                is_news = true;
            }
        }
        let opened = decision.events.iter().find_map(|event| match event {
            Event::SessionOpened {
                token,
                username,
                at,
            } => Some((*token, *username, *at)),
            _ => None,
        });
        if let Some((token, username, at)) = opened {
            let dies = Timestamp(at.0 + self.limits.session_lifetime.min(self.limits.session_idle));
            is_news |= self.presence.used(
                caller.connection(),
                (token, username, generation(&username)),
                dies,
                now,
            );
        } else if let Some(token) = decision.used
            && let Some(username) = fetched_owner(fetched, &token)
            && !decision.events.iter().any(
                |event| matches!(event, Event::SessionEnded { token: ended } if *ended == token),
            )
            && let Some((_, session)) = fetched.sessions[&username]
                .live
                .iter()
                .find(|(other, _)| *other == token)
        {
            let mut session = session.clone();
            session.last_used = now;
            is_news |= self.presence.used(
                caller.connection(),
                (token, username, generation(&username)),
                session.dies(&self.limits),
                now,
            );
            if let Some(owner) = self.owners().get_mut(&token) {
                owner.last_used = owner.last_used.max(now);
            }
        }
        if is_news && let Err(unavailable) = self.presence.say(now).await {
            self.trouble.met(format_args!(
                "others do not hear who is online: {unavailable}"
            ));
        }
    }
}

fn fetched_owner(fetched: &Fetched, token: &Token) -> Option<Username> {
    let named = fetched.owners.get(token).copied().flatten();
    named.or_else(|| {
        let holds = |sessions: &Sessions| {
            sessions
                .record
                .sessions
                .iter()
                .any(|session| session.token == *token)
        };
        fetched
            .sessions
            .iter()
            .find(|(_, sessions)| holds(sessions))
            .map(|(username, _)| *username)
    })
}

/// The record of a user's sessions that is being changed: of the present generation, without the dead ones of others. A
/// conflict when the record is of a password that is later than the one which is known here.
fn changed_record<'a>(
    changed: &'a mut Option<(Username, SessionsRecord)>,
    fetched: &Fetched,
    username: &Username,
) -> Result<&'a mut SessionsRecord, WriteError> {
    let record = &fetched.sessions[username].record;
    let account = fetched.users.get(username).and_then(Option::as_ref);
    let generation = account.map_or_else(Generation::default, |account| account.user.generation);
    let present = match record.generation.cmp(&generation) {
        Ordering::Equal => record.clone(),
        Ordering::Less => SessionsRecord {
            generation,
            sessions: Vec::new(),
        },
        Ordering::Greater => return Err(WriteError::Conflict),
    };
    let (_, record) = changed.get_or_insert_with(|| (*username, present));
    Ok(record)
}
