//! `chatting-time restore`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chatting_time_core::Event;
use clap::Args;

use super::DataCommand;
use super::contents::Contents;
use crate::journal::{
    Disk, FolderLock, JournalError, RealDisk, Sink, check_empty, create_journal, read_snapshot,
};
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// More events than any server sees, and few enough to go on counting.
const MOST_EVENTS: u64 = 1 << 62;

/// Put a backup into an empty data folder.
///
/// All of it is checked before anything is written. The folder is made if it is not there; one that
/// has something in it is refused.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The file that `backup` made.
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for RestoreArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        let folder = &settings.data;
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let mut contents = Contents::default();
        let read = |sink: &mut Sink<'_>| {
            let read = read_snapshot(&self.file, &disk, sink);
            read.map_err(|error| unusable(&self.file, &error))
        };
        let sequence = read(&mut |_, bytes| {
            let event = Event::decode(bytes).map_err(|error| error.to_string())?;
            contents.count(&event);
            Ok(())
        })?;

        let is_impossible = sequence == 0 && contents != Contents::default();
        if is_impossible || sequence > MOST_EVENTS {
            return Err(Failure(format!(
                "{} is no backup of a server: it says that {contents} came of {sequence} events; nothing was restored",
                self.file.display()
            )));
        }

        // Before a lock is put into a folder that is somebody else's.
        check_empty(folder, &*disk)?;
        let _lock = FolderLock::acquire(folder)?;
        create_journal(folder, disk.clone(), |snapshot| {
            let mut written = Ok(());
            let read = read(&mut |_, bytes| {
                written = snapshot.push(bytes);
                written.as_ref().map_err(ToString::to_string).copied()
            });
            written?;
            match read? {
                now if now == sequence => Ok(sequence),
                _ => Err(Failure(format!(
                    "{} was changed while it was read; try again",
                    self.file.display()
                ))),
            }
        })?;
        report(&format!(
            "restored {contents}, up to event {sequence}, into {}",
            folder.display()
        ))
    }
}

fn unusable(file: &Path, error: &JournalError) -> Failure {
    let file = file.display();
    Failure(match error {
        JournalError::Damaged {
            offset: 0, what, ..
        } => format!(
            "{file} is no backup, or damaged at its beginning: {what}; nothing was restored. \
             What `export` made is read by `import`"
        ),
        JournalError::Damaged { offset, what, .. } => format!(
            "{file} is damaged or cut off, at byte {offset}: {what}; nothing was restored. \
             Use another backup"
        ),
        JournalError::NewerFormat { .. } => format!("{error}; nothing was restored"),
        JournalError::Rejected { reason, .. } => format!(
            "{file} holds something that this release cannot read ({reason}); nothing was restored. \
             Use the release of chatting-time that made it, or a later one"
        ),
        JournalError::Storage { doing, source, .. } => {
            format!("cannot {doing} {file}: {source}; nothing was restored")
        }
        other => other.to_string(),
    })
}
