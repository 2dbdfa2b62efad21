//! How servers of NATS are met: whom to trust, and what proves to them who we are.

use std::fmt;
use std::path::PathBuf;

use async_nats::{AuthError, ConnectOptions};
use tokio::task::spawn_blocking;

use super::credentials::{Credentials, CredentialsError};
use crate::settings::{Settings, StoreAddress};
use crate::tls::{CertificateFiles, TlsFileError, read_certificates, warn_if_others_can_read};

/// The files that say whom to trust and who we are. They are read anew for every connection, so that new ones are taken over.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Of those who vouch for the servers; `None` for whom this computer trusts.
    authorities: Option<PathBuf>,
    /// What is shown to servers that ask for a certificate.
    certificate: Option<CertificateFiles>,
    pub(super) credentials: Option<PathBuf>,
}

/// Why a file cannot be used: names it, and says what to do.
#[derive(Debug)]
pub struct AccessError(Unusable);

#[derive(Debug)]
enum Unusable {
    Tls(TlsFileError),
    Credentials(CredentialsError),
}

impl Access {
    /// What the settings name.
    pub fn of(settings: &Settings) -> Self {
        Self {
            authorities: settings.store_ca.clone(),
            certificate: CertificateFiles::of_store(settings),
            credentials: settings.store_credentials.clone(),
        }
    }

    /// Looks at all the files.
    ///
    /// # Errors
    /// When one cannot be used.
    pub fn check(&self) -> Result<(), AccessError> {
        if let Some(authorities) = &self.authorities {
            read_certificates(authorities)?;
        }
        if let Some(certificate) = &self.certificate {
            certificate.check()?;
        }
        if let Some(credentials) = &self.credentials {
            Credentials::read(credentials)?;
        }
        Ok(())
    }

    /// Warns of secrets that others can read.
    pub(crate) fn warn_if_others_can_read(&self) {
        if let Some(certificate) = &self.certificate {
            warn_if_others_can_read("key", &certificate.key);
        }
        if let Some(credentials) = &self.credentials {
            warn_if_others_can_read("credentials", credentials);
        }
    }

    /// What a connection to these servers is made with.
    pub(super) fn options(&self, addresses: &[String]) -> ConnectOptions {
        let mut options = match self.credentials.clone() {
            Some(path) => with_credentials(path),
            None => ConnectOptions::new(),
        };
        if let Some(authorities) = &self.authorities {
            options = options.add_root_certificates(authorities.clone());
        }
        if let Some(CertificateFiles { certificate, key }) = &self.certificate {
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        // Also where another server is found through one of these.
        options.require_tls(StoreAddress::are_encrypted(addresses))
    }
}

fn with_credentials(path: PathBuf) -> ConnectOptions {
    ConnectOptions::with_auth_callback(move |nonce| {
        let path = path.clone();
        async move {
            let read = spawn_blocking(move || Credentials::read(&path)).await;
            let credentials = read.map_err(AuthError::new)?.map_err(AuthError::new)?;
            credentials.answer(&nonce)
        }
    })
}

impl From<TlsFileError> for AccessError {
    fn from(error: TlsFileError) -> Self {
        Self(Unusable::Tls(error))
    }
}

impl From<CredentialsError> for AccessError {
    fn from(error: CredentialsError) -> Self {
        Self(Unusable::Credentials(error))
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Unusable::Tls(error) => error.fmt(formatter),
            Unusable::Credentials(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for AccessError {}
