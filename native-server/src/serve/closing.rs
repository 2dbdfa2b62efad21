//! Closing a connection so that its last reply arrives.
//!
//! Closing a socket with unread bytes in it resets the connection, and a reset can overtake the
//! reply on the client's side. So the last reply is followed by an end of stream, and what the
//! client still sends is read and dropped, within bounds.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::stream::Stream;

const TIME: Duration = Duration::from_secs(2);
const BYTES: u64 = 16 << 20;

/// Writes `last_word` and closes; both within a time that a client who reads never needs.
pub(crate) async fn close_after(mut stream: Stream, last_word: &[u8]) {
    let _ = timeout(TIME, async {
        stream.write_all(last_word).await?;
        stream.shutdown().await?;
        let mut rest = stream.take(BYTES);
        let mut dropped = [0; 4096];
        while rest.read(&mut dropped).await? > 0 {}
        io::Result::Ok(())
    })
    .await;
}
