//! A server under load, whatever it speaks.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chatting_time::bench::Speaker;

use crate::Failure;
use crate::process::Process;
use crate::row::Work;

/// One of the servers that are compared.
pub(crate) trait Contender {
    /// What the report calls it.
    fn name(&self) -> &'static str;

    /// Its version, as it says itself.
    fn version(&self) -> Result<String, Failure>;

    /// Starts it on a folder of its own on the disk that is measured.
    fn start(&self, folder: &Path, work: Work) -> Result<Running, Failure>;

    /// One speaker for each connection, logged in where that is needed.
    fn speakers(
        &self,
        running: &Running,
        work: Work,
        connections: usize,
    ) -> Result<Vec<Box<dyn Speaker>>, Failure>;
}

/// A server that listens, and ends when this is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Running {
    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// A server that prints the address which the system chose for it.
    pub(crate) fn announced(mut command: Command) -> Result<Self, Failure> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut line = String::new();
        while output.read_line(&mut line)? > 0 {
            if let Some(address) = line.strip_prefix("listening on") {
                let address = address.trim().parse()?;
                thread::spawn(move || std::io::copy(&mut output.by_ref(), &mut std::io::sink()));
                return Ok(Self { child, address });
            }
            line.clear();
        }
        let _ = child.wait();
        Err(format!("{command:?} ended before it listened").into())
    }

    /// A server that has to be told a port: one that was free a moment ago. `template` is its configuration, with PORT and
    /// FOLDER where these belong.
    pub(crate) fn configured(
        template: &str,
        folder: &Path,
        command: impl Fn(&Path, u16) -> Command,
    ) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let text = template
            .replace("PORT", &port.to_string())
            .replace("FOLDER", &folder.display().to_string());
        let file = folder.join("configuration");
        fs::write(&file, text)?;
        let mut command = command(&file, port);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(address).is_err() {
            if child.try_wait()?.is_some() || Instant::now() > deadline {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("{command:?} does not listen on {address}").into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { child, address })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first line that a program says about its version.
pub(crate) fn first_line(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new(program).args(arguments).output()?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
