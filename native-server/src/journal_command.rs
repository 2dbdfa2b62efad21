//! `chatting-time journal`: what the operator sees of the journal. It takes no lock and changes nothing, so it may be used
//! while the server runs.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chatting_time_core::Event;
use clap::{Args, Subcommand};

use crate::data_command::check_is_folder;
use crate::journal::{
    EventPlace, FileReport, Finding, JournalError, RealDisk, VerifyReport, exists, show, verify,
};
use crate::settings::{self, DataArguments, SettingsError};
use crate::user;

/// The command's arguments.
#[derive(Debug, Args)]
pub struct JournalArguments {
    #[command(subcommand)]
    action: JournalAction,
}

#[derive(Debug, Subcommand)]
enum JournalAction {
    /// Check every file of the journal, also while the server runs
    Verify {
        #[command(flatten)]
        data: DataArguments,
    },
    /// Print the events in order, one a line, without secrets and message texts
    Show {
        #[command(flatten)]
        data: DataArguments,
        /// The first event to print, by its sequence
        #[arg(long, value_name = "N", default_value_t = 1)]
        from: u64,
        /// How many events to print at most
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
    },
}

/// Runs the command. The exit code is 0 when all is well, and 1 after damage or an error.
#[must_use]
pub fn run(arguments: &JournalArguments) -> ExitCode {
    let mut output = io::stdout().lock();
    let result = match &arguments.action {
        JournalAction::Verify { data } => {
            folder(data).and_then(|folder| print_report(&folder, &mut output))
        }
        JournalAction::Show { data, from, limit } => {
            folder(data).and_then(|folder| print_events(&folder, *from, *limit, &mut output))
        }
    };
    match result.and_then(|()| Ok(output.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads it, such as `head`, has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("chatting-time: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn folder(data: &DataArguments) -> Result<PathBuf, Failure> {
    let settings = settings::load(&data.into())?.settings;
    check_is_folder(&settings).map_err(Failure::NoFolder)?;
    let folder = settings.data;
    if exists(&folder, Arc::new(RealDisk))? {
        Ok(folder)
    } else {
        Err(Failure::NoJournal(folder))
    }
}

fn print_report(folder: &Path, output: &mut impl Write) -> Result<(), Failure> {
    let report = verify(folder, Arc::new(RealDisk))?;
    for file in &report.files {
        writeln!(output, "{}", Row(file))?;
    }
    for damage in &report.damage {
        writeln!(output, "{damage}")?;
    }
    if !report.is_sound() {
        output.flush()?;
        let folder = folder.to_owned();
        return Err(match is_only_newer(&report) {
            true => Failure::Newer(folder),
            false => Failure::Damaged(folder),
        });
    }
    let unknown = unknown_events(folder)?;
    if unknown > 0 {
        output.flush()?;
        return Err(Failure::UnknownEvents(unknown));
    }
    writeln!(
        output,
        "The journal in {} is sound, up to event {}.",
        folder.display(),
        last_sequence(&report)
    )?;
    Ok(())
}

/// How many events are none that a server of this release could start with.
fn unknown_events(folder: &Path) -> Result<u64, JournalError> {
    let mut unknown = 0;
    show(folder, Arc::new(RealDisk), 0, &mut |_, event| {
        unknown += u64::from(Event::decode(event).is_err());
        true
    })?;
    Ok(unknown)
}

/// Whether nothing is wrong but that a later release wrote it.
fn is_only_newer(report: &VerifyReport) -> bool {
    let mut findings = report.files.iter().map(|file| &file.finding);
    report.damage.is_empty()
        && findings.all(|finding| match finding {
            Finding::Damaged(error) => matches!(error, JournalError::NewerFormat { .. }),
            _ => true,
        })
}

fn last_sequence(report: &VerifyReport) -> u64 {
    let last = report.files.iter().filter_map(|file| file.sequences);
    last.map(|(_, last)| last).max().unwrap_or(0)
}

fn print_events(
    folder: &Path,
    from: u64,
    limit: Option<u64>,
    output: &mut impl Write,
) -> Result<(), Failure> {
    let mut left = limit.unwrap_or(u64::MAX);
    if left == 0 {
        return Ok(());
    }
    let mut unknown = 0_u64;
    let mut written = Ok(());
    show(
        folder,
        Arc::new(RealDisk),
        from,
        &mut |place: EventPlace<'_>, event| {
            let origin = format_args!(
                "{} {}@{}",
                place.sequence,
                file_name(place.path),
                place.offset
            );
            written = match Event::decode(event) {
                Ok(event) => writeln!(output, "{origin} {event:?}"),
                Err(error) => {
                    unknown += 1;
                    writeln!(output, "{origin} {} bytes, {error}", event.len())
                }
            };
            left -= 1;
            written.is_ok() && left > 0
        },
    )?;
    written?;
    match unknown {
        0 => Ok(()),
        _ => Err(Failure::UnknownEvents(unknown)),
    }
}

/// One line about a file.
struct Row<'a>(&'a FileReport);

impl fmt::Display for Row<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.0;
        write!(formatter, "{}: ", file_name(&file.path))?;
        if let Some((first, last)) = file.sequences {
            write!(
                formatter,
                "{} events in {} frames, {first} to {last}, ",
                file.events, file.frames
            )?;
        }
        match &file.finding {
            Finding::Whole => write!(formatter, "whole"),
            Finding::Open {
                unfinished_bytes: 0,
                offset,
            } => write!(formatter, "whole up to byte {offset}, not closed"),
            Finding::Open {
                offset,
                unfinished_bytes,
            } => write!(
                formatter,
                "whole up to byte {offset}, where {unfinished_bytes} bytes of an unfinished batch follow; \
                 the next start cuts them off"
            ),
            Finding::Superfluous => write!(
                formatter,
                "replaced by the snapshot; the next start removes it"
            ),
            Finding::Unborn => write!(formatter, "only begun and empty; the next start removes it"),
            Finding::Damaged(error @ JournalError::NewerFormat { .. }) => {
                write!(formatter, "not read: {error}")
            }
            Finding::Damaged(error) => write!(formatter, "DAMAGED: {error}"),
        }
    }
}

fn file_name(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

enum Failure {
    Settings(SettingsError),
    Journal(JournalError),
    Output(io::Error),
    NoFolder(user::Failure),
    NoJournal(PathBuf),
    Damaged(PathBuf),
    Newer(PathBuf),
    UnknownEvents(u64),
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(formatter),
            Self::Journal(error) => error.fmt(formatter),
            Self::Output(error) => write!(formatter, "cannot print: {error}"),
            Self::NoFolder(failure) => formatter.write_str(&failure.0),
            Self::NoJournal(folder) => write!(
                formatter,
                "there is no journal in {}; say where with --data DIR",
                folder.display()
            ),
            Self::Damaged(folder) => write!(
                formatter,
                "the journal in {} is damaged or lacks a file; restore the folder from a backup, or keep a copy of it and ask for help",
                folder.display()
            ),
            Self::Newer(folder) => write!(
                formatter,
                "the journal in {} was written by a later release of chatting-time, and cannot be checked by this one",
                folder.display()
            ),
            Self::UnknownEvents(count) => write!(
                formatter,
                "{count} events are not known to this version; they may come from a later one"
            ),
        }
    }
}
