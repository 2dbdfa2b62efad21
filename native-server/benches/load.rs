//! A load test of the real server over loopback: how many requests a second, and how long a
//! start takes with a million undelivered messages.
//!
//! `cargo bench -p chatting-time --bench load`. Every reply is checked, and at the end that every
//! acknowledged message is handed over after a kill and a restart.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

const CONNECTIONS: usize = 50;
const PIPELINED: usize = 16;
const PHASE: Duration = Duration::from_secs(3);
const MILLION: usize = 1_000_000;
/// As long as the message of the documented figures.
const TEXT: &str = "sixty bytes of text, as long as a short message usually is..";

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run())
}

async fn run() -> Result<(), Failure> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut server = Server::start(folder.path())?;
    let empty_kib = server.resident_kib()?;

    println!("| requests, {CONNECTIONS} connections | a second | median | 99 % |");
    println!("| --- | ---: | ---: | ---: |");
    let send = |token: &str| format!("send {token} lineker {TEXT}\n");
    let mut sent = 0;
    for depth in [1, PIPELINED] {
        sent += phase(&server, "send, durable", depth, send).await?;
        phase(&server, "inbox, empty", depth, |token| {
            format!("inbox {token}\n")
        })
        .await?;
        phase(&server, "list of 1", depth, |token| {
            format!("list {token}\n")
        })
        .await?;
    }

    drain(&server, sent).await?;
    fill(&server, MILLION).await?;
    server.kill()?;
    let began = Instant::now();
    let mut server = Server::start(folder.path())?;
    let mut client = Client::connect(&server).await?;
    client.request("help\n").await?;
    let recovered = began.elapsed();
    let full_kib = server.resident_kib()?;
    let beside_text = (full_kib - empty_kib) * 1024 / MILLION as i64 - TEXT.len() as i64;
    println!();
    println!("start with {MILLION} undelivered messages, until the first reply: {recovered:.2?}");
    println!("resident memory a message beside its text: {beside_text} bytes");
    drain(&server, MILLION).await?;
    server.kill()
}

/// Runs one kind of request on all connections for a while and prints how fast that went.
async fn phase(
    server: &Server,
    name: &str,
    depth: usize,
    request: impl Fn(&str) -> String,
) -> Result<usize, Failure> {
    let mut connections = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let mut client = Client::connect(server).await?;
        let token = client.log_in("messi").await?;
        let requests = request(&token).repeat(depth);
        connections.spawn(async move {
            let mut latencies = Vec::new();
            let until = Instant::now() + PHASE;
            while Instant::now() < until {
                let began = Instant::now();
                client.stream.write_all(requests.as_bytes()).await?;
                client.replies(depth).await?;
                latencies.push(began.elapsed());
            }
            Ok::<_, Failure>(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(connection) = connections.join_next().await {
        latencies.extend(connection??);
    }
    latencies.sort_unstable();
    let count = latencies.len() * depth;
    println!(
        "| {name}, {} | {:.0} | {:.2?} | {:.2?} |",
        if depth == 1 {
            "one at a time".into()
        } else {
            format!("pipelined by {depth}")
        },
        count as f64 / PHASE.as_secs_f64(),
        latencies[latencies.len() / 2],
        latencies[latencies.len() * 99 / 100],
    );
    Ok(count)
}

async fn fill(server: &Server, messages: usize) -> Result<(), Failure> {
    const AT_ONCE: usize = 100;
    let mut client = Client::connect(server).await?;
    let token = client.log_in("messi").await?;
    let requests = format!("send {token} lineker {TEXT}\n").repeat(AT_ONCE);
    for _ in 0..messages / AT_ONCE {
        client.stream.write_all(requests.as_bytes()).await?;
        client.replies(AT_ONCE).await?;
    }
    Ok(())
}

/// Takes everything from the mailbox and checks that it is as many messages as were acknowledged.
async fn drain(server: &Server, expected: usize) -> Result<(), Failure> {
    let mut client = Client::connect(server).await?;
    client.log_in("lineker").await?;
    let mut count = 0;
    loop {
        let reply = client.request("inbox\n").await?;
        let taken = reply.matches("\"msg\":").count();
        if taken == 0 {
            break;
        }
        count += taken;
    }
    match count == expected {
        true => Ok(()),
        false => Err(format!("{expected} messages were acknowledged, {count} handed over").into()),
    }
}

struct Client {
    stream: TcpStream,
    input: Vec<u8>,
}

impl Client {
    async fn connect(server: &Server) -> Result<Self, Failure> {
        let stream = TcpStream::connect(&server.address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            input: Vec::new(),
        })
    }

    async fn log_in(&mut self, username: &str) -> Result<String, Failure> {
        let reply = self.request(&format!("auth {username} surabaya\n")).await?;
        let token = reply.split('"').nth(7).ok_or("no token")?;
        Ok(token.into())
    }

    async fn request(&mut self, line: &str) -> Result<String, Failure> {
        self.stream.write_all(line.as_bytes()).await?;
        self.replies(1).await
    }

    /// Reads as many replies and returns their text. Each has to be a success.
    async fn replies(&mut self, count: usize) -> Result<String, Failure> {
        self.input.clear();
        let (mut seen, mut searched) = (0, 0);
        while seen < count {
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Err("the server closed the connection".into());
            }
            while let Some(end) = find(&self.input[searched..], b"\r\n\r\n") {
                seen += 1;
                searched += end + 4;
            }
        }
        let text = String::from_utf8(self.input.clone())?;
        match text.matches("{\"status\": \"OK\"").count() == count {
            true => Ok(text),
            false => Err(format!("refused: {text}").into()),
        }
    }
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Result<Self, Failure> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chatting-time"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--http",
                "off",
                "--admin-http",
                "off",
                "--mailbox-messages",
                "4000000000",
            ])
            .args(["--mailbox-bytes", "1000GiB", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("no output")?;
        let line = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find(|line| line.starts_with("listening on"));
        let line = line.ok_or("the server did not start")?;
        let address = line.split_whitespace().last().ok_or("no address")?.into();
        Ok(Self { child, address })
    }

    fn resident_kib(&self) -> Result<i64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.ok_or("no resident size")?.parse()?)
    }

    fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}
