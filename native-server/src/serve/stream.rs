//! The bytes of one connection, encrypted or not.

use std::io::{self, IoSlice, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use rustls::ServerConnection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// A connection, from its handshake on.
pub(crate) enum Stream {
    Plain(TcpStream),
    /// On the heap, so that a plain one costs no memory for it.
    Tls(Box<Encrypted>),
}

pub(crate) struct Encrypted {
    stream: TlsStream<TcpStream>,
    /// Bytes that are encrypted, of which the operating system has not taken everything.
    under_way: usize,
}

impl From<TlsStream<TcpStream>> for Stream {
    fn from(stream: TlsStream<TcpStream>) -> Self {
        Self::Tls(Box::new(Encrypted {
            stream,
            under_way: 0,
        }))
    }
}

impl Stream {
    /// What the system knows of the connection. Bytes do not go this way.
    pub(crate) fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(encrypted) => encrypted.stream.get_ref().0,
        }
    }

    /// Writes some of the bytes, and returns how many the operating system has taken, in full.
    ///
    /// # Errors
    ///
    /// `WouldBlock` when it takes none now. The same bytes must be given again then.
    pub(super) fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.try_write(bytes),
            Self::Tls(encrypted) => encrypted.try_write(bytes),
        }
    }

    /// Tells the client that nothing was cut off, as far as that takes no waiting.
    pub(super) fn end(&mut self) {
        if let Self::Tls(encrypted) = self {
            let (socket, session) = encrypted.stream.get_mut();
            session.send_close_notify();
            // Whoever is gone needs no such word.
            let _ = send(socket, session);
        }
    }
}

impl Encrypted {
    fn try_write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (socket, session) = self.stream.get_mut();
        send(socket, session)?;
        if self.under_way == 0 {
            self.under_way = session.writer().write(bytes)?;
            send(socket, session)?;
        }
        Ok(std::mem::take(&mut self.under_way))
    }
}

/// Writes all that is encrypted.
fn send(socket: &TcpStream, session: &mut ServerConnection) -> io::Result<()> {
    while session.wants_write() {
        session.write_tls(&mut WithoutWaiting(socket))?;
    }
    Ok(())
}

struct WithoutWaiting<'a>(&'a TcpStream);

impl io::Write for WithoutWaiting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_read(context, buffer),
            Self::Tls(encrypted) => Pin::new(&mut encrypted.stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write(context, bytes),
            Self::Tls(encrypted) => Pin::new(&mut encrypted.stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_write_vectored(context, slices),
            Self::Tls(encrypted) => {
                Pin::new(&mut encrypted.stream).poll_write_vectored(context, slices)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(socket) => socket.is_write_vectored(),
            Self::Tls(encrypted) => encrypted.stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_flush(context),
            Self::Tls(encrypted) => Pin::new(&mut encrypted.stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(socket) => Pin::new(socket).poll_shutdown(context),
            Self::Tls(encrypted) => Pin::new(&mut encrypted.stream).poll_shutdown(context),
        }
    }
}
