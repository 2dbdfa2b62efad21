//! Where the chat state is kept.

use std::fmt;

use super::ListenAddress;

/// Where the chat state is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoreAddress {
    /// In the data folder, which is this server's own.
    #[default]
    Data,
    /// In NATS JetStream, which other servers may share: `nats://HOST:PORT` of some of its servers, or `tls://HOST:PORT` where
    /// no connection may be unencrypted.
    Nats(Vec<String>),
}

/// In front of addresses where the server of NATS says whether it encrypts, and where it has to.
const SCHEMES: [&str; 2] = ["nats://", ENCRYPTED];
const ENCRYPTED: &str = "tls://";

impl StoreAddress {
    /// What stands for one in help.
    pub(super) const FORM: &str = "data|nats://HOST:PORT|tls://HOST:PORT";

    /// Reads `data`, or `nats://HOST:PORT` or `tls://HOST:PORT` with more of these behind commas.
    ///
    /// # Errors
    ///
    /// What the text must be. It is not repeated where there may be a password in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "data" {
            return Ok(Self::Data);
        }
        if text.contains('@') {
            return Err(
                "must not hold a user or a password, which everybody on this machine could read: write them \
                 into a file and name that with store-credentials"
                    .to_owned(),
            );
        }
        let wrong = |part: &str| {
            format!(
                "must be data, or nats://HOST:PORT or tls://HOST:PORT with more HOST:PORT behind commas, not \"{part}\""
            )
        };
        let scheme = SCHEMES.into_iter().find(|scheme| text.starts_with(scheme));
        let scheme = scheme.ok_or_else(|| wrong(text))?;
        let mut servers: Vec<String> = Vec::new();
        for part in text.split(',') {
            let server = part.strip_prefix(scheme).unwrap_or(part);
            if server.contains("://") {
                return Err(format!(
                    "must have one of nats:// and tls:// for all its servers, not \"{part}\" beside {scheme}"
                ));
            }
            let address = ListenAddress::parse(server).map_err(|_| wrong(part))?;
            if address.port() == 0 {
                return Err(wrong(part));
            }
            let server = format!("{scheme}{address}");
            if servers.contains(&server) {
                return Err(format!("must name each server once, not {address} twice"));
            }
            servers.push(server);
        }
        Ok(Self::Nats(servers))
    }

    /// Whether servers at these addresses are to be met encrypted or not at all.
    pub(crate) fn are_encrypted(servers: &[String]) -> bool {
        servers.iter().any(|server| server.starts_with(ENCRYPTED))
    }
}

impl fmt::Display for StoreAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Nats(servers) = self else {
            return formatter.write_str("data");
        };
        let scheme = SCHEMES
            .into_iter()
            .find(|scheme| servers[0].starts_with(scheme));
        let scheme = scheme.unwrap_or_default();
        formatter.write_str(scheme)?;
        for (position, server) in servers.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let server = server.strip_prefix(scheme).unwrap_or(server);
            write!(formatter, "{comma}{server}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_prints_as_it_is_read_with_its_scheme_once() {
        for text in [
            "data",
            "nats://127.0.0.1:4222",
            "nats://n1:4222,n2:4222,[::1]:4223",
            "tls://nats.example:4222",
        ] {
            assert_eq!(StoreAddress::parse(text).unwrap().to_string(), text);
        }
        let spelled_out = StoreAddress::parse("tls://n1:4222,tls://n2:4222").unwrap();
        assert_eq!(spelled_out.to_string(), "tls://n1:4222,n2:4222");
        let servers = ["tls://n1:4222", "tls://n2:4222"].map(str::to_owned);
        assert_eq!(spelled_out, StoreAddress::Nats(servers.to_vec()));
    }

    #[test]
    fn what_is_no_list_of_hosts_with_ports_is_refused_and_named() {
        for (text, named) in [
            ("", ""),
            ("Data", "Data"),
            ("127.0.0.1:4222", "127.0.0.1:4222"),
            ("http://n1:4222", "http://n1:4222"),
            ("nats:n1:4222", "nats:n1:4222"),
            ("nats://", "nats://"),
            ("nats://n1", "nats://n1"),
            ("nats://n1:", "nats://n1:"),
            ("nats://:4222", "nats://:4222"),
            ("nats://n1:0", "nats://n1:0"),
            ("nats://n1:65536", "nats://n1:65536"),
            ("nats://n1:4222/", "nats://n1:4222/"),
            ("nats://::1:4222", "nats://::1:4222"),
            ("nats://[n1]:4222", "nats://[n1]:4222"),
            ("nats://n1:4222,", ""),
            ("nats://n1:4222,,n2:4222", ""),
            ("nats://n1:4222, n2:4222", " n2:4222"),
            (" nats://n1:4222", " nats://n1:4222"),
        ] {
            let problem = StoreAddress::parse(text).unwrap_err();
            assert!(problem.starts_with("must be data, or nats://"), "{problem}");
            let named = format!("not \"{named}\"");
            assert!(problem.ends_with(&named), "{text}: {problem}");
        }
    }

    #[test]
    fn a_server_that_is_named_twice_and_schemes_that_differ_are_refused() {
        let problem = StoreAddress::parse("nats://n1:1,n2:1,n1:1").unwrap_err();
        assert_eq!(problem, "must name each server once, not n1:1 twice");
        let problem = StoreAddress::parse("nats://n1:1,tls://n2:1").unwrap_err();
        assert!(
            problem.contains("not \"tls://n2:1\" beside nats://"),
            "{problem}"
        );
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        for text in [
            "nats://ani:rahasia@n1:4222",
            "nats://rahasia@n1:4222",
            "nats://n1:4222,ani:rahasia@n2:4222",
            "http://ani:rahasia@n1",
        ] {
            let problem = StoreAddress::parse(text).unwrap_err();
            assert!(problem.contains("store-credentials"), "{problem}");
            assert!(!problem.contains("rahasia"), "{problem}");
        }
    }
}
