//! What JetStream knows about the import that fills it: the one thing that says whose turn it is and how far it came.

use async_nats::jetstream::kv::{Operation, Store, UpdateErrorKind};
use chatting_time_core::Timestamp;
use chatting_time_core::state::Generation;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::super::bucket::{PATIENCE, WriteError};
use super::super::{Unavailable, records};
use super::answer;

/// The import that was begun last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in super::super) struct ImportRecord {
    /// SHA-256 of the export.
    pub(super) digest: [u8; 32],
    /// Of all users and mailboxes that come with it. Whoever gets one of these names later has a later one.
    pub(super) generation: Generation,
    /// The last sequence of each mailbox stream before it.
    pub(super) before: Vec<u64>,
    pub(super) begun: Timestamp,
    pub(super) stage: Stage,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Messages, then sessions. How many messages are there already, the streams themselves tell.
    Mailboxes,
    /// All messages and sessions are there.
    Users,
    /// All is there, since then.
    Done(Timestamp),
}

impl ImportRecord {
    /// Stands in the bucket of users, where no username has a slash.
    pub(in super::super) const KEY: &str = "/import";

    /// The record, if there is one, and the revision to replace what is there by.
    pub(super) async fn read(users: &Store) -> Result<(Option<Self>, u64), Unavailable> {
        let Some(entry) = answer(users.entry(Self::KEY)).await? else {
            return Ok((None, 0));
        };
        match (entry.operation, Self::decode(&entry.value)) {
            (Operation::Put, Some(record)) => Ok((Some(record), entry.revision)),
            (Operation::Put, None) => Err(Unavailable::unreadable(Self::KEY, entry.revision)),
            // It was taken back.
            _ => Ok((None, entry.revision)),
        }
    }

    /// Writes it unless somebody else has since that revision.
    pub(super) async fn write(&self, users: &Store, revision: u64) -> Result<u64, WriteError> {
        let update = users.update(Self::KEY, records::encode(self).into(), revision);
        let updated = timeout(PATIENCE, update).await;
        let updated = updated.map_err(|_| Unavailable::Slow)?;
        updated.map_err(|error| match error.kind() {
            UpdateErrorKind::WrongLastRevision => WriteError::Conflict,
            _ => Unavailable::Failed(error.to_string()).into(),
        })
    }

    /// As if it had never begun.
    pub(super) async fn take_back(users: &Store, revision: u64) -> Result<(), Unavailable> {
        answer(users.delete_expect_revision(Self::KEY, Some(revision))).await
    }

    pub(in super::super) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_))
    }

    fn decode(value: &[u8]) -> Option<Self> {
        records::decode(value).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::subjects;
    use super::*;

    #[test]
    fn the_record_is_taken_for_no_user() {
        assert_eq!(subjects::username_of(ImportRecord::KEY), None);
    }
}
