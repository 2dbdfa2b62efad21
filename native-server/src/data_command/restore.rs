//! `chatting-time restore`.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use chatting_time_core::Event;
use clap::Args;

use super::contents::Contents;
use super::input::Input;
use super::new_folder::NewFolder;
use super::{DataCommand, check_is_folder};
use crate::journal::{JournalError, Sink, read_snapshot};
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// More events than any server sees, and few enough to go on counting.
const MOST_EVENTS: u64 = 1 << 62;

/// Put a backup into an empty data folder.
///
/// All of it is checked before anything is written; what comes through a pipe waits for that as a file without a name
/// in the folder. The folder is made if it is not there; one that has something in it is refused.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The file that `backup` made, or - for standard input.
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for RestoreArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        check_is_folder(settings)?;
        let folder = &settings.data;
        let input = Input(&self.file);
        let mut backup = open(&input)?;
        let mut new_folder = None;
        if !is_file(&backup).map_err(|error| cannot("read", &input, &error))? {
            new_folder = Some(NewFolder::open(folder)?);
            backup = keep(backup, folder).map_err(|error| {
                cannot(
                    &format!("keep in {} what comes from", folder.display()),
                    &input,
                    &error,
                )
            })?;
        }
        let backup = Backup {
            input,
            file: backup,
        };

        let mut contents = Contents::default();
        let sequence = backup.read(&mut |_, bytes| {
            let event = Event::decode(bytes).map_err(|error| error.to_string())?;
            contents.count(&event);
            Ok(())
        })?;
        let is_impossible = sequence == 0 && contents != Contents::default();
        if is_impossible || sequence > MOST_EVENTS {
            return Err(Failure(format!(
                "{} is no backup of a server: it says that {contents} came of {sequence} events; nothing was restored",
                backup.input
            )));
        }

        let new_folder = match new_folder {
            Some(new_folder) => new_folder,
            None => NewFolder::open(folder)?,
        };
        new_folder.fill(|snapshot| {
            let mut written = Ok(());
            let read = backup.read(&mut |_, bytes| {
                written = snapshot.push(bytes);
                written.as_ref().map_err(ToString::to_string).copied()
            });
            written?;
            match read? {
                now if now == sequence => Ok(sequence),
                _ => Err(Failure(format!(
                    "{} was changed while it was read; try again",
                    backup.input
                ))
                .into()),
            }
        })?;
        report(&format!(
            "restored {contents}, up to event {sequence}, into {}",
            folder.display()
        ))
    }
}

fn open(input: &Input<'_>) -> Result<File, Failure> {
    let file = input
        .open()
        .map_err(|error| cannot("open", input, &error))?;
    match file.is_terminal() {
        true => Err(Failure(format!(
            "{input} is a terminal, where no backup comes from; say which file, or connect it with < or |"
        ))),
        false => Ok(file),
    }
}

/// Whether it can be read more than once, and at any place.
fn is_file(file: &File) -> io::Result<bool> {
    let kind = file.metadata()?.file_type();
    match kind.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(kind.is_file()),
    }
}

/// All that a pipe has to give, as a file without a name in that folder, where a restored backup has to fit anyway.
fn keep(mut pipe: File, folder: &Path) -> io::Result<File> {
    let mut file = tempfile::tempfile_in(folder)?;
    io::copy(&mut pipe, &mut file)?;
    Ok(file)
}

struct Backup<'a> {
    input: Input<'a>,
    file: File,
}

impl Backup<'_> {
    fn read(&self, sink: &mut Sink<'_>) -> Result<u64, Failure> {
        let name = self.input.to_string();
        let file = self.file.try_clone();
        let file = file.map_err(|error| cannot("read", &self.input, &error))?;
        read_snapshot(Path::new(&name), Box::new(file), sink)
            .map_err(|error| unusable(&self.input, &error))
    }
}

fn cannot(doing: &str, input: &Input<'_>, error: &io::Error) -> Failure {
    Failure(format!(
        "cannot {doing} {input}: {error}; nothing was restored"
    ))
}

fn unusable(file: &Input<'_>, error: &JournalError) -> Failure {
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
