//! The client's side.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use chatting_time_core::state::{SessionId, SessionSummary};
use chatting_time_core::{AdminCommand, Username};

use super::{REQUEST_BYTES, Request, Response, UserSummary, encode, parse, socket};
use crate::engine::AdminError;

/// How long the server may take to answer. An import of many users takes it a while to write.
const PATIENCE: Duration = Duration::from_secs(120);

/// Longest response, in bytes: the list of some millions of users.
const RESPONSE_BYTES: u64 = 1 << 30;

/// A server that runs on some data folder and listens to its administrator.
pub struct AdminClient {
    stream: UnixStream,
}

/// Why the server did not do it.
#[derive(Debug)]
pub enum ClientError {
    /// It said so.
    Administer(AdminError),
    /// The request is larger than the server takes.
    TooLarge,
    /// The conversation broke; it may have happened or not.
    Broken {
        /// How.
        cause: io::Error,
        /// What to do about what was asked.
        advice: &'static str,
    },
    /// The two programs do not understand each other.
    NotUnderstood(String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Administer(error) => error.fmt(formatter),
            Self::TooLarge => write!(
                formatter,
                "that is more than the {} MiB that a running server takes at once; \
                 do it in parts, or while the server is stopped",
                REQUEST_BYTES >> 20
            ),
            Self::Broken { cause, advice } => {
                use io::ErrorKind::{
                    BrokenPipe, ConnectionReset, TimedOut, UnexpectedEof, WouldBlock,
                };
                match cause.kind() {
                    UnexpectedEof | ConnectionReset | BrokenPipe => write!(
                        formatter,
                        "the server went away before it answered, as one that is stopped does"
                    ),
                    WouldBlock | TimedOut => write!(
                        formatter,
                        "the server did not answer within {} s; its log may say why, such as a disk that hangs",
                        PATIENCE.as_secs()
                    ),
                    _ => write!(formatter, "the server did not answer: {cause}"),
                }?;
                write!(formatter, "; {advice}")
            }
            Self::NotUnderstood(problem) => write!(
                formatter,
                "the running server is of another release than this command ({problem}); \
                 restart it and try again"
            ),
        }
    }
}

impl std::error::Error for ClientError {}

impl AdminClient {
    /// Connects to the server of a data folder.
    ///
    /// # Errors
    ///
    /// When there is none, or this user may not speak to it.
    pub fn connect(folder: &Path) -> io::Result<Self> {
        let stream = socket::connect(folder)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream })
    }

    /// Changes accounts, and returns when that is durable.
    ///
    /// # Errors
    ///
    /// When the server refused or cannot be understood.
    pub fn administer(self, command: AdminCommand) -> Result<(), ClientError> {
        match self.ask(&Request::Administer(command))? {
            Response::Done => Ok(()),
            response => Err(failure(response)),
        }
    }

    /// All users in alphabetical order.
    ///
    /// # Errors
    ///
    /// When the server cannot be understood.
    pub fn users(self) -> Result<Vec<UserSummary>, ClientError> {
        match self.ask(&Request::ListUsers)? {
            Response::Users(users) => Ok(users),
            response => Err(failure(response)),
        }
    }

    /// The sequence of the last event that is durable.
    ///
    /// # Errors
    ///
    /// When the server cannot be understood.
    pub fn durable_sequence(self) -> Result<u64, ClientError> {
        match self.ask(&Request::DurableSequence)? {
            Response::DurableSequence(sequence) => Ok(sequence),
            response => Err(failure(response)),
        }
    }

    /// The live sessions of one user, or of all.
    ///
    /// # Errors
    ///
    /// When there is no such user or the server cannot be understood.
    pub fn sessions(self, username: Option<Username>) -> Result<Vec<SessionSummary>, ClientError> {
        match self.ask(&Request::ListSessions(username))? {
            Response::Sessions(sessions) => Ok(sessions),
            response => Err(failure(response)),
        }
    }

    /// Ends the session of a user that is called so, or all, and returns how many those were
    /// when that is durable.
    ///
    /// # Errors
    ///
    /// When the server refused or cannot be understood.
    pub fn end_sessions(
        self,
        username: Username,
        id: Option<SessionId>,
    ) -> Result<usize, ClientError> {
        match self.ask(&Request::EndSessions(username, id))? {
            Response::Ended(count) => Ok(count),
            response => Err(failure(response)),
        }
    }

    fn ask(mut self, request: &Request) -> Result<Response, ClientError> {
        let bytes = encode(request);
        if bytes.len() > REQUEST_BYTES {
            return Err(ClientError::TooLarge);
        }
        let broken = |cause| ClientError::Broken {
            cause,
            advice: advice(request),
        };
        self.stream.write_all(&bytes).map_err(broken)?;
        let mut line = Vec::new();
        BufReader::new(self.stream.take(RESPONSE_BYTES))
            .read_until(b'\n', &mut line)
            .map_err(broken)?;
        if line.last() != Some(&b'\n') {
            return Err(broken(io::ErrorKind::UnexpectedEof.into()));
        }
        parse(&line).map_err(ClientError::NotUnderstood)
    }
}

/// What to do when nobody knows whether the request was carried out.
fn advice(request: &Request) -> &'static str {
    match request {
        Request::Administer(AdminCommand::ChangePassword { .. }) => {
            "the password may be the old or the new one: change it again"
        }
        Request::Administer(_) => "whether it was done, `chatting-time user list` shows",
        Request::EndSessions(..) => "whether it was done, `chatting-time user sessions` shows",
        Request::ListUsers | Request::DurableSequence | Request::ListSessions(_) => "try again",
    }
}

fn failure(response: Response) -> ClientError {
    match response {
        Response::Refused(refusal) => ClientError::Administer(AdminError::Refused(refusal)),
        Response::StorageUnavailable => ClientError::Administer(AdminError::StorageUnavailable),
        Response::NotUnderstood(problem) => ClientError::NotUnderstood(problem),
        Response::Done
        | Response::Users(_)
        | Response::DurableSequence(_)
        | Response::Sessions(_)
        | Response::Ended(_) => ClientError::NotUnderstood("it answered something else".into()),
    }
}
