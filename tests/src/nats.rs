//! Real NATS servers with JetStream, one or a cluster of them, for as long as the value lives.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use serde_json::Value;
use tempfile::TempDir;

use crate::host::Trouble;
use crate::http::{self, Answer};
use crate::nats_probe::{self, make_and_remove_stream};

/// How long one may take to come this far.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often one is started that does not come this far.
const STARTS: usize = 3;
/// How long they may take to find each other before they are started again.
const FINDING: Duration = Duration::from_secs(4);
/// How much a server may keep in files unless told otherwise.
const MOST_BYTES: &str = "2GB";
/// Of the first server of a cluster; the others have the ports behind. Not the usual ones: a server of NATS that runs on this
/// machine has them on all its addresses.
const CLIENT_PORT: u16 = 14222;
const ROUTE_PORT: u16 = 16222;
const MONITORING_PORT: u16 = 18222;

/// What a cluster is to be like.
#[derive(Clone, Debug)]
pub struct NatsOptions {
    /// How many servers; one has no cluster.
    pub servers: usize,
    /// How much each may keep in files, as NATS writes it.
    pub most_bytes: String,
    /// Further lines of the configuration of JetStream, such as `sync_interval: always`.
    pub jetstream: String,
    /// Further lines of the configuration.
    pub more: String,
    /// The address of each server; by default all are on one of this process alone, which needs no port that is free.
    pub addresses: Vec<Ipv4Addr>,
    /// The command that becomes a server, of each: one that enters a namespace, say.
    pub within: Vec<Vec<String>>,
    /// Where they keep everything and write what they log; by default a folder that goes with them.
    pub folder: Option<PathBuf>,
}

impl Default for NatsOptions {
    fn default() -> Self {
        Self {
            servers: 1,
            most_bytes: MOST_BYTES.to_owned(),
            jetstream: String::new(),
            more: String::new(),
            addresses: Vec::new(),
            within: Vec::new(),
            folder: None,
        }
    }
}

/// Servers that keep everything together.
#[derive(Debug)]
pub struct NatsCluster {
    servers: Vec<NatsServer>,
    _folder: Option<TempDir>,
}

/// One of them. It may be killed and started again, and finds what it kept.
#[derive(Debug)]
pub struct NatsServer {
    name: String,
    child: Option<Child>,
    address: SocketAddr,
    monitoring: SocketAddr,
    is_alone: bool,
    within: Vec<String>,
    configuration: PathBuf,
}

impl NatsCluster {
    /// Starts so many with empty stores, and returns once they have agreed on who leads.
    ///
    /// # Errors
    /// When there is no `nats-server` on this machine, or it does not start.
    pub fn start(servers: usize) -> Result<Self, Trouble> {
        Self::start_with(&NatsOptions {
            servers,
            ..NatsOptions::default()
        })
    }

    /// The same with options.
    ///
    /// # Errors
    /// As above.
    pub fn start_with(options: &NatsOptions) -> Result<Self, Trouble> {
        let own = match options.folder {
            Some(_) => None,
            None => Some(tempfile::tempdir()?),
        };
        let folder = own
            .as_ref()
            .map(TempDir::path)
            .or(options.folder.as_deref())
            .expect("one of them is there");
        let places = Place::all(options);
        let routes: Vec<String> = places
            .iter()
            .map(|place| format!("nats://{}", place.routes))
            .collect();
        let mut servers = Vec::new();
        for (index, place) in places.iter().enumerate() {
            let name = format!("n{}", index + 1);
            let configuration = folder.join(format!("{name}.conf"));
            let cluster = match places.len() {
                1 => String::new(),
                _ => format!(
                    // With several connections between two of them they sometimes never learn how much room each has.
                    "cluster {{ name: chat, listen: \"{}\", routes: {routes:?}, pool_size: -1 }}\n",
                    place.routes
                ),
            };
            let text = format!(
                "server_name: {name}\nlisten: \"{}\"\nhttp: \"{}\"\n\
                 jetstream {{ store_dir: {:?}, max_mem: 256MB, max_file: {}\n{}\n}}\n{cluster}{}\n",
                place.clients,
                place.monitoring,
                folder.join(&name),
                options.most_bytes,
                options.jetstream,
                options.more,
            );
            fs::write(&configuration, text)?;
            servers.push(NatsServer {
                name,
                child: None,
                address: place.clients,
                monitoring: place.monitoring,
                is_alone: places.len() == 1,
                within: options.within.get(index).cloned().unwrap_or_default(),
                configuration,
            });
        }
        let mut cluster = Self {
            servers,
            _folder: own,
        };
        // Not where this process gets there by other ways, or is not let in.
        let is_reached = options.addresses.is_empty() && options.more.is_empty();
        cluster.start_all(is_reached && options.servers > 1)?;
        Ok(cluster)
    }

