//! Where the chat state is kept.

use std::fmt;

/// Where the chat state is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoreAddress {
    /// In the data folder, which is this server's own.
    #[default]
    Data,
    /// In NATS JetStream, which other servers may share: `HOST:PORT` of some of its servers.
    Nats(Vec<String>),
}

const SCHEME: &str = "nats://";

impl StoreAddress {
    /// Reads `data`, or `nats://HOST:PORT` with more of these behind commas.
    ///
    /// # Errors
    ///
    /// What the text must be.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "data" {
            return Ok(Self::Data);
        }
        let wrong = || {
            format!(
                "must be data or nats://HOST:PORT, with more HOST:PORT behind commas, not \"{text}\""
            )
        };
        let servers = text.strip_prefix(SCHEME).ok_or_else(wrong)?;
        if servers.contains('@') {
            return Err(
                "must not hold a user or a password, which everybody on this machine could read"
                    .to_owned(),
            );
        }
        let servers: Vec<_> = servers
            .split(',')
            .map(|server| server.trim_start_matches(SCHEME))
            .collect();
        let is_server = |server: &&str| {
            server.rsplit_once(':').is_some_and(|(host, port)| {
                !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port != 0)
            })
        };
        match servers.iter().all(is_server) {
            true => Ok(Self::Nats(servers.into_iter().map(str::to_owned).collect())),
            false => Err(wrong()),
        }
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data => formatter.write_str("data"),
            Self::Nats(servers) => write!(formatter, "{SCHEME}{}", servers.join(",")),
        }
    }
}
