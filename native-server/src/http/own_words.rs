//! A stream that keeps back what the HTTP library answers by itself to a head that is none. That
//! answer has neither words nor the headers that protect a reader, and the library can be told
//! to write no other; so it goes nowhere, and the server answers once the library has given up.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicU16, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patient_stream::PatientStream;

pub(super) struct OwnWords<'a> {
    stream: PatientStream<'a>,
    kept_back: &'a AtomicU16,
}

impl<'a> OwnWords<'a> {
    /// `kept_back` becomes the status of an answer that was kept back.
    pub(super) fn new(stream: PatientStream<'a>, kept_back: &'a AtomicU16) -> Self {
        Self { stream, kept_back }
    }

    pub(super) fn into_inner(self) -> PatientStream<'a> {
        self.stream
    }

    /// Says whether this was no answer of ours and is kept back.
    fn keeps_back(&self, bytes: &[u8]) -> bool {
        let status = status_of_bare_refusal(bytes);
        if let Some(status) = status {
            self.kept_back.store(status, Ordering::Relaxed);
        }
        status.is_some()
    }
}

/// The status, where this is a whole answer with no headers but those that the library adds to
/// every one. Ours always have more.
fn status_of_bare_refusal(bytes: &[u8]) -> Option<u16> {
    let head = std::str::from_utf8(bytes.strip_suffix(b"\r\n\r\n")?).ok()?;
    let mut lines = head.split("\r\n");
    let mut words = lines.next()?.split(' ');
    words.next().filter(|word| word.starts_with("HTTP/1."))?;
    let status = words.next()?.parse().ok()?;
    let is_added = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        let added = ["connection", "content-length", "date"];
        added.iter().any(|added| name.eq_ignore_ascii_case(added))
    };
    ((400..500).contains(&status) && lines.all(is_added)).then_some(status)
}

impl AsyncWrite for OwnWords<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.keeps_back(bytes) {
            true => Poll::Ready(Ok(bytes.len())),
            false => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match slices {
            [one] => self.poll_write(context, one),
            _ => Pin::new(&mut self.stream).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Nothing is shut down before the server has had its say.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for OwnWords<'_> {
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
    use super::*;

    #[test]
    fn only_a_whole_refusal_without_headers_of_ours_is_kept_back() {
        for (bytes, status) in [
            (
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: now\r\n\r\n",
                Some(400),
            ),
            (
                "HTTP/1.0 431 Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                Some(431),
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", None),
            ("HTTP/1.1 404 Not Found\r\nx: y\r\ndate: now\r\n\r\n", None),
            ("HTTP/1.1 400 Bad Request\r\ndate: now\r\n\r\nbody", None),
            (
                "HTTP/1.1 400 Bad Request\r\ndate: now\r\n\r\nbody\r\n\r\n",
                None,
            ),
            ("HTTP/1.1 400 Bad Request\r\ndate: n", None),
            ("\r\n\r\n", None),
            ("", None),
        ] {
            assert_eq!(status_of_bare_refusal(bytes.as_bytes()), status, "{bytes}");
        }
    }
}
