//! What the encrypted addresses of a server share: the certificate in force.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{ServerName, UnixTime};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio_rustls::TlsAcceptor;
use tracing::warn;

use super::certificate::{
    CertificateFiles, TlsFileError, expiry, is_accepted_for, unacceptable, vouches_for_itself,
    warn_if_others_can_read,
};
use super::reload::Seen;
use crate::screen::typed;

/// The certificate in force, and how connections are encrypted with it.
pub(crate) struct ServerTls {
    pub(super) files: CertificateFiles,
    /// What they looked like before they were first read.
    pub(super) seen: Seen,
    provider: Arc<CryptoProvider>,
    in_force: Arc<InForce>,
    /// For lines.
    pub(crate) chat: TlsAcceptor,
    /// For HTTP and the WebSockets that it becomes.
    pub(crate) http: TlsAcceptor,
}

/// What a handshake takes. A connection keeps nothing of it.
#[derive(Debug)]
struct InForce(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for InForce {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get())
    }
}

impl InForce {
    fn get(&self) -> Arc<CertifiedKey> {
        let certificate = self.0.read().unwrap_or_else(PoisonError::into_inner);
        certificate.clone()
    }
}

impl ServerTls {
    /// Reads the files.
    pub(crate) fn load(files: CertificateFiles) -> Result<Self, TlsFileError> {
        let provider = Arc::new(ring::default_provider());
        let seen = Seen::now(&files);
        let certificate = files.read(&provider)?;
        warn_if_unacceptable(&files, &certificate, &provider);
        warn_if_others_can_read("key", &files.key);
        let in_force = Arc::new(InForce(RwLock::new(certificate.into())));
        let chat = config(&provider, &in_force);
        let mut http = chat.clone();
        // Browsers would also speak what the server does not.
        http.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            files,
            seen,
            provider,
            in_force,
            chat: Arc::new(chat).into(),
            http: Arc::new(http).into(),
        })
    }

    /// Reads the files again, for handshakes from now on. Connections go on as they are, and so
    /// does everything when the files cannot be used.
    pub(super) fn reload(&self) -> Result<(), TlsFileError> {
        let certificate = self.files.read(&self.provider)?;
        warn_if_unacceptable(&self.files, &certificate, &self.provider);
        warn_if_others_can_read("key", &self.files.key);
        let in_force = &self.in_force.0;
        *in_force.write().unwrap_or_else(PoisonError::into_inner) = certificate.into();
        Ok(())
    }

    /// Warns again when clients will not accept the certificate in force, or will not soon.
    pub(super) fn check(&self) {
        warn_if_unacceptable(&self.files, &self.in_force.get(), &self.provider);
    }

    /// When the certificate in force is no longer valid, in seconds since 1970 (UTC).
    pub(crate) fn expiry(&self) -> Option<u64> {
        expiry(&self.in_force.get().cert[0], &self.provider).map(|time| time.as_secs())
    }

    /// What `chatting-time connect` takes to talk to this address from this computer.
    pub(crate) fn connect_arguments(&self, address: SocketAddr) -> String {
        let certificate = self.in_force.get();
        let mut arguments = "--tls".to_owned();
        if vouches_for_itself(&certificate.cert[0], &self.provider) {
            arguments += &format!(" --ca {}", typed(&self.files.certificate));
        }
        let ip = address.ip();
        let is_localhost = ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST;
        let localhost = ServerName::try_from("localhost").expect("it is a name");
        let is_accepted =
            |name: &ServerName<'_>| is_accepted_for(name, &certificate.cert, &self.provider);
        let port = address.port();
        if is_accepted(&ip.into()) {
            arguments + &format!(" {address}")
        } else if is_localhost && is_accepted(&localhost) {
            arguments + &format!(" localhost:{port}")
        } else {
            arguments + &format!(" NAME:{port}   (a NAME that the certificate is for)")
        }
    }
}

fn config(provider: &Arc<CryptoProvider>, in_force: &Arc<InForce>) -> ServerConfig {
    ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers for every version")
        .with_no_client_auth()
        .with_cert_resolver(in_force.clone())
}

/// It is served all the same: some clients do not look, and a clock may be wrong.
fn warn_if_unacceptable(
    files: &CertificateFiles,
    certificate: &CertifiedKey,
    provider: &Arc<CryptoProvider>,
) {
    let own = &certificate.cert[0];
    if let Some(problem) = unacceptable(own, provider, UnixTime::now()) {
        let path = files.certificate.display();
        warn!("clients will refuse the certificate in {path}: {problem}");
    }
}
