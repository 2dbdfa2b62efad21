//! Why the server did not start, told to whoever started it.

use std::fmt;
use std::io;

use super::binding::BindError;
use super::passed_sockets::PassedSocketError;
use crate::cluster::StoreError;
use crate::engine::AdminError;
use crate::journal::JournalError;
use crate::tls::TlsFileError;

/// Why the server did not start.
#[derive(Debug)]
pub(super) enum StartError {
    System(&'static str, io::Error),
    Tls(TlsFileError),
    PassedSocket(PassedSocketError),
    Bind(BindError),
    Journal(JournalError),
    AdminSocket(io::Error),
    DemoUsers(AdminError),
    Store(StoreError),
}

impl From<PassedSocketError> for StartError {
    fn from(error: PassedSocketError) -> Self {
        Self::PassedSocket(error)
    }
}

impl From<BindError> for StartError {
    fn from(error: BindError) -> Self {
        Self::Bind(error)
    }
}

impl From<JournalError> for StartError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(what, error) => write!(formatter, "the server cannot {what}: {error}"),
            Self::Tls(error) => write!(formatter, "cannot encrypt: {error}"),
            Self::PassedSocket(error) => error.fmt(formatter),
            Self::Bind(error) => error.fmt(formatter),
            Self::Journal(error) => error.fmt(formatter),
            Self::AdminSocket(error) => write!(
                formatter,
                "cannot make the socket for `chatting-time user` in the data folder: {error}"
            ),
            Self::Store(error) => error.fmt(formatter),
            Self::DemoUsers(error) => write!(formatter, "cannot make the demo users: {error}"),
        }
    }
}
