//! What an operator can set, and where each value came from.
//!
//! One table, [`settings`], drives flags, environment variables, the configuration file, help
//! and `chatting-time config`. Flags go before the environment, the environment before the
//! file, the file before the defaults. Whatever is given is checked, also where something else
//! goes before it.

mod arguments;
mod consistency;
mod environment;
mod error;
mod file;
mod http_name;
mod listen_address;
mod log_format;
mod nearest;
mod show;
mod store_address;
mod table;
mod units;

pub use arguments::{DataArguments, SettingsArguments};
pub use consistency::{
    admin_http_plaintext_refusal, check_exposure, http_plaintext_refusal, plaintext_refusal,
};
pub use error::SettingsError;
pub use http_name::HttpName;
pub use listen_address::ListenAddress;
pub use log_format::LogFormat;
pub use show::show;
pub use store_address::StoreAddress;
pub use table::{Kind, Setting, settings};
pub(crate) use units::{parse_time, show_time};

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use chatting_time_core::{Limits, PasswordCost};

use crate::engine::StorageBounds;

/// The port of the documented service.
pub const DEFAULT_PORT: u16 = 8889;
/// The port of the playground and of WebSockets.
pub const DEFAULT_HTTP_PORT: u16 = 8080;
/// The port of metrics and health.
pub const DEFAULT_ADMIN_HTTP_PORT: u16 = 9889;

/// Every value in force. The command line's help explains each; so does [`settings`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Where clients are accepted. Never empty.
    pub listen: Vec<ListenAddress>,
    /// Where clients are accepted with TLS.
    pub tls_listen: Vec<ListenAddress>,
    /// The file with the certificate that is shown there. With it there is a key.
    pub tls_certificate: Option<PathBuf>,
    /// The file with its key.
    pub tls_key: Option<PathBuf>,
    /// Where the playground and WebSockets are served; `None`: nowhere.
    pub http: Option<ListenAddress>,
    /// Where the same is served with TLS; `None`: nowhere.
    pub https: Option<ListenAddress>,
    /// Where metrics and health are served; `None`: nowhere.
    pub admin_http: Option<ListenAddress>,
    /// Names by which this server is looked for over HTTP beside those that it has anyway.
    pub http_names: Vec<HttpName>,
    /// Where the chat state is kept.
    pub store: StoreAddress,
    /// The file with the credentials for NATS.
    pub store_credentials: Option<PathBuf>,
    /// The file with the certificates of those who vouch for the servers of NATS.
    pub store_ca: Option<PathBuf>,
    /// The file with the certificate that is shown to them. With it there is a key.
    pub store_certificate: Option<PathBuf>,
    /// The file with its key.
    pub store_key: Option<PathBuf>,
    /// On how many servers of NATS everything is kept.
    pub store_replicas: u64,
    /// Where it is kept in NATS: how much all messages that wait may take on each of its servers.
    pub store_message_bytes: u64,
    /// How old what is known of users and sessions kept in NATS may be, in milliseconds; 0 asks each time.
    pub store_staleness: u64,
    /// The data folder, as an absolute path.
    pub data: PathBuf,
    /// Whether the documented accounts are made in an empty data folder. `None`: only when every
    /// address is a loopback one.
    pub demo_users: Option<bool>,
    /// Whether an address other than a loopback one may be listened on without encryption.
    pub allow_plaintext: bool,
    /// What hashing a password costs in memory, in bytes; a multiple of 1 KiB.
    pub password_memory_bytes: u64,
    /// How often hashing a password passes over that memory.
    pub password_passes: u64,
    /// How many lanes that memory is divided into.
    pub password_lanes: u64,
    /// Logins from one address that may fail in a minute; 0 is no bound.
    pub login_attempts_address: u64,
    /// Logins at one account from one address that may fail in a minute; 0 is no bound.
    pub login_attempts_account: u64,
    /// Whether a name that nobody has is answered as a wrong password is.
    pub login_refusal_uniform: bool,
    /// Requests of one connection that are run in a second; 0 is no bound.
    pub connection_requests: u64,
    /// Requests from one address that are run in a second; 0 is no bound.
    pub address_requests: u64,
    /// Size of one journal segment, in bytes.
    pub journal_segment_bytes: u64,
    /// How much journal is written before a new snapshot is made, in bytes.
    pub snapshot_journal_bytes: u64,
    /// With less free on the disk of the data folder, the log warns; in bytes, 0 for never.
    pub disk_space_warning_bytes: u64,
    /// With less free on it, messages and users are refused; in bytes, 0 for never.
    pub disk_space_reserve_bytes: u64,
    /// With more in the data folder, messages and users are refused; in bytes, 0 for never.
    pub storage_limit_bytes: u64,
    /// How long a message may wait for its recipient, in milliseconds; 0 for ever.
    pub message_lifetime: u64,
    /// Which log lines are written, in the language of `tracing_subscriber::EnvFilter`.
    pub log_filter: String,
    /// How they are written.
    pub log_format: LogFormat,
    /// The bounds of the service.
    pub limits: Limits,
}

