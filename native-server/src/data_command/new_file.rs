//! A file that nobody sees before it is whole, and that takes nobody's place.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tempfile::NamedTempFile;
use tokio::signal::unix::{SignalKind, signal};

use crate::journal::JournalError;
use crate::screen::complain;
use crate::user::Failure;

/// It has mode 0600, and another name in the same folder until it is published.
pub(super) struct NewFile {
    path: PathBuf,
    temporary: NamedTempFile,
}

impl NewFile {
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        if path.symlink_metadata().is_ok() {
            return Err(exists(path));
        }
        let name = path.file_name().ok_or_else(|| {
            Failure(format!(
                "{} is no name of a file; say which one",
                path.display()
            ))
        })?;
        let mut prefix = OsString::from(".");
        prefix.push(name);
        prefix.push(".");
        let unfinished = Unfinished::default();
        // Before there is anything to remove; held, so that it is known as soon as it is there.
        let mut known = lock(&unfinished);
        remove_when_interrupted(unfinished.clone())
            .map_err(|error| Failure(format!("cannot wait for signals: {error}")))?;
        let temporary = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .tempfile_in(folder(path))
            .map_err(|error| cannot("create", path, &error))?;
        *known = Some(temporary.path().to_owned());
        let path = path.to_owned();
        Ok(Self { path, temporary })
    }

    pub(super) fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Where it is until it is published.
    pub(super) fn temporary_path(&self) -> &Path {
        self.temporary.path()
    }

    /// Makes it durable under its own name. A file that has got that name meanwhile stays.
    pub(super) fn publish(self) -> Result<(), Failure> {
        let path = self.path;
        let synced = self.temporary.as_file().sync_all();
        synced.map_err(|error| cannot("sync", &path, &error))?;
        self.temporary
            .persist_noclobber(&path)
            .map_err(|failed| match failed.error.kind() {
                io::ErrorKind::AlreadyExists => exists(&path),
                _ => cannot("name", &path, &failed.error),
            })?;
        File::open(folder(&path))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| cannot("sync the folder of", &path, &error))
    }

    /// What failed, told of the name that the file should have got.
    pub(super) fn failure(&self, error: JournalError) -> Failure {
        match error {
            JournalError::Storage {
                doing,
                path,
                source,
            } if path == self.temporary_path() => cannot(doing, &self.path, &source),
            other => other.into(),
        }
    }

    pub(super) fn cannot_write(&self, error: &io::Error) -> Failure {
        cannot("write", &self.path, error)
    }
}

fn exists(path: &Path) -> Failure {
    Failure(format!(
        "{} is there already and is not replaced; choose another name, or move it away",
        path.display()
    ))
}

fn cannot(doing: &str, path: &Path, error: &io::Error) -> Failure {
    let advice = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free space on that disk, or choose another"
        }
        _ => "",
    };
    Failure(format!(
        "cannot {doing} {}: {error}{advice}",
        path.display()
    ))
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// The file that has no name of its own yet.
type Unfinished = Arc<Mutex<Option<PathBuf>>>;

/// Ctrl-C and the like end the process, and the unfinished file goes with it. Once that has its own name there is none to remove.
fn remove_when_interrupted(unfinished: Unfinished) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listening = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    drop(listening);
    let remove = move || {
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        });
        if let Some(path) = &*lock(&unfinished) {
            let _ = std::fs::remove_file(path);
        }
        complain("stopped before it was done; no file was made");
        std::process::exit(1);
    };
    let named = thread::Builder::new().name("signals".into());
    named.spawn(remove).map(drop)
}

fn lock(unfinished: &Unfinished) -> MutexGuard<'_, Option<PathBuf>> {
    unfinished.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_got_the_name_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        let file = NewFile::create(&path).unwrap();
        std::fs::write(&path, "somebody else's").unwrap();
        let Failure(refused) = file.publish().unwrap_err();
        assert!(refused.contains("is there already"), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody else's");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
