//! A stream that keeps back what the HTTP library answers by itself to a head that is none. That
//! answer has neither words nor the headers that protect a reader, and the library can be told
//! to write no other; so it goes nowhere, and the server answers once the library has given up.
//!
//! The library reads a further head only when all earlier answers have been taken, so its own is
//! never part of a write that holds something else.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::patient_stream::PatientStream;

pub(super) struct OwnWords<'a>(PatientStream<'a>);

impl<'a> OwnWords<'a> {
    pub(super) fn new(stream: PatientStream<'a>) -> Self {
        Self(stream)
    }

    pub(super) fn into_inner(self) -> PatientStream<'a> {
        self.0
    }
}

/// Whether this is a whole refusal with no headers but those that the library adds to every
/// answer. Ours always have more.
fn is_bare_refusal(bytes: &[u8]) -> bool {
    let head = bytes.strip_suffix(b"\r\n\r\n");
    let Some(head) = head.and_then(|head| std::str::from_utf8(head).ok()) else {
        return false;
    };
    let mut lines = head.split("\r\n");
    let is_refusal = |line: &str| line.starts_with("HTTP/1.1 4") || line.starts_with("HTTP/1.0 4");
    let is_added = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        let added = ["connection", "content-length", "date"];
        added.iter().any(|added| name.eq_ignore_ascii_case(added))
    };
    lines.next().is_some_and(is_refusal) && lines.all(is_added)
}

impl AsyncWrite for OwnWords<'_> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match is_bare_refusal(bytes) {
            true => Poll::Ready(Ok(bytes.len())),
            false => Pin::new(&mut self.0).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match slices {
            [one] => self.poll_write(context, one),
            _ => Pin::new(&mut self.0).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
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
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_refusal_without_headers_of_ours_is_kept_back() {
        for (bytes, is_kept_back) in [
            (
                "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: now\r\n\r\n",
                true,
            ),
            (
                "HTTP/1.0 431 Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
                true,
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false),
            ("HTTP/1.1 404 Not Found\r\nx: y\r\ndate: now\r\n\r\n", false),
            ("HTTP/1.1 400 Bad Request\r\ndate: now\r\n\r\nbody", false),
            (
                "HTTP/1.1 400 Bad Request\r\ndate: now\r\n\r\nbody\r\n\r\n",
                false,
            ),
            ("HTTP/1.1 400 Bad Request\r\ndate: n", false),
            ("\r\n\r\n", false),
            ("", false),
        ] {
            assert_eq!(is_bare_refusal(bytes.as_bytes()), is_kept_back, "{bytes}");
        }
    }
}
