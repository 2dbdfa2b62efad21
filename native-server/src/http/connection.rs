//! One HTTP connection, until it ends or becomes something else.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chatting_time_core::Limits;
use hyper::body::Incoming;
use hyper::header::CONNECTION;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::answer::{Answer, with};
use super::host::Hosts;
use super::own_words::OwnWords;
use super::patient_stream::PatientStream;
use super::respond::{respond, unreadable};
use super::room::Place;
use crate::metrics::Transport;
use crate::serve::{Service, Stream, close_after, encrypt, serve_websocket};

/// How long the head of a request may take to come, and so how long a connection may be quiet, and
/// a handshake before the first; less where a line has less time.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The same where places are few: whoever asks at once gets one soon.
const CROWDED_HEAD_TIME: Duration = Duration::from_secs(1);
/// Most bytes in the head of a request.
const HEAD_BYTES: usize = 16 << 10;

/// How long a client may take.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    /// For the head of a request.
    head: Duration,
    /// For the next bytes of an answer.
    reply: Duration,
}

impl Times {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            head: HEAD_TIME.min(Duration::from_millis(limits.line_time)),
            reply: Duration::from_millis(limits.reply_time),
        }
    }

    /// The same for a connection that came when places were few.
    pub(crate) fn when_crowded(self) -> Self {
        Self {
            head: self.head.min(CROWDED_HEAD_TIME),
            ..self
        }
    }
}

/// Serves one connection to the pages and the WebSocket.
pub(super) async fn serve(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    peer: SocketAddr,
    hosts: Arc<Hosts>,
    place: Place,
    service: Arc<Service>,
) {
    debug!(%peer, "HTTP connection accepted");
    // On the heap, so that a WebSocket costs nothing for what it was before.
    let upgraded = Box::pin(async {
        let times = Times::of(service.store.limits());
        let stream = match tls {
            None => Stream::Plain(stream),
            Some(tls) => {
                let transport = Transport::WebSocket;
                encrypt(stream, peer.ip(), &tls, transport, times.head, &service).await?
            }
        };
        let answer = |request| ready(respond(&request, &hosts));
        talk(stream, peer, answer, times, &place, &service.stopping).await
    });
    let upgraded = upgraded.await;
    if let Some((stream, early)) = upgraded {
        serve_websocket(stream, &early, peer, place, service).await;
    }
}

/// Answers requests, until `stopping`. Returns the stream and what was read ahead of it when the
/// answer to the last of them switched to another protocol.
pub(crate) async fn talk<F: Future<Output = Answer>>(
    stream: Stream,
    peer: SocketAddr,
    answer: impl Fn(Request<Incoming>) -> F,
    times: Times,
    place: &Place,
    stopping: &CancellationToken,
) -> Option<(Stream, Vec<u8>)> {
    let is_upgraded = AtomicBool::new(false);
    let answer = service_fn(async |request| {
        let mut response = answer(request).await;
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            is_upgraded.store(true, Ordering::Relaxed);
        } else if place.is_crowded() {
            response = with(response, CONNECTION, "close");
        }
        Ok::<_, Infallible>(response)
    });
    let is_stalled = AtomicBool::new(false);
    let stream = PatientStream::new(stream, times.reply, &is_stalled);
    let stream = OwnWords::new(stream);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(times.head)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), answer);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            // Answers are at hand: what is not being written has not been asked for.
            if !is_stalled.load(Ordering::Relaxed) {
                return None;
            }
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    let parts = connection.into_parts();
    let stream = parts.io.into_inner().into_inner().into_inner();
    if let Err(error) = ended {
        debug!(%peer, "HTTP connection broke: {error}");
        if error.is_parse() {
            close_after(stream, &unreadable(&error)).await;
        }
        return None;
    }
    if is_upgraded.load(Ordering::Relaxed) {
        // A copy, since the empty rest would keep all of the buffer.
        return Some((stream, parts.read_buf.to_vec()));
    }
    // The client may be sending a body still, that nobody wants.
    close_after(stream, &[]).await;
    None
}
