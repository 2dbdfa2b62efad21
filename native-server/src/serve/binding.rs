//! Taking the addresses that clients connect to: bound here, or as sockets that stand in their place.

use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};
use tokio_rustls::TlsAcceptor;
use tracing::warn;

use super::file_shortage::FileShortage;
use super::listener::Listener;
use super::passed_sockets::PassedSockets;
use crate::settings::{
    ListenAddress, Loaded, Settings, admin_http_plaintext_refusal, http_plaintext_refusal,
    plaintext_refusal,
};
use crate::tls::ServerTls;

/// Connections that the operating system accepts ahead of us.
const BACKLOG: u32 = 4096;

/// Why an address cannot be listened on.
#[derive(Debug)]
pub(super) enum BindError {
    Resolve(ListenAddress, io::Error),
    /// Clients could be overheard; why that is refused.
    Plaintext(String),
    /// A socket was passed in the place of this setting, and there is nothing to encrypt with.
    NoCertificate(&'static str),
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
            Self::NoCertificate(setting) => write!(
                formatter,
                "the service manager passed a socket for {setting}, and there is no certificate: set {setting}, tls-cert and tls-key"
            ),
            Self::Bind(address, setting, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    formatter,
                    "cannot listen on {address}: another program does already, or this one on an address that \
                     takes it in; stop that, or choose another address with --{setting}"
                )
            }
            Self::Bind(address, setting, error) => {
                write!(formatter, "cannot listen on {address}: {error}")?;
                match error.kind() {
                    io::ErrorKind::AddrNotAvailable => write!(
                        formatter,
                        "; no network of this machine has that address, choose another with --{setting}"
                    ),
                    io::ErrorKind::PermissionDenied => write!(
                        formatter,
                        "; choose a port from 1024 on with --{setting}, or let the service manager pass the socket"
                    ),
                    _ => Ok(()),
                }
            }
        }
    }
}

/// Takes every address that clients connect to with lines, or none.
pub(super) fn chat_listeners(
    settings: &Settings,
    tls: Option<&ServerTls>,
    passed: &mut PassedSockets,
) -> Result<Vec<Listener>, BindError> {
    let plain = Entrance::plain(settings, "listen", plaintext_refusal);
    let mut listeners = plain.open(&settings.listen, passed)?;
    if let Some(entrance) = Entrance::encrypted("tls-listen", tls.map(|tls| &tls.chat), passed)? {
        listeners.extend(entrance.open(&settings.tls_listen, passed)?);
    }
    Ok(listeners)
}

/// Takes the addresses of HTTP. A plain one that nobody asked for may be taken: then there is none.
pub(super) fn http_listeners(
    loaded: &Loaded,
    tls: Option<&ServerTls>,
    passed: &mut PassedSockets,
) -> Result<Vec<Listener>, BindError> {
    let settings = &loaded.settings;
    let plain = Entrance::plain(settings, "http", http_plaintext_refusal);
    let mut listeners = plain.open_if_free(
        loaded,
        settings.http.as_slice(),
        "the playground is not served",
        passed,
    )?;
    if let Some(entrance) = Entrance::encrypted("https", tls.map(|tls| &tls.http), passed)? {
        listeners.extend(entrance.open(settings.https.as_slice(), passed)?);
    }
    Ok(listeners)
}

/// Takes the addresses of metrics and health, with the same exception.
pub(super) fn admin_http_listeners(
    loaded: &Loaded,
    passed: &mut PassedSockets,
) -> Result<Vec<Listener>, BindError> {
    let settings = &loaded.settings;
    let plain = Entrance::plain(settings, "admin-http", admin_http_plaintext_refusal);
    plain.open_if_free(
        loaded,
        settings.admin_http.as_slice(),
        "metrics and health are not served",
        passed,
    )
}

/// What the addresses of one setting have in common.
struct Entrance<'a> {
    setting: &'static str,
    tls: Option<&'a TlsAcceptor>,
    /// Says why an address that other machines can reach is not listened on, where it is not.
    refusal: Option<fn(SocketAddr) -> String>,
}

impl<'a> Entrance<'a> {
    fn plain(
        settings: &Settings,
        setting: &'static str,
        refusal: fn(SocketAddr) -> String,
    ) -> Self {
        Self {
            setting,
            tls: None,
            refusal: (!settings.allow_plaintext).then_some(refusal),
        }
    }

    /// None without a certificate. Settings that name an address name one too; a passed socket may come without.
    fn encrypted(
        setting: &'static str,
        tls: Option<&'a TlsAcceptor>,
        passed: &mut PassedSockets,
    ) -> Result<Option<Self>, BindError> {
        if tls.is_none() && !passed.named(setting).is_empty() {
            return Err(BindError::NoCertificate(setting));
        }
        let refusal = None;
        Ok(tls.is_some().then_some(Self {
            setting,
            tls,
            refusal,
        }))
    }

    /// Takes over the sockets that were passed in the place of the setting, or else binds the addresses.
    fn open(
        &self,
        wanted: &[ListenAddress],
        passed: &mut PassedSockets,
    ) -> Result<Vec<Listener>, BindError> {
        let adopted = passed.named(self.setting);
        if !adopted.is_empty() {
            let adopt =
                |(address, socket)| self.listener(address, |_| TcpListener::from_std(socket));
            return adopted.into_iter().map(adopt).collect();
        }
        let mut listeners = Vec::new();
        for wanted in wanted {
            for address in resolve(wanted)? {
                listeners.push(self.listener(address, bind)?);
            }
        }
        Ok(listeners)
    }

    /// The same, or nothing where nobody asked for an address that is taken; that is then said with these words.
    fn open_if_free(
        &self,
        loaded: &Loaded,
        wanted: &[ListenAddress],
        without: &str,
        passed: &mut PassedSockets,
    ) -> Result<Vec<Listener>, BindError> {
        match self.open(wanted, passed) {
            Err(error @ BindError::Bind(..)) if !loaded.is_asked_for(self.setting) => {
                warn!("{without}: {error}");
                Ok(Vec::new())
            }
            opened => opened,
        }
    }

    fn listener(
        &self,
        address: SocketAddr,
        socket: impl FnOnce(SocketAddr) -> io::Result<TcpListener>,
    ) -> Result<Listener, BindError> {
        if let Some(refusal) = self.refusal
            && !address.ip().is_loopback()
        {
            return Err(BindError::Plaintext(refusal(address)));
        }
        let listening = || {
            let socket = socket(address)?;
            Ok(Listener {
                address: socket.local_addr()?,
                tls: self.tls.cloned(),
                socket,
                is_for_lines: self.setting == "listen",
                shortage: FileShortage::new(),
            })
        };
        listening().map_err(|error| BindError::Bind(address, self.setting, error))
    }
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

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
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
    socket.listen(BACKLOG)
}