impl Default for Settings {
    /// Without a home folder to derive it from, `data` is empty, which [`load`] refuses.
    fn default() -> Self {
        Self {
            listen: vec![ListenAddress::loopback(DEFAULT_PORT)],
            tls_listen: Vec::new(),
            tls_certificate: None,
            tls_key: None,
            http: Some(ListenAddress::loopback(DEFAULT_HTTP_PORT)),
            https: None,
            admin_http: Some(ListenAddress::loopback(DEFAULT_ADMIN_HTTP_PORT)),
            http_names: Vec::new(),
            store: StoreAddress::Data,
            store_credentials: None,
            store_ca: None,
            store_certificate: None,
            store_key: None,
            store_replicas: 3,
            store_message_bytes: 1 << 30,
            store_staleness: 800,
            data: default_data_folder().unwrap_or_default(),
            demo_users: None,
            allow_plaintext: false,
            password_memory_bytes: 19 << 20,
            password_passes: 2,
            password_lanes: 1,
            login_attempts_address: 60,
            login_attempts_account: 10,
            login_refusal_uniform: false,
            connection_requests: 0,
            address_requests: 0,
            journal_segment_bytes: 32 << 20,
            snapshot_journal_bytes: 32 << 20,
            disk_space_warning_bytes: 1 << 30,
            disk_space_reserve_bytes: 64 << 20,
            storage_limit_bytes: 0,
            message_lifetime: 0,
            log_filter: "info".into(),
            log_format: LogFormat::Text,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// What is enough room for the data folder.
    pub fn storage_bounds(&self) -> StorageBounds {
        StorageBounds {
            warning: self.disk_space_warning_bytes,
            reserve: self.disk_space_reserve_bytes,
            limit: self.storage_limit_bytes,
        }
    }

    /// What hashing a password costs.
    pub fn password_cost(&self) -> PasswordCost {
        let number = |value: u64| u32::try_from(value).expect("the table bounds the value");
        PasswordCost::new(
            number(self.password_memory_bytes / 1024),
            number(self.password_passes),
            number(self.password_lanes),
        )
        .expect("the consistency check has accepted the cost")
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// The configuration file, and the line in it, counted from 1.
    File(PathBuf, usize),
    /// The environment variable of that name.
    Environment(String),
    /// The flag of that name, with its dashes.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => formatter.write_str("default"),
            Self::File(path, line) => write!(formatter, "{}:{line}", path.display()),
            Self::Environment(name) => formatter.write_str(name),
            Self::Flag(name) => formatter.write_str(name),
        }
    }
}

/// A value that somebody gave, not yet understood. A list may have several texts.
struct Given {
    setting: &'static Setting,
    texts: Vec<OsString>,
    origin: Origin,
}

/// The settings in force, and where those that are not defaults came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    origins: BTreeMap<&'static str, Origin>,
}

impl Loaded {
    /// Where the value of that setting came from.
    pub fn origin(&self, setting: &Setting) -> Origin {
        let origin = self.origins.get(setting.name.as_str());
        origin.cloned().unwrap_or(Origin::Default)
    }

    /// Whether somebody asked for the address of that setting, so that doing without it would not do.
    pub fn is_asked_for(&self, name: &str) -> bool {
        self.origins.contains_key(name)
    }
}

/// Loads the settings from flags, this process's environment and the configuration file that
/// they may name.
///
/// # Errors
///
/// When a source cannot be read, names something that is no setting, or gives a value that is
/// not allowed, alone or beside the others.
pub fn load(arguments: &SettingsArguments) -> Result<Loaded, SettingsError> {
    load_from(arguments, std::env::vars_os())
}

/// As [`load`], with the environment handed in.
///
/// # Errors
///
/// The same.
pub fn load_from(
    arguments: &SettingsArguments,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Loaded, SettingsError> {
    let environment = environment::read(variables)?;
    let config = arguments.config.as_ref().or(environment.config.as_ref());
    let mut given = match config {
        Some(path) => file::read(path)?,
        None => Vec::new(),
    };
    given.extend(environment.given);
    given.extend(arguments.given());

    let mut loaded = Loaded {
        settings: Settings::default(),
        origins: BTreeMap::new(),
    };
    for Given {
        setting,
        texts,
        origin,
    } in given
    {
        setting
            .set(&mut loaded.settings, &texts)
            .map_err(|problem| SettingsError::value(setting, &origin, &problem))?;
        loaded.origins.insert(&setting.name, origin);
    }
    loaded.settings.data = absolute_data_folder(&loaded.settings.data)?;
    consistency::check(&loaded)?;
    Ok(loaded)
}

fn absolute_data_folder(data: &Path) -> Result<PathBuf, SettingsError> {
    std::path::absolute(data).map_err(|_| {
        SettingsError::new(
            "no data folder: there is no home folder to put it in; say where with --data DIR",
        )
    })
}

fn default_data_folder() -> Option<PathBuf> {
    use etcetera::BaseStrategy as _;
    let strategy = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(strategy.data_dir().join("chatting-time"))
}
