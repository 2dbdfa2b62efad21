//! Where clients are accepted, as an operator writes it.

use std::fmt;
use std::net::Ipv6Addr;

use super::{DEFAULT_HTTP_PORT, DEFAULT_PORT};

/// A host and a port, `HOST:PORT`. The host is an IP address, with an IPv6 one in brackets, or a
/// name that is resolved when the address is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddress {
    host: String,
    port: u16,
}

impl ListenAddress {
    /// Reads `HOST:PORT`.
    ///
    /// # Errors
    ///
    /// What the address must look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| {
            format!(
                "must be HOST:PORT, such as 127.0.0.1:{DEFAULT_PORT} or [::1]:{DEFAULT_PORT}, not \"{text}\""
            )
        })
    }

    /// Reads `HOST:PORT`, or `off` as none.
    ///
    /// # Errors
    ///
    /// What the text must look like.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, String> {
        match text {
            "off" => Ok(None),
            _ => Self::read(text).map(Some).ok_or_else(|| {
                format!(
                    "must be HOST:PORT, such as 127.0.0.1:{DEFAULT_HTTP_PORT}, or off, not \"{text}\""
                )
            }),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let bracketed = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = match bracketed {
            Some(host) => host.parse::<Ipv6Addr>().ok().map(|_| host),
            None => is_host(host).then_some(host),
        };
        Some(Self {
            host: host?.to_owned(),
            port: port.parse().ok()?,
        })
    }

    /// An address that only this computer can reach.
    pub(super) fn loopback(port: u16) -> Self {
        Self {
            host: "127.0.0.1".into(),
            port,
        }
    }

    /// The host, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port; 0 lets the operating system choose one.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Whether it can be a name, or an address that needs no brackets.
pub(super) fn is_host(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    !text.is_empty() && text.bytes().all(allowed)
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(formatter, "[{host}]:{port}")
        } else {
            write!(formatter, "{host}:{port}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_prints_as_it_was_written() {
        for text in ["127.0.0.1:8889", "[::1]:0", "chat.example.org:80"] {
            assert_eq!(ListenAddress::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_address_without_a_host_or_a_port_is_refused() {
        for text in [
            "",
            "8889",
            ":8889",
            "localhost",
            "a:",
            "a:65536",
            "::1:80",
            "[::1]",
            "a b:1",
            "[a]:1",
        ] {
            let problem = ListenAddress::parse(text).unwrap_err();
            assert!(problem.starts_with("must be HOST:PORT"), "{problem}");
        }
    }
}
