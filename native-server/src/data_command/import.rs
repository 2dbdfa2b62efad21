//! `chatting-time import`.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::DataCommand;
use super::import_into_cluster::import_into_cluster;
use super::importer::Latest;
use super::input::Input;
use super::lines::{Lines, Summary, cannot_read};
use super::new_folder::{FillError, NewFolder};
use super::progress::Progress;
use crate::journal::SnapshotWriter;
use crate::screen::{complain, utc};
use crate::settings::{DataArguments, Settings, StoreAddress};
use crate::user::{Failure, report};

/// How far the clock of the machine that exported may be ahead of this one's without a word, in milliseconds.
const CLOCK_DIFFERENCE: u64 = 60_000;

/// Put users and messages from JSON Lines into an empty data folder, all or none, or into NATS.
///
/// It reads what `export` writes. With --store nats://HOST:PORT it fills what a server that was started once has made there
/// and nobody has used yet. Interrupted there, it is carried on by the same command with the same file: nothing is lost, and
/// nothing comes twice. Users come last, so servers may run meanwhile; nobody can log in before everything is there.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// The file to read, or - for standard input.
    file: PathBuf,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for ImportArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        let input = Input(&self.file);
        match &settings.store {
            StoreAddress::Data => import_into_folder(&input, settings),
            StoreAddress::Nats(addresses) => import_into_cluster(&input, settings, addresses),
        }
    }
}

fn import_into_folder(input: &Input<'_>, settings: &Settings) -> Result<(), Failure> {
    let folder = &settings.data;
    let file = input.open();
    let file = file.map_err(|error| nothing_imported(cannot_read(input, &error)))?;
    let mut summary = None;
    NewFolder::open(folder)?.fill(|snapshot| {
        summary = Some(copy(Lines::new(input, file), snapshot)?);
        Ok(snapshot.events())
    })?;
    let Summary {
        contents, latest, ..
    } = summary.expect("it was filled");
    warn_of_future(input, latest);
    report(&format!("imported {contents} into {}", folder.display()))
}

/// Writes the events that the lines stand for.
fn copy(mut lines: Lines<'_>, snapshot: &mut SnapshotWriter<'_>) -> Result<Summary, FillError> {
    let mut progress = Progress::new();
    let mut bytes = Vec::new();
    for event in &mut lines {
        let event = event.map_err(nothing_imported)?;
        bytes.clear();
        event.encode(&mut bytes);
        snapshot.push(&bytes)?;
        progress.at(format_args!("imported {} events", snapshot.events()));
    }
    Ok(lines.finish().map_err(nothing_imported)?)
}

/// Says that a server will go on from a time that has not come.
fn warn_of_future(input: &Input<'_>, latest: Latest) {
    if latest.time.0 > time_of_day().saturating_add(CLOCK_DIFFERENCE) {
        complain(format_args!(
            "{input}:{}: {} lies in the future. A server goes on from there until this machine's clock has caught up; \
             if that is wrong, is it this clock, or was it the one of the machine that exported?",
            latest.line,
            utc(latest.time)
        ));
    }
}

pub(super) fn nothing_imported(Failure(problem): Failure) -> Failure {
    Failure(format!("{problem}; nothing was imported"))
}

/// In milliseconds since 1970.
fn time_of_day() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}
