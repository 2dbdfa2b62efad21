//! A terminal that a server is started from.

use std::os::fd::OwnedFd;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Open as long as this value.
pub(crate) struct Terminal {
    /// The end where a person would sit.
    _person: OwnedFd,
    path: String,
}

impl Terminal {
    pub(crate) fn open() -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let path = ptsname(&person, Vec::new()).unwrap();
        Self {
            _person: person,
            path: path.into_string().unwrap(),
        }
    }

    /// The command that runs another one whose standard input is the terminal.
    pub(crate) fn enter(&self) -> Vec<String> {
        let script = r#"terminal=$1; shift; exec "$@" < "$terminal""#;
        ["sh", "-c", script, "sh", &self.path]
            .map(str::to_owned)
            .into()
    }
}
