//! Settings that are allowed one by one but not together.

use std::fmt;
use std::net::IpAddr;

use chatting_time_core::Token;
use chatting_time_core::limits::{USERNAME_BYTES, Unit};

use super::{ListenAddress, Loaded, Origin, Setting, SettingsError, StoreAddress, units};

/// What stands around the text in the longest line that sends a message.
const LINE_AROUND_TEXT: u64 =
    ("send  ".len() + Token::TEXT_BYTES + " ".len() + USERNAME_BYTES + "\r\n".len()) as u64;

/// Nobody can mean less, in milliseconds.
const LEAST_MESSAGE_LIFETIME: u64 = 60_000;

/// Twice the time between two proofs of what is known, nearly: with less there would be none at times.
const LEAST_STALENESS: u64 = 400;

/// How many files a journal has when hardly anything is in it, and as many again while a snapshot takes their place.
const FILES_OF_A_SMALL_JOURNAL: u64 = 4;

pub(super) fn check(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let limits = &settings.limits;
    let size = |value| units::show(value, Unit::Bytes);
    if limits.message_text_bytes + LINE_AROUND_TEXT > limits.line_bytes {
        return Err(SettingsError::new(format!(
            "{} ({}) does not fit in {} ({}): the line that sends a message needs {LINE_AROUND_TEXT} bytes more than its text",
            named(loaded, "message-text-bytes"),
            size(limits.message_text_bytes),
            named(loaded, "line-bytes"),
            size(limits.line_bytes),
        )));
    }
    if limits.message_text_bytes > limits.mailbox_bytes {
        return Err(SettingsError::new(format!(
            "{} ({}) does not fit in {} ({}): the longest message could never be delivered",
            named(loaded, "message-text-bytes"),
            size(limits.message_text_bytes),
            named(loaded, "mailbox-bytes"),
            size(limits.mailbox_bytes),
        )));
    }
    if !settings.password_memory_bytes.is_multiple_of(1024) {
        return Err(SettingsError::new(format!(
            "{} ({}) must be a multiple of 1KiB",
            named(loaded, "password-memory-bytes"),
            size(settings.password_memory_bytes),
        )));
    }
    if settings.password_memory_bytes < settings.password_lanes * (8 << 10) {
        return Err(SettingsError::new(format!(
            "{} ({}) is too little for {} ({}): Argon2id needs 8KiB a lane",
            named(loaded, "password-memory-bytes"),
            size(settings.password_memory_bytes),
            named(loaded, "password-lanes"),
            settings.password_lanes,
        )));
    }
    check_storage(loaded)?;
    if (1..LEAST_MESSAGE_LIFETIME).contains(&settings.message_lifetime) {
        return Err(SettingsError::new(format!(
            "{} ({}) must be 0 or at least {}",
            named(loaded, "message-lifetime"),
            units::show(settings.message_lifetime, Unit::Milliseconds),
            units::show(LEAST_MESSAGE_LIFETIME, Unit::Milliseconds),
        )));
    }
    if (1..LEAST_STALENESS).contains(&settings.store_staleness) {
        return Err(SettingsError::new(format!(
            "{} ({}) must be 0 or at least {}",
            named(loaded, "store-staleness"),
            units::show(settings.store_staleness, Unit::Milliseconds),
            units::show(LEAST_STALENESS, Unit::Milliseconds),
        )));
    }
    check_tls(loaded)?;
    check_store_certificate(loaded)?;
    check_shared_sessions(loaded)?;
    check_addresses(loaded)
}

fn check_storage(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let size = |value| units::show(value, Unit::Bytes);
    let (warning, reserve) = (
        settings.disk_space_warning_bytes,
        settings.disk_space_reserve_bytes,
    );
    if warning > 0 && reserve > warning {
        return Err(SettingsError::new(format!(
            "{} ({}) is more than {} ({}): messages would be refused before the log warns",
            named(loaded, "disk-space-reserve-bytes"),
            size(reserve),
            named(loaded, "disk-space-warning-bytes"),
            size(warning),
        )));
    }
    let least = settings.journal_segment_bytes * FILES_OF_A_SMALL_JOURNAL;
    if settings.storage_limit_bytes > 0 && settings.storage_limit_bytes < least {
        return Err(SettingsError::new(format!(
            "{} ({}) must be 0 or at least {}, {FILES_OF_A_SMALL_JOURNAL} files of the journal ({}, {})",
            named(loaded, "storage-limit-bytes"),
            size(settings.storage_limit_bytes),
            size(least),
            named(loaded, "journal-segment-bytes"),
            size(settings.journal_segment_bytes),
        )));
    }
    Ok(())
}

/// Addresses with TLS, a certificate and a key are there together or not at all.
fn check_tls(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let (certificate, key) = (&settings.tls_certificate, &settings.tls_key);
    let wanted = match (&settings.tls_listen[..], &settings.https) {
        ([], None) => None,
        ([], Some(_)) => Some("https"),
        _ => Some("tls-listen"),
    };
    let given = |name| named(loaded, name);
    let problem = match (wanted, certificate, key) {
        (_, Some(_), None) => format!("{} needs tls-key, the file with the key", given("tls-cert")),
        (_, None, Some(_)) => {
            format!(
                "{} needs tls-cert, the file with the certificate",
                given("tls-key")
            )
        }
        (Some(wanted), None, None) => format!(
            "{} needs a certificate (tls-cert) and its key (tls-key); \
             for a lab, `chatting-time tls self-signed --out DIR` makes both",
            given(wanted)
        ),
        (None, Some(_), Some(_)) => format!(
            "{} is of no use without an address for TLS (tls-listen or https)",
            given("tls-cert")
        ),
        (Some(_), Some(_), Some(_)) | (None, None, None) => return Ok(()),
    };
    Err(SettingsError::new(problem))
}

