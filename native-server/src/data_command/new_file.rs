//! A file that nobody sees before it is whole, and that takes nobody's place.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat};
use tempfile::NamedTempFile;

use super::interruption::{Unfinished, lock, stop_when_interrupted};
use crate::journal::JournalError;
use crate::user::Failure;

/// It has mode 0600.
pub(super) struct NewFile {
    path: PathBuf,
    staged: Staged,
    progress: Arc<Mutex<Progress>>,
}

/// The file until it has its name.
enum Staged {
    /// It has none, so that nothing is left of it however the process ends; but it can be opened here.
    Unnamed(File, PathBuf),
    /// Where the file system knows no file without a name, it has another one in the same folder.
    Named(NamedTempFile),
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
        Self::create_in(path, Staged::unnamed)
    }

    fn create_in(
        path: &Path,
        unnamed: impl FnOnce(&Path) -> io::Result<Option<Staged>>,
    ) -> Result<Self, Failure> {
        check_name(path)?;
        let progress = Arc::<Mutex<Progress>>::default();
        // Before there is anything to remove; held, so that it is known as soon as it is there.
        let mut known = lock(&progress);
        stop_when_interrupted(progress.clone())
            .map_err(|error| Failure(format!("cannot wait for signals: {error}")))?;
        let staged = match unnamed(folder(path)) {
            Ok(Some(staged)) => Ok(staged),
            Ok(None) => Staged::named(folder(path)),
            Err(error) => Err(error),
        };
        let staged = staged.map_err(|error| cannot("create", path, &error))?;
        if let Staged::Named(named) = &staged {
            *known = Progress::Unfinished(named.path().to_owned());
        }
        drop(known);
        let path = path.to_owned();
        Ok(Self {
            path,
            staged,
            progress,
        })
    }

    pub(super) fn file(&self) -> &File {
        match &self.staged {
            Staged::Unnamed(file, _) => file,
            Staged::Named(named) => named.as_file(),
        }
    }

    /// Where it can be opened until it is published.
    pub(super) fn temporary_path(&self) -> &Path {
        match &self.staged {
            Staged::Unnamed(_, path) => path,
            Staged::Named(named) => named.path(),
        }
    }

    /// Makes it durable under its own name. A file that has got that name meanwhile stays.
    pub(super) fn publish(self) -> Result<(), Failure> {
        let synced = self.file().sync_all();
        synced.map_err(|error| self.cannot("sync", &error))?;
        let path = self.path;
        let mut progress = lock(&self.progress);
        self.staged
            .name(&path)
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => exists(&path),
                _ => cannot("name", &path, &error),
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
            } if path == self.temporary_path() => self.cannot(doing, &source),
            JournalError::Damaged { path, offset, what } if path == self.temporary_path() => {
                Failure(format!(
                    "{} did not reach its disk as it was written, at byte {offset}: {what}; choose another disk",
                    self.path.display()
                ))
            }
            other => other.into(),
        }
    }

    pub(super) fn cannot(&self, doing: &str, error: &io::Error) -> Failure {
        cannot(doing, &self.path, error)
    }
}

impl Staged {
    /// `None` where the file system knows no such file, or nothing would give it a name.
    fn unnamed(folder: &Path) -> io::Result<Option<Self>> {
        use rustix::io::Errno;
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let file = match rustix::fs::open(folder, flags, Mode::RUSR | Mode::WUSR) {
            Ok(file) => File::from(file),
            // A folder that is missing is told by whoever makes the named one.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT | Errno::INVAL) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // Where it is opened once more, and from where it gets its name.
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        let same = |found: std::fs::Metadata| {
            let own = file.metadata()?;
            Ok::<_, io::Error>((found.dev(), found.ino()) == (own.dev(), own.ino()))
        };
        Ok(match path.metadata().and_then(same) {
            Ok(true) => Some(Self::Unnamed(file, path)),
            _ => None,
        })
    }

    fn named(folder: &Path) -> io::Result<Self> {
        let named = tempfile::Builder::new()
            .prefix(".chatting-time-")
            .suffix(".part")
            // An error of its own would tell of the name that nobody asked for.
            .make_in(folder, |path| {
                let mut options = File::options();
                options.read(true).write(true).create_new(true);
                options.mode(0o600).open(path)
            })?;
        Ok(Self::Named(named))
    }

    fn name(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Unnamed(_, staged) => {
                Ok(linkat(CWD, &staged, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
            }
            Self::Named(named) => match named.persist_noclobber(path) {
                Ok(_) => Ok(()),
                Err(failed) => Err(failed.error),
            },
        }
    }
}

impl Unfinished for Progress {
    fn stop(&mut self) -> String {
        match self {
            Self::Named(path) => format!(
                "stopped at the very end: {} is there and whole, but might not outlive a loss of power in the next seconds",
                path.display()
            ),
            unnamed => {
                if let Self::Unfinished(path) = unnamed {
                    let _ = std::fs::remove_file(path);
                }
                "stopped before it was done; no file was made".into()
            }
        }
    }
}

/// Before any work is done: whether a file can get that name.
fn check_name(path: &Path) -> Result<(), Failure> {
    match path.symlink_metadata() {
        Ok(there) if there.is_dir() => {
            return Err(Failure(format!(
                "{} is a folder; say which file to make in it",
                path.display()
            )));
        }
        Ok(_) => return Err(exists(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(cannot("create", path, &error)),
    }
    let bytes = path.as_os_str().as_bytes();
    match path.file_name() {
        Some(name) if bytes.ends_with(name.as_bytes()) => Ok(()),
        _ => Err(Failure(format!(
            "{} is no name of a file; say which one",
            path.display()
        ))),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As on a file system that knows files without a name, and on one that does not.
    fn both_ways(path: &Path, look: impl Fn(NewFile)) {
        for knows in [true, false] {
            let unnamed = |folder: &Path| match knows {
                true => Staged::unnamed(folder),
                false => Ok(None),
            };
            look(NewFile::create_in(path, unnamed).unwrap());
            std::fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn a_file_that_got_the_name_meanwhile_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        both_ways(&path, |file| {
            std::fs::write(&path, "somebody else's").unwrap();
            let Failure(refused) = file.publish().unwrap_err();
            assert!(refused.contains("is there already"), "{refused}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "somebody else's");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        });
    }

    #[test]
    fn the_longest_name_that_a_file_can_have_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("n".repeat(255));
        both_ways(&path, |file| {
            io::Write::write_all(&mut file.file(), b"whole").unwrap();
            file.publish().unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        });
    }

    #[test]
    fn what_fails_is_told_of_the_name_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        both_ways(&path, |file| {
            let staged = file.temporary_path().to_owned();
            let Failure(told) = file.failure(JournalError::Storage {
                doing: "write",
                path: staged.clone(),
                source: io::ErrorKind::StorageFull.into(),
            });
            let expected = format!("cannot write {}: ", path.display());
            assert!(told.starts_with(&expected), "{told}");
            let Failure(told) = file.failure(JournalError::Damaged {
                path: staged,
                offset: 7,
                what: "it is torn".into(),
            });
            let expected = format!("{} did not reach its disk", path.display());
            assert!(told.starts_with(&expected), "{told}");
            file.publish().unwrap();
        });
    }
}
