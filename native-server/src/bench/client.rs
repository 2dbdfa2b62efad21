//! One request after the other: what comes before and after the load.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::BenchError;
use super::speaker::{refusal_code, shown, whole_reply};

/// A connection that is asked one thing at a time.
pub struct Client {
    stream: TcpStream,
    input: Vec<u8>,
}

impl Client {
    /// Connects, and from then on waits no longer than this for anything.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub fn connect(address: SocketAddr, patience: Duration) -> Result<Self, BenchError> {
        let stream = TcpStream::connect_timeout(&address, patience)
            .and_then(|stream| {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(patience))?;
                stream.set_write_timeout(Some(patience))?;
                Ok(stream)
            })
            .map_err(|error| BenchError::Unreachable(address, error))?;
        Ok(Self {
            stream,
            input: Vec::new(),
        })
    }

    /// The session's token.
    ///
    /// # Errors
    ///
    /// When the server refuses or goes away.
    pub fn log_in(&mut self, username: &str, password: &str) -> Result<String, BenchError> {
        let reply = self.ask(&format!("auth {username} {password}\n"))?;
        if let Some(code) = refusal_code(reply) {
            return Err(BenchError::NotLoggedIn(username.to_owned(), code));
        }
        let answer: Option<serde_json::Value> = serde_json::from_slice(reply).ok();
        let token = answer
            .as_ref()
            .and_then(|answer| answer["tokenid"].as_str());
        token
            .map(str::to_owned)
            .ok_or_else(|| BenchError::NotUnderstood("auth", shown(reply)))
    }

    /// The reply to a line, with its end.
    ///
    /// # Errors
    ///
    /// When the server goes away.
    pub fn ask(&mut self, line: &str) -> Result<&[u8], BenchError> {
        const PIECE_BYTES: usize = 64 << 10;
        self.stream
            .write_all(line.as_bytes())
            .map_err(BenchError::Broken)?;
        self.input.clear();
        let mut piece = [0; PIECE_BYTES];
        loop {
            let seen = self.input.len();
            let count = self.stream.read(&mut piece).map_err(BenchError::Broken)?;
            if count == 0 {
                return Err(BenchError::Broken(std::io::ErrorKind::UnexpectedEof.into()));
            }
            self.input.extend_from_slice(&piece[..count]);
            if let Some(length) = whole_reply(&self.input, seen).map(<[u8]>::len) {
                return Ok(&self.input[..length]);
            }
        }
    }
}
