//! What this machine's disk allows besides: each line is appended to a file, and answered once it is synced. One sync is
//! for all lines that came meanwhile, on any connection.
//!
//! `durable_echo REPLY_BYTES FILE` prints the address that it listens on.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Long enough for a measurement; begun again at its start when it is full.
const FILE_BYTES: u64 = 1 << 30;

fn main() -> Result<(), Box<dyn Error>> {
    // On as many threads as the server that it is a bound for.
    chatting_time::serve::runtime()?.block_on(listen())
}

async fn listen() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let reply_bytes: usize = arguments.next().ok_or("how many bytes?")?.parse()?;
    let file = arguments.next().ok_or("which file?")?;
    let log = Log::start(preallocated(&file)?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream, reply_bytes, log.clone()));
    }
}

/// Until the client leaves.
async fn serve(mut stream: TcpStream, reply_bytes: usize, log: Arc<Log>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = vec![0; 64 << 10];
    let mut output = Vec::new();
    let mut synced = log.synced.subscribe();
    loop {
        let count = stream.read(&mut input).await?;
        if count == 0 {
            return Ok(());
        }
        let lines = memchr::memchr_iter(b'\n', &input[..count]).count();
        let batch = log.append(&input[..count]);
        if synced.wait_for(|synced| *synced >= batch).await.is_err() {
            return Ok(());
        }
        output.clear();
        output.resize(lines * reply_bytes, b'.');
        stream.write_all(&output).await?;
    }
}

struct Log {
    open: Mutex<Batch>,
    filled: Condvar,
    /// The number of the last batch that is on the disk.
    synced: watch::Sender<u64>,
}

/// What the next write will take.
struct Batch {
    number: u64,
    bytes: Vec<u8>,
}

impl Log {
    fn start(file: File) -> Arc<Self> {
        let log = Arc::new(Self {
            open: Mutex::new(Batch {
                number: 1,
                bytes: Vec::new(),
            }),
            filled: Condvar::new(),
            synced: watch::Sender::new(0),
        });
        let writer = log.clone();
        thread::spawn(move || writer.write(&file));
        log
    }

    /// The number of the batch that the bytes went into.
    fn append(&self, bytes: &[u8]) -> u64 {
        let mut open = self.open.lock().expect("nobody panics with it");
        if open.bytes.is_empty() {
            self.filled.notify_one();
        }
        open.bytes.extend_from_slice(bytes);
        open.number
    }

    fn write(&self, file: &File) {
        let mut bytes = Vec::new();
        let mut at = 0;
        loop {
            let mut open = self.open.lock().expect("nobody panics with it");
            while open.bytes.is_empty() {
                open = self.filled.wait(open).expect("nobody panics with it");
            }
            std::mem::swap(&mut open.bytes, &mut bytes);
            let number = open.number;
            open.number += 1;
            drop(open);
            if at + bytes.len() as u64 > FILE_BYTES {
                at = 0;
            }
            file.write_all_at(&bytes, at)
                .expect("the file can be written");
            file.sync_data().expect("the file can be synced");
            at += bytes.len() as u64;
            bytes.clear();
            self.synced.send_replace(number);
        }
    }
}

/// All of the file is written once, so that a sync later only has to write what was changed.
fn preallocated(path: &str) -> std::io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)?;
    let zeros = vec![0; 1 << 20];
    let mut writing = &file;
    for _ in 0..FILE_BYTES >> 20 {
        writing.write_all(&zeros)?;
    }
    file.sync_all()?;
    Ok(file)
}
