//! The addresses that clients connect to.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use chatting_time_core::{Refusal, Reply};
use rustix::io::Errno;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tracing::{debug, warn};

use super::stream::Stream;
use super::{Service, closing, connection_task};
use crate::settings::{ListenAddress, Loaded, Settings, http_plaintext_refusal, plaintext_refusal};
use crate::tls::{ServerTls, handshake};

/// Connections that the operating system accepts ahead of us.
const BACKLOG: u32 = 4096;
/// How long to wait before accepting again when there are no files left.
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
    socket: TcpListener,
}

/// Why an address cannot be listened on.
#[derive(Debug)]
pub(super) enum BindError {
    Resolve(ListenAddress, io::Error),
    /// Clients could be overheard; why that is refused.
    Plaintext(String),
    /// The address and the setting that gave it.
    Bind(SocketAddr, &'static str, io::Error),
}

impl fmt::Display for BindError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve(address, error) => {
                write!(formatter, "cannot find the address {address}: {error}")
            }
            Self::Plaintext(refusal) => formatter.write_str(refusal),
            Self::Bind(address, setting, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    formatter,
                    "cannot listen on {address}: another program does already; \
                     stop it, or choose another address with --{setting}"
                )
            }
            Self::Bind(address, _, error) => {
                write!(formatter, "cannot listen on {address}: {error}")
            }
        }
    }
}

/// Binds every address that clients connect to, or none.
pub(super) fn bind_all(
    settings: &Settings,
    tls: Option<&ServerTls>,
) -> Result<Vec<Listener>, BindError> {
    let mut listeners = Vec::new();
    for wanted in &settings.listen {
        let refusal = |address| plaintext_refusal(address);
        listeners.extend(bind_plain(settings, wanted, "listen", refusal)?);
    }
    // The consistency check has seen to it that there is a certificate.
    if let Some(tls) = tls {
        for wanted in &settings.tls_listen {
            listeners.extend(bind_encrypted(wanted, "tls-listen", &tls.chat)?);
        }
    }
    Ok(listeners)
}

/// Binds the addresses of HTTP.
pub(super) fn bind_http(
    loaded: &Loaded,
    tls: Option<&ServerTls>,
) -> Result<Vec<Listener>, BindError> {
    let mut listeners = bind_plain_http(loaded)?;
    if let (Some(wanted), Some(tls)) = (&loaded.settings.https, tls) {
        listeners.extend(bind_encrypted(wanted, "https", &tls.http)?);
    }
    Ok(listeners)
}

/// One that nobody asked for may be taken: then there is none.
fn bind_plain_http(loaded: &Loaded) -> Result<Vec<Listener>, BindError> {
    let settings = &loaded.settings;
    let Some(wanted) = &settings.http else {
        return Ok(Vec::new());
    };
    let refusal = |address| http_plaintext_refusal(address);
    match bind_plain(settings, wanted, "http", refusal) {
        Err(error @ BindError::Bind(..)) if !loaded.is_http_asked_for() => {
            warn!("the playground is not served: {error}");
            Ok(Vec::new())
        }
        bound => bound,
    }
}

fn bind_encrypted(
    wanted: &ListenAddress,
    setting: &'static str,
    tls: &TlsAcceptor,
) -> Result<Vec<Listener>, BindError> {
    let bind_one = |address: SocketAddr| {
        let bound = bind(address, Some(tls.clone()));
        bound.map_err(|error| BindError::Bind(address, setting, error))
    };
    resolve(wanted)?.into_iter().map(bind_one).collect()
}

fn bind_plain(
    settings: &Settings,
    wanted: &ListenAddress,
    setting: &'static str,
    plaintext_refusal: impl Fn(SocketAddr) -> String,
) -> Result<Vec<Listener>, BindError> {
    let bind_one = |address: SocketAddr| {
        if !address.ip().is_loopback() && !settings.allow_plaintext {
            return Err(BindError::Plaintext(plaintext_refusal(address)));
        }
        bind(address, None).map_err(|error| BindError::Bind(address, setting, error))
    };
    resolve(wanted)?.into_iter().map(bind_one).collect()
}

fn resolve(wanted: &ListenAddress) -> Result<Vec<SocketAddr>, BindError> {
    let found = (wanted.host(), wanted.port()).to_socket_addrs();
    let mut addresses: Vec<_> = found
        .map_err(|error| BindError::Resolve(wanted.clone(), error))?
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

fn bind(address: SocketAddr, tls: Option<TlsAcceptor>) -> io::Result<Listener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => {
            let socket = TcpSocket::new_v6()?;
            // So that 0.0.0.0 and [::] can be listened on side by side, on every system alike.
            SockRef::from(&socket).set_only_v6(true)?;
            socket
        }
    };
    // A restart must not wait for connections of the last run to be forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let socket = socket.listen(BACKLOG)?;
    Ok(Listener {
        address: socket.local_addr()?,
        tls,
        socket,
    })
}

impl Listener {
    /// The next connection. Whoever waits for it may give up at any time.
    pub(crate) async fn next(&self) -> (TcpStream, SocketAddr) {
        let mut is_short_of_files = false;
        loop {
            match self.socket.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_shortage(&error) => {
                    if !is_short_of_files {
                        warn!("cannot accept connections on {}: {error}", self.address);
                        is_short_of_files = true;
                    }
                    tokio::time::sleep(SHORTAGE_PAUSE).await;
                }
                // The client was gone before it was accepted.
                Err(error) => debug!("a connection broke before it was accepted: {error}"),
            }
        }
    }
}

/// Accepts connections until the server stops.
pub(super) async fn accept(listener: Listener, service: Arc<Service>) {
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.next() => accepted,
            () = service.stopping.cancelled() => return,
        };
        welcome(stream, peer, listener.tls.as_ref(), &service);
    }
}

fn is_shortage(error: &io::Error) -> bool {
    let errno = Errno::from_io_error(error);
    [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM]
        .iter()
        .any(|shortage| errno == Some(*shortage))
}

fn welcome(stream: TcpStream, peer: SocketAddr, tls: Option<&TlsAcceptor>, service: &Arc<Service>) {
    let Some(admitted) = service.admission.admit(peer.ip()) else {
        refuse(stream, peer, tls, service);
        return;
    };
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
            connection_task::serve(Stream::Plain(stream), None, service).await;
        }),
        Some(tls) => connections.spawn(async move {
            let _admitted = admitted;
            let time = Duration::from_millis(service.engine.limits().line_time);
            // On the heap, since it is over soon and the rest is not.
            let stream = Box::pin(encrypt(stream, peer.ip(), &tls, time, &service)).await;
            if let Some(stream) = stream {
                connection_task::serve(stream, None, service).await;
            }
        }),
    };
}

/// Encrypts a new connection, until the server stops. Nothing when that fails, in time or at all.
pub(crate) async fn encrypt(
    stream: TcpStream,
    address: IpAddr,
    tls: &TlsAcceptor,
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
            None
        }
    }
}

fn refuse(stream: TcpStream, peer: SocketAddr, tls: Option<&TlsAcceptor>, service: &Arc<Service>) {
    debug!(%peer, "connection refused: too many");
    let mut output = Vec::new();
    Reply::Refused(Refusal::ServerBusy).write(&mut output);
    turn_away(stream, peer, tls, output, service);
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
            let stream = encrypt(stream, peer.ip(), &tls, REFUSAL_TIME, &service).await;
            if let Some(stream) = stream {
                closing::close_after(stream, &last_word).await;
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
