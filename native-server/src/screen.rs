//! Writing to standard output and standard error when perhaps nobody reads them any more: the
//! macros of the standard library would panic. And commands for people to type.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::path::Path;

use chatting_time_core::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Standard output cannot be written, as when the disk is full.
#[derive(Debug)]
pub struct OutputError(io::Error);

impl fmt::Display for OutputError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "cannot write the output: {}", self.0)
    }
}

impl Error for OutputError {}

/// Writes to standard output. That the reader has gone away, as `head` does, is no failure.
///
/// # Errors
///
/// When the output cannot be written for another reason.
pub fn print(text: impl fmt::Display) -> Result<(), OutputError> {
    let mut output = io::stdout().lock();
    let written = write!(output, "{text}").and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(OutputError),
    }
}

/// Tells the person at standard error, if there is one.
pub fn complain(problem: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "chatting-time: {problem}");
}

/// A time for people: in UTC, to the second.
pub fn utc(time: Timestamp) -> String {
    let seconds = i64::try_from(time.0 / 1_000).unwrap_or(i64::MAX);
    let shown = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let shown = shown.and_then(|time| time.format(&Rfc3339).ok());
    // Beyond the year 9999, where a clock must be wrong.
    shown.unwrap_or_else(|| format!("{seconds}"))
}

/// A path as a shell takes it for one word.
pub(crate) fn typed(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |character: char| character.is_alphanumeric() || "/._-".contains(character);
    match text.chars().all(is_plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
