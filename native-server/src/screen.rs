//! Writing to standard output and standard error when perhaps nobody reads them any more: the
//! macros of the standard library would panic.

use std::fmt;
use std::io::{self, Write as _};

/// Writes to standard output. That the reader has gone away, as `head` does, is no failure.
///
/// # Errors
///
/// When the output cannot be written for another reason, such as a full disk.
pub fn print(text: impl fmt::Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    let written = write!(output, "{text}").and_then(|()| output.flush());
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Tells the person at standard error, if there is one.
pub fn complain(problem: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "chatting-time: {problem}");
}
