//! Why a measurement came to nothing.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::GeneratorError;
use crate::settings::ListenAddress;

/// Why there is nothing to report.
#[derive(Debug)]
pub enum BenchError {
    /// The operating system refused what measuring takes.
    System(io::Error),
    /// So many files may be open, which is less than it takes.
    TooFewFiles(u64),
    /// There is no place for a data folder.
    NoDataFolder,
    /// No data folder can be made there.
    DataFolder(PathBuf, io::Error),
    /// The server to be measured did not start.
    NotStarted(io::Error),
    /// Accounts cannot be made or read.
    Accounts(String),
    /// The name of the server leads nowhere.
    NoSuchServer(ListenAddress, io::Error),
    /// Nobody listens there.
    Unreachable(SocketAddr, io::Error),
    /// The connection broke.
    Broken(io::Error),
    /// A user is refused with that code.
    NotLoggedIn(String, String),
    /// A reply of another protocol.
    NotUnderstood(&'static str, String),
    /// A request that has to succeed is refused with that code.
    Refused(&'static str, String),
    /// The load came to nothing.
    Load(GeneratorError),
    /// The result cannot be written.
    Output(String),
}

impl From<GeneratorError> for BenchError {
    fn from(error: GeneratorError) -> Self {
        Self::Load(error)
    }
}

impl fmt::Display for BenchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => write!(formatter, "the load cannot be made here: {error}"),
            Self::TooFewFiles(allowed) => write!(
                formatter,
                "each connection takes an open file, and this process may have {allowed}: \
                 allow more (ulimit -n), or ask for fewer --connections"
            ),
            Self::NoDataFolder => formatter
                .write_str("this user has no folder for data; say where with --data-in DIR"),
            Self::DataFolder(parent, error) => write!(
                formatter,
                "no data folder can be made in {}: {error}; say where with --data-in DIR",
                parent.display()
            ),
            Self::NotStarted(error) => {
                write!(
                    formatter,
                    "the server to be measured did not start: {error}"
                )
            }
            Self::Accounts(problem) | Self::Output(problem) => formatter.write_str(problem),
            Self::NoSuchServer(server, error) => write!(formatter, "cannot find {server}: {error}"),
            Self::Unreachable(address, error) => {
                write!(formatter, "cannot connect to {address}: {error}")
            }
            Self::Broken(error) => write!(formatter, "the server went away: {error}"),
            Self::NotLoggedIn(username, code) => {
                write!(formatter, "{username} cannot log in: {code}")
            }
            Self::NotUnderstood(request, reply) => write!(
                formatter,
                "`{request}` was answered with what no server of this protocol says: {reply}"
            ),
            Self::Refused(request, code) => write!(formatter, "`{request}` was refused: {code}"),
            Self::Load(error) => error.fmt(formatter),
        }
    }
}

impl Error for BenchError {}
