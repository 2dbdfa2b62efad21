//! A server that is looked at from outside, and its clients.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use chatting_time_tests::http::{self, Answer, connect};
use chatting_time_tests::server::{PATIENCE, Server};
use serde_json::Value;
use tempfile::TempDir;

/// A server with the documented accounts.
pub(crate) struct Watched {
    pub(crate) server: Server,
    _data: TempDir,
}

impl Watched {
    pub(crate) fn start(flags: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let flags = [&["--admin-http", "127.0.0.1:0"], flags].concat();
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let server = Server::start(data.path(), &flags).unwrap();
        Self {
            server,
            _data: data,
        }
    }

    /// Where it is looked at.
    pub(crate) fn address(&self) -> SocketAddr {
        self.server.admin_http_address().unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http::get(self.address(), path)
    }

    pub(crate) fn metrics(&self) -> Metrics {
        Metrics::read(self.address())
    }

    /// The metrics, once they hold this.
    pub(crate) fn metrics_with(&self, series: &str, value: f64) -> Metrics {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let metrics = self.metrics();
            if metrics.value(series) == value {
                return metrics;
            }
            assert!(
                Instant::now() < deadline,
                "{series} is not {value}: {metrics:?}"
            );
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client(connect(self.server.address()))
    }
}

/// Every series of one page with its value.
#[derive(Debug)]
pub(crate) struct Metrics(pub(crate) BTreeMap<String, f64>);

impl Metrics {
    pub(crate) fn read(address: SocketAddr) -> Self {
        let page = http::get(address, "/metrics").body;
        let samples = page.lines().filter(|line| !line.starts_with('#'));
        let series = samples.map(|line| {
            let (series, value) = line.rsplit_once(' ').expect(line);
            (series.to_owned(), value.parse().expect(line))
        });
        Self(series.collect())
    }

    #[track_caller]
    pub(crate) fn value(&self, series: &str) -> f64 {
        *self
            .0
            .get(series)
            .unwrap_or_else(|| panic!("there is no {series}: {self:?}"))
    }
}

/// One client over TCP.
pub(crate) struct Client(pub(crate) TcpStream);

impl Client {
    pub(crate) fn ask(&mut self, line: &str) -> Value {
        self.0.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Value {
        let mut reply = Vec::new();
        while !reply.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte).unwrap();
            reply.extend(byte);
        }
        serde_json::from_slice(&reply).unwrap()
    }
}

/// The code of a refusal, empty for a success.
pub(crate) fn code(reply: &Value) -> &str {
    reply["code"].as_str().unwrap_or_default()
}
