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
    progress: Arc<Mutex<Progress>>,
}

/// How far a file is, for whoever is told to stop in the middle.
#[derive(Default)]
enum Progress {
    #[default]
    Nothing,
    /// It has this name of its own yet.
    Unfinished(PathBuf),
    /// It has the name that it was made for.
    Named(PathBuf),
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
        let progress = Arc::default();
        // Before there is anything to remove; held, so that it is known as soon as it is there.
        let mut known = lock(&progress);
        remove_when_interrupted(progress.clone())
            .map_err(|error| Failure(format!("cannot wait for signals: {error}")))?;
        let temporary = tempfile::Builder::new()
            .prefix(&prefix)
            .suffix(".part")
            .tempfile_in(folder(path))
            .map_err(|error| cannot("create", path, &error))?;
        *known = Progress::Unfinished(temporary.path().to_owned());
        drop(known);
        let path = path.to_owned();
        Ok(Self {
            path,
            temporary,
            progress,
        })
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
        let mut progress = lock(&self.progress);
        self.temporary
            .persist_noclobber(&path)
            .map_err(|failed| match failed.error.kind() {
                io::ErrorKind::AlreadyExists => exists(&path),
                _ => cannot("name", &path, &failed.error),
            })?;
        *progress = Progress::Named(path.clone());
        drop(progress);
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

/// Ctrl-C and the like end the process, and the unfinished file goes with it.
fn remove_when_interrupted(progress: Arc<Mutex<Progress>>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listening = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Whoever said `nohup` wants it to go on.
    let mut hangup = match ignores_hangup() {
        true => None,
        false => Some(signal(SignalKind::hangup())?),
    };
    drop(listening);
    let remove = move || {
        runtime.block_on(async {
            let hangup = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup => {}
            }
        });
        match &*lock(&progress) {
            Progress::Named(path) => complain(format_args!(
                "stopped at the very end: {} is there and whole, but might not outlive a loss of power in the next seconds",
                path.display()
            )),
            unnamed => {
                if let Progress::Unfinished(path) = unnamed {
                    let _ = std::fs::remove_file(path);
                }
                complain("stopped before it was done; no file was made");
            }
        }
        std::process::exit(1);
    };
    let named = thread::Builder::new().name("signals".into());
    named.spawn(remove).map(drop)
}

/// Whether this process was started so that a hangup does nothing, as Linux tells.
fn ignores_hangup() -> bool {
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & HANGUP != 0)
}

fn lock(progress: &Mutex<Progress>) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
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
