//! The table of settings.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::LazyLock;

use chatting_time_core::PasswordCost;
use chatting_time_core::limits::{LIMITS, Limit, Unit};

use super::{HttpName, ListenAddress, LogFormat, Settings, StoreAddress, units};

/// Most of what a rate may allow in its period; more cannot be told from no bound.
const MOST_EVENTS: u64 = 1_000_000;

/// What a filter of log lines can be made of.
const LOG_LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];

/// One thing that can be set: the flag `--NAME`, the variable `CHATTING_TIME_NAME` and the key
/// `NAME` of the configuration file.
pub struct Setting {
    /// The name, in kebab case.
    pub name: String,
    /// What it is for, one sentence.
    pub summary: String,
    /// What values it takes.
    pub kind: Kind,
}

/// What values a setting takes.
pub enum Kind {
    /// One address or several.
    Addresses(Field<Vec<ListenAddress>>),
    /// Addresses, perhaps none.
    OptionalAddresses(Field<Vec<ListenAddress>>),
    /// Names of this machine, each perhaps with a port; perhaps none.
    Names(Field<Vec<HttpName>>),
    /// One address, or `off`.
    OptionalAddress(Field<Option<ListenAddress>>),
    /// Where the state is kept.
    Store(Field<StoreAddress>),
    /// A folder.
    Folder(Field<PathBuf>),
    /// A file, or none.
    OptionalFile(Field<Option<PathBuf>>),
    /// Yes or no.
    Switch(Field<bool>),
    /// Yes, no, or as the summary says when it is not given.
    OptionalSwitch(Field<Option<bool>>),
    /// A filter of log lines.
    LogFilter(Field<String>),
    /// How log lines are written.
    LogFormat(Field<LogFormat>),
    /// A number within a range.
    Number {
        /// What it counts.
        unit: Unit,
        /// The smallest allowed.
        minimum: u64,
        /// The largest allowed.
        maximum: u64,
        /// Where it is kept.
        place: Place,
    },
}

/// Where a value is kept in [`Settings`].
pub struct Field<T> {
    read: fn(&Settings) -> &T,
    write: fn(&mut Settings) -> &mut T,
}

/// Where a number is kept in [`Settings`].
pub enum Place {
    /// Among the limits of the core.
    Limit(&'static Limit),
    /// Beside them.
    Field(Field<u64>),
}

impl Place {
    /// Whether the number is one of the limits of the core.
    pub fn is_limit(&self) -> bool {
        matches!(self, Self::Limit(_))
    }
}

/// Every setting, in the order of help and of `chatting-time config`.
pub fn settings() -> &'static [Setting] {
    &SETTINGS
}

macro_rules! field {
    ($name:ident) => {
        Field {
            read: |settings| &settings.$name,
            write: |settings| &mut settings.$name,
        }
    };
}

