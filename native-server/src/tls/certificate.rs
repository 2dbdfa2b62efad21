//! A certificate and its key, read from files, and what can be wrong with them.

use std::fmt;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::ServerCertVerifier as _;
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, RootCertStore};
use tracing::warn;

use crate::settings::Settings;
use crate::small_file::{self, SmallFileError};

/// Far more than any chain of certificates is long, and little enough to read by mistake.
const MOST_BYTES: u64 = 1 << 20;

const SECONDS_OF_A_DAY: u64 = 86_400;
/// A certificate that is valid for fewer days should have been renewed.
const DAYS_TO_RENEW: u64 = 14;

/// Where the certificate and its key are.
#[derive(Clone, Debug)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl CertificateFiles {
    /// `None` where the settings name none; they name both or none.
    pub(crate) fn of(settings: &Settings) -> Option<Self> {
        Some(Self {
            certificate: settings.tls_certificate.clone()?,
            key: settings.tls_key.clone()?,
        })
    }

    /// Those that are shown to NATS.
    pub(crate) fn of_store(settings: &Settings) -> Option<Self> {
        Some(Self {
            certificate: settings.store_certificate.clone()?,
            key: settings.store_key.clone()?,
        })
    }

    /// Whether they can be used.
    pub(crate) fn check(&self) -> Result<(), TlsFileError> {
        self.read(&ring::default_provider()).map(drop)
    }

    /// Reads both, and checks that they belong together.
    pub(super) fn read(&self, provider: &CryptoProvider) -> Result<CertifiedKey, TlsFileError> {
        let chain = read_certificates(&self.certificate)?;
        let key = read_key(&self.key)?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => TlsFileError {
                path: self.key.clone(),
                problem: Problem::OtherKey(self.certificate.clone()),
            },
            rustls::Error::InvalidCertificate(error) => TlsFileError {
                path: self.certificate.clone(),
                problem: Problem::Damaged(1, format!("{error:?}")),
            },
            error => TlsFileError {
                path: self.key.clone(),
                problem: Problem::UnusableKey(error.to_string()),
            },
        })
    }
}

/// Why a file cannot be used: names it, and says what to do.
#[derive(Debug)]
pub(crate) struct TlsFileError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Unreadable(SmallFileError),
    NoPem,
    /// The file holds something else.
    NoCertificate,
    NoKey,
    EncryptedKey,
    /// The certificate of that number, counted from 1.
    Damaged(usize, String),
    DamagedKey(String),
    UnusableKey(String),
    /// The key belongs to another certificate than this one.
    OtherKey(PathBuf),
}

impl fmt::Display for TlsFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Unreadable(error) => error
                .about(&self.path, "certificate or key is")
                .fmt(formatter),
            Problem::NoPem => write!(
                formatter,
                "{path} is not PEM, which is text with a line \"-----BEGIN …-----\"; \
                 convert it, for example with openssl, or name another file"
            ),
            Problem::NoCertificate => write!(
                formatter,
                "{path} holds no certificate: there is no \"-----BEGIN CERTIFICATE-----\" in it; \
                 name the file with the certificate"
            ),
            Problem::NoKey => write!(
                formatter,
                "{path} holds no private key: there is no \"-----BEGIN PRIVATE KEY-----\" in it; \
                 name the file with the key"
            ),
            Problem::EncryptedKey => write!(
                formatter,
                "the key in {path} is encrypted, and nobody can be asked for its password; \
                 decrypt it: openssl pkey -in {path} -out NEW-FILE"
            ),
            Problem::Damaged(number, error) => write!(
                formatter,
                "certificate number {number} in {path} is damaged ({error}); get the file again"
            ),
            Problem::DamagedKey(error) => write!(
                formatter,
                "the key in {path} is damaged ({error}); get the file again"
            ),
            Problem::UnusableKey(error) => write!(
                formatter,
                "the key in {path} cannot be used ({error}); \
                 use one of RSA (2048 bits or more), ECDSA (P-256 or P-384) or Ed25519"
            ),
            Problem::OtherKey(certificate) => write!(
                formatter,
                "the key in {path} does not belong to the first certificate in {}; \
                 name the two that were made together, with the server's own certificate \
                 before those of its issuers",
                certificate.display()
            ),
        }
    }
}

/// What is the server's alone.
pub(crate) fn warn_if_others_can_read(what: &str, path: &Path) {
    let mode = path.metadata().map(|file| file.permissions().mode());
    if mode.is_ok_and(|mode| mode & 0o077 & !0o040 != 0) {
        let path = path.display();
        warn!("others than its owner can read the {what} in {path}: chmod 600 {path}");
    }
}

/// Every certificate in a PEM file, at least one.
pub(crate) fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFileError> {
    let error = |problem| TlsFileError {
        path: path.into(),
        problem,
    };
    let text = read_pem(path)?;
    let mut certificates = Vec::new();
    for found in CertificateDer::pem_slice_iter(&text) {
        let number = certificates.len() + 1;
        let damaged = |reason: PemError| error(Problem::Damaged(number, in_words(&reason)));
        let certificate = found.map_err(damaged)?;
        // A library that shows certificates to clients looks into the first one only.
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|reason| error(Problem::Damaged(number, reason.to_string())))?;
        certificates.push(certificate);
    }
    match certificates.is_empty() {
        true => Err(error(Problem::NoCertificate)),
        false => Ok(certificates),
    }
}

fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsFileError> {
    let text = read_pem(path)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|reason| {
        let is_encrypted = contains(&text, b"ENCRYPTED");
        let problem = match reason {
            // As whole files, and in the older form as a header within.
            _ if is_encrypted => Problem::EncryptedKey,
            PemError::NoItemsFound => Problem::NoKey,
            reason => Problem::DamagedKey(in_words(&reason)),
        };
        TlsFileError {
            path: path.into(),
            problem,
        }
    })
}

/// Some of the library's own words show bytes as numbers.
fn in_words(error: &PemError) -> String {
    match error {
        PemError::MissingSectionEnd { .. } => "it is cut off".to_owned(),
        PemError::IllegalSectionStart { .. } => "its first line is damaged".to_owned(),
        error => error.to_string(),
    }
}

fn read_pem(path: &Path) -> Result<Vec<u8>, TlsFileError> {
    let error = |problem| TlsFileError {
        path: path.into(),
        problem,
    };
    let text = small_file::read(path, MOST_BYTES);
    let text = text.map_err(|reason| error(Problem::Unreadable(reason)))?;
    match contains(&text, b"-----BEGIN ") {
        true => Ok(text),
        false => Err(error(Problem::NoPem)),
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(text, wanted).is_some()
}

/// Why clients will not accept the certificate at this time, or will not soon, as far as that can be told without them.
pub(super) fn unacceptable(
    certificate: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
    now: UnixTime,
) -> Option<String> {
    let days = |from: UnixTime, to: UnixTime| {
        to.as_secs().saturating_sub(from.as_secs()) / SECONDS_OF_A_DAY
    };
    match judge(certificate, provider, now) {
        Some(CertificateError::ExpiredContext { not_after, .. }) => {
            let ago = days(not_after, now);
            Some(format!("it has expired, {ago} days ago; get a new one"))
        }
        Some(CertificateError::NotValidYetContext { not_before, .. }) => {
            let left = days(now, not_before);
            Some(format!(
                "it becomes valid only in {left} days; check the clock of this machine"
            ))
        }
        Some(problem) if is_issuers(&problem) => Some(
            "it is one of an issuer (CA:TRUE) and not for a server; make one for the server, \
             for example with `chatting-time tls self-signed`"
                .into(),
        ),
        _ if is_for_no_name(certificate) => Some(
            "there is no name in it that clients look at (subjectAltName); make one with the name by which they connect, \
             for example with `chatting-time tls self-signed`"
                .into(),
        ),
        _ => {
            let left = days(now, expiry(certificate, provider)?);
            (left < DAYS_TO_RENEW).then(|| format!("it expires in {left} days; get a new one"))
        }
    }
}

/// When the certificate is no longer valid.
pub(super) fn expiry(
    certificate: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
) -> Option<UnixTime> {
    let at_the_end_of_times = UnixTime::since_unix_epoch(Duration::from_secs(u64::MAX));
    match judge(certificate, provider, at_the_end_of_times) {
        Some(CertificateError::ExpiredContext { not_after, .. }) => Some(not_after),
        _ => None,
    }
}

/// Whether clients accept the certificate by no name or address at all. The common name, where names once stood, is looked at
/// by none.
fn is_for_no_name(certificate: &CertificateDer<'static>) -> bool {
    let (Ok(parsed), Ok(name)) = (
        ParsedCertificate::try_from(certificate),
        ServerName::try_from("localhost"),
    ) else {
        return false;
    };
    matches!(
        verify_server_name(&parsed, &name),
        Err(rustls::Error::InvalidCertificate(CertificateError::NotValidForNameContext { presented, .. }))
            if presented.is_empty()
    )
}

/// Whether a certificate that vouches for others was shown as a server's own.
pub(crate) fn is_issuers(problem: &CertificateError) -> bool {
    // What judges names it so, and keeps the type to itself.
    matches!(problem, CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity")
}

/// Whether nobody but the certificate itself vouches for it, so that clients have to be given it.
pub(super) fn vouches_for_itself(
    certificate: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
) -> bool {
    match judge(certificate, provider, UnixTime::now()) {
        None => true,
        Some(problem) => matches!(
            problem,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
        ),
    }
}

/// Whether clients who trust whoever issued the first of these certificates accept it for that name or address, as far as
/// the issuer's own is among them.
pub(super) fn is_accepted_for(
    name: &ServerName<'_>,
    chain: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
) -> bool {
    judge_for(name, chain, &chain[0], provider, UnixTime::now()).is_ok()
}

/// What is wrong with the certificate at that time. Its dates and what it is for are judged before anything else, so whom it
/// is trusted for and by which name does not matter.
fn judge(
    certificate: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
    now: UnixTime,
) -> Option<CertificateError> {
    let name = ServerName::try_from("localhost").ok()?;
    let trusted = std::slice::from_ref(certificate);
    judge_for(&name, trusted, certificate, provider, now).err()?
}

/// The problem that the error holds is `None` where it is none of the certificate's.
fn judge_for(
    name: &ServerName<'_>,
    trusted: &[CertificateDer<'static>],
    certificate: &CertificateDer<'static>,
    provider: &Arc<CryptoProvider>,
    now: UnixTime,
) -> Result<(), Option<CertificateError>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted.iter().cloned());
    let verifier = WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone())
        .build()
        .map_err(|_| None)?;
    match verifier.verify_server_cert(certificate, &[], name, &[], now) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InvalidCertificate(problem)) => Err(Some(problem)),
        Err(_) => Err(None),
    }
}
