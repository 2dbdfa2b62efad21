//! The connection to NATS: how it is made, and in words why it is not.

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::jetstream::context::AccountErrorKind;
use async_nats::jetstream::{self, Context, ErrorCode};
use async_nats::{Client, ClientError, ConnectError, ConnectErrorKind, Event};
use rustls::{AlertDescription, CertificateError};
use tokio::time::timeout;
use tracing::{debug, info, warn};

use super::bucket::PATIENCE;
use super::error::error_text;
use super::trouble::Trouble;
use super::{ClusterOptions, StoreError};
use crate::settings::StoreAddress;
use crate::tls::is_issuers;

/// The oldest that does what is asked of it.
const OLDEST: (u32, u32) = (2, 10);
/// One that says nothing for some times as long is taken for dead, and another is asked.
const PING_EVERY: Duration = Duration::from_secs(1);
/// Most of what is waited before another is tried when a connection is lost.
const RECONNECT_WITHIN: Duration = Duration::from_secs(1);
/// How long it may take until another server of NATS leads in the place of one that has died.
const ELECTION: Duration = Duration::from_secs(10);

/// Connects to one of the servers, and goes on to others by itself when it is lost.
pub(super) async fn connect(
    options: &ClusterOptions,
    trouble: Arc<Trouble>,
) -> Result<Context, StoreError> {
    let listener = Arc::new(Listener {
        trouble,
        is_lost: AtomicBool::new(false),
        is_kept_out: AtomicBool::new(false),
    });
    let connecting = options
        .access
        .options(&options.addresses)
        .name("chatting-time")
        .request_timeout(Some(PATIENCE))
        .connection_timeout(PATIENCE)
        .ping_interval(PING_EVERY)
        .reconnect_delay_callback(reconnect_delay)
        .event_callback(move |event| {
            let listener = listener.clone();
            async move { listener.hear(&event) }
        })
        .connect(options.addresses.clone());
    let client = connecting
        .await
        .map_err(|error| StoreError::Unreachable(in_words(&error, options)))?;
    check_version(&client)?;
    let context = jetstream::new(client);
    check_jetstream(&context).await?;
    Ok(context)
}

/// Hears how the connection fares.
struct Listener {
    trouble: Arc<Trouble>,
    is_lost: AtomicBool,
    /// NATS answers and lets us in no more, which has been told.
    is_kept_out: AtomicBool,
}

impl Listener {
    fn hear(&self, event: &Event) {
        match event {
            Event::Disconnected => {
                self.is_lost.store(true, Ordering::Relaxed);
                warn!(
                    "the connection to NATS is lost; all of its servers are tried until one answers"
                );
            }
            Event::Connected if self.is_lost.swap(false, Ordering::Relaxed) => {
                self.is_kept_out.store(false, Ordering::Relaxed);
                info!("connected to NATS again");
            }
            Event::ServerError(_) | Event::SlowConsumer(_) => {
                self.trouble.met(format_args!("NATS: {event}"));
            }
            // One for every attempt.
            Event::ClientError(ClientError::Other(problem))
                if is_about_credentials(problem)
                    && !self.is_kept_out.swap(true, Ordering::Relaxed) =>
            {
                warn!(
                    "NATS does not let us in again ({problem}): correct the file with the credentials (store-credentials), or \
                     what it knows of them; they may have expired"
                );
            }
            Event::ClientError(error) => debug!("NATS: {error}"),
            _ => {}
        }
    }
}

/// The library tells no more than what kind of problem it is.
fn is_about_credentials(problem: &str) -> bool {
    let kinds = [
        ConnectErrorKind::Authentication,
        ConnectErrorKind::AuthorizationViolation,
    ];
    kinds.iter().any(|kind| kind.to_string() == problem)
}

fn reconnect_delay(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    Duration::from_millis(2_u64.pow(doublings) - 1).min(RECONNECT_WITHIN)
}

fn check_version(client: &Client) -> Result<(), StoreError> {
    let server = client.server_info();
    match is_too_old(&server.version) {
        false => Ok(()),
        true => Err(StoreError::Unfit(format!(
            "the server of NATS at {}:{} is of version {}: put {}.{} or a later one in its place",
            server.host, server.port, server.version, OLDEST.0, OLDEST.1
        ))),
    }
}

fn is_too_old(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < OLDEST,
        // Whoever builds one for himself knows what he does.
        _ => false,
    }
}

/// Whether there is JetStream, and for us.
async fn check_jetstream(context: &Context) -> Result<(), StoreError> {
    let began = Instant::now();
    let error = loop {
        let asked = timeout(PATIENCE, context.query_account()).await;
        let error = match asked.map(|asked| asked.map_err(|error| error.kind())) {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error,
            Err(_) => AccountErrorKind::TimedOut,
        };
        if error != AccountErrorKind::TimedOut || began.elapsed() >= ELECTION {
            break error;
        }
    };
    Err(match error {
        AccountErrorKind::JetStreamUnavailable => no_jetstream(),
        AccountErrorKind::JetStream(error) => StoreError::of_jetstream("be used", &error),
        AccountErrorKind::TimedOut => StoreError::Failed(
            "JetStream of NATS does not answer: look whether most of its servers run, and whether these credentials may use it"
                .to_owned(),
        ),
        error @ AccountErrorKind::Other => {
            StoreError::Failed(format!("JetStream of NATS cannot be used: {error}"))
        }
    })
}

