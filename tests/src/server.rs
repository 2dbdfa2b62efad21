//! The real server as a process of its own: built once, started on a data folder, asked where it
//! listens, and gone when the value is dropped.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::host::Trouble;

/// No step of a server takes this long; a test that waits longer has failed.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A running server.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
    log: Log,
    /// Ends when the server does.
    lines: Receiver<String>,
}

/// What the server printed so far, to be shown when something fails.
type Log = Arc<Mutex<String>>;

impl Server {
    /// Starts a server on loopback, at a port that the system chooses, and returns once it
    /// listens. `flags` are further flags of `serve`; it serves no HTTP unless they say where.
    pub fn start(data: &Path, flags: &[String]) -> Result<Self, Trouble> {
        Self::start_within(&[], data, flags)
    }

    /// The same with a copy of all that it prints in a file.
    pub fn start_with_copy(data: &Path, flags: &[String], file: &Path) -> Result<Self, Trouble> {
        let copy = File::options().create(true).append(true).open(file)?;
        Self::start_command(binary()?, &[], data, &without_http(flags), Some(copy))
    }

    /// Starts a server through another command, which becomes it: one that enters a namespace,
    /// say.
    pub fn start_within(outer: &[String], data: &Path, flags: &[String]) -> Result<Self, Trouble> {
        Self::start_command(binary()?, outer, data, &without_http(flags), None)
    }

    /// The same for another build of the server than that of these tests.
    pub fn start_program(
        program: &Path,
        outer: &[String],
        data: &Path,
        flags: &[String],
    ) -> Result<Self, Trouble> {
        Self::start_command(program, outer, data, flags, None)
    }

    /// The same for a server that serves HTTP by default, with no flags but these.
    pub fn start_exactly(outer: &[String], data: &Path, flags: &[String]) -> Result<Self, Trouble> {
        Self::start_command(binary()?, outer, data, flags, None)
    }

