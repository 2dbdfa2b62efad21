//! One HTTP connection, until it ends or becomes a WebSocket.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::CONNECTION;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use super::answer::with;
use super::host::Hosts;
use super::own_words::OwnWords;
use super::patient_stream::PatientStream;
use super::respond::{respond, unreadable};
use super::room::Place;
use crate::serve::{Service, Stream, close_after, encrypt, serve_websocket};

/// How long the head of a request may take to come, and so how long a connection may be quiet, and
/// a handshake before the first; less where a line has less time.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Most bytes in the head of a request.
const HEAD_BYTES: usize = 16 << 10;

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
        let stream = match tls {
            None => Stream::Plain(stream),
            Some(tls) => encrypt(stream, peer.ip(), &tls, head_time(&service), &service).await?,
        };
        talk(stream, peer, &hosts, &place, &service).await
    });
    let upgraded = upgraded.await;
    if let Some((stream, early)) = upgraded {
        serve_websocket(stream, &early, peer, place, service).await;
    }
}

fn head_time(service: &Service) -> Duration {
    HEAD_TIME.min(Duration::from_millis(service.engine.limits().line_time))
}

/// Answers requests. Returns the stream and what was read ahead of it when the last of them made
/// it a WebSocket.
async fn talk(
    stream: Stream,
    peer: SocketAddr,
    hosts: &Hosts,
    place: &Place,
    service: &Service,
) -> Option<(Stream, Vec<u8>)> {
    let is_upgraded = AtomicBool::new(false);
    let answer = service_fn(|request| {
        let mut response = respond(&request, hosts);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            is_upgraded.store(true, Ordering::Relaxed);
        } else if place.is_crowded() {
            response = with(response, CONNECTION, "close");
        }
        ready(Ok::<_, Infallible>(response))
    });
    let is_stalled = AtomicBool::new(false);
    let reply_time = Duration::from_millis(service.engine.limits().reply_time);
    let stream = PatientStream::new(stream, reply_time, &is_stalled);
    let stream = OwnWords::new(stream);
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_time(service))
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), answer);
    let ended = tokio::select! {
        biased;
        ended = &mut connection => ended,
        () = service.stopping.cancelled() => {
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
