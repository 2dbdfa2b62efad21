//! The accounts of a data folder, whoever holds it at the moment, or those that are kept in NATS.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chatting_time_core::state::{SessionId, SessionSummary};
use chatting_time_core::{AdminCommand, Username};

use tokio::runtime::{Builder, Runtime};

use super::Failure;
use crate::admin::{AdminClient, Holder, UserSummary};
use crate::cluster::{Cluster, ClusterOptions};
use crate::engine::{AdminError, Engine};
use crate::journal::{FolderLock, Options, RealDisk};
use crate::screen::complain;
use crate::settings::{Settings, StoreAddress};

/// Open for one piece of work.
pub(crate) enum Accounts {
    /// No server runs on the folder: it is ours for the moment.
    Folder(PathBuf, Arc<Engine>),
    /// A server runs on it.
    Server(AdminClient),
    /// It is kept in NATS, which servers and commands share.
    Cluster(Runtime, Arc<Cluster>),
}

impl Accounts {
    /// Opens a data folder that exists, so that a slip in its name is not answered with an empty one.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        match &settings.store {
            StoreAddress::Data => Self::held_by(Holder::of_existing(&settings.data)?, settings),
            StoreAddress::Nats(addresses) => Self::in_cluster(settings, addresses),
        }
    }

    /// Opens a data folder, and makes it when there is none.
    pub(super) fn open_or_create(settings: &Settings) -> Result<Self, Failure> {
        if let StoreAddress::Nats(addresses) = &settings.store {
            return Self::in_cluster(settings, addresses);
        }
        let folder = &settings.data;
        let is_new = !folder.exists();
        let accounts = Self::held_by(Holder::of(folder)?, settings)?;
        if is_new {
            // So that a slip in its name is noticed.
            complain(format_args!("made a new data folder {}", folder.display()));
        }
        Ok(accounts)
    }

    fn in_cluster(settings: &Settings, addresses: &[String]) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let options = ClusterOptions::of_command(settings, addresses)?;
        let limits = Arc::new(settings.limits.clone());
        let opened = runtime.block_on(Cluster::open(&options, limits));
        let cluster = opened.map_err(|error| Failure(error.to_string()))?;
        Ok(Self::Cluster(runtime, cluster))
    }

    fn held_by(holder: Holder, settings: &Settings) -> Result<Self, Failure> {
        match holder {
            Holder::Own(lock) => open_folder(settings, lock),
            Holder::Server(server) => Ok(Self::Server(server)),
        }
    }

    /// Changes accounts, and returns when that is durable.
    pub(crate) fn administer(self, command: AdminCommand) -> Result<(), Failure> {
        match self {
            Self::Server(server) => Ok(server.administer(command)?),
            Self::Cluster(runtime, cluster) => {
                let changed = runtime.block_on(cluster.administer(&command));
                changed.map_err(|error| Failure(error.to_string()))
            }
            Self::Folder(folder, engine) => {
                let changed = wait_for(engine.administer(&command))?;
                engine.stop();
                changed.map_err(|error| not_changed(&folder, error))
            }
        }
    }

    /// Whether several servers share them.
    pub(super) fn are_shared(&self) -> bool {
        matches!(self, Self::Cluster(..))
    }

    /// Ends the session of a user that is called so, or all, and returns how many those were
    /// when that is durable.
    pub(super) fn end_sessions(
        self,
        username: Username,
        id: Option<SessionId>,
    ) -> Result<usize, Failure> {
        match self {
            Self::Server(server) => Ok(server.end_sessions(username, id)?),
            Self::Cluster(runtime, cluster) => {
                let ended = runtime.block_on(cluster.end_sessions(&username, id));
                ended.map_err(|error| Failure(error.to_string()))
            }
            Self::Folder(folder, engine) => {
                let ended = wait_for(engine.end_sessions(&username, id))?;
                engine.stop();
                ended.map_err(|error| not_changed(&folder, error))
            }
        }
    }

    /// The live sessions of one user, or of all.
    pub(super) fn sessions(
        self,
        username: Option<Username>,
    ) -> Result<Vec<SessionSummary>, Failure> {
        match self {
            Self::Server(server) => Ok(server.sessions(username)?),
            Self::Cluster(runtime, cluster) => {
                let sessions = runtime.block_on(cluster.sessions(username));
                sessions.map_err(|error| Failure(error.to_string()))
            }
            Self::Folder(_, engine) => {
                let sessions = engine.sessions(username);
                engine.stop();
                let mut sessions = sessions?;
                for session in &mut sessions {
                    // Shortly after its last use it would count as that where a server runs.
                    session.is_online = false;
                }
                Ok(sessions)
            }
        }
    }

    /// The usernames of all.
    pub(super) fn usernames(self) -> Result<Vec<Username>, Failure> {
        match self {
            Self::Cluster(runtime, cluster) => {
                let usernames = runtime.block_on(cluster.usernames());
                usernames.map_err(|error| Failure(error.to_string()))
            }
            Self::Server(_) | Self::Folder(..) => {
                let users = self.users()?;
                Ok(users.iter().map(|user| user.username).collect())
            }
        }
    }

    /// All users in alphabetical order.
    pub(super) fn users(self) -> Result<Vec<UserSummary>, Failure> {
        match self {
            Self::Server(server) => Ok(server.users()?),
            Self::Cluster(runtime, cluster) => {
                let users = runtime.block_on(cluster.users());
                let users = users.map_err(|error| Failure(error.to_string()))?;
                Ok(users.iter().map(UserSummary::from).collect())
            }
            Self::Folder(_, engine) => {
                let users = engine.users().iter().map(UserSummary::from).collect();
                engine.stop();
                Ok(users)
            }
        }
    }
}

fn wait_for<T>(change: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(runtime.block_on(change))
}

fn not_changed(folder: &Path, error: AdminError) -> Failure {
    match error {
        AdminError::StorageUnavailable => Failure(format!(
            "the data folder {} cannot be written to; nothing was changed",
            folder.display()
        )),
        other @ (AdminError::Refused(_)
        | AdminError::NatsUnavailable(_)
        | AdminError::Importing
        | AdminError::Interrupted { .. }) => other.into(),
    }
}

fn open_folder(settings: &Settings, lock: FolderLock) -> Result<Accounts, Failure> {
    let options = Options {
        prepare_ahead: false,
        ..Options::default()
    };
    let folder = &settings.data;
    let limits = Arc::new(settings.limits.clone());
    let (engine, _) = Engine::open(folder, lock, Arc::new(RealDisk), options, limits)?;
    Ok(Accounts::Folder(folder.clone(), engine))
}