/// The certificate that is shown to NATS and its key are there together or not at all.
fn check_store_certificate(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let (given, lacks) = match (&settings.store_certificate, &settings.store_key) {
        (Some(_), None) => ("store-cert", "store-key, the file with the key"),
        (None, Some(_)) => ("store-key", "store-cert, the file with the certificate"),
        _ => return Ok(()),
    };
    let given = named(loaded, given);
    Err(SettingsError::new(format!("{given} needs {lacks}")))
}

/// Of a session's use on another server no more is known than what is recorded.
fn check_shared_sessions(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let (idle, recording) = (
        settings.limits.session_idle,
        settings.limits.session_use_recording,
    );
    if settings.store == StoreAddress::Data || idle > recording {
        return Ok(());
    }
    let time = |value| units::show(value, Unit::Milliseconds);
    Err(SettingsError::new(format!(
        "{} ({}) must be longer than {} ({}) where servers share the state ({}): each takes sessions that are in use on another \
         for unused",
        named(loaded, "session-idle"),
        time(idle),
        named(loaded, "session-use-recording"),
        time(recording),
        named(loaded, "store"),
    )))
}

/// No address is given twice. (Where nobody asked for one, the server does without it when it is taken.)
fn check_addresses(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    let listen = settings.listen.iter().map(|address| ("listen", address));
    let tls_listen = settings.tls_listen.iter();
    let tls_listen = tls_listen.map(|address| ("tls-listen", address));
    let optional = [
        ("http", &settings.http),
        ("https", &settings.https),
        ("admin-http", &settings.admin_http),
    ];
    let asked_for = optional
        .into_iter()
        .filter(|(name, _)| loaded.is_asked_for(name));
    let optional = asked_for.filter_map(|(name, address)| Some((name, address.as_ref()?)));
    let mut taken: Vec<(&str, &ListenAddress)> = Vec::new();
    for (name, address) in listen.chain(tls_listen).chain(optional) {
        let is_chosen_here = address.port() != 0;
        let other = taken.iter().find(|(_, other)| *other == address);
        if let Some((other, _)) = other.filter(|_| is_chosen_here) {
            return Err(SettingsError::new(format!(
                "{} ({address}) is an address of {} already; give each its own",
                named(loaded, name),
                named(loaded, other),
            )));
        }
        taken.push((name, address));
    }
    Ok(())
}

/// Whether every address may be listened on, as far as can be told without resolving names:
/// the server refuses to serve others than loopback ones unless told that plain text is meant.
///
/// # Errors
///
/// Names the address and the setting that would allow it.
pub fn check_exposure(loaded: &Loaded) -> Result<(), SettingsError> {
    let settings = &loaded.settings;
    if settings.allow_plaintext {
        return Ok(());
    }
    let is_exposed = |address: &&ListenAddress| {
        let ip: Result<IpAddr, _> = address.host().parse();
        ip.is_ok_and(|ip| !ip.is_loopback())
    };
    let refuse = |name, refusal| SettingsError::new(format!("{}: {refusal}", named(loaded, name)));
    if let Some(address) = settings.listen.iter().find(is_exposed) {
        return Err(refuse("listen", plaintext_refusal(address)));
    }
    if let Some(address) = settings.http.iter().find(is_exposed) {
        return Err(refuse("http", http_plaintext_refusal(address)));
    }
    if let Some(address) = settings.admin_http.iter().find(is_exposed) {
        return Err(refuse("admin-http", admin_http_plaintext_refusal(address)));
    }
    Ok(())
}

/// Why an address that other machines can reach is not listened on, and what would allow it.
pub fn plaintext_refusal(address: impl fmt::Display) -> String {
    format!(
        "refusing to listen on {address}: passwords, tokens and messages would cross the network \
         in plain text, for everyone on it to read; encrypt them (--tls-listen), or if that is \
         what you want, say --allow-plaintext"
    )
}

/// The same for the address of HTTP.
pub fn http_plaintext_refusal(address: impl fmt::Display) -> String {
    format!(
        "refusing to serve HTTP on {address}: the WebSocket /ws would carry passwords, tokens and \
         messages in plain text, for everyone on the network to read; encrypt them (--https), or \
         if that is what you want, say --allow-plaintext"
    )
}

/// The same for the address of metrics.
pub fn admin_http_plaintext_refusal(address: impl fmt::Display) -> String {
    format!(
        "refusing to serve metrics on {address}: they would tell everyone on the network how many \
         people are here, how much they write and when the server struggles, and nobody is asked \
         for a password; keep to a loopback address, or if the network is yours, say \
         --allow-plaintext"
    )
}

/// The setting with the place that gave it, where one did.
fn named(loaded: &Loaded, name: &str) -> String {
    let setting = Setting::named(name).expect("the caller names a setting");
    match loaded.origin(setting) {
        Origin::Default => name.to_owned(),
        Origin::File(path, line) => format!("{}:{line}: {name}", path.display()),
        Origin::Environment(given) | Origin::Flag(given) => given,
    }
}
