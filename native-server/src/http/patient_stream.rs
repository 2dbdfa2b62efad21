//! A stream whose writes give up on a reader that takes nothing for too long, or a little at a
//! time for far too long.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::serve::Stream;

/// How much longer a reader may take for all of a response than for some of it.
const PATIENCE_IN_ALL: u32 = 10;

pub(super) struct PatientStream<'a> {
    stream: Stream,
    patience: Duration,
    patience_in_all: Duration,
    /// Since when there is a response that the reader has not taken whole.
    waited_for: Option<Instant>,
    /// Runs while the reader takes nothing.
    stall: Option<Pin<Box<Sleep>>>,
    is_stalled: &'a AtomicBool,
}

impl<'a> PatientStream<'a> {
    /// `is_stalled` tells whether there is something that waits to be written.
    pub(super) fn new(stream: Stream, patience: Duration, is_stalled: &'a AtomicBool) -> Self {
        Self {
            stream,
            patience,
            patience_in_all: patience * PATIENCE_IN_ALL,
            waited_for: None,
            stall: None,
            is_stalled,
        }
    }

    pub(super) fn into_inner(self) -> Stream {
        self.stream
    }

    fn patiently(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        self.is_stalled
            .store(written.is_pending(), Ordering::Relaxed);
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        let now = Instant::now();
        let began = *self.waited_for.get_or_insert(now);
        let deadline = (now + self.patience).min(began + self.patience_in_all);
        let stall = self
            .stall
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        ready!(stall.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for PatientStream<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.patiently(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.patiently(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Asked for when all that was to be written has been, or is encrypted at least.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        ready!(self.patiently(context, flushed.map_ok(|()| 0)))?;
        self.waited_for = None;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl AsyncRead for PatientStream<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    const BYTES: usize = 64 << 10;
    const LONG: Duration = Duration::from_secs(3600);

    /// A stream without patience for all of a response, and its reader.
    async fn stream(is_stalled: &AtomicBool) -> (PatientStream<'_>, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reader = TcpStream::connect(listener.local_addr().unwrap());
        let (accepted, reader) = tokio::join!(listener.accept(), reader);
        let mut stream = PatientStream::new(Stream::Plain(accepted.unwrap().0), LONG, is_stalled);
        stream.patience_in_all = Duration::ZERO;
        (stream, reader.unwrap())
    }

    #[tokio::test]
    async fn a_reader_that_takes_a_little_at_a_time_is_given_up_in_the_end() {
        let is_stalled = AtomicBool::new(false);
        let (mut stream, mut reader) = stream(&is_stalled).await;
        let mut some = vec![0; BYTES];
        let error = loop {
            if let Err(error) = stream.write(&[0; BYTES]).await {
                break error;
            }
            // Less than was written.
            reader.read_exact(&mut some[..BYTES / 4]).await.unwrap();
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
