//! As much of an HTTP client as tests of the server need. Whatever is not as it should be is a panic.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use crate::server::PATIENCE;

/// The answer to a request with this first line and these lines behind it, on a connection of its
/// own.
pub fn ask(address: SocketAddr, request: &str, headers: &[&str]) -> Answer {
    let mut stream = connect(address);
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    write!(
        stream,
        "{request} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n"
    )
    .unwrap();
    Answer::read(&mut stream)
}

/// The answer to a request for this path by the address that it is sent to.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    ask(
        address,
        &format!("GET {path}"),
        &[&format!("Host: {address}")],
    )
}

/// A connection whose every wait has a deadline.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Reads until the server closes, whichever way.
pub fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => {
            panic!("the server does not close: {error}")
        }
        _ => bytes,
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// The number that says what became of the request.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// What it holds.
    pub body: String,
}

impl Answer {
    /// Reads one until the server closes.
    pub fn read(stream: &mut TcpStream) -> Self {
        Self::parse(&String::from_utf8(rest(stream)).unwrap())
    }

    /// One as it went over the wire.
    pub fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer has a head");
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_lowercase(), value.to_owned())
        });
        Self {
            status: status.parse().unwrap(),
            headers: headers.collect(),
            body: body.to_owned(),
        }
    }

    /// All that stand there one behind the other, each with the length that it says.
    pub fn parse_all(mut text: &str) -> impl Iterator<Item = Self> {
        std::iter::from_fn(move || {
            let head = text.find("\r\n\r\n")? + 4;
            let length: usize = Self::parse(&text[..head])
                .header("content-length")
                .parse()
                .unwrap();
            let (answer, rest) = text.split_at(head + length);
            text = rest;
            Some(Self::parse(answer))
        })
    }

    /// The value of a header, empty where there is none.
    pub fn header(&self, wanted: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value)
    }

    /// The names and values of all headers but the time.
    pub fn lasting_headers(&self) -> Vec<(String, String)> {
        let lasting = self.headers.iter().filter(|(name, _)| name != "date");
        lasting.cloned().collect()
    }
}
