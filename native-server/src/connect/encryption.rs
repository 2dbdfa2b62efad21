//! The client's side of TLS: whom it trusts, and the bytes of one connection there and back.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, ClientConnection, RootCertStore};

use super::failure::Failure;
use crate::tls::{is_issuers, read_certificates};

/// What every connection with TLS takes.
pub(super) struct Trust {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Trust {
    /// Trusts whom `authorities` vouches for, a file with certificates, or else whom this
    /// computer trusts; and of those only a server of that name.
    pub(super) fn new(
        name: ServerName<'static>,
        authorities: Option<&Path>,
    ) -> Result<Self, Failure> {
        let roots = match authorities {
            Some(path) => roots_of(path)?,
            None => roots_of_this_computer()?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has ciphers for every version")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            name,
        })
    }

    /// Shakes hands on a stream whose reads and writes end in time.
    pub(super) fn handshake(&self, stream: &mut TcpStream) -> Result<Encryption, Failure> {
        let session = ClientConnection::new(self.config.clone(), self.name.clone());
        let mut session = session.map_err(Failure::Handshake)?;
        while session.is_handshaking() {
            session
                .complete_io(stream)
                .map_err(|error| handshake_failure(error, &self.name))?;
        }
        // A request is written as one, and is as long as it is.
        session.set_buffer_limit(None);
        Ok(Encryption(Mutex::new(session)))
    }
}

fn roots_of(path: &Path) -> Result<RootCertStore, Failure> {
    let unusable = |error: &dyn std::fmt::Display| Failure::Authorities(error.to_string());
    let mut roots = RootCertStore::empty();
    for certificate in read_certificates(path).map_err(|error| unusable(&error))? {
        roots
            .add(certificate)
            .map_err(|error| unusable(&format!("{}: {error}", path.display())))?;
    }
    Ok(roots)
}

fn roots_of_this_computer() -> Result<RootCertStore, Failure> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some in such a collection are always too old to be understood.
    roots.add_parsable_certificates(found.certs);
    match roots.is_empty() {
        true => Err(Failure::NoAuthorities),
        false => Ok(roots),
    }
}

fn handshake_failure(error: io::Error, name: &ServerName<'_>) -> Failure {
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref());
    match reason {
        Some(rustls::Error::InvalidCertificate(problem)) => match problem {
            // The second is that of an issuer which only has the name of one that is trusted.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Failure::UnknownIssuer
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Failure::OtherName(name.to_str().into_owned())
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Failure::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Failure::NotValidYet
            }
            problem if is_issuers(problem) => Failure::IssuersCertificate,
            _ => Failure::Handshake(rustls::Error::InvalidCertificate(problem.clone())),
        },
        Some(rustls::Error::InvalidMessage(_)) => Failure::NoTls,
        Some(error) => Failure::Handshake(error.clone()),
        None => Failure::HandshakeBroke(error),
    }
}

/// One encrypted connection, used by the thread that asks and the one that listens.
pub(super) struct Encryption(Mutex<ClientConnection>);

impl Encryption {
    /// What goes over the wire for these bytes.
    pub(super) fn encrypt(&self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut session = self.session();
        session.writer().write_all(bytes)?;
        let mut encrypted = Vec::new();
        while session.wants_write() {
            session.write_tls(&mut encrypted)?;
        }
        Ok(encrypted)
    }

    /// What these bytes from the wire say; all that has come before, when there are none.
    pub(super) fn decrypt(&self, mut encrypted: &[u8]) -> io::Result<Decrypted> {
        let mut session = self.session();
        let mut bytes = Vec::new();
        let mut is_over = false;
        loop {
            if !encrypted.is_empty() {
                session.read_tls(&mut encrypted)?;
            }
            let state = session.process_new_packets().map_err(io::Error::other)?;
            let begin = bytes.len();
            bytes.resize(begin + state.plaintext_bytes_to_read(), 0);
            session.reader().read_exact(&mut bytes[begin..])?;
            is_over |= state.peer_has_closed();
            if encrypted.is_empty() || is_over {
                return Ok(Decrypted { bytes, is_over });
            }
        }
    }

    fn session(&self) -> MutexGuard<'_, ClientConnection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What has come.
pub(super) struct Decrypted {
    pub(super) bytes: Vec<u8>,
    /// The server has said that it sends no more.
    pub(super) is_over: bool,
}
