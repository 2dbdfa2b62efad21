//! Hands mailboxes over.

use chatting_time_core::Username;
use chatting_time_core::state::{Drain, Generation};

use super::fetched::{Fetched, Handed};
use super::{Cluster, Unavailable};
use crate::engine::Caller;

impl Cluster {
    /// Takes the right to hand a mailbox over, and reads what stands in front of it.
    pub(super) async fn hand_over(
        &self,
        username: &Username,
        fetched: &Fetched,
        caller: &Caller,
    ) -> Result<Handed, Unavailable> {
        // Most who ask find nothing, and need no right to that.
        if self.mailboxes.is_empty(username).await? {
            return Ok(Handed::nothing());
        }
        let account = fetched.users.get(username).and_then(Option::as_ref);
        let mailbox = account.map_or_else(Generation::default, |account| account.mailbox);
        let Some(lease) = self.leases.take(username).await? else {
            return Ok(Handed::Busy);
        };
        let front = self
            .mailboxes
            .front(username, mailbox, &self.limits)
            .await?;
        if front.messages.is_empty() {
            if front.through > 0 {
                // To nobody who is there: they would be in the way each time.
                self.mailboxes
                    .remove_through(username, front.through)
                    .await?;
            }
            return Ok(Handed::nothing());
        }
        self.held().insert(caller.connection(), lease);
        Ok(Handed::Messages {
            messages: front.messages,
            remaining: front.remaining,
            through: front.through,
        })
    }

    /// The replies with these drains have been taken. Who asks on the same connection next waits until that is so everywhere.
    pub async fn confirm(&self, caller: &Caller, drains: &[Drain]) {
        let lease = self.held().remove(&caller.connection());
        let lease = match lease {
            Some(lease) if !lease.is_good() => lease.renewed().await,
            lease => lease,
        };
        // While another reads it, it is theirs to remove.
        let Some(lease) = lease else {
            return;
        };
        for drain in drains {
            if let Err(unavailable) = self
                .mailboxes
                .remove_through(&drain.username, drain.through())
                .await
            {
                self.trouble.met(format_args!(
                    "messages that were handed over will come again: {unavailable}"
                ));
            }
        }
        lease.end().await;
    }

    /// Replies with drains were not told: their messages stay undelivered.
    pub async fn give_back(&self, caller: &Caller) {
        self.release(caller).await;
    }

    /// Ends what a connection is being handed.
    pub(super) async fn release(&self, caller: &Caller) {
        let lease = self.held().remove(&caller.connection());
        if let Some(lease) = lease {
            lease.end().await;
        }
    }
}
