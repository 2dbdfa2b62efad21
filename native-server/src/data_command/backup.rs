//! `chatting-time backup`.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::contents::Contents;
use super::new_file::NewFile;
use super::output;
use super::source::Source;
use super::{DataCommand, check_is_folder};
use crate::journal::{JournalError, RealDisk, SnapshotStream, SnapshotWriter};
use crate::screen::complain;
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// Back up a data folder into one file, also while the server runs.
///
/// It holds all that was durable at one moment: users, sessions and undelivered messages, as secret as
/// the data folder. Only its owner may read it. No file is replaced. `restore` reads it.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to make, or - for standard output.
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for BackupArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        check_is_folder(settings)?;
        match output::is_standard(&self.file) {
            true => print(settings),
            false => make(&self.file, settings),
        }
    }
}

fn make(path: &Path, settings: &Settings) -> Result<(), Failure> {
    let file = NewFile::create(path)?;
    let source = Source::open(settings)?;
    let mut contents = Contents::default();
    let mut write = || {
        let mut snapshot = SnapshotWriter::begin(file.file(), file.temporary_path())?;
        source.read(&mut |event, bytes| {
            contents.count(event);
            snapshot.push(bytes)
        })?;
        snapshot.finish(source.sequence(), &RealDisk)
    };
    let bytes = write().map_err(|error| file.failure(error))?;
    file.publish()?;
    report(&format!(
        "backed up {contents}, up to event {}: {}, {bytes} bytes",
        source.sequence(),
        path.display()
    ))
}

/// Nobody can read back what goes through a pipe: `restore` finds out whether it is whole.
fn print(settings: &Settings) -> Result<(), Failure> {
    let mut standard = io::stdout().lock();
    if standard.is_terminal() {
        return Err(Failure(
            "standard output is a terminal, which a backup is not for; say which file to make, or use > or |"
                .into(),
        ));
    }
    let source = Source::open(settings)?;
    let mut contents = Contents::default();
    let mut write = || {
        let mut snapshot = SnapshotStream::begin(&mut standard, source.sequence())
            .map_err(|error| output::cannot_write(&error))?;
        source.read(&mut |event, bytes| {
            contents.count(event);
            let pushed = snapshot.push(bytes);
            pushed.map_err(|source| JournalError::Storage {
                doing: "write to",
                path: "standard output".into(),
                source,
            })
        })?;
        let written = snapshot.finish().and_then(|bytes| {
            output::sync(&mut standard)?;
            Ok(bytes)
        });
        written.map_err(|error| output::cannot_write(&error))
    };
    let bytes = write().map_err(|Failure(problem)| {
        Failure(format!("{problem}; what was written is no whole backup"))
    })?;
    // Not to standard output, which is the backup.
    complain(format_args!(
        "backed up {contents}, up to event {}: {bytes} bytes",
        source.sequence()
    ));
    Ok(())
}
