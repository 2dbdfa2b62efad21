//! `chatting-time export`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use super::DataCommand;
use super::contents::Contents;
use super::export_source::{ExportError, ExportSource};
use super::new_file::NewFile;
use super::output;
use super::progress::Progress;
use super::record::{Record, VERSION};
use crate::screen::complain;
use crate::settings::{DataArguments, Settings};
use crate::user::{Failure, report};

/// Write users and undelivered messages as JSON Lines, also while the server runs.
///
/// For other programs to read, and for `import`; to keep a copy of a data folder, `backup` is smaller and exact. It has
/// password hashes and the texts of messages, so only its owner may read the file. No file is replaced.
///
/// With --store nats://HOST:PORT it is what is kept there. Every message that was acknowledged before it began and not handed
/// over since is in it; what changes meanwhile may be in it or not. To move, stop the servers first.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The file to make, or - for standard output.
    #[arg(default_value = "-")]
    file: PathBuf,
    /// With sessions, whose tokens are as good as passwords while they live.
    #[arg(long)]
    sessions: bool,
    #[command(flatten)]
    data: DataArguments,
}

impl DataCommand for ExportArguments {
    fn data(&self) -> &DataArguments {
        &self.data
    }

    fn carry_out(&self, settings: &Settings) -> Result<(), Failure> {
        if output::is_standard(&self.file) {
            let source = ExportSource::open(settings)?;
            let mut standard = io::stdout().lock();
            let written = self.write(&source, &mut standard).and_then(|contents| {
                output::sync(&mut standard).map_err(ExportError::Output)?;
                Ok(contents)
            });
            return match written {
                // Whoever reads it, such as `head`, has seen enough.
                Err(ExportError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                    Ok(())
                }
                Err(ExportError::Output(error)) => Err(output::cannot_write(&error)),
                Err(ExportError::Source(failure)) => Err(failure),
                // Not to standard output, which is the export.
                Ok(contents) => {
                    complain(format_args!("exported {contents}"));
                    Ok(())
                }
            };
        }
        let file = NewFile::create(&self.file)?;
        let source = ExportSource::open(settings)?;
        let written = self.write(&source, &mut file.file());
        let contents = written.map_err(|error| match error {
            ExportError::Output(error) => file.cannot("write", &error),
            ExportError::Source(failure) => failure,
        })?;
        file.publish()?;
        report(&format!("exported {contents} to {}", self.file.display()))
    }
}

impl ExportArguments {
    fn write(
        &self,
        source: &ExportSource,
        output: &mut dyn Write,
    ) -> Result<Contents, ExportError> {
        let mut output = BufWriter::new(output);
        let mut contents = Contents::default();
        let mut progress = Progress::new();
        let first = Record::ChattingTimeExport {
            version: VERSION,
            sequence: source.sequence(),
        };
        line(&mut output, &first).map_err(ExportError::Output)?;
        source.read(&mut |event| {
            let record = Record::of(event);
            let Some(record) = record.filter(|record| self.sessions || !record.is_of_session())
            else {
                return Ok(());
            };
            contents.count(event);
            progress.at(format_args!("exported {contents} so far"));
            line(&mut output, &record)
        })?;
        line(&mut output, &Record::End(contents))
            .and_then(|()| output.flush())
            .map_err(ExportError::Output)?;
        Ok(contents)
    }
}

fn line(output: &mut impl Write, record: &Record) -> io::Result<()> {
    serde_json::to_writer(&mut *output, record)?;
    output.write_all(b"\n")
}
