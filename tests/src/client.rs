//! A client that waits for everything with a deadline.

use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;
use socket2::{Domain, SockAddr, Socket, Type};

use crate::server::PATIENCE;

/// The password of every account that these tests make.
pub const PASSWORD: &str = "rahasia-sekali";

const REPLY_END: &[u8] = b"\r\n\r\n";

/// One connection.
#[derive(Debug)]
pub struct Client {
    stream: TcpStream,
    received: Vec<u8>,
    /// What has been received up to here holds no whole reply.
    searched: usize,
}

impl Client {
    /// Connects, whatever comes of it is a panic.
    pub fn connect(address: SocketAddr) -> Self {
        Self::connect_as(address, |_| Ok(())).unwrap()
    }

    /// `None` when nobody listens there any more.
    pub fn try_connect(address: SocketAddr) -> Option<Self> {
        Self::connect_as(address, |_| Ok(())).ok()
    }

    /// One whose operating system takes few bytes that the client has not read yet.
    pub fn with_small_buffer(address: SocketAddr) -> Self {
        Self::connect_as(address, |socket| socket.set_recv_buffer_size(4096)).unwrap()
    }

    /// One that comes from another loopback address.
    pub fn connect_from(source: Ipv4Addr, address: SocketAddr) -> Self {
        let source = SockAddr::from(SocketAddr::new(IpAddr::V4(source), 0));
        Self::connect_as(address, |socket| socket.bind(&source)).unwrap()
    }

    fn connect_as(
        address: SocketAddr,
        prepare: impl FnOnce(&Socket) -> std::io::Result<()>,
    ) -> std::io::Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        prepare(&socket)?;
        socket.connect_timeout(&SockAddr::from(address), PATIENCE)?;
        let stream = TcpStream::from(socket);
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            received: Vec::new(),
            searched: 0,
        })
    }

    /// Sends these bytes.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).unwrap();
    }

    /// The same; the server may be gone.
    ///
    /// # Errors
    /// When it is.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> std::io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends as much as the two operating systems and the server take at once.
    pub fn send_what_is_taken(&mut self, mut bytes: &[u8]) {
        let moment = Some(Duration::from_millis(5));
        self.stream.set_write_timeout(moment).unwrap();
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(length) => bytes = &bytes[length..],
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
                    break;
                }
            }
        }
        self.stream.set_write_timeout(Some(PATIENCE)).unwrap();
    }

    /// Ends its side of the connection.
    pub fn end_sending(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// Where the server sees it come from.
    pub fn address(&self) -> SocketAddr {
        self.stream.local_addr().unwrap()
    }

    /// Sends a line and returns its reply.
    pub fn ask(&mut self, line: impl AsRef<[u8]>) -> Value {
        let line = [line.as_ref(), b"\r\n"].concat();
        self.send(line);
        self.reply()
    }

    /// Logs in and returns the token.
    pub fn log_in(&mut self, username: &str) -> String {
        let reply = self.ask(format!("auth {username} {PASSWORD}"));
        let token = reply["tokenid"].as_str();
        token.unwrap_or_else(|| panic!("{reply}")).to_owned()
    }

    /// The texts in the mailbox of whoever is logged in, in order; there is one sender.
    pub fn take_texts(&mut self) -> Vec<String> {
        texts(&self.ask("inbox"))
    }

    /// The next reply.
    pub fn reply(&mut self) -> Value {
        self.next_reply().expect("the server does not close here")
    }

    /// The next reply, or `None` when the server closed.
    pub fn next_reply(&mut self) -> Option<Value> {
        let bytes = self.next_bytes()?;
        Some(parse(&bytes))
    }

    /// The bytes of the next reply, or `None` when the server closed.
    pub fn next_bytes(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(reply) = self.take_received() {
                return Some(reply);
            }
            if !self.receive() {
                return None;
            }
        }
    }

    /// A reply that is here already or comes within a moment.
    pub fn next_within(&mut self, moment: Duration) -> Option<Value> {
        self.stream.set_read_timeout(Some(moment)).unwrap();
        let mut buffer = [0; 4096];
        match self.stream.read(&mut buffer) {
            Ok(length) => self.received.extend_from_slice(&buffer[..length]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}"),
        }
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        self.take_received().map(|bytes| parse(&bytes))
    }

    /// Returns once some of a reply has come that was none of it before.
    pub fn receive_some(&mut self) {
        let mut buffer = [0; 1];
        assert_eq!(self.stream.read(&mut buffer).unwrap(), 1);
        self.received.extend_from_slice(&buffer);
    }

    /// Waits longer for replies than other clients.
    pub fn wait_up_to(&self, patience: Duration) {
        self.stream.set_read_timeout(Some(patience)).unwrap();
    }

    /// Everything up to the end of the stream.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.receive() {}
        std::mem::take(&mut self.received)
    }

    /// `false` when the server closed, whichever way.
    fn receive(&mut self) -> bool {
        let mut buffer = [0; 64 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(length) => {
                self.received.extend_from_slice(&buffer[..length]);
                true
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            Err(error) => panic!("nothing comes from the server: {error}"),
        }
    }

    fn take_received(&mut self) -> Option<Vec<u8>> {
        let unsearched = self.received[self.searched..].windows(REPLY_END.len());
        let Some(end) = unsearched.into_iter().position(|bytes| bytes == REPLY_END) else {
            self.searched = self.received.len().saturating_sub(REPLY_END.len() - 1);
            return None;
        };
        let end = self.searched + end + REPLY_END.len();
        let rest = self.received.split_off(end);
        self.searched = 0;
        Some(std::mem::replace(&mut self.received, rest))
    }
}

/// The value that a reply is.
pub fn parse(reply: &[u8]) -> Value {
    serde_json::from_slice(reply).unwrap_or_else(|error| {
        let reply = String::from_utf8_lossy(reply);
        panic!("not JSON ({error}): {reply}")
    })
}

/// The code of a refusal, empty for a success.
pub fn code(reply: &Value) -> &str {
    match reply["status"].as_str() {
        Some("OK") => "",
        _ => reply["code"].as_str().unwrap_or_else(|| panic!("{reply}")),
    }
}

/// The message texts of an inbox reply, as they were sent.
pub fn texts(reply: &Value) -> Vec<String> {
    let by_sender = reply["messages"]
        .as_object()
        .unwrap_or_else(|| panic!("{reply}"));
    let messages = by_sender.values().flat_map(|list| list.as_array().unwrap());
    let texts = messages.map(|message| text(message["msg"].as_str().unwrap()));
    texts.map(str::to_owned).collect()
}

/// The text without what surrounds it on the wire.
pub fn text(message: &str) -> &str {
    let text = message
        .strip_prefix(' ')
        .and_then(|rest| rest.strip_suffix("\r\n"));
    text.unwrap_or_else(|| panic!("{message:?}"))
}
