//! `chatting-time backup`.

use std::path::PathBuf;

use clap::Args;

use super::DataCommand;
use super::contents::Contents;
use super::new_file::NewFile;
use super::source::Source;
use crate::journal::{RealDisk, SnapshotWriter};
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// Back up a data folder into one file, also while the server runs.
///
/// It holds all that was durable at one moment: users, sessions and undelivered messages, as secret as
/// the data folder. Only its owner may read it. No file is replaced. `restore` reads it.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file to make.
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for BackupArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        let file = NewFile::create(&self.file)?;
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
            self.file.display()
        ))
    }
}
