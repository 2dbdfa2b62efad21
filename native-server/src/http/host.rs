//! Whether a request comes from where it may: from a page of this server, or from a program that
//! is no browser.
//!
//! Any page that somebody opens can make the browser send requests to any address. Two headers
//! tell them apart, since no page can set them: `Origin` names the server that the page came
//! from, `Host` the name by which this server was looked for. The page of a stranger has another
//! origin; and when the stranger lets a name of theirs point at this machine (DNS rebinding), the
//! host is that name.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::header::{HOST, ORIGIN};
use hyper::http::uri::Authority;

use crate::serve::Listener;
use crate::settings::{HttpName, ListenAddress, Settings};

/// By which names a server on one address may be looked for. Always by an address, for none can
/// be made to point elsewhere.
pub(crate) struct Hosts {
    /// Only this computer can reach the address.
    is_loopback: bool,
    /// Nobody on the way can have taken the encryption off.
    is_encrypted: bool,
    /// The name in the address to listen on, where that is a name.
    listened_on: Option<String>,
    /// Further ones that the operator vouches for, such as that of a proxy.
    names: Vec<HttpName>,
}

/// How an origin begins, and the port that it implies.
const SCHEMES: [(&str, u16); 2] = [("http://", 80), ("https://", 443)];

/// Why a request is refused.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stranger {
    /// It does not say one host.
    NoHost,
    /// It was meant for another host.
    Host,
    /// It comes from a page of another server.
    Origin,
}

impl Hosts {
    /// Those of what is served at this listener, which `address` told to open.
    pub(crate) fn of(
        listener: &Listener,
        address: Option<&ListenAddress>,
        settings: &Settings,
    ) -> Self {
        let host = address.map(ListenAddress::host);
        let name = host.filter(|host| host.parse::<IpAddr>().is_err());
        Self {
            is_loopback: listener.address.ip().is_loopback(),
            is_encrypted: listener.tls.is_some(),
            listened_on: name.map(str::to_owned),
            names: settings.http_names.clone(),
        }
    }

