//! Three NATS servers and two of ours that keep everything there, to try and to break by hand: `cargo xtask cluster`.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use chatting_time_tests::host::Trouble;
use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::server::Server;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::interval;

const NATS_SERVERS: usize = 3;
const SERVERS: usize = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Trouble(what)) => {
            eprintln!("cluster: {what}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Trouble> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let playing = async {
        // In a thread, so that a signal is heard meanwhile.
        let mut cluster = tokio::task::spawn_blocking(Cluster::start)
            .await
            .map_err(|error| Trouble(error.to_string()))??;
        say(&format!("{}{HINT}", cluster.overview()));
        cluster.play().await
    };
    tokio::select! {
        ended = playing => ended?,
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    say("\nended, with everything that was kept\n");
    Ok(())
}

const HINT: &str = "
Whatever one server takes, the other one tells. End any of these processes (kill -9 NUMBER) and see what clients notice:
of the NATS servers one at a time may be gone, and requests may be refused for some seconds then. Enter starts again what
has ended, Ctrl-C ends everything.
";

/// All processes. They end with this value.
struct Cluster {
    servers: Vec<Server>,
    nats: NatsCluster,
    folder: TempDir,
}

impl Cluster {
    fn start() -> Result<Self, Trouble> {
        say("starting three NATS servers and two of Chatting Time\n");
        let folder = tempfile::tempdir()?;
        let nats = NatsCluster::start_with(&NatsOptions {
            servers: NATS_SERVERS,
            folder: Some(folder.path().to_owned()),
            ..NatsOptions::default()
        })?;
        let mut cluster = Self {
            servers: Vec::new(),
            nats,
            folder,
        };
        for _ in 0..SERVERS {
            let server = cluster.serve(cluster.servers.len())?;
            cluster.servers.push(server);
        }
        Ok(cluster)
    }

    fn serve(&self, index: usize) -> Result<Server, Trouble> {
        let flags = ["--store".to_owned(), self.nats.store()];
        let folder = self.folder.path();
        let log = folder.join(format!("server-{}.log", index + 1));
        Server::start_with_copy(folder, &flags, &log)
    }

    fn overview(&self) -> String {
        let mut text = String::new();
        for (index, nats) in self.nats.servers().iter().enumerate() {
            text += &format!(
                "NATS {}   nats://{}   http://{}   process {}\n",
                index + 1,
                nats.address(),
                nats.monitoring(),
                nats.process().map_or("-".to_owned(), |id| id.to_string()),
            );
        }
        for (index, server) in self.servers.iter().enumerate() {
            text += &format!(
                "server {} {}   process {}\n",
                index + 1,
                server.address(),
                server.process()
            );
        }
        text += &format!(
            "accounts messi, henderson, lineker; the password of each is surabaya\nlogs     {}\n",
            self.folder.path().display()
        );
        text
    }

    /// Says what ends, and starts it again when somebody presses Enter.
    async fn play(&mut self) -> Result<(), Trouble> {
        let mut lines = lines();
        let mut is_somebody_there = true;
        let mut ticks = interval(Duration::from_millis(500));
        let mut known = 0;
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    let ended = self.ended()?;
                    if ended.len() > known {
                        say(&format!("gone: {}\n", ended.join(", ")));
                    }
                    known = ended.len();
                }
                line = lines.recv(), if is_somebody_there => match line {
                    Some(()) if known > 0 => {
                        self.start_again()?;
                        say(&self.overview());
                    }
                    Some(()) => say("nothing has ended\n"),
                    None => is_somebody_there = false,
                },
            }
        }
    }

    fn ended(&mut self) -> Result<Vec<String>, Trouble> {
        let mut ended = Vec::new();
        for (index, nats) in self.nats.servers_mut().iter_mut().enumerate() {
            if nats.is_over()? {
                ended.push(format!("NATS {}", index + 1));
            }
        }
        for (index, server) in self.servers.iter_mut().enumerate() {
            if server.ended()?.is_some() {
                ended.push(format!("server {}", index + 1));
            }
        }
        Ok(ended)
    }

    fn start_again(&mut self) -> Result<(), Trouble> {
        for nats in self.nats.servers_mut() {
            if nats.is_over()? {
                nats.start()?;
            }
        }
        for index in 0..self.servers.len() {
            if self.servers[index].ended()?.is_some() {
                self.servers[index] = self.serve(index)?;
            }
        }
        Ok(())
    }
}

/// One for each line that is typed.
fn lines() -> UnboundedReceiver<()> {
    let (sender, lines) = unbounded_channel();
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(()).is_err() {
                break;
            }
        }
    });
    lines
}

fn say(text: &str) {
    let mut output = std::io::stdout().lock();
    // Whoever does not listen any more does not mind.
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}
