//! Asking for a password.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};

use chatting_time_core::limits::PASSWORD_BYTES;
use chatting_time_core::{Password, Username};
use tokio::signal::unix::{SignalKind, signal};

use super::Failure;

const NOT_GIVEN: &str = "no password was given; nothing was changed";

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
    // Ctrl-C would end the process with the terminal still silent. Once somebody listens for the
    // signal, it only ends the prompt, which puts the terminal back.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let _entered = runtime.enter();
    let _interrupts = signal(SignalKind::interrupt())?;
    let once = ask(&format!("New password for {username}: "))?;
    let again = ask("The same again: ")?;
    if once != again {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(once)
}

fn ask(prompt: &str) -> Result<String, Failure> {
    rpassword::prompt_password(prompt).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => NOT_GIVEN.into(),
        io::ErrorKind::UnexpectedEof => {
            // The prompt's line has not ended.
            let _ = writeln!(io::stderr().lock());
            NOT_GIVEN.into()
        }
        _ => Failure(format!("cannot read the password: {error}")),
    })
}

fn read_line() -> Result<String, Failure> {
    // More than any password with its line end, so that a longer one is seen to be too long.
    const BOUND: u64 = 2 * PASSWORD_BYTES as u64;
    let mut input = io::stdin().lock();
    let mut line = Vec::new();
    input.by_ref().take(BOUND).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(NOT_GIVEN.into());
    }
    if line.ends_with(b"\n") && !input.fill_buf()?.is_empty() {
        return Err(
            "standard input has more than the one line with the password; nothing was changed"
                .into(),
        );
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Ok(String::from_utf8(line.to_vec()).map_err(|_| "the password must be UTF-8 text")?)
}