    /// Kills all of them and starts them again.
    ///
    /// # Errors
    /// When one does not start.
    pub fn start_again(&mut self) -> Result<(), Trouble> {
        self.start_all(false)
    }

    /// `looks` whether streams can be made then.
    fn start_all(&mut self, looks: bool) -> Result<(), Trouble> {
        again(|| {
            // One after the other, since those that find each other at the same moment sometimes never learn how much room each
            // has; and all before one is waited for, since none gets ready without a majority.
            let mut starting = Vec::new();
            for server in &mut self.servers {
                server.kill()?;
                let readiness = server.launch()?;
                if !server.is_alone {
                    readiness.wait_for(&["Listening for route connections"])?;
                }
                starting.push(readiness);
            }
            starting.iter().try_for_each(Readiness::wait)?;
            match looks {
                true => self.can_make_streams(),
                false => Ok(()),
            }
        })
    }

    /// Returns once they have told each other how much room each has.
    ///
    /// # Errors
    /// When that takes so long that it never happens.
    pub fn can_make_streams(&self) -> Result<(), Trouble> {
        let deadline = Instant::now() + FINDING;
        loop {
            let made = make_and_remove_stream(self.servers[0].address, self.servers.len());
            match made {
                Ok(()) => return Ok(()),
                Err(error) if Instant::now() >= deadline => {
                    return Err(Trouble(format!("NATS can make no stream: {error}")));
                }
                Err(_) => sleep(Duration::from_millis(100)),
            }
        }
    }

    /// What `--store` takes.
    pub fn store(&self) -> String {
        let addresses = self.servers.iter().map(|server| server.address.to_string());
        format!("nats://{}", addresses.collect::<Vec<_>>().join(","))
    }

    /// What `--store-replicas` takes.
    pub fn replicas(&self) -> String {
        self.servers.len().to_string()
    }

    /// Which of them leads a stream, as those that run say; `None` while none does.
    ///
    /// # Errors
    /// When one of them does not answer.
    pub fn leader_of(&self, stream: &str) -> Result<Option<usize>, Trouble> {
        for (index, server) in self.servers.iter().enumerate() {
            if server.child.is_some() && server.leads()?.iter().any(|led| led == stream) {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// The servers.
    pub fn servers(&self) -> &[NatsServer] {
        &self.servers
    }

    /// The servers, to do something to them.
    pub fn servers_mut(&mut self) -> &mut [NatsServer] {
        &mut self.servers
    }
}

impl NatsServer {
    /// Starts it again after it was killed, and returns once it knows who leads.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(&mut self) -> Result<(), Trouble> {
        again(|| {
            self.kill()?;
            self.launch()?.wait()
        })
    }

    /// The same, and returns once it has everything that the others have.
    ///
    /// # Errors
    /// When it does not start, or stays behind.
    pub fn start_and_catch_up(&mut self) -> Result<(), Trouble> {
        again(|| {
            self.start()?;
            self.wait_until_it_has_caught_up()
        })
    }

    fn launch(&mut self) -> Result<Readiness, Trouble> {
        let program = program();
        let mut command = match self.within.split_first() {
            None => Command::new(&program),
            Some((outer, arguments)) => {
                let mut command = Command::new(outer);
                command.args(arguments).arg(&program);
                command
            }
        };
        let mut child = command
            .arg("-c")
            .arg(&self.configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| Trouble(format!("{}: {error}", program.display())))?;
        let stderr = child.stderr.take().expect("it was piped");
        self.child = Some(child);
        let log = File::options().create(true).append(true).open(self.log())?;
        Ok(Readiness::of(stderr, log, self.is_alone))
    }

    /// Kills it without warning, as a power cut would; what the system has of its files stays.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&mut self) -> Result<(), Trouble> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Makes it as slow as can be: returns when it does nothing any more, until it is told to go on.
    ///
    /// # Errors
    /// When it is not running.
    pub fn pause(&mut self) -> Result<(), Trouble> {
        self.signal(Signal::STOP)?;
        // The signal alone is on its way while others still run.
        let stopped = waitid(WaitId::Pid(self.pid()?), WaitIdOptions::STOPPED);
        stopped.map_err(std::io::Error::from)?;
        Ok(())
    }

    /// Lets it go on after [`Self::pause`].
    ///
    /// # Errors
    /// When it is not running.
    pub fn go_on(&mut self) -> Result<(), Trouble> {
        self.signal(Signal::CONT)
    }

    fn signal(&self, signal: Signal) -> Result<(), Trouble> {
        Ok(kill_process(self.pid()?, signal).map_err(std::io::Error::from)?)
    }

    fn pid(&self) -> Result<Pid, Trouble> {
        let child = self.child.as_ref().map(Pid::from_child);
        child.ok_or_else(|| Trouble("that nats-server is not running".into()))
    }

    /// Publishes something past the server of ours, and returns when JetStream has taken it.
    ///
    /// # Errors
    /// When it does not take it.
    pub fn publish(&self, subject: &str, body: &str) -> Result<(), Trouble> {
        Ok(nats_probe::publish(self.address, subject, body)?)
    }

    /// Removes a stream.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn remove_stream(&self, name: &str) -> Result<(), Trouble> {
        self.publish(&format!("$JS.API.STREAM.DELETE.{name}"), "")
    }

    /// The number of its process, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Whether it has ended.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn is_over(&mut self) -> Result<bool, Trouble> {
        let Some(child) = &mut self.child else {
            return Ok(true);
        };
        let is_over = child.try_wait()?.is_some();
        if is_over {
            self.child = None;
        }
        Ok(is_over)
    }

