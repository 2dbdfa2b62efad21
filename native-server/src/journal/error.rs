//! What can go wrong with a journal, said to the person who can act on it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A failure of the journal. Its text names the file, says what happened and what to do.
#[derive(Debug)]
pub enum JournalError {
    /// The operating system refused an operation on a file or folder.
    Storage {
        /// What was being done, as a verb phrase: `write`, `sync`, `create`.
        doing: &'static str,
        /// The file or folder it was done to.
        path: PathBuf,
        /// The refusal.
        source: io::Error,
    },
    /// A file holds something that no crash can explain; recovery would lose or invent events.
    Damaged {
        /// The damaged file.
        path: PathBuf,
        /// Where the damage begins, in bytes from the start of the file.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// The files that are there do not join: one that was between, before or after them is gone.
    Missing {
        /// The data folder.
        folder: PathBuf,
        /// What the missing file held, and how the others tell.
        what: String,
    },
    /// A file was written by a later release.
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// Its format version.
        version: u32,
    },
    /// A folder was to be filled that has something in it.
    NotEmpty {
        /// The folder.
        folder: PathBuf,
        /// The name of something in it.
        name: String,
    },
    /// Another process works on the folder.
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds it, as far as the lock file tells.
        pid: Option<u32>,
    },
    /// The folder belongs to somebody else: files that this process makes in it would keep its owner out.
    NotOwner {
        /// The data folder.
        folder: PathBuf,
        /// The name of its owner, or `#` and the number where it has none.
        owner: String,
    },
    /// An event is whole, but whoever rebuilds the state from it refused it.
    Rejected {
        /// The file that holds the event.
        path: PathBuf,
        /// The frame that holds the event, in bytes from the start of the file.
        offset: u64,
        /// The event's sequence.
        sequence: u64,
        /// Why it was refused.
        reason: String,
    },
    /// An earlier write or sync failed and [`Writer::reopen`](super::Writer::reopen) has not succeeded since.
    Poisoned,
    /// A batch of more than [`MAXIMUM_BATCH_BYTES`](super::MAXIMUM_BATCH_BYTES); nothing was written.
    BatchTooLarge {
        /// The size of the batch in bytes.
        bytes: usize,
    },
}

impl JournalError {
    /// True when the cause is a full disk or an exhausted quota.
    #[must_use]
    pub fn is_storage_full(&self) -> bool {
        matches!(self, Self::Storage { source, .. } if is_storage_full(source))
    }

    pub(super) fn damaged(path: &Path, offset: u64, what: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            offset,
            what: what.into(),
        }
    }

    /// `near` is a file of the folder that is there.
    pub(super) fn missing(near: &Path, what: String) -> Self {
        Self::Missing {
            folder: near.parent().unwrap_or(near).to_owned(),
            what,
        }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Storage {
                doing,
                path,
                source,
            } => {
                write!(formatter, "cannot {doing} {}: {source}", path.display())?;
                match source.kind() {
                    _ if is_storage_full(source) => write!(formatter, "; free space on this disk"),
                    io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => write!(
                        formatter,
                        "; make the data folder writable for the user that runs chatting-time, \
                         or choose another with --data"
                    ),
                    _ => Ok(()),
                }
            }
            Self::Damaged { path, offset, what } => write!(
                formatter,
                "{} is damaged at byte {offset}: {what}. \
                 Run `chatting-time journal verify` to see how far the damage goes, \
                 then restore the data folder from a backup",
                path.display()
            ),
            Self::Missing { folder, what } => write!(
                formatter,
                "a file is missing from {}: {what}. \
                 Put it back if it was moved or deleted by mistake, \
                 or else restore the data folder from a backup",
                folder.display()
            ),
            Self::NewerFormat { path, version } => write!(
                formatter,
                "{} has format version {version}, and this release reads up to {}; \
                 use the release of chatting-time that wrote it, or a later one",
                path.display(),
                super::header::FORMAT_VERSION
            ),
            Self::NotEmpty { folder, name } => write!(
                formatter,
                "{} is not empty, it has {name}; choose another folder with --data, or move away what is in this one",
                folder.display()
            ),
            Self::Locked { folder, pid } => {
                write!(
                    formatter,
                    "the data folder {} is in use by another process",
                    folder.display()
                )?;
                if let Some(pid) = pid {
                    write!(formatter, " (pid {pid})")?;
                }
                write!(
                    formatter,
                    "; stop that process first, or choose another folder with --data"
                )
            }
            Self::NotOwner { folder, owner } => write!(
                formatter,
                "the data folder {} belongs to {owner}, who could not use the files made in it by anybody else; \
                 run this as {owner}, for example with `sudo -u '{owner}'`",
                folder.display()
            ),
            Self::Rejected {
                path,
                offset,
                sequence,
                reason,
            } => write!(
                formatter,
                "event {sequence} in the frame at byte {offset} of {} cannot be applied: {reason}; \
                 it may come from a later release of chatting-time",
                path.display()
            ),
            Self::Poisoned => write!(
                formatter,
                "the journal is closed for writing since a write or sync failed; it has to be reopened first"
            ),
            Self::BatchTooLarge { bytes } => write!(
                formatter,
                "a batch of {bytes} bytes is larger than the {} that a journal takes at once",
                super::MAXIMUM_BATCH_BYTES
            ),
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Storage { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn is_storage_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// Says which operation on which path an [`io::Error`] belongs to.
pub(super) trait During<T> {
    fn during(self, doing: &'static str, path: &Path) -> Result<T, JournalError>;
}

impl<T> During<T> for io::Result<T> {
    fn during(self, doing: &'static str, path: &Path) -> Result<T, JournalError> {
        self.map_err(|source| JournalError::Storage {
            doing,
            path: path.to_owned(),
            source,
        })
    }
}
