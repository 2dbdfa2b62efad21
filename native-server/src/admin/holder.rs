//! Who holds a data folder: this process from now on, or the server that runs on it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::AdminClient;
use crate::journal::{FolderLock, JournalError};

/// How long to wait for a server that has just begun and does not listen yet, or for another
/// command that will soon be done.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Who holds a data folder.
pub(crate) enum Holder {
    /// This process does.
    Own(FolderLock),
    /// A server does.
    Server(AdminClient),
}

/// Why neither is so.
#[derive(Debug)]
pub(crate) enum HolderError {
    Missing(PathBuf),
    Open(PathBuf, io::Error),
    Lock(JournalError),
    Unreachable(PathBuf, io::Error),
    Held(PathBuf, Option<u32>),
}

impl Holder {
    /// Of a data folder that exists, so that a slip in its name is not answered with an empty one.
    pub(crate) fn of_existing(folder: &Path) -> Result<Self, HolderError> {
        match folder.try_exists() {
            Ok(true) => Self::of(folder),
            Ok(false) => Err(HolderError::Missing(folder.into())),
            Err(error) => Err(HolderError::Open(folder.into(), error)),
        }
    }

    /// Of a data folder, which is made when there is none.
    pub(crate) fn of(folder: &Path) -> Result<Self, HolderError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let pid = match FolderLock::acquire(folder) {
                Ok(lock) => return Ok(Self::Own(lock)),
                Err(JournalError::Locked { pid, .. }) => pid,
                Err(error) => return Err(HolderError::Lock(error)),
            };
            match AdminClient::connect(folder) {
                Ok(server) => return Ok(Self::Server(server)),
                Err(error) if !is_nobody_there(&error) => {
                    return Err(HolderError::Unreachable(folder.into(), error));
                }
                Err(_) if Instant::now() < deadline => sleep(PAUSE),
                Err(_) => return Err(HolderError::Held(folder.into(), pid)),
            }
        }
    }
}

fn is_nobody_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}

impl fmt::Display for HolderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        match self {
            Self::Missing(folder) => write!(
                formatter,
                "there is no data folder {}; say which one with --data DIR",
                folder.display()
            ),
            Self::Open(folder, error) => {
                write!(formatter, "cannot open {}: {error}", folder.display())
            }
            Self::Lock(error) => {
                let explanation = match error {
                    JournalError::Storage { source, .. }
                        if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) =>
                    {
                        " (also to read what is in it, the folder is locked by a file in it)"
                    }
                    _ => "",
                };
                write!(formatter, "{error}{explanation}")
            }
            Self::Unreachable(folder, error) => {
                let advice = match error.kind() {
                    PermissionDenied => "; run this as the user that runs the server",
                    _ => "",
                };
                write!(
                    formatter,
                    "cannot reach the server that runs on {}: {error}{advice}",
                    folder.display()
                )
            }
            Self::Held(folder, pid) => {
                let holder = match pid {
                    Some(pid) => format!("process {pid}"),
                    None => "another process".into(),
                };
                write!(
                    formatter,
                    "{holder} holds the data folder {}, and is no server that takes commands; \
                     try again when it is done",
                    folder.display()
                )
            }
        }
    }
}