static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let own = [
        own(
            "listen",
            "Address to accept clients on; may be given several times",
            Kind::Addresses(field!(listen)),
        ),
        own(
            "tls-listen",
            "Address to accept clients on with TLS, in addition; may be given several times",
            Kind::OptionalAddresses(field!(tls_listen)),
        ),
        own(
            "tls-cert",
            "File with the certificate for TLS, followed by those of its issuers (PEM)",
            Kind::OptionalFile(field!(tls_certificate)),
        ),
        own(
            "tls-key",
            "File with the key of that certificate (PEM, not encrypted)",
            Kind::OptionalFile(field!(tls_key)),
        ),
        own(
            "http",
            "Address of the playground and of WebSockets, or off; unless told, done without where \
             another program has it",
            Kind::OptionalAddress(field!(http)),
        ),
        own(
            "https",
            "Address of the playground and of WebSockets with TLS, or off",
            Kind::OptionalAddress(field!(https)),
        ),
        own(
            "admin-http",
            "Address of metrics and health (/metrics, /healthz, /readyz), or off; unless told, done \
             without where another program has it",
            Kind::OptionalAddress(field!(admin_http)),
        ),
        own(
            "http-name",
            "Name by which browsers look for the playground, such as that of a proxy in front of \
             it, beside addresses and the names in http and https, with its port where their address shows \
             one; may be given several times",
            Kind::Names(field!(http_names)),
        ),
        own(
            "store",
            "Where everything is kept: data for the data folder, or nats://HOST:PORT[,HOST:PORT..] for NATS \
             JetStream, which other servers may share; with tls:// never unencrypted",
            Kind::Store(field!(store)),
        ),
        own(
            "store-credentials",
            "File with the credentials for NATS: one of the kind .creds, or a line USER:PASSWORD, a token, or the \
             seed of an nkey",
            Kind::OptionalFile(field!(store_credentials)),
        ),
        own(
            "store-ca",
            "File with the certificates of those who vouch for the servers of NATS (PEM); unless told, whom this \
             computer trusts",
            Kind::OptionalFile(field!(store_ca)),
        ),
        own(
            "store-cert",
            "File with the certificate to show to NATS, where it asks for one (PEM)",
            Kind::OptionalFile(field!(store_certificate)),
        ),
        own(
            "store-key",
            "File with the key of that certificate (PEM, not encrypted)",
            Kind::OptionalFile(field!(store_key)),
        ),
        number(
            "store-replicas",
            "Servers of NATS that keep everything, where it is kept there",
            (Unit::Count, 1, 5),
            field!(store_replicas),
        ),
        number(
            "store-message-bytes",
            "How much all messages that wait may take on each server of NATS, which sets so much aside; beyond that \
             send is refused",
            (Unit::Bytes, 8 << 20, 1 << 50),
            field!(store_message_bytes),
        ),
        number(
            "store-staleness",
            "How old what is known of users and sessions kept in NATS may be; 0 asks each time",
            (Unit::Milliseconds, 0, 1_000),
            field!(store_staleness),
        ),
        own(
            "data",
            "Folder that holds the users, sessions and undelivered messages",
            Kind::Folder(field!(data)),
        ),
        own(
            "demo-users",
            "Make the documented accounts (messi, henderson, lineker; password surabaya) where \
             nothing is kept yet; unless told, only when every address is a loopback one",
            Kind::OptionalSwitch(field!(demo_users)),
        ),
        own(
            "allow-plaintext",
            "Listen without encryption on addresses that other machines can reach, where \
             passwords and messages can be read on the way",
            Kind::Switch(field!(allow_plaintext)),
        ),
        password_cost(
            "password-memory-bytes",
            "Memory that hashing a password takes (Argon2id)",
            (Unit::Bytes, 1024, PasswordCost::MEMORY_KIB),
            field!(password_memory_bytes),
        ),
        password_cost(
            "password-passes",
            "Passes over that memory",
            (Unit::Count, 1, PasswordCost::PASSES),
            field!(password_passes),
        ),
        password_cost(
            "password-lanes",
            "Lanes that memory is divided into",
            (Unit::Count, 1, PasswordCost::LANES),
            field!(password_lanes),
        ),
        number(
            "login-attempts-address",
            "Logins that may fail in a minute from one address, whoever they are for; then it has to wait; 0 is no bound",
            (Unit::Count, 0, MOST_EVENTS),
            field!(login_attempts_address),
        ),
        number(
            "login-attempts-account",
            "Logins that may fail in a minute for one account from one address; then it has to wait; 0 is no bound",
            (Unit::Count, 0, MOST_EVENTS),
            field!(login_attempts_account),
        ),
        own(
            "login-refusal-uniform",
            "Answer a login with a name that nobody has as one with a wrong password, and as slowly",
            Kind::Switch(field!(login_refusal_uniform)),
        ),
        number(
            "connection-requests",
            "Requests of one connection that are run in a second; further ones wait; 0 is no bound",
            (Unit::Count, 0, MOST_EVENTS),
            field!(connection_requests),
        ),
        number(
            "address-requests",
            "Requests from one address, on all its connections, that are run in a second; further ones wait; 0 is no bound",
            (Unit::Count, 0, MOST_EVENTS),
            field!(address_requests),
        ),
        number(
            "journal-segment-bytes",
            "Size of one file of the journal",
            (Unit::Bytes, 64 << 10, 1 << 30),
            field!(journal_segment_bytes),
        ),
        number(
            "snapshot-journal-bytes",
            "How much journal is written before a new snapshot is made",
            (Unit::Bytes, 64 << 10, 1 << 40),
            field!(snapshot_journal_bytes),
        ),
        number(
            "disk-space-warning-bytes",
            "Free space on the disk of the data folder below which the log warns; 0 is never",
            (Unit::Bytes, 0, 1 << 50),
            field!(disk_space_warning_bytes),
        ),
        number(
            "disk-space-reserve-bytes",
            "Free space on that disk below which messages and new users are refused, so that \
             there is room for taking messages out; 0 is never",
            (Unit::Bytes, 0, 1 << 50),
            field!(disk_space_reserve_bytes),
        ),
        number(
            "storage-limit-bytes",
            "Size of the data folder above which messages and new users are refused; 0 is none",
            (Unit::Bytes, 0, 1 << 50),
            field!(storage_limit_bytes),
        ),
        number(
            "message-lifetime",
            "How long a message may wait before it is removed unread; 0 is for ever",
            (Unit::Milliseconds, 0, 36_500 * 86_400_000),
            field!(message_lifetime),
        ),
        own(
            "log-filter",
            "Which log lines are written: error, warn, info, debug or trace, also by module",
            Kind::LogFilter(field!(log_filter)),
        ),
        own(
            "log-format",
            "How log lines are written: text for people, json for one object a line",
            Kind::LogFormat(field!(log_format)),
        ),
    ];
    own.into_iter().chain(LIMITS.iter().map(limit)).collect()
});

