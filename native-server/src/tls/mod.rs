//! TLS: the certificate that the server shows, how it changes while the server runs, the
//! handshake, and `chatting-time tls`.
//!
//! All encrypted addresses show one certificate. Everything that happens on a connection after
//! its handshake is the matter of [`crate::serve`], which sees a stream like any other.

mod certificate;
mod command;
mod handshake;
mod reload;
mod self_signed;
mod server;

pub(crate) use certificate::{
    CertificateFiles, TlsFileError, is_issuers, read_certificates, warn_if_others_can_read,
};
pub use command::{TlsArguments, run};
pub(crate) use handshake::handshake;
pub(crate) use reload::{Reloader, watch};
pub(crate) use server::ServerTls;
