//! Where the chat state is: in this process and its data folder, or in NATS JetStream.

use std::collections::VecDeque;
use std::sync::Arc;

use chatting_time_core::command::Auth;
use chatting_time_core::state::Drain;
use chatting_time_core::{
    AdminCommand, CheckedPassword, Command, Limits, PasswordCheck, Refusal, Token,
};

use crate::cluster::Cluster;
use crate::engine::{AdminError, Caller, Engine, Run};

/// The chat state, as connections meet it.
pub enum Store {
    /// In memory and durable in a data folder, all of it this server's own.
    Embedded(Arc<Engine>),
    /// In JetStream, shared with other servers.
    Cluster(Arc<Cluster>),
}

impl Store {
    /// The one in this process, if it is.
    pub fn embedded(&self) -> Option<&Arc<Engine>> {
        match self {
            Self::Embedded(engine) => Some(engine),
            Self::Cluster(_) => None,
        }
    }

    /// The limits in force.
    pub fn limits(&self) -> &Arc<Limits> {
        match self {
            Self::Embedded(engine) => engine.limits(),
            Self::Cluster(cluster) => cluster.limits(),
        }
    }

    /// Whether requests are carried out.
    pub fn is_serving(&self) -> bool {
        match self {
            Self::Embedded(engine) => engine.is_serving(),
            Self::Cluster(cluster) => cluster.is_serving(),
        }
    }

    /// A new connection.
    pub fn caller(&self) -> Caller {
        match self {
            Self::Embedded(engine) => engine.caller(),
            Self::Cluster(cluster) => cluster.caller(),
        }
    }

    /// Begins with an `auth`: [`Engine::begin_auth`].
    pub async fn begin_auth(&self, caller: &Caller, auth: Auth) -> Result<PasswordCheck, Run> {
        match self {
            Self::Embedded(engine) => engine.begin_auth(caller, auth),
            Self::Cluster(cluster) => cluster.begin_auth(caller, auth).await,
        }
    }

    /// Goes on with an `auth` whose password has been checked: [`Engine::finish_auth`].
    pub async fn finish_auth(
        &self,
        caller: &mut Caller,
        token: Token,
        checked: &CheckedPassword,
    ) -> Run {
        match self {
            Self::Embedded(engine) => engine.finish_auth(caller, token, checked),
            Self::Cluster(cluster) => cluster.finish_auth(caller, token, checked).await,
        }
    }

    /// The replies with these drains have been taken.
    pub async fn confirm(&self, caller: &Caller, drains: &[Drain]) {
        match self {
            Self::Embedded(engine) => engine.confirm(drains),
            // On the heap, so that connections cost nothing for it while nobody reads.
            Self::Cluster(cluster) => Box::pin(cluster.confirm(caller, drains)).await,
        }
    }

    /// Replies with drains were not told.
    pub async fn give_back(&self, caller: &Caller) {
        match self {
            Self::Embedded(engine) => engine.give_back(caller),
            Self::Cluster(cluster) => Box::pin(cluster.give_back(caller)).await,
        }
    }

    /// The connection is gone.
    pub async fn detach(&self, caller: &Caller) {
        match self {
            Self::Embedded(engine) => engine.detach(caller),
            Self::Cluster(cluster) => Box::pin(cluster.detach(caller)).await,
        }
    }

    /// Changes accounts, and returns when that is durable.
    pub async fn administer(&self, command: &AdminCommand) -> Result<(), AdminError> {
        match self {
            Self::Embedded(engine) => engine.administer(command).await,
            Self::Cluster(cluster) => cluster.administer(command).await,
        }
    }

    /// Runs requests from the front, as long as there is no reason to pause.
    pub async fn run(
        &self,
        caller: &mut Caller,
        requests: &mut VecDeque<Result<Command, Refusal>>,
    ) -> Run {
        match self {
            Self::Embedded(engine) => engine.run(caller, requests),
            Self::Cluster(cluster) => Box::pin(cluster.run(caller, requests)).await,
        }
    }
}
