//! The real server behind TLS as a host of vectors.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

use crate::host::Trouble;
use crate::process::{self, ProcessHost};
use crate::server::{Server, binary};
use crate::tcp::{connect, is_closed};

/// A server process that is talked to over TLS.
pub type TlsHost = ProcessHost<TlsConnection>;

/// A key and a certificate that the program made for this computer.
#[derive(Debug)]
pub struct Certificate {
    folder: TempDir,
}

impl Certificate {
    /// Makes a new one.
    pub fn new() -> Result<Self, Trouble> {
        let folder = tempfile::tempdir()?;
        let output = Command::new(binary()?)
            .args(["tls", "self-signed", "--out"])
            .arg(folder.path())
            .output()?;
        match output.status.success() {
            true => Ok(Self { folder }),
            false => Err(Trouble(String::from_utf8_lossy(&output.stderr).into())),
        }
    }

    /// The file with the certificate.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// The file with the key.
    pub fn key_path(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The flags of `serve` that use it.
    pub fn flags(&self) -> Vec<String> {
        let [certificate, key] = [self.path(), self.key_path()];
        [
            "--tls-cert".into(),
            certificate.display().to_string(),
            "--tls-key".into(),
            key.display().to_string(),
        ]
        .into()
    }

    /// One for everybody who does not change it; it stays until the process ends.
    pub fn shared() -> Result<&'static Self, Trouble> {
        static SHARED: OnceLock<Result<Certificate, Trouble>> = OnceLock::new();
        let shared = SHARED.get_or_init(Self::new);
        shared.as_ref().map_err(Trouble::clone)
    }
}

/// What a client that trusts the certificate in a file shakes hands with.
pub fn client_config(certificate: &Path) -> Result<Arc<ClientConfig>, Trouble> {
    let trouble = |error: &dyn std::fmt::Display| Trouble(error.to_string());
    let mut roots = RootCertStore::empty();
    let certificate =
        CertificateDer::from_pem_file(certificate).map_err(|error| trouble(&error))?;
    roots.add(certificate).map_err(|error| trouble(&error))?;
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| trouble(&error))?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    Ok(Arc::new(config))
}

/// A stream with TLS.
pub type Encrypted = StreamOwned<ClientConnection, TcpStream>;

/// Shakes hands with a server on this computer.
pub fn shake_hands(config: Arc<ClientConfig>, mut stream: TcpStream) -> Result<Encrypted, Trouble> {
    let name = ServerName::try_from("localhost").expect("it is a name");
    let session = ClientConnection::new(config, name);
    let mut session = session.map_err(|error| Trouble(error.to_string()))?;
    while session.is_handshaking() {
        session.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(session, stream))
}

/// An encrypted connection.
pub struct TlsConnection(Encrypted);

impl TlsConnection {
    /// Connects and shakes hands.
    pub fn connect(address: SocketAddr, certificate: &Certificate) -> Result<Self, Trouble> {
        let config = client_config(&certificate.path())?;
        Ok(Self(shake_hands(config, connect(address)?)?))
    }

    /// Drops what comes until the end, and returns whether the server said that it is one: nothing
    /// can have been cut off then.
    pub fn ends_in_order(&mut self) -> Result<bool, Trouble> {
        let mut buffer = [0; 4096];
        loop {
            match self.0.read(&mut buffer) {
                Ok(0) => return Ok(true),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The certificate that the server showed.
    pub fn shown(&self) -> Option<&CertificateDer<'static>> {
        self.0.conn.peer_certificates()?.first()
    }
}

impl process::ClientConnection for TlsConnection {
    fn flags() -> Result<Vec<String>, Trouble> {
        let listen = ["--tls-listen".to_owned(), "127.0.0.1:0".to_owned()];
        Ok([listen.to_vec(), Certificate::shared()?.flags()].concat())
    }

    fn open(server: &Server) -> Result<Self, Trouble> {
        Self::connect(server.tls_address()?, Certificate::shared()?)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = self.0.write_all(bytes).and_then(|()| self.0.flush());
        match sent {
            Err(error) if is_closed(&error) => Ok(()),
            result => Ok(result?),
        }
    }

    fn end_sending(&mut self) -> Result<(), Trouble> {
        self.0.conn.send_close_notify();
        Ok(self.0.flush()?)
    }

    fn receive(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut buffer = vec![0; 64 << 10];
        match self.0.read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                Ok(buffer)
            }
            // A server that was killed says no farewell.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Vec::new()),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Vec::new()),
            Err(error) => Err(Trouble(error.to_string())),
        }
    }

    fn received(&mut self) -> Result<Vec<u8>, Trouble> {
        self.0.sock.set_nonblocking(true)?;
        let mut buffer = vec![0; 64 << 10];
        let read = self.0.read(&mut buffer);
        self.0.sock.set_nonblocking(false)?;
        match read {
            Ok(length) => {
                buffer.truncate(length);
                Ok(buffer)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(Vec::new()),
            Err(error) => Err(Trouble(error.to_string())),
        }
    }
}
