//! A server that serves HTTP, and what talks to it.

use std::io::{ErrorKind, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use chatting_time_tests::http::ask;
use chatting_time_tests::process::ClientConnection as _;
use chatting_time_tests::server::Server;
use chatting_time_tests::websocket::WebSocketConnection;
use serde_json::Value;
use tempfile::TempDir;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message};

pub(crate) use chatting_time_tests::http::{Answer, connect, rest};

const REPLY_END: &[u8] = b"\r\n\r\n";

/// A server with the documented accounts.
pub(crate) struct Site {
    pub(crate) server: Server,
    data: TempDir,
}

impl Site {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_with(&[&["--http", "127.0.0.1:0"], flags].concat())
    }

    /// Starts a server with exactly these flags beside those that every test has.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        Self::start_within(&[], flags)
    }

    /// The same through another command, which becomes the server.
    pub(crate) fn start_within(outer: &[&str], flags: &[&str]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let owned = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        let server = Server::start_exactly(&owned(outer), data.path(), &owned(flags)).unwrap();
        Self { server, data }
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.http_address().unwrap()
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.address())
    }

    /// The answer to a request with this first line and these lines behind it, on a connection
    /// of its own.
    pub(crate) fn ask(&self, request: &str, headers: &[&str]) -> Answer {
        let host = format!("Host: {}", self.address());
        self.ask_exactly(request, &[&[host.as_str()], headers].concat())
    }

    /// The same without a header that says the host.
    pub(crate) fn ask_exactly(&self, request: &str, headers: &[&str]) -> Answer {
        ask(self.address(), request, headers)
    }

    pub(crate) fn websocket(&self) -> Socket {
        Socket(<WebSocketConnection>::open(&self.server).unwrap())
    }

    /// A client over TCP that has logged in.
    pub(crate) fn line_client(&self, username: &str) -> Lines {
        let mut client = self.stranger();
        assert_eq!(code(&client.ask(&format!("auth {username} surabaya"))), "");
        client
    }

    /// A client over TCP that has said nothing yet.
    pub(crate) fn stranger(&self) -> Lines {
        Lines(connect(self.server.address()))
    }
}

/// Whether a write failed because the server has closed.
pub(crate) fn is_cut_off(error: &std::io::Error) -> bool {
    [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe].contains(&error.kind())
}

/// A client over TCP.
pub(crate) struct Lines(pub(crate) TcpStream);

impl Lines {
    pub(crate) fn ask(&mut self, line: &str) -> Value {
        self.0.write_all(format!("{line}\r\n").as_bytes()).unwrap();
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Value {
        let mut reply = Vec::new();
        while !reply.ends_with(REPLY_END) {
            let piece = self.0.receive().unwrap();
            assert!(!piece.is_empty(), "the server closed");
            reply.extend(piece);
        }
        serde_json::from_slice(&reply).unwrap()
    }
}

/// A client over the WebSocket.
pub(crate) struct Socket(pub(crate) WebSocketConnection);

impl Socket {
    /// Sends a message.
    pub(crate) fn send(&mut self, message: impl Into<Message>) {
        self.0.socket().send(message.into()).unwrap();
    }

    /// Sends bytes as they are, whatever frames they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.0.socket().get_mut().write_all(bytes).unwrap();
    }

    pub(crate) fn ask(&mut self, request: &str) -> Value {
        self.send(request);
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Value {
        match self.0.socket().read().unwrap() {
            Message::Text(reply) => serde_json::from_str(&reply).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The code with which the server closes, and nothing more comes before or after.
    pub(crate) fn close_code(&mut self) -> CloseCode {
        let code = match self.0.socket().read().unwrap() {
            Message::Close(Some(frame)) => frame.code,
            other => panic!("{other:?}"),
        };
        match self.0.socket().read() {
            Err(Error::ConnectionClosed) => code,
            other => panic!("{other:?}"),
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
