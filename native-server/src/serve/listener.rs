//! Accepting the connections of clients.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use chatting_time_core::{Refusal, Reply};
use rustix::io::Errno;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use super::file_shortage::FileShortage;
use super::stream::Stream;
use super::{Admitted, Service, closing, connection_task};
use crate::metrics::{Refused, Transport};
use crate::tls::handshake;

/// How long to wait before accepting again when there are no files left, not even one in reserve.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(50);
/// Connections that were told that there are too many and are closed gently; beyond these, at once.
const MOST_REFUSALS: usize = 32;
/// How long the handshake of one of these may take.
const REFUSAL_TIME: Duration = Duration::from_secs(2);
static REFUSALS: Semaphore = Semaphore::const_new(MOST_REFUSALS);

/// A bound address.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    /// Encrypts its connections.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(super) socket: TcpListener,
    /// Its clients speak the protocol from their first byte on.
    pub(super) is_for_lines: bool,
    pub(super) shortage: FileShortage,
}

impl Listener {
    /// The next connection. Whoever waits for it may give up at any time. `turned_away` is called
    /// for each that there is no file for.
    pub(crate) async fn next(&self, turned_away: impl Fn()) -> (TcpStream, SocketAddr) {
        loop {
            match self.socket.accept().await {
                Ok(accepted) => {
                    self.shortage.not_met(self.address);
                    return accepted;
                }
                Err(error) if is_shortage(&error) => {
                    match self.shortage.met(self.address, &error) {
                        true => {
                            if self.turn_one_away().await {
                                turned_away();
                            }
                        }
                        false => {
                            tokio::time::sleep(SHORTAGE_PAUSE).await;
                            self.shortage.prepare();
                        }
                    }
                }
                // The client was gone before it was accepted.
                Err(error) => debug!("a connection broke before it was accepted: {error}"),
            }
        }
    }

    /// Closes one connection that waits to be accepted, by means of the file in reserve. Returns
    /// whether there was one.
    async fn turn_one_away(&self) -> bool {
        let waiting = poll_fn(|context| Poll::Ready(self.socket.poll_accept(context))).await;
        let accepted = match waiting {
            Poll::Ready(Ok((stream, _))) => Some(stream),
            _ => None,
        };
        let is_one = accepted.is_some();
        if let Some(stream) = accepted
            && self.is_for_lines
        {
            // There is no file to wait with until it has been read.
            let _ = SockRef::from(&stream).send(&server_busy());
        }
        // By now the connection is closed, and its file free.
        self.shortage.prepare();
        is_one
    }
}

/// Accepts connections until the server stops.
pub(super) async fn accept(listener: Listener, service: Arc<Service>) {
    let metrics = &service.connection_metrics;
    let transport = match listener.tls {
        None => Transport::Tcp,
        Some(_) => Transport::Tls,
    };
    let turned_away = || metrics.refused(transport, Refused::Files);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.next(turned_away) => accepted,
            () = service.stopping.cancelled() => return,
        };
        match service.admission.admit(peer.ip()) {
            Ok(admitted) => welcome(stream, peer, admitted, listener.tls.as_ref(), &service),
            Err(reason) => {
                metrics.refused(transport, reason);
                refuse(stream, peer, listener.tls.as_ref(), &service);
            }
        }
    }
}

fn is_shortage(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM]
        .iter()
        .any(|shortage| errno == Some(*shortage))
}

fn welcome(
    stream: TcpStream,
    peer: SocketAddr,
    admitted: Admitted,
    tls: Option<&TlsAcceptor>,
    service: &Arc<Service>,
) {
    if let Err(error) = prepare(&stream) {
        debug!(%peer, "a connection broke as it was accepted: {error}");
        return;
    }
    debug!(%peer, "connection accepted");
    let service = service.clone();
    let connections = service.connections.clone();
    match tls.cloned() {
        None => connections.spawn(async move {
            let _admitted = admitted;
            connection_task::serve(Stream::Plain(stream), &peer, None, service).await;
        }),
        Some(tls) => connections.spawn(async move {
            let _admitted = admitted;
            let time = Duration::from_millis(service.store.limits().line_time);
            // On the heap, since it is over soon and the rest is not.
            let encrypted = Box::pin(async {
                let _shakes_hands = service.connection_metrics.shakes_hands();
                encrypt(stream, peer.ip(), &tls, Transport::Tls, time, &service).await
            });
            if let Some(stream) = encrypted.await {
                connection_task::serve(stream, &peer, None, service).await;
            }
        }),
    };
}

/// Encrypts a new connection, until the server stops. Nothing when that fails, in time or at all;
/// then the connection counts as refused.
pub(crate) async fn encrypt(
    stream: TcpStream,
    address: IpAddr,
    tls: &TlsAcceptor,
    transport: Transport,
    time: Duration,
    service: &Service,
) -> Option<Stream> {
    let shaken = tokio::select! {
        shaken = handshake(stream, tls, time) => shaken,
        () = service.stopping.cancelled() => return None,
    };
    match shaken {
        Ok(stream) => Some(stream.into()),
        Err(error) => {
            debug!(%address, "TLS handshake failed: {error}");
            let metrics = &service.connection_metrics;
            metrics.refused(transport, Refused::Handshake);
            None
        }
    }
}

fn refuse(stream: TcpStream, peer: SocketAddr, tls: Option<&TlsAcceptor>, service: &Arc<Service>) {
    debug!(%peer, "connection refused: too many");
    turn_away(stream, peer, tls, server_busy(), service);
}

fn server_busy() -> Vec<u8> {
    let mut output = Vec::new();
    Reply::Refused(Refusal::ServerBusy).write(&mut output);
    output
}

/// Closes a new connection behind one word that tells why.
pub(crate) fn turn_away(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<&TlsAcceptor>,
    last_word: Vec<u8>,
    service: &Arc<Service>,
) {
    let Some(tls) = tls else {
        // A new connection always has room for it. Past the runtime, which does not know yet that it may write.
        let is_told = SockRef::from(&stream).send(&last_word).is_ok();
        if is_told && let Ok(permit) = REFUSALS.try_acquire() {
            service.connections.spawn(async move {
                let _permit = permit;
                closing::close_after(Stream::Plain(stream), &[]).await;
            });
        }
        return;
    };
    // To tell it takes a handshake, so there is a bound to those who are told at all.
    if let Ok(permit) = REFUSALS.try_acquire() {
        let (tls, service) = (tls.clone(), service.clone());
        let connections = service.connections.clone();
        connections.spawn(async move {
            let _permit = permit;
            // Refused it is already, so that a handshake that fails is not counted.
            let shaken = tokio::select! {
                shaken = handshake(stream, &tls, REFUSAL_TIME) => shaken,
                () = service.stopping.cancelled() => return,
            };
            match shaken {
                Ok(stream) => closing::close_after(stream.into(), &last_word).await,
                Err(error) => debug!(%peer, "TLS handshake failed: {error}"),
            }
        });
    }
}

/// Replies leave at once, and a peer that vanished without a word is found by the system: there
/// is no idle timeout of our own.
pub(crate) fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(Duration::from_secs(120))
        .with_interval(Duration::from_secs(30))
        .with_retries(4);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}