    /// The host that the request was meant for.
    pub(super) fn check_host(&self, headers: &HeaderMap) -> Result<Authority, Stranger> {
        let mut hosts = headers.get_all(HOST).into_iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Stranger::NoHost);
        };
        let host = host.to_str().ok().and_then(|host| host.parse().ok());
        let host: Authority = host.ok_or(Stranger::NoHost)?;
        match self.is_known(host.host()) {
            true => Ok(host),
            false => Err(Stranger::Host),
        }
    }

    fn is_known(&self, host: &str) -> bool {
        let address = host.trim_start_matches('[').trim_end_matches(']');
        match address.parse::<IpAddr>() {
            Ok(address) => address.is_loopback() || !self.is_loopback,
            Err(_) => {
                let mut names = ["localhost"]
                    .into_iter()
                    .chain(self.listened_on.as_deref())
                    .chain(self.names.iter().map(HttpName::name));
                names.any(|name| host.eq_ignore_ascii_case(name))
            }
        }
    }

    /// Whether the request comes from a page of that host, or from no page. Something between
    /// browser and server may have taken the encryption off, so `https` is as good as `http`; and
    /// it may have put its own `Host` in place of the browser's, so a page of a name that the
    /// operator vouches for is as good, at the port that was given with the name, or else at the
    /// one that goes without saying. A page that came without encryption has no business with a
    /// server that has it.
    pub(super) fn check_origin(
        &self,
        headers: &HeaderMap,
        host: &Authority,
    ) -> Result<(), Stranger> {
        let mut origins = headers.get_all(ORIGIN).into_iter();
        let is_ours = |origin: &str| {
            let schemes = match self.is_encrypted {
                true => &SCHEMES[1..],
                false => &SCHEMES[..],
            };
            schemes.iter().any(|&(scheme, port)| {
                let Some(authority) = origin.strip_prefix(scheme) else {
                    return false;
                };
                let is = |ours: &str| authority.eq_ignore_ascii_case(ours);
                is(host.as_str()) || self.names.iter().any(|name| is(&name.authority(port)))
            })
        };
        match (origins.next(), origins.next()) {
            (None, _) => Ok(()),
            (Some(origin), None) if origin.to_str().is_ok_and(is_ours) => Ok(()),
            _ => Err(Stranger::Origin),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let all = all
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        all.collect()
    }

    fn names(all: &[&str]) -> Vec<HttpName> {
        let names = all.iter().map(|name| HttpName::parse(name).unwrap());
        names.collect()
    }

    fn loopback() -> Hosts {
        Hosts {
            is_loopback: true,
            is_encrypted: false,
            listened_on: None,
            names: Vec::new(),
        }
    }

    #[test]
    fn on_loopback_only_names_of_this_computer_are_known() {
        for (host, expected) in [
            ("127.0.0.1:8080", Ok(())),
            ("127.0.0.1", Ok(())),
            ("127.9.9.9:1", Ok(())),
            ("[::1]:8080", Ok(())),
            ("localhost:8080", Ok(())),
            ("LocalHost", Ok(())),
            ("192.168.1.5:8080", Err(Stranger::Host)),
            ("stranger.example:8080", Err(Stranger::Host)),
            ("localhost.stranger.example", Err(Stranger::Host)),
            ("127.0.0.1.stranger.example:8080", Err(Stranger::Host)),
            ("", Err(Stranger::NoHost)),
            ("a b", Err(Stranger::NoHost)),
        ] {
            let checked = loopback().check_host(&headers(&[("host", host)]));
            assert_eq!(checked.map(|_| ()), expected, "{host}");
        }
        let two = headers(&[("host", "localhost"), ("host", "127.0.0.1")]);
        let mut twice = two.clone();
        twice.append(HOST, "localhost".parse().unwrap());
        assert_eq!(loopback().check_host(&twice), Err(Stranger::NoHost));
        assert_eq!(loopback().check_host(&headers(&[])), Err(Stranger::NoHost));
    }

    #[test]
    fn off_loopback_any_address_is_known_and_the_name_in_the_setting() {
        let hosts = Hosts {
            is_loopback: false,
            is_encrypted: false,
            listened_on: Some("lab.example".into()),
            names: Vec::new(),
        };
        for (host, is_known) in [
            ("192.168.1.5:8080", true),
            ("[fe80::1]:8080", true),
            ("localhost:8080", true),
            ("Lab.example:8080", true),
            ("stranger.example:8080", false),
        ] {
            let checked = hosts.check_host(&headers(&[("host", host)]));
            assert_eq!(checked.is_ok(), is_known, "{host}");
        }
    }

    #[test]
    fn an_origin_is_the_host_or_none() {
        let host: Authority = "localhost:8080".parse().unwrap();
        for (origin, is_ours) in [
            ("http://localhost:8080", true),
            ("https://localhost:8080", true),
            ("http://LOCALHOST:8080", true),
            ("http://localhost", false),
            ("http://localhost:8081", false),
            ("http://stranger.example", false),
            ("http://localhost:8080.stranger.example", false),
            ("localhost:8080", false),
            ("file://", false),
            ("null", false),
            ("", false),
        ] {
            let checked = loopback().check_origin(&headers(&[("origin", origin)]), &host);
            assert_eq!(checked.is_ok(), is_ours, "{origin}");
        }
        assert_eq!(loopback().check_origin(&headers(&[]), &host), Ok(()));
        let mut twice = headers(&[("origin", "http://localhost:8080")]);
        twice.append(ORIGIN, "http://localhost:8080".parse().unwrap());
        let checked = loopback().check_origin(&twice, &host);
        assert_eq!(checked, Err(Stranger::Origin));
    }

    #[test]
    fn where_the_server_encrypts_only_pages_that_came_encrypted_are_its_own() {
        let hosts = Hosts {
            is_encrypted: true,
            ..loopback()
        };
        let host: Authority = "localhost:8443".parse().unwrap();
        for (origin, is_ours) in [
            ("https://localhost:8443", true),
            ("http://localhost:8443", false),
        ] {
            let checked = hosts.check_origin(&headers(&[("origin", origin)]), &host);
            assert_eq!(checked.is_ok(), is_ours, "{origin}");
        }
    }

    #[test]
    fn behind_a_proxy_the_names_that_the_operator_vouches_for_are_known() {
        let hosts = Hosts {
            names: names(&[
                "chat.example",
                "lab.example",
                "far.example:8443",
                "far.example:443",
            ]),
            ..loopback()
        };
        for (host, is_known) in [
            ("chat.example", true),
            ("Lab.Example:8443", true),
            ("localhost:8080", true),
            ("far.example", true),
            ("far.example:8443", true),
            ("far.example:8080", true),
            ("other.chat.example", false),
            ("192.0.2.1", false),
        ] {
            let checked = hosts.check_host(&headers(&[("host", host)]));
            assert_eq!(checked.is_ok(), is_known, "{host}");
        }
        // What the proxy put there, and what the browser did.
        let host: Authority = "127.0.0.1:8080".parse().unwrap();
        for (origin, is_ours) in [
            ("https://chat.example", true),
            ("https://LAB.example", true),
            ("http://chat.example", true),
            ("https://chat.example:8443", false),
            ("https://far.example:8443", true),
            ("http://FAR.example:8443", true),
            ("https://far.example", true),
            ("http://far.example:443", true),
            ("http://far.example", false),
            ("https://far.example:8444", false),
            ("https://far.example:8443.stranger.example", false),
            ("https://chat.example.stranger.example", false),
            ("https://stranger.example", false),
        ] {
            let checked = hosts.check_origin(&headers(&[("origin", origin)]), &host);
            assert_eq!(checked.is_ok(), is_ours, "{origin}");
        }
    }
}
