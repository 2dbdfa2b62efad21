//! The real server behind its WebSocket, encrypted or not, as a host of vectors.
//!
//! A line becomes a text message. Where a vector sends a part of a line, that part is a fragment
//! of the message, so that vectors about pieces hold here too.

use std::io::{Read, Write};
use std::net::TcpStream;

use tungstenite::client::{IntoClientRequest, client_with_config};
use tungstenite::error::ProtocolError;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Error, Message, WebSocket};

use crate::host::Trouble;
use crate::process::{self, ProcessHost};
use crate::server::{PATIENCE, Server};
use crate::tcp::{connect, is_closed, is_patience_over};
use crate::tls::{Certificate, Encrypted, client_config, shake_hands};

/// A server process that is talked to over its WebSocket.
pub type WebSocketHost = ProcessHost<WebSocketConnection>;

/// What a WebSocket can go over.
pub trait Transport: Read + Write + Sized {
    /// The flags of `serve` that a server needs for it.
    fn flags() -> Result<Vec<String>, Trouble>;

    /// The address of the WebSocket, and a connection to the server.
    fn connect(server: &Server) -> Result<(String, Self), Trouble>;

    /// The socket below.
    fn socket(&self) -> &TcpStream;
}

impl Transport for TcpStream {
    fn flags() -> Result<Vec<String>, Trouble> {
        Ok(["--http", "127.0.0.1:0"].map(str::to_owned).into())
    }

    fn connect(server: &Server) -> Result<(String, Self), Trouble> {
        let address = server.http_address()?;
        Ok((format!("ws://{address}/ws"), connect(address)?))
    }

    fn socket(&self) -> &TcpStream {
        self
    }
}

impl Transport for Encrypted {
    fn flags() -> Result<Vec<String>, Trouble> {
        let https = ["--https", "127.0.0.1:0"].map(str::to_owned);
        Ok([https.to_vec(), Certificate::shared()?.flags()].concat())
    }

    fn connect(server: &Server) -> Result<(String, Self), Trouble> {
        let address = server.https_address()?;
        let config = client_config(&Certificate::shared()?.path())?;
        let url = format!("wss://localhost:{}/ws", address.port());
        Ok((url, shake_hands(config, connect(address)?)?))
    }

    fn socket(&self) -> &TcpStream {
        &self.sock
    }
}

/// A connection to the WebSocket of a server.
pub struct WebSocketConnection<T = TcpStream> {
    socket: WebSocket<T>,
    /// A message has begun and is to be continued.
    is_inside: bool,
}

impl<T: Transport> WebSocketConnection<T> {
    /// Asks the server for a WebSocket.
    pub fn request(request: impl IntoClientRequest, stream: T) -> Result<Self, Trouble> {
        // A reply may be as long as the server is told to make it.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = client_with_config(request, stream, Some(config))
            .map_err(|error| Trouble(error.to_string()))?;
        Ok(Self {
            socket,
            is_inside: false,
        })
    }

    /// The socket, for whatever a line cannot say.
    pub fn socket(&mut self) -> &mut WebSocket<T> {
        &mut self.socket
    }

    fn send_piece(&mut self, piece: &[u8], is_last: bool) -> Result<(), Trouble> {
        let data = match self.is_inside {
            true => Data::Continue,
            false => Data::Text,
        };
        self.is_inside = !is_last;
        let frame = Frame::message(piece.to_vec(), OpCode::Data(data), is_last);
        ignoring_the_end(self.socket.send(Message::Frame(frame)))
    }
}

impl<T: Transport> process::ClientConnection for WebSocketConnection<T> {
    fn flags() -> Result<Vec<String>, Trouble> {
        T::flags()
    }

    fn open(server: &Server) -> Result<Self, Trouble> {
        let (url, stream) = T::connect(server)?;
        Self::request(url, stream)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(line) => self.send_piece(line, true)?,
                None => self.send_piece(piece, false)?,
            }
        }
        Ok(())
    }

    fn end_sending(&mut self) -> Result<(), Trouble> {
        ignoring_the_end(self.socket.close(None))
    }

    fn receive(&mut self) -> Result<Vec<u8>, Trouble> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(reply)) => return Ok([reply.as_bytes(), b"\r\n\r\n"].concat()),
                Ok(_) => {}
                Err(error) if is_the_end(&error) => return Ok(Vec::new()),
                Err(Error::Io(error)) if is_patience_over(&error) => {
                    return Err(Trouble(format!("nothing came within {PATIENCE:?}")));
                }
                Err(error) => return Err(Trouble(error.to_string())),
            }
        }
    }

    fn received(&mut self) -> Result<Vec<u8>, Trouble> {
        self.socket.get_ref().socket().set_nonblocking(true)?;
        let read = self.socket.read();
        self.socket.get_ref().socket().set_nonblocking(false)?;
        match read {
            Ok(Message::Text(reply)) => Ok([reply.as_bytes(), b"\r\n\r\n"].concat()),
            Ok(_) => Ok(Vec::new()),
            Err(Error::Io(error)) if is_patience_over(&error) => Ok(Vec::new()),
            Err(error) => Err(Trouble(error.to_string())),
        }
    }
}

fn ignoring_the_end(result: Result<(), Error>) -> Result<(), Trouble> {
    match result {
        Err(error) if !is_the_end(&error) => Err(Trouble(error.to_string())),
        _ => Ok(()),
    }
}

/// Whether the server has closed.
fn is_the_end(error: &Error) -> bool {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => true,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => true,
        Error::Protocol(ProtocolError::SendAfterClosing) => true,
        Error::Io(error) => is_closed(error),
        _ => false,
    }
}
