//! A server with TLS on a data folder of its own, and clients of it.

use std::net::TcpStream;
use std::path::Path;

use chatting_time_tests::process::ClientConnection as _;
use chatting_time_tests::server::Server;
use chatting_time_tests::tls::{Certificate, TlsConnection};
use serde_json::Value;
use tempfile::TempDir;

const REPLY_END: &[u8] = b"\r\n\r\n";

/// A server with the documented accounts and a certificate.
pub(crate) struct Service {
    pub(crate) server: Server,
    pub(crate) certificate: Certificate,
    _data: TempDir,
}

impl Service {
    pub(crate) fn start(flags: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let certificate = Certificate::new().unwrap();
        let flags = flags.iter().map(|flag| (*flag).to_owned());
        let listen = ["--tls-listen", "127.0.0.1:0", "--log-filter", "debug"].map(str::to_owned);
        // Hashing is not what is tested.
        let cheap = ["--password-memory-bytes=8KiB", "--password-passes=1"].map(str::to_owned);
        let flags: Vec<_> = listen.into_iter().chain(cheap).chain(flags).collect();
        let server = Server::start(data.path(), &[flags, certificate.flags()].concat()).unwrap();
        Self {
            server,
            certificate,
            _data: data,
        }
    }

    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.server, &self.certificate)
    }

    /// A client that has logged in.
    pub(crate) fn client_of(&self, username: &str) -> Client {
        let mut client = self.client();
        let reply = client.ask(&format!("auth {username} surabaya"));
        assert_eq!(code(&reply), "");
        client
    }

    /// A connection to the encrypted address that has said nothing yet.
    pub(crate) fn stream(&self) -> TcpStream {
        let stream = TcpStream::connect(self.server.tls_address().unwrap()).unwrap();
        let patience = Some(chatting_time_tests::server::PATIENCE);
        stream.set_read_timeout(patience).unwrap();
        stream
    }

    /// Puts a new key and certificate into the place of those that are served.
    pub(crate) fn renew(&self) -> Certificate {
        let new = Certificate::new().unwrap();
        replace(&new.path(), &self.certificate.path());
        replace(&new.key_path(), &self.certificate.key_path());
        new
    }

    /// Returns once the server has logged this.
    #[track_caller]
    pub(crate) fn wait_for_log(&self, words: &str) {
        self.server.wait_for_line(words).unwrap();
    }
}

/// Puts a copy of one file in the place of another, at once.
pub(crate) fn replace(from: &Path, to: &Path) {
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside).unwrap();
    std::fs::rename(&beside, to).unwrap();
}

/// One encrypted connection.
pub(crate) struct Client {
    pub(crate) connection: TlsConnection,
    received: Vec<u8>,
    /// What has been received up to here holds no whole reply.
    searched: usize,
}

impl Client {
    pub(crate) fn connect(server: &Server, certificate: &Certificate) -> Self {
        let address = server.tls_address().unwrap();
        Self {
            connection: TlsConnection::connect(address, certificate).unwrap(),
            received: Vec::new(),
            searched: 0,
        }
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.connection.send(text.as_bytes()).unwrap();
    }

    /// Sends a line and returns its reply.
    pub(crate) fn ask(&mut self, line: &str) -> Value {
        self.send(&format!("{line}\r\n"));
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Value {
        self.next().expect("the server does not close here")
    }

    /// The next reply, or `None` when the server closed.
    pub(crate) fn next(&mut self) -> Option<Value> {
        loop {
            let mut unsearched = self.received[self.searched..].windows(REPLY_END.len());
            if let Some(end) = unsearched.position(|bytes| bytes == REPLY_END) {
                let end = self.searched + end + REPLY_END.len();
                let rest = self.received.split_off(end);
                self.searched = 0;
                let reply = std::mem::replace(&mut self.received, rest);
                return Some(serde_json::from_slice(&reply).unwrap());
            }
            self.searched = self.received.len().saturating_sub(REPLY_END.len() - 1);
            let piece = self.connection.receive().unwrap();
            if piece.is_empty() {
                return None;
            }
            self.received.extend(piece);
        }
    }
}

/// The code of a refusal, empty for a success.
pub(crate) fn code(reply: &Value) -> &str {
    match reply["status"].as_str() {
        Some("OK") => "",
        _ => reply["code"].as_str().unwrap(),
    }
}

/// How many messages an inbox reply holds.
pub(crate) fn count(reply: &Value) -> usize {
    let messages = reply["messages"].as_object().unwrap().values();
    messages.map(|list| list.as_array().unwrap().len()).sum()
}
