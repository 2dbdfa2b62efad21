//! Writing to standard output and standard error when perhaps nobody reads them any more: the
//! macros of the standard library would panic.

use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};

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
