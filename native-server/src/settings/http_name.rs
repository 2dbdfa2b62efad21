//! Where browsers find the playground, as an operator writes it.

use std::fmt;
use std::net::IpAddr;

use super::listen_address::is_host;

/// A name, or a name and a port: `NAME` or `NAME:PORT`, as browsers show it in their address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpName {
    name: String,
    port: Option<u16>,
}

impl HttpName {
    /// Reads `NAME` or `NAME:PORT`.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| match Self::read(without_scheme_and_path(text)) {
            Some(meant) => {
                format!("must be without a scheme and a path: write {meant}, not \"{text}\"")
            }
            None => format!(
                "must be a name, or a name and a port from 1 to 65535, such as chat.example or \
                 chat.example:8443, not \"{text}\""
            ),
        })
    }

    fn read(text: &str) -> Option<Self> {
        let (name, port) = match text.split_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok().filter(|&port| port > 0)?)),
            None => (text, None),
        };
        let is_name = is_host(name) && name.parse::<IpAddr>().is_err();
        is_name.then(|| Self {
            name: name.to_owned(),
            port,
        })
    }

    /// The name alone.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How a browser writes it in `Origin`, where it leaves out the port that its scheme implies.
    /// Without a port of its own it is at that one, whichever the scheme.
    pub fn authority(&self, implied_port: u16) -> String {
        match self.port.filter(|&port| port != implied_port) {
            Some(port) => format!("{}:{port}", self.name),
            None => self.name.clone(),
        }
    }
}

fn without_scheme_and_path(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.split(['/', '?', '#']).next().unwrap_or_default()
}

impl fmt::Display for HttpName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(formatter, "{}:{port}", self.name),
            None => formatter.write_str(&self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_prints_as_it_was_written() {
        for text in ["chat.example", "lab", "Chat.Example:8443", "lab:1"] {
            assert_eq!(HttpName::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_refusal_says_what_to_write_instead() {
        for (text, instead) in [
            ("https://chat.example", "write chat.example, not"),
            ("http://lab:8080/#/lab", "write lab:8080, not"),
            ("chat.example/", "write chat.example, not"),
            ("chat.example:8443/ws", "write chat.example:8443, not"),
            ("", "such as chat.example"),
            ("https://", "such as chat.example"),
            ("/ws", "such as chat.example"),
            (":8443", "such as chat.example"),
            ("a b", "such as chat.example"),
            ("chat.example:", "a port from 1 to 65535"),
            ("chat.example:0", "a port from 1 to 65535"),
            ("chat.example:65536", "a port from 1 to 65535"),
            ("chat.example:https", "a port from 1 to 65535"),
            ("chat.example:1:2", "a port from 1 to 65535"),
            ("https://chat.example:99999", "a port from 1 to 65535"),
            ("192.0.2.1", "a name"),
            ("192.0.2.1:8443", "a name"),
            ("[::1]", "a name"),
        ] {
            let problem = HttpName::parse(text).unwrap_err();
            assert!(problem.starts_with("must be "), "{problem}");
            assert!(problem.contains(instead), "{problem}");
            assert!(problem.ends_with(&format!("\"{text}\"")), "{problem}");
        }
    }

    #[test]
    fn a_browser_leaves_out_the_port_that_its_scheme_implies() {
        for (text, http, https) in [
            ("chat.example", "chat.example", "chat.example"),
            ("chat.example:443", "chat.example:443", "chat.example"),
            ("chat.example:80", "chat.example", "chat.example:80"),
            (
                "chat.example:8443",
                "chat.example:8443",
                "chat.example:8443",
            ),
        ] {
            let name = HttpName::parse(text).unwrap();
            assert_eq!(
                (name.authority(80), name.authority(443)),
                (http.into(), https.into())
            );
        }
    }
}
