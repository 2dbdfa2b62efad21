//! A real NATS server with JetStream, for as long as the value lives.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::host::Trouble;

const PATIENCE: Duration = Duration::from_secs(30);

/// One server on loopback, at a port of the system's choice.
#[derive(Debug)]
pub struct NatsServer {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl NatsServer {
    /// Starts one with an empty store, and returns once it listens.
    ///
    /// # Errors
    /// When there is none on this machine, or it does not start.
    pub fn start() -> Result<Self, Trouble> {
        let folder = tempfile::tempdir()?;
        let configuration = folder.path().join("nats.conf");
        let store = folder.path().join("store");
        fs::write(
            &configuration,
            format!(
                "listen: 127.0.0.1:-1\njetstream {{ store_dir: {store:?}, max_mem: 64MB, max_file: 256MB }}\n"
            ),
        )?;
        let mut child = Command::new(program())
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take().expect("it was piped");
        let (lines, listening) = channel();
        // It goes on reading, so that the server never waits for somebody to.
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = lines.send(line);
            }
        });
        let deadline = Instant::now() + PATIENCE;
        let mut port = None;
        loop {
            let line = listening.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            let Ok(line) = line else {
                child.kill()?;
                child.wait()?;
                return Err(Trouble("nats-server did not start".into()));
            };
            let named = "Listening for client connections on 127.0.0.1:";
            port = port.or_else(|| line.split_once(named)?.1.trim().parse().ok());
            if line.contains("Server is ready") {
                break;
            }
        }
        let port =
            port.ok_or_else(|| Trouble("nats-server did not say where it listens".into()))?;
        Ok(Self {
            child,
            port,
            _folder: folder,
        })
    }

    /// What `--store` takes.
    pub fn store(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// That of the tasks if there is one, else the machine's.
fn program() -> PathBuf {
    let own = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../target/tools/nats/usr/sbin/nats-server"
    );
    match PathBuf::from(own) {
        path if path.exists() => path,
        _ => "nats-server".into(),
    }
}
