//! One connection: lines out, whole replies in.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

/// No reply takes this long, however busy the machine is.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Far more than any reply of this service can have.
const MOST_REPLY_BYTES: usize = 32 << 20;
/// PROTOCOL.md, section 2.5.
const REPLY_END: &[u8] = b"\r\n\r\n";
/// What a slow client's system takes of a reply before it is read.
const SMALL_BUFFER_BYTES: u32 = 4096;

pub(crate) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
    /// What has been received up to here holds no whole reply.
    searched: usize,
    /// How often the server had died when this began.
    pub(crate) life: u64,
}

/// Why there will be no further reply.
#[derive(Debug)]
pub(crate) enum End {
    /// The server closed, or the connection broke.
    Closed,
    /// The server said that a line took too long, and closes.
    CutOff,
    /// Nothing came for so long that nothing will.
    Silent,
    /// What came is no reply.
    Malformed(String),
}

pub(crate) struct Reply {
    pub(crate) value: Value,
    /// The code of a refusal.
    pub(crate) code: Option<String>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr, is_slow: bool, life: u64) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        if is_slow {
            socket.set_recv_buffer_size(SMALL_BUFFER_BYTES)?;
        }
        let stream = timeout(PATIENCE, socket.connect(address)).await??;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            input: Vec::new(),
            searched: 0,
            life,
        })
    }

    /// Sends requests, when all earlier ones have been answered.
    pub(crate) async fn ask(&mut self, lines: &[u8]) -> Result<(), End> {
        if !self.input.is_empty() {
            return Err(End::Malformed(format!("unasked: {}", shown(&self.input))));
        }
        self.write(lines).await
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), End> {
        match timeout(PATIENCE, self.stream.write_all(bytes)).await {
            // Also when the server closed: replies may have come before.
            Ok(_) => Ok(()),
            Err(_) => Err(End::Silent),
        }
    }

    pub(crate) async fn reply(&mut self) -> Result<Reply, End> {
        let bytes = self.reply_bytes().await?;
        understand(&bytes).map_err(|what| End::Malformed(format!("{what}: {}", shown(&bytes))))
    }

    /// A reply as it came.
    pub(crate) async fn reply_bytes(&mut self) -> Result<Vec<u8>, End> {
        loop {
            if let Some(reply) = self.take_reply() {
                return Ok(reply);
            }
            if self.input.len() > MOST_REPLY_BYTES {
                return Err(End::Malformed("a reply without end".into()));
            }
            match timeout(PATIENCE, self.stream.read_buf(&mut self.input)).await {
                Err(_) => return Err(End::Silent),
                Ok(Ok(0) | Err(_)) => return Err(End::Closed),
                Ok(Ok(_)) => {}
            }
        }
    }

    fn take_reply(&mut self) -> Option<Vec<u8>> {
        let unsearched = self.input[self.searched..].windows(REPLY_END.len());
        let Some(end) = unsearched.into_iter().position(|bytes| bytes == REPLY_END) else {
            self.searched = self.input.len().saturating_sub(REPLY_END.len() - 1);
            return None;
        };
        let end = self.searched + end + REPLY_END.len();
        let rest = self.input.split_off(end);
        self.searched = 0;
        Some(std::mem::replace(&mut self.input, rest))
    }

    /// Says that no further request comes.
    pub(crate) async fn end_sending(&mut self) {
        // Where the server has closed already, that is found by reading.
        let _ = self.stream.shutdown().await;
    }

    /// Breaks it, so that what is under way is lost.
    pub(crate) fn reset(self) {
        let _ = self.stream.set_zero_linger();
    }
}

fn understand(bytes: &[u8]) -> Result<Reply, String> {
    let object = &bytes[..bytes.len() - REPLY_END.len()];
    if !object.iter().all(|byte| (0x20..=0x7e).contains(byte)) {
        return Err("bytes that no reply has".into());
    }
    let value: Value = serde_json::from_slice(object).map_err(|error| error.to_string())?;
    let code = match value["status"].as_str() {
        Some("OK") => None,
        Some("ERROR") => {
            let code = value["code"].as_str();
            Some(code.ok_or("a refusal without a code")?.to_owned())
        }
        _ => return Err("no status".into()),
    };
    Ok(Reply { value, code })
}

/// The beginning of it, for a person.
fn shown(bytes: &[u8]) -> String {
    const SHOWN: usize = 200;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    text.escape_default().to_string()
}