    /// The streams that it says it leads.
    ///
    /// # Errors
    /// When what it tells cannot be understood.
    pub fn leads(&self) -> Result<Vec<String>, Trouble> {
        let told = self.monitored("/jsz?accounts=1&streams=1").body;
        let told: Value = serde_json::from_str(&told)
            .map_err(|error| Trouble(format!("{error} in what /jsz says: {told}")))?;
        let accounts = told["account_details"].as_array().into_iter().flatten();
        let streams = accounts.flat_map(|account| account["stream_detail"].as_array());
        let led = streams
            .flatten()
            .filter(|stream| stream["cluster"]["leader"] == self.name);
        let names = led.filter_map(|stream| stream["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// Returns once it has everything that the others have.
    ///
    /// # Errors
    /// When that takes too long.
    pub fn wait_until_it_has_caught_up(&self) -> Result<(), Trouble> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let health = self.monitored("/healthz");
            if health.status == 200 {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(Trouble(format!("{} stays behind: {health:?}", self.name)));
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// What it tells under this path, in one piece.
    fn monitored(&self, path: &str) -> Answer {
        let mut stream = http::connect(self.monitoring);
        let request = format!("GET {path} HTTP/1.0\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        Answer::read(&mut stream)
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it tells about itself over HTTP: `/jsz`, `/varz`.
    pub fn monitoring(&self) -> SocketAddr {
        self.monitoring
    }

    /// The file that it logs to.
    pub fn log(&self) -> PathBuf {
        self.configuration.with_extension("log")
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// Servers of NATS that connect to each other at the same moment may close one connection too many and then wait for ever for
/// what nobody sends: whoever runs them starts such a one again.
fn again(mut start: impl FnMut() -> Result<(), Trouble>) -> Result<(), Trouble> {
    (1..STARTS)
        .find_map(|_| start().ok())
        .map_or_else(start, Ok)
}

/// Where a server listens for whom.
struct Place {
    clients: SocketAddr,
    routes: SocketAddr,
    monitoring: SocketAddr,
}

impl Place {
    fn all(options: &NatsOptions) -> Vec<Self> {
        let shared = own_address();
        let place = |index: usize| {
            let address = options.addresses.get(index).copied().unwrap_or(shared);
            let at = |port: u16| SocketAddr::from((address, port + index as u16));
            Self {
                clients: at(CLIENT_PORT),
                routes: at(ROUTE_PORT),
                monitoring: at(MONITORING_PORT),
            }
        };
        (0..options.servers).map(place).collect()
    }
}

/// An address of loopback that no other cluster has. Servers of a cluster have to know each other's ports before they start
/// and to keep them when they start again: ports of the system's choice could be taken meanwhile.
fn own_address() -> Ipv4Addr {
    static CLUSTERS: AtomicU8 = AtomicU8::new(0);
    let cluster = CLUSTERS.fetch_add(1, Ordering::Relaxed) % 200;
    let [.., a, b] = std::process::id().to_be_bytes();
    Ipv4Addr::new(127, 10 + cluster, a, b)
}

/// Tells when a server is ready.
struct Readiness {
    lines: Receiver<String>,
    signs: &'static [&'static str],
}

impl Readiness {
    /// Reads what the server logs to its end, so that it never waits for somebody to, and writes that to the file.
    fn of(stderr: ChildStderr, mut log: File, is_alone: bool) -> Self {
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                let _ = writeln!(log, "{line}");
                // Whoever knows that it is ready does not listen any more.
                let _ = sender.send(line);
            }
        });
        let signs: &[&str] = match is_alone {
            true => &["Server is ready"],
            false => &[
                "JetStream cluster new metadata leader",
                "Self is new JetStream cluster metadata leader",
            ],
        };
        Self { lines, signs }
    }

    fn wait(&self) -> Result<(), Trouble> {
        self.wait_for(self.signs)
    }

    /// Returns once a line has one of these.
    fn wait_for(&self, signs: &[&str]) -> Result<(), Trouble> {
        let deadline = Instant::now() + PATIENCE;
        let mut printed = String::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                return Err(Trouble(format!("nats-server did not start: {printed}")));
            };
            if signs.iter().any(|sign| line.contains(sign)) {
                return Ok(());
            }
            printed += &line;
            printed.push('\n');
        }
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
