//! `chatting-time import`.

use std::io::{self, BufRead, BufReader, Read as _};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use super::DataCommand;
use super::contents::Contents;
use super::importer::{Importer, Latest};
use super::input::Input;
use super::new_folder::{FillError, NewFolder};
use crate::journal::SnapshotWriter;
use crate::screen::{complain, utc};
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// Longest line, in bytes: the longest text that a message may be configured to have, every byte of it escaped as six, and
/// the names around it.
const LINE_BYTES: u64 = 100 << 20;

/// How far the clock of the machine that exported may be ahead of this one's without a word, in milliseconds.
const CLOCK_DIFFERENCE: u64 = 60_000;

/// Some programs begin a file of UTF-8 with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Put users and messages from JSON Lines into an empty data folder, all or none.
///
/// It reads what `export` writes.
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
        let folder = &settings.data;
        let input = Input(&self.file);
        let file = input.open().map_err(|error| input.cannot_read(&error))?;
        let mut lines = BufReader::new(file);
        let mut contents = Contents::default();
        let mut latest = Latest::default();
        NewFolder::open(folder)?.fill(|snapshot| {
            (contents, latest) = input.copy(&mut lines, snapshot)?;
            Ok(snapshot.events())
        })?;
        if latest.time.0 > time_of_day().saturating_add(CLOCK_DIFFERENCE) {
            complain(format_args!(
                "{input}:{}: {} lies in the future. A server goes on from there until this machine's clock has caught up; \
                 if that is wrong, is it this clock, or was it the one of the machine that exported?",
                latest.line,
                utc(latest.time)
            ));
        }
        report(&format!("imported {contents} into {}", folder.display()))
    }
}

/// In milliseconds since 1970.
fn time_of_day() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}

impl Input<'_> {
    /// Writes the events that the lines stand for.
    fn copy(
        &self,
        lines: &mut dyn BufRead,
        snapshot: &mut SnapshotWriter<'_>,
    ) -> Result<(Contents, Latest), FillError> {
        let mut importer = Importer::new();
        let mut line = Vec::new();
        let mut bytes = Vec::new();
        for number in 1.. {
            line.clear();
            let mut bounded = (&mut *lines).take(LINE_BYTES + 1);
            let read = bounded.read_until(b'\n', &mut line);
            read.map_err(|error| self.cannot_read(&error))?;
            let refuse =
                |problem| Failure(format!("{self}:{number}: {problem}; nothing was imported"));
            if line.is_empty() {
                return Ok(importer.finish().map_err(refuse)?);
            }
            if line.len() as u64 > LINE_BYTES {
                return Err(refuse(format!("longer than {LINE_BYTES} bytes")).into());
            }
            let line = match number {
                1 => line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line),
                _ => &line,
            };
            if let Some(event) = importer.take(line).map_err(refuse)? {
                bytes.clear();
                event.encode(&mut bytes);
                snapshot.push(&bytes)?;
            }
        }
        unreachable!("the numbers of lines do not end")
    }

    fn cannot_read(&self, error: &io::Error) -> Failure {
        Failure(format!("cannot read {self}: {error}; nothing was imported"))
    }
}
