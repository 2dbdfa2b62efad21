//! A data folder that is to be filled, of which nothing stays unless it is filled whole.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::interruption::{Unfinished, lock, stop_when_interrupted};
use crate::journal::{
    FolderLock, JournalError, RealDisk, SnapshotWriter, check_empty, create_journal,
    remove_unfinished,
};
use crate::user::Failure;

/// It was empty or not there, and is held by this process.
pub(super) struct NewFolder {
    path: PathBuf,
    progress: Arc<Mutex<Progress>>,
    _lock: FolderLock,
}

enum Progress {
    /// This one is wanted, and may be somebody else's.
    Wanted(PathBuf),
    /// The folder, and those that this process made for it, the innermost first.
    Empty(PathBuf, Vec<PathBuf>),
    /// The folder, with all that was meant for it.
    Filled(PathBuf),
}

/// Why a folder was not filled.
pub(super) enum FillError {
    /// What was meant for it is wrong, or cannot be read.
    Input(Failure),
    /// It cannot be written.
    Folder(JournalError),
}

impl From<Failure> for FillError {
    fn from(failure: Failure) -> Self {
        Self::Input(failure)
    }
}

impl From<JournalError> for FillError {
    fn from(error: JournalError) -> Self {
        Self::Folder(error)
    }
}

impl NewFolder {
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        // Before a lock is put into a folder that is somebody else's.
        check_empty(path, &RealDisk)?;
        let progress = Arc::new(Mutex::new(Progress::Wanted(path.to_owned())));
        // Held, so that what is made is known as soon as it is there.
        let mut known = lock(&progress);
        stop_when_interrupted(progress.clone())
            .map_err(|error| Failure(format!("cannot wait for signals: {error}")))?;
        let is_missing = |folder: &&Path| {
            !folder.as_os_str().is_empty() && matches!(folder.try_exists(), Ok(false))
        };
        let missing = path.ancestors().take_while(is_missing).map(Path::to_owned);
        let made: Vec<_> = missing.collect();
        let lock = FolderLock::acquire(path).inspect_err(|_| remove_empty(&made))?;
        *known = Progress::Empty(path.to_owned(), made);
        drop(known);
        Ok(Self {
            path: path.to_owned(),
            progress,
            _lock: lock,
        })
    }

    /// Makes a journal of what `fill` writes, which says up to which sequence that gives the state.
    pub(super) fn fill(
        self,
        fill: impl FnOnce(&mut SnapshotWriter<'_>) -> Result<u64, FillError>,
    ) -> Result<(), Failure> {
        // Whoever interrupts the beginning or the end of it waits the moment that it takes.
        let mut held = Some(lock(&self.progress));
        let filled = create_journal(&self.path, Arc::new(RealDisk), |snapshot| {
            held = None;
            let sequence = fill(snapshot)?;
            held = Some(lock(&self.progress));
            Ok(sequence)
        });
        filled.map_err(|error| match error {
            FillError::Input(failure) => failure,
            FillError::Folder(error) => self.failure(error),
        })?;
        if let Some(mut progress) = held {
            *progress = Progress::Filled(self.path.clone());
        }
        Ok(())
    }

    /// Told of the folder: none of the files in it is there any more.
    fn failure(&self, error: JournalError) -> Failure {
        match error {
            JournalError::Storage { doing, source, .. } => {
                let path = self.path.clone();
                let error = JournalError::Storage {
                    doing,
                    path,
                    source,
                };
                Failure(format!("{error}; nothing was put into it"))
            }
            other => other.into(),
        }
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        lock(&self.progress).remove();
    }
}

impl Progress {
    /// Removes what this process made, while it still holds the lock. What else there is stays, and the folders around it.
    fn remove(&self) {
        let Self::Empty(folder, made) = self else {
            return;
        };
        let _ = remove_unfinished(folder);
        if made.contains(folder) {
            let _ = fs::remove_file(folder.join("lock"));
            remove_empty(made);
        }
    }
}

/// Removes folders up to the first that is not empty.
fn remove_empty(folders: &[PathBuf]) {
    let _ = folders.iter().try_for_each(fs::remove_dir);
}

impl Unfinished for Progress {
    fn stop(&mut self) -> String {
        self.remove();
        match self {
            Self::Wanted(folder) | Self::Empty(folder, _) => format!(
                "stopped before it was done; nothing was put into {}",
                folder.display()
            ),
            Self::Filled(folder) => format!(
                "stopped at the very end: {} is filled, and whole",
                folder.display()
            ),
        }
    }
}
