//! Closing a connection so that its last reply arrives.
//!
//! Closing a socket with unread bytes in it resets the connection, and a reset can overtake the
//! reply on the client's side. So the last reply is followed by an end of stream, and what the
//! client still sends is read and dropped, within bounds.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const TIME: Duration = Duration::from_secs(2);
const BYTES: u64 = 16 << 20;

/// Writes `last_word`, as far as the client takes it at once, and closes.
pub(super) async fn close_after(mut stream: TcpStream, last_word: &[u8]) {
    if stream.try_write(last_word).is_err() || stream.shutdown().await.is_err() {
        return;
    }
    let mut rest = stream.take(BYTES);
    let _ = timeout(TIME, async {
        let mut dropped = [0; 4096];
        while matches!(rest.read(&mut dropped).await, Ok(1..)) {}
    })
    .await;
}
