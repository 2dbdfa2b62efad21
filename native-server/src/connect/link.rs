//! The wire of the terminal client: one connection, watched from a thread of its own, so that
//! its end is noticed even while somebody types.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use chatting_time_core::terminal::ReplyBuffer;

use super::encryption::{Encryption, Trust};
use super::failure::Failure;
use crate::settings::ListenAddress;

/// What a conversation can wait for.
pub(super) enum Event {
    /// These bytes came from the server.
    Bytes(Vec<u8>),
    /// Nothing more will come: the server closed the connection, or it broke.
    Ended(Option<io::Error>),
    /// The editor shows its prompt and has the keyboard.
    EditingBegan,
    /// The person typed a line, or left.
    Typed(Result<Option<String>, Failure>),
}

/// A connection to a server.
pub(super) struct Link {
    stream: TcpStream,
    encryption: Option<Arc<Encryption>>,
    replies: ReplyBuffer,
    timeout: Duration,
    events: Receiver<Event>,
    sender: SyncSender<Event>,
}

/// Events on their way from thread to thread: a server that sends faster than it is listened to
/// waits.
const EVENTS: usize = 4;
/// How what a server that speaks TLS says to a line of text begins.
const TLS_ALERT: &[u8] = &[21, 3];
/// Bytes taken from the connection at a time.
const PIECE_BYTES: usize = 64 << 10;

impl Link {
    /// Connects, trying each address of the server for up to `timeout`, which also bounds every
    /// later wait for the server to take or send anything. Encrypts where there is `trust`.
    pub(super) fn open(
        server: &ListenAddress,
        timeout: Duration,
        trust: Option<&Trust>,
    ) -> Result<Self, Failure> {
        let mut stream = connect(server, timeout)?;
        let prepared = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_write_timeout(Some(timeout)))
            .and_then(|()| stream.try_clone());
        let reading = prepared.map_err(Failure::Unreachable)?;
        let encryption = match trust {
            Some(trust) => Some(Arc::new(shake_hands(&mut stream, trust, timeout)?)),
            None => None,
        };
        let (sender, events) = sync_channel(EVENTS);
        if let Some(encryption) = &encryption {
            // What came right behind the handshake: the channel has room.
            let early = encryption.decrypt(&[]).map_err(Failure::Unreachable)?;
            let _ = sender.send(Event::Bytes(early.bytes));
        }
        let watch = sender.clone();
        let incoming = Incoming {
            stream: reading,
            encryption: encryption.clone(),
        };
        thread::spawn(move || forward(incoming, &watch));
        Ok(Self {
            stream,
            encryption,
            replies: ReplyBuffer::default(),
            timeout,
            events,
            sender,
        })
    }

    /// Sends a request and waits for its reply.
    pub(super) fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Failure> {
        match self.write(request) {
            Err(error) if is_timeout(&error) => return Err(Failure::Silent(self.timeout)),
            // The server has gone, perhaps with a last word that explains it: reading tells.
            Ok(()) | Err(_) => {}
        }
        let mut is_alert = false;
        loop {
            match self.replies.take() {
                Ok(Some(reply)) => return Ok(reply),
                Ok(None) => {}
                Err(_) if is_alert => return Err(Failure::OnlyTls),
                Err(unreadable) => return Err(Failure::Unreadable(unreadable)),
            }
            match self.events.recv_timeout(self.timeout) {
                Ok(Event::Bytes(bytes)) => {
                    is_alert = self.encryption.is_none() && bytes.starts_with(TLS_ALERT);
                    self.replies.push(&bytes);
                }
                Ok(Event::Ended(cause)) => return Err(unanswered(cause)),
                // The editor has said all it had to say about the line that is being asked.
                Ok(Event::EditingBegan | Event::Typed(_)) => {}
                Err(RecvTimeoutError::Timeout) => return Err(Failure::Silent(self.timeout)),
                Err(RecvTimeoutError::Disconnected) => return Err(unanswered(None)),
            }
        }
    }

    fn write(&mut self, request: &[u8]) -> io::Result<()> {
        match &self.encryption {
            Some(encryption) => self.stream.write_all(&encryption.encrypt(request)?),
            None => self.stream.write_all(request),
        }
    }

    /// Waits for whatever happens next, however long.
    pub(super) fn next_event(&self) -> Event {
        let event = self.events.recv();
        event.expect("the link itself holds a sender")
    }

    /// Takes in bytes that came while nothing was asked. The reply among them, if it is whole.
    pub(super) fn unasked(&mut self, bytes: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
        self.replies.push(bytes);
        self.replies.take().map_err(Failure::Unreadable)
    }

    /// Where others report what [`Link::next_event`] gives.
    pub(super) fn events_sender(&self) -> SyncSender<Event> {
        self.sender.clone()
    }
}

fn connect(server: &ListenAddress, timeout: Duration) -> Result<TcpStream, Failure> {
    let addresses = (server.host(), server.port())
        .to_socket_addrs()
        .map_err(Failure::UnknownHost)?;
    let mut failure = Failure::UnknownHost(io::ErrorKind::NotFound.into());
    for address in addresses {
        match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = Failure::Unreachable(error),
        }
    }
    Err(failure)
}

/// The only reads that end in time are those of the handshake: later, the server may be quiet.
fn shake_hands(
    stream: &mut TcpStream,
    trust: &Trust,
    timeout: Duration,
) -> Result<Encryption, Failure> {
    let bounded = stream.set_read_timeout(Some(timeout));
    bounded.map_err(Failure::Unreachable)?;
    let shaken = trust.handshake(stream).map_err(|failure| match failure {
        Failure::HandshakeBroke(error) if is_timeout(&error) => Failure::Silent(timeout),
        failure => failure,
    })?;
    stream
        .set_read_timeout(None)
        .map_err(Failure::Unreachable)?;
    Ok(shaken)
}

/// The bytes that come from the server, as they were before they were encrypted.
struct Incoming {
    stream: TcpStream,
    encryption: Option<Arc<Encryption>>,
}

impl Incoming {
    /// Waits for some, which come over the wire as a piece of at most that length; none at the end.
    fn next(&mut self, piece: &mut [u8]) -> io::Result<Vec<u8>> {
        loop {
            let length = self.stream.read(piece)?;
            let read = &piece[..length];
            let Some(encryption) = self.encryption.as_ref().filter(|_| length > 0) else {
                return Ok(read.to_vec());
            };
            let decrypted = encryption.decrypt(read)?;
            if decrypted.is_over || !decrypted.bytes.is_empty() {
                return Ok(decrypted.bytes);
            }
        }
    }
}

/// Ends with the connection, or when nobody wants to know any more.
fn forward(mut incoming: Incoming, events: &SyncSender<Event>) {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let event = match incoming.next(&mut piece) {
            Ok(bytes) if bytes.is_empty() => Event::Ended(None),
            Ok(bytes) => Event::Bytes(bytes),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // Closed all the same, with a request of ours still unread.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Event::Ended(None),
            Err(error) => Event::Ended(Some(error)),
        };
        let is_last = matches!(event, Event::Ended(_));
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

fn unanswered(cause: Option<io::Error>) -> Failure {
    Failure::Gone {
        cause,
        unanswered: true,
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