    fn start_command(
        program: &Path,
        outer: &[String],
        data: &Path,
        flags: &[String],
        copy: Option<File>,
    ) -> Result<Self, Trouble> {
        let mut child = command(program, outer, data, flags)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let log = Log::default();
        let lines = collect_lines(&mut child, &log, copy.map(Arc::new));
        match wait_for_address(&lines) {
            Some(address) => Ok(Self {
                child,
                address,
                log,
                lines,
            }),
            None => {
                child.kill()?;
                child.wait()?;
                Err(Trouble(format!(
                    "the server did not start: {}",
                    shown(&log)
                )))
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it serves HTTP.
    pub fn http_address(&self) -> Result<SocketAddr, Trouble> {
        self.printed_address(|line| {
            line.strip_prefix("playground    http://")?
                .split('/')
                .next()
        })
    }

    /// Where it serves HTTP with TLS.
    pub fn https_address(&self) -> Result<SocketAddr, Trouble> {
        self.printed_address(|line| {
            line.strip_prefix("playground    https://")?
                .split('/')
                .next()
        })
    }

    /// Where it serves metrics and health.
    pub fn admin_http_address(&self) -> Result<SocketAddr, Trouble> {
        self.printed_address(|line| {
            line.strip_prefix("metrics       http://")?
                .split('/')
                .next()
        })
    }

    /// Where it listens with TLS.
    pub fn tls_address(&self) -> Result<SocketAddr, Trouble> {
        self.printed_address(|line| line.strip_prefix("with TLS on").map(str::trim))
    }

    /// The address that one of the lines holds.
    fn printed_address(&self, find: fn(&str) -> Option<&str>) -> Result<SocketAddr, Trouble> {
        self.wait_for(|line| find(line)?.parse().ok())
    }

    /// Returns once it has printed a line that contains this.
    pub fn wait_for_line(&self, words: &str) -> Result<(), Trouble> {
        let found = self.wait_for(|line| line.contains(words).then_some(()));
        found.map_err(|Trouble(what)| Trouble(format!("no line says \"{words}\": {what}")))
    }

    /// What is found in one of the lines, once it is there.
    fn wait_for<T>(&self, find: impl Fn(&str) -> Option<T>) -> Result<T, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let printed = self.printed();
            if let Some(found) = printed.lines().find_map(&find) {
                return Ok(found);
            }
            // Every line wakes this up; the one that is wanted may have come already.
            let left = deadline.saturating_duration_since(Instant::now());
            if self.lines.recv_timeout(left).is_err() {
                return Err(Trouble(format!("the server does not print it: {printed}")));
            }
        }
    }

    /// What it printed so far.
    pub fn printed(&self) -> String {
        shown(&self.log)
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Kills it without warning, as a power cut would.
    pub fn kill(&mut self) -> Result<(), Trouble> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop.
    pub fn terminate(&mut self) -> Result<(), Trouble> {
        self.signal(Signal::TERM)
    }

    /// Sends it a signal.
    pub fn signal(&mut self, signal: Signal) -> Result<(), Trouble> {
        let process = Pid::from_child(&self.child);
        Ok(kill_process(process, signal).map_err(std::io::Error::from)?)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>, Trouble> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self) -> Result<ExitStatus, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(_) => {}
                // Its outputs are closed, so it is over.
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(Trouble(format!(
                        "the server does not end: {}",
                        self.printed()
                    )));
                }
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The command that serves on loopback, at a port that the system chooses.
fn command(program: &Path, outer: &[String], data: &Path, flags: &[String]) -> Command {
    let mut command = through(outer, program);
    command
        // Unless a flag says where: tests run side by side, and only one could have the default.
        .env("CHATTING_TIME_ADMIN_HTTP", "off")
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .args(flags);
    command
}

/// The command that becomes the program.
fn through(outer: &[String], program: &Path) -> Command {
    match outer {
        [] => Command::new(program),
        [first, arguments @ ..] => {
            let mut command = Command::new(first);
            command.args(arguments).arg(program);
            command
        }
    }
}

/// Runs another command of the binary to its end, with `input` on its standard input, and returns
/// what it printed. It is trouble when it fails.
pub fn run(arguments: &[&str], data: &Path, input: &str) -> Result<String, Trouble> {
    run_within(&[], arguments, data, input)
}

/// The same through another command, which becomes it.
pub fn run_within(
    outer: &[String],
    arguments: &[&str],
    data: &Path,
    input: &str,
) -> Result<String, Trouble> {
    let mut child = through(outer, binary()?)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("it was piped");
    // A command that fails early reads nothing; its own message says more than a broken pipe.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output()?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(Trouble(format!(
            "`{}` ended with {}: {}",
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

/// The path of the binary, built first when this process asks for the first time.
pub fn binary() -> Result<&'static Path, Trouble> {
    static BINARY: OnceLock<Result<PathBuf, Trouble>> = OnceLock::new();
    let binary = BINARY.get_or_init(build);
    binary.as_deref().map_err(Trouble::clone)
}

/// Builds the binary into the target folder that this program was built into, in the same profile; not where it was built
/// with all tests and `SERVER_BINARY` says where it is.
fn build() -> Result<PathBuf, Trouble> {
    if let Some(built) = std::env::var_os("SERVER_BINARY") {
        return Ok(built.into());
    }
    // target/debug/deps/this-test, target/debug/examples/this-example or target/debug/this-program
    let this = std::env::current_exe()?;
    let folder = this.parent().and_then(|folder| {
        match folder.ends_with("deps") || folder.ends_with("examples") {
            true => folder.parent(),
            false => Some(folder),
        }
    });
    let folder =
        folder.ok_or_else(|| Trouble(format!("{} is in no target folder", this.display())))?;
    let profile = match folder.file_name() {
        Some(name) if name == "debug" => "dev",
        Some(name) => name.to_str().unwrap_or("dev"),
        None => "dev",
    };
    let target = folder.parent().unwrap_or(folder);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // What cargo says of the package that this program is of: to the build scripts of others it would be something new, and
    // they and all above them would be built again each time.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&name);
        }
    }
    let output = build
        .args([
            "build",
            "--quiet",
            "--package",
            "chatting-time",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(target)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble(format!("the server cannot be built: {errors}")));
    }
    Ok(folder
        .join("chatting-time")
        .with_extension(std::env::consts::EXE_EXTENSION))
}

/// Reads both outputs to their end, each in a thread, so that the server never waits for a reader.
fn collect_lines(child: &mut Child, log: &Log, copy: Option<Arc<File>>) -> Receiver<String> {
    let (sender, lines) = channel();
    let stdout: Box<dyn Read + Send> = Box::new(child.stdout.take().expect("it was piped"));
    let stderr: Box<dyn Read + Send> = Box::new(child.stderr.take().expect("it was piped"));
    for stream in [stdout, stderr] {
        let (sender, log, copy) = (sender.clone(), log.clone(), copy.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let mut log = log.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                log.push_str(&line);
                log.push('\n');
                if let Some(mut copy) = copy.as_deref() {
                    // Where that is not possible there is the log.
                    let _ = writeln!(copy, "{line}");
                }
                // Whoever dropped the server does not listen any more.
                let _ = sender.send(line);
            }
        });
    }
    lines
}

/// With a flag that turns HTTP off, where none says anything of it.
fn without_http(flags: &[String]) -> Vec<String> {
    let mut flags = flags.to_vec();
    if !flags.iter().any(|flag| flag == "--http") {
        flags.extend(["--http".to_owned(), "off".to_owned()]);
    }
    flags
}

/// The address in the first line that says `listening`; `None` when the server ends before.
fn wait_for_address(lines: &Receiver<String>) -> Option<SocketAddr> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let line = match lines.recv_timeout(left) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        if line.to_lowercase().contains("listening") {
            let mut words = line.split([' ', '=', '"', ',']);
            if let Some(address) = words.find_map(|word| word.parse().ok()) {
                return Some(address);
            }
        }
    }
}

fn shown(log: &Log) -> String {
    log.lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .clone()
}