fn own(name: &str, summary: &str, kind: Kind) -> Setting {
    Setting {
        name: name.into(),
        summary: summary.into(),
        kind,
    }
}

fn number(
    name: &str,
    summary: &str,
    (unit, minimum, maximum): (Unit, u64, u64),
    field: Field<u64>,
) -> Setting {
    let place = Place::Field(field);
    let kind = Kind::Number {
        unit,
        minimum,
        maximum,
        place,
    };
    own(name, summary, kind)
}

/// A part of the cost of hashing a password, which the core bounds, as a multiple of `scale`.
fn password_cost(
    name: &str,
    summary: &str,
    (unit, scale, bounds): (Unit, u64, RangeInclusive<u32>),
    field: Field<u64>,
) -> Setting {
    let [minimum, maximum] = [*bounds.start(), *bounds.end()].map(|bound| u64::from(bound) * scale);
    number(name, summary, (unit, minimum, maximum), field)
}

fn limit(limit: &'static Limit) -> Setting {
    Setting {
        name: limit.field.replace('_', "-"),
        summary: for_people(limit.summary),
        kind: Kind::Number {
            unit: limit.unit,
            minimum: limit.minimum,
            maximum: limit.maximum,
            place: Place::Limit(limit),
        },
    }
}

/// The summary of a limit without the unit that its field counts in, for people write units.
fn for_people(summary: &str) -> String {
    let summary = summary.trim().trim_end_matches('.');
    summary
        .replace(", in bytes", "")
        .replace(", in milliseconds", "")
}

