//! The accounts of a data folder, whoever holds it at the moment.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chatting_time_core::AdminCommand;

use super::Failure;
use crate::admin::{AdminClient, UserSummary};
use crate::engine::{AdminError, Engine};
use crate::journal::{FolderLock, JournalError, Options, RealDisk};
use crate::screen::complain;
use crate::settings::Settings;

/// How long to wait for a server that has just begun and does not listen yet, or for another
/// command that will soon be done.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Open for one piece of work.
pub(crate) enum Accounts {
    /// No server runs on the folder: it is ours for the moment.
    Folder(PathBuf, Arc<Engine>),
    /// A server runs on it.
    Server(AdminClient),
}

impl Accounts {
    /// Opens a data folder that exists, so that a slip in its name is not answered with an empty one.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        let folder = &settings.data;
        match folder.try_exists() {
            Ok(true) => Self::open_or_create(settings),
            Ok(false) => Err(Failure(format!(
                "there is no data folder {}; say which one with --data DIR",
                folder.display()
            ))),
            Err(error) => Err(Failure(format!(
                "cannot open {}: {error}",
                folder.display()
            ))),
        }
    }

    /// Opens a data folder, and makes it when there is none.
    pub(super) fn open_or_create(settings: &Settings) -> Result<Self, Failure> {
        let folder = &settings.data;
        let is_new = !folder.exists();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let holder = match FolderLock::acquire(folder) {
                Ok(lock) => {
                    let accounts = open_folder(settings, lock)?;
                    if is_new {
                        // So that a slip in its name is noticed.
                        complain(format_args!("made a new data folder {}", folder.display()));
                    }
                    return Ok(accounts);
                }
                Err(JournalError::Locked { pid, .. }) => pid,
                Err(error) => return Err(cannot_lock(&error)),
            };
            match AdminClient::connect(folder) {
                Ok(server) => return Ok(Self::Server(server)),
                Err(error) if !is_nobody_there(&error) => return Err(unreachable(folder, &error)),
                Err(_) if Instant::now() < deadline => sleep(PAUSE),
                Err(_) => return Err(held(folder, holder)),
            }
        }
    }

    /// Changes accounts, and returns when that is durable.
    pub(crate) fn administer(self, command: AdminCommand) -> Result<(), Failure> {
        let (folder, engine) = match self {
            Self::Server(server) => return Ok(server.administer(command)?),
            Self::Folder(folder, engine) => (folder, engine),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let administered = runtime.block_on(engine.administer(&command));
        engine.stop();
        administered.map_err(|error| match error {
            AdminError::StorageUnavailable => Failure(format!(
                "the data folder {} cannot be written to; nothing was changed",
                folder.display()
            )),
            refused @ AdminError::Refused(_) => refused.into(),
        })
    }

    /// All users in alphabetical order.
    pub(super) fn users(self) -> Result<Vec<UserSummary>, Failure> {
        match self {
            Self::Server(server) => Ok(server.users()?),
            Self::Folder(_, engine) => {
                let users = engine.users().iter().map(UserSummary::from).collect();
                engine.stop();
                Ok(users)
            }
        }
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

fn cannot_lock(error: &JournalError) -> Failure {
    use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let explanation = match error {
        JournalError::Storage { source, .. }
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
        {
            " (also to list the users, the folder is locked by a file in it)"
        }
        _ => "",
    };
    Failure(format!("{error}{explanation}"))
}

fn is_nobody_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}

fn held(folder: &Path, holder: Option<u32>) -> Failure {
    let holder = match holder {
        Some(pid) => format!("process {pid}"),
        None => "another process".into(),
    };
    Failure(format!(
        "{holder} holds the data folder {}, and is no server that takes commands; \
         try again when it is done",
        folder.display()
    ))
}

fn unreachable(folder: &Path, error: &io::Error) -> Failure {
    let folder = folder.display();
    let advice = match error.kind() {
        io::ErrorKind::PermissionDenied => "; run this as the user that runs the server",
        _ => "",
    };
    Failure(format!(
        "cannot reach the server that runs on {folder}: {error}{advice}"
    ))
}
