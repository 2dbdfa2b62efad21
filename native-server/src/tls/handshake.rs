//! The handshake, in bounded time.

use std::fmt;
use std::io;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Bytes of a connection's replies that are encrypted ahead of what its client has taken: one
/// record.
const ENCRYPTED_AHEAD: usize = 16 << 10;

/// Why a connection did not become an encrypted one.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    /// The client did not finish it in time.
    Time,
    /// It broke, or the two could not agree.
    Failed(io::Error),
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time => formatter.write_str("it was not finished in time"),
            Self::Failed(error) => error.fmt(formatter),
        }
    }
}

/// Encrypts a new connection. Whoever waits for it may give up at any time.
pub(crate) async fn handshake(
    stream: TcpStream,
    acceptor: &TlsAcceptor,
    time: Duration,
) -> Result<TlsStream<TcpStream>, HandshakeError> {
    let accepting = acceptor.accept_with(stream, |session| {
        session.set_buffer_limit(Some(ENCRYPTED_AHEAD));
    });
    match timeout(time, accepting).await {
        Ok(accepted) => accepted.map_err(HandshakeError::Failed),
        Err(_) => Err(HandshakeError::Time),
    }
}