impl Setting {
    /// The setting of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.name == name)
    }

    /// Whether giving the default means more than not giving it: an address that somebody asked
    /// for has to be free, one that nobody asked for is done without.
    pub fn is_more_when_asked_for(&self) -> bool {
        matches!(self.kind, Kind::OptionalAddress(_))
    }

    /// Takes over what somebody wrote: one text, or several where the setting is a list.
    ///
    /// # Errors
    ///
    /// What the value must be, as the rest of a sentence that begins with the setting.
    pub(super) fn set(&self, settings: &mut Settings, texts: &[OsString]) -> Result<(), String> {
        match &self.kind {
            Kind::Addresses(field) | Kind::OptionalAddresses(field) => {
                let addresses = texts.iter().map(|text| ListenAddress::parse(utf8(text)?));
                let addresses: Vec<_> = addresses.collect::<Result<_, _>>()?;
                if addresses.is_empty() && matches!(self.kind, Kind::Addresses(_)) {
                    return Err("must name at least one address".into());
                }
                *(field.write)(settings) = addresses;
            }
            Kind::Names(field) => {
                let names = texts.iter().map(|text| HttpName::parse(utf8(text)?));
                *(field.write)(settings) = names.collect::<Result<_, _>>()?;
            }
            Kind::OptionalAddress(field) => {
                let address = ListenAddress::parse_optional(utf8(only(texts)?)?)?;
                *(field.write)(settings) = address;
            }
            Kind::Store(field) => {
                *(field.write)(settings) = StoreAddress::parse(utf8(only(texts)?)?)?;
            }
            Kind::Folder(field) => match only(texts)? {
                text if text.is_empty() => return Err("must name a folder".into()),
                text => *(field.write)(settings) = text.into(),
            },
            Kind::OptionalFile(field) => match only(texts)? {
                text if text.is_empty() => return Err("must name a file".into()),
                text => *(field.write)(settings) = Some(text.into()),
            },
            Kind::Switch(field) => *(field.write)(settings) = switch(utf8(only(texts)?)?)?,
            Kind::OptionalSwitch(field) => {
                *(field.write)(settings) = Some(switch(utf8(only(texts)?)?)?);
            }
            Kind::LogFilter(field) => {
                let text = utf8(only(texts)?)?;
                check_log_filter(text)?;
                *(field.write)(settings) = text.into();
            }
            Kind::LogFormat(field) => {
                *(field.write)(settings) = LogFormat::parse(utf8(only(texts)?)?)?;
            }
            Kind::Number {
                unit,
                minimum,
                maximum,
                place,
            } => {
                let text = utf8(only(texts)?)?;
                let value = units::parse(text, *unit)
                    .ok_or_else(|| format!("must be {}, not \"{text}\"", units::expected(*unit)))?;
                if !(*minimum..=*maximum).contains(&value) {
                    let [from, to] = [*minimum, *maximum].map(|bound| units::show(bound, *unit));
                    return Err(format!("must be from {from} to {to}, not {text}"));
                }
                match place {
                    Place::Limit(limit) => (limit.set)(&mut settings.limits, value),
                    Place::Field(field) => *(field.write)(settings) = value,
                }
            }
        }
        Ok(())
    }

    /// The value in force, as a person writes it; several where the setting is a list, none
    /// where it is not given.
    pub fn texts(&self, settings: &Settings) -> Vec<String> {
        match &self.kind {
            Kind::Addresses(field) | Kind::OptionalAddresses(field) => {
                let addresses = (field.read)(settings).iter();
                addresses.map(ListenAddress::to_string).collect()
            }
            Kind::Names(field) => {
                let names = (field.read)(settings).iter();
                names.map(HttpName::to_string).collect()
            }
            Kind::OptionalAddress(field) => vec![match (field.read)(settings) {
                Some(address) => address.to_string(),
                None => "off".into(),
            }],
            Kind::Store(field) => vec![(field.read)(settings).to_string()],
            Kind::Folder(field) => vec![(field.read)(settings).display().to_string()],
            Kind::OptionalFile(field) => {
                let path = (field.read)(settings);
                path.iter().map(|path| path.display().to_string()).collect()
            }
            Kind::Switch(field) => vec![(field.read)(settings).to_string()],
            Kind::OptionalSwitch(field) => {
                let value = (field.read)(settings);
                value.iter().map(bool::to_string).collect()
            }
            Kind::LogFilter(field) => vec![(field.read)(settings).clone()],
            Kind::LogFormat(field) => vec![(field.read)(settings).to_string()],
            Kind::Number { unit, place, .. } => {
                let value = match place {
                    Place::Limit(limit) => (limit.get)(&settings.limits),
                    Place::Field(field) => *(field.read)(settings),
                };
                vec![units::show(value, *unit)]
            }
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(
            self.kind,
            Kind::Addresses(_) | Kind::OptionalAddresses(_) | Kind::Names(_)
        )
    }

    /// What stands for the value in help.
    pub(super) fn value_name(&self) -> &'static str {
        match &self.kind {
            Kind::Addresses(_) | Kind::OptionalAddresses(_) => "HOST:PORT",
            Kind::Names(_) => "NAME[:PORT]",
            Kind::OptionalAddress(_) => "HOST:PORT|off",
            Kind::Store(_) => StoreAddress::FORM,
            Kind::Folder(_) => "DIR",
            Kind::OptionalFile(_) => "FILE",
            Kind::Switch(_) | Kind::OptionalSwitch(_) => "true|false",
            Kind::LogFilter(_) => "FILTER",
            Kind::LogFormat(_) => "text|json",
            Kind::Number { unit, .. } => match unit {
                Unit::Count => "NUMBER",
                Unit::Bytes => "SIZE",
                Unit::Milliseconds => "TIME",
            },
        }
    }

    /// The values that are worth offering; all that there are, but for those of a filter.
    pub(super) fn choices(&self) -> &'static [&'static str] {
        match &self.kind {
            Kind::Switch(_) | Kind::OptionalSwitch(_) => &["true", "false"],
            Kind::LogFilter(_) => &LOG_LEVELS,
            Kind::LogFormat(_) => &["text", "json"],
            _ => &[],
        }
    }

    /// The environment variable.
    pub fn variable(&self) -> String {
        let name = self.name.to_ascii_uppercase().replace('-', "_");
        format!("{}{name}", super::environment::PREFIX)
    }
}

fn only(texts: &[OsString]) -> Result<&OsString, String> {
    match texts {
        [text] => Ok(text),
        _ => Err("must be given once".into()),
    }
}

fn utf8(text: &OsString) -> Result<&str, String> {
    text.to_str().ok_or_else(|| "must be UTF-8 text".into())
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("must be true or false, not \"{text}\"")),
    }
}

/// A word alone has to be a level: taken for the name of a part, a slip would silence the log.
fn check_log_filter(text: &str) -> Result<(), String> {
    let is_level = |word: &str| {
        LOG_LEVELS
            .iter()
            .any(|level| level.eq_ignore_ascii_case(word))
    };
    let is_alone = |word: &&str| !word.is_empty() && !word.contains(['=', '[', ']']);
    if let Some(word) = text
        .split(',')
        .map(str::trim)
        .filter(is_alone)
        .find(|word| !is_level(word))
    {
        return Err(format!(
            "must be of {}, also for a part (chatting_time=debug), not \"{word}\"",
            LOG_LEVELS.join(", ")
        ));
    }
    tracing_subscriber::EnvFilter::try_new(text)
        .map(drop)
        .map_err(|error| format!("is not a filter of log lines: {error}"))
}
