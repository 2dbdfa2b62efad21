//! The real server behind TCP as a host of vectors.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use crate::host::Trouble;
use crate::process::{ClientConnection, ProcessHost};
use crate::server::{PATIENCE, Server};

/// A server process that is talked to over TCP.
pub type TcpHost = ProcessHost<TcpStream>;

/// A connection that waits for nothing longer than any server needs.
pub(crate) fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

impl ClientConnection for TcpStream {
    fn flags() -> Result<Vec<String>, Trouble> {
        Ok(Vec::new())
    }

    fn open(server: &Server) -> Result<Self, Trouble> {
        Ok(connect(server.address())?)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        match self.write_all(bytes) {
            Err(error) if is_closed(&error) => Ok(()),
            result => Ok(result?),
        }
    }

    fn end_sending(&mut self) -> Result<(), Trouble> {
        Ok(self.shutdown(Shutdown::Write)?)
    }

    fn receive(&mut self) -> Result<Vec<u8>, Trouble> {
        match read(self) {
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Vec::new()),
            Err(error) if is_patience_over(&error) => {
                Err(Trouble(format!("nothing came within {PATIENCE:?}")))
            }
            result => Ok(result?),
        }
    }

    fn received(&mut self) -> Result<Vec<u8>, Trouble> {
        self.set_nonblocking(true)?;
        let result = read(self);
        self.set_nonblocking(false)?;
        match result {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Vec::new()),
            result => Ok(result?),
        }
    }
}

fn read(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 64 * 1024];
    let length = stream.read(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

/// Whether the server has closed the connection.
pub(crate) fn is_closed(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
    )
}

/// Whether nothing came in time.
pub(crate) fn is_patience_over(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