/// Nobody in NATS hears what is asked of JetStream.
pub(super) fn no_jetstream() -> StoreError {
    StoreError::Unfit(
        "NATS has no JetStream: turn it on in its configuration (jetstream { store_dir: … }), and for these credentials if they \
         are not of the account that has it"
            .to_owned(),
    )
}

impl StoreError {
    /// What JetStream has refused: it cannot `what`.
    pub(super) fn of_jetstream(what: &str, error: &jetstream::Error) -> Self {
        let advice = match error.error_code() {
            ErrorCode::JETSTREAM_NOT_ENABLED | ErrorCode::JETSTREAM_NOT_ENABLED_FOR_ACCOUNT => {
                return no_jetstream();
            }
            ErrorCode::STREAM_REPLICAS_NOT_SUPPORTED => {
                "this is one server of NATS by itself: make it a cluster of as many as store-replicas says, or set that to 1"
            }
            ErrorCode::CLUSTER_NO_PEERS => {
                "start as many servers of NATS as store-replicas says, with room for it, or ask for fewer (store-replicas)"
            }
            ErrorCode::CLUSTER_NOT_AVAILABLE | ErrorCode::CLUSTER_NOT_LEADER => {
                "start more of its servers: it needs a majority of them"
            }
            ErrorCode::INSUFFICIENT_RESOURCES
            | ErrorCode::STORAGE_RESOURCES_EXCEEDED
            | ErrorCode::ACCOUNT_RESOURCES_EXCEEDED
            | ErrorCode::MEMORY_RESOURCES_EXCEEDED => {
                "let it have more memory and room on its disks (max_mem, max_file), or set less aside for messages \
                 (store-message-bytes)"
            }
            _ => "see its log",
        };
        Self::Unfit(format!(
            "JetStream of NATS cannot {what} ({error}): {advice}"
        ))
    }
}

/// What happened, and what to do.
fn in_words(error: &ConnectError, options: &ClusterOptions) -> String {
    let at = StoreAddress::Nats(options.addresses.clone());
    let source = error.source().map(error_text);
    let source = source.unwrap_or_else(|| error.to_string());
    match error.kind() {
        ConnectErrorKind::Dns => format!(
            "cannot find {at} ({source}): correct the address (store), or mend the name service"
        ),
        ConnectErrorKind::TimedOut => format!(
            "NATS does not answer at {at} within {} s: look whether it hangs, and whether that is its address (store)",
            PATIENCE.as_secs()
        ),
        ConnectErrorKind::Authentication => match options.access.check() {
            Err(problem) => problem.to_string(),
            Ok(()) => format!("cannot say who we are to NATS at {at}: {source}"),
        },
        ConnectErrorKind::AuthorizationViolation => match &options.access.credentials {
            Some(path) => format!(
                "NATS at {at} refuses the credentials in {}: correct them, or what it knows of them; they may have expired",
                path.display()
            ),
            None => format!(
                "NATS at {at} wants to know who we are: name a file with credentials (store-credentials)"
            ),
        },
        _ => match of_encryption(error, options) {
            Some(problem) => {
                format!("cannot encrypt the connection to NATS at {at}: {problem}")
            }
            None if source.contains("expected INFO") || source.contains("server operation") => {
                format!("what answers at {at} is not NATS: correct the address (store)")
            }
            None => format!(
                "NATS does not answer at {at} ({source}): start it, or correct the address (store)"
            ),
        },
    }
}

fn of_encryption(error: &ConnectError, options: &ClusterOptions) -> Option<String> {
    let broken: Option<&io::Error> = error.source().and_then(|source| source.downcast_ref());
    let reason = broken
        .and_then(io::Error::get_ref)
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(reason) = reason else {
        return (error.kind() == ConnectErrorKind::Tls).then(|| match options.access.check() {
            Err(problem) => problem.to_string(),
            Ok(()) => error_text(error),
        });
    };
    let words = match reason {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                "nobody who is trusted vouches for its certificate; name the file with those who do (store-ca)"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for other names; use one of them as its address (store)"
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "its certificate has expired; renew it, or set the clock"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate is not valid yet; wait, or set the clock"
            }
            problem if is_issuers(problem) => {
                "its certificate is one of an issuer (CA:TRUE); give it one for a server"
            }
            _ => return Some(reason.to_string()),
        },
        rustls::Error::InvalidMessage(_) => {
            "it speaks no TLS there; turn it on in its configuration (tls), or say nats:// (store)"
        }
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            "it wants a certificate of ours; name one with its key (store-cert, store-key)"
        }
        rustls::Error::AlertReceived(
            alert @ (AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA),
        ) => {
            return Some(format!(
                "it does not accept our certificate ({alert:?}); name one that its authority made for clients (store-cert)"
            ));
        }
        _ => return Some(reason.to_string()),
    };
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_nats_before_2_10_are_too_old() {
        for version in ["2.9.10", "2.9.25-RC.1", "1.4.1", "0.9"] {
            assert!(is_too_old(version), "{version}");
        }
        for version in ["2.10.0", "2.10.27", "2.11.0-RC.1", "3.0.0", "", "dev"] {
            assert!(!is_too_old(version), "{version}");
        }
    }

    #[test]
    fn another_server_is_tried_at_once_and_then_every_second() {
        assert!(reconnect_delay(1) < Duration::from_millis(2));
        assert!(reconnect_delay(5) < reconnect_delay(6));
        for attempts in [10, 100, usize::MAX] {
            assert_eq!(reconnect_delay(attempts), RECONNECT_WITHIN);
        }
    }
}
