//! Asking for a password.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use chatting_time_core::limits::PASSWORD_BYTES;
use chatting_time_core::{Password, Username};

use super::Failure;

/// Asks twice at a terminal, without echo; otherwise reads one line of standard input.
pub(super) fn read(username: &Username) -> Result<Password, Failure> {
    let text = if io::stdin().is_terminal() {
        ask_twice(username)?
    } else {
        read_line()?
    };
    Password::parse(&text).ok_or_else(|| format!("the password {}", rule()).into())
}

/// What a password must be, as the rest of a sentence.
pub(super) fn rule() -> String {
    format!("must have 1 to {PASSWORD_BYTES} bytes, and no spaces or control characters")
}

fn ask_twice(username: &Username) -> Result<String, Failure> {
    let once = rpassword::prompt_password(format!("New password for {username}: "))?;
    let again = rpassword::prompt_password("The same again: ")?;
    if once != again {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(once)
}

fn read_line() -> Result<String, Failure> {
    // More than any password with its line end, so that a longer one is seen to be too long.
    const BOUND: u64 = 2 * PASSWORD_BYTES as u64;
    let mut line = Vec::new();
    io::stdin()
        .lock()
        .take(BOUND)
        .read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err("there is no password on standard input".into());
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(String::from_utf8(line.to_vec()).map_err(|_| "the password must be UTF-8 text")?)
}
