//! What this machine's network and tokio allow: for each line, an answer of so many bytes, and nothing else.
//!
//! `tokio_echo REPLY_BYTES` prints the address that it listens on.

use std::error::Error;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

fn main() -> Result<(), Box<dyn Error>> {
    // On as many threads as the server that it is a bound for.
    chatting_time::serve::runtime()?.block_on(listen())
}

async fn listen() -> Result<(), Box<dyn Error>> {
    let reply_bytes: usize = std::env::args().nth(1).ok_or("how many bytes?")?.parse()?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, reply_bytes));
    }
}

/// Until the client leaves.
async fn serve(mut stream: TcpStream, reply_bytes: usize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = vec![0; 64 << 10];
    let mut output = Vec::new();
    loop {
        let count = stream.read(&mut input).await?;
        if count == 0 {
            return Ok(());
        }
        let lines = memchr::memchr_iter(b'\n', &input[..count]).count();
        output.clear();
        output.resize(lines * reply_bytes, b'.');
        stream.write_all(&output).await?;
    }
}
