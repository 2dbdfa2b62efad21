//! A server that is looked at from outside, and its clients.

use std::io::Write as _;
use std::net::{SocketAddr, TcpStream};

use chatting_time_tests::http::{self, Answer, connect};
use chatting_time_tests::server::Server;
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

    pub(crate) fn client(&self) -> Client {
        Client(connect(self.server.address()))
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
        use std::io::Read as _;
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
