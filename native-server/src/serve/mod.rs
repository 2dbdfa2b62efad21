//! `chatting-time serve`: the server from start to stop.

mod admission;
mod binding;
mod closing;
mod connection_task;
mod file_limit;
mod framing;
mod listener;
mod messages;
mod passed_sockets;
mod password_checks;
mod service_manager;
mod stream;
mod websocket;

pub(crate) use admission::{Admission, Admitted};
pub(crate) use closing::close_after;
pub use file_limit::raise as raise_file_limit;
pub(crate) use listener::{Listener, encrypt, prepare, turn_away};
pub(crate) use stream::Stream;
pub(crate) use websocket::serve_websocket;

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use chatting_time_core::AdminCommand;
use chatting_time_core::documented_accounts::documented_accounts;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use crate::admin;
use crate::engine::{AdminError, Engine};
use crate::http;
use crate::journal::{FolderLock, JournalError, Options, RealDisk, Recovery};
use crate::settings::{Loaded, Settings};
use crate::tls::{self, CertificateFiles, Reloader, ServerTls, TlsFileError};
use binding::BindError;
use passed_sockets::{PassedSocketError, PassedSockets};
use password_checks::PasswordChecks;
use service_manager::ServiceManager;

/// How long requests in hand may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(4);

/// Runs the server until it is told to stop. Prints what an operator wants to know at the start.
pub fn run(loaded: &Loaded) -> ExitCode {
    match start(loaded) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chatting-time: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(loaded: &Loaded) -> Result<(), StartError> {
    // Before there is a thread, as it must be.
    let passed = PassedSockets::take()?;
    let runtime = runtime().map_err(|error| StartError::System("start its threads", error))?;
    let served = runtime.block_on(serve(loaded, passed));
    // Whatever did not finish within the grace is not waited for.
    runtime.shutdown_background();
    served
}

/// The threads that serve connections: one for two processors. The journal and the system's own work for the network need
/// the others; threads that outnumber the rest spend their time on waking each other.
///
/// # Errors
/// When the system has no threads to give.
pub fn runtime() -> io::Result<Runtime> {
    let threads =
        thread::available_parallelism().map_or(1, |processors| processors.get().div_ceil(2));
    Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
}

/// What every connection needs.
pub(crate) struct Service {
    pub(crate) engine: Arc<Engine>,
    password_checks: PasswordChecks,
    admission: Admission,
    /// Cancelled when the server is told to stop.
    pub(crate) stopping: CancellationToken,
    /// What is waited for then.
    pub(crate) connections: TaskTracker,
}

async fn serve(loaded: &Loaded, mut passed: PassedSockets) -> Result<(), StartError> {
    let settings = &loaded.settings;
    let began = Instant::now();
    let mut signals =
        Signals::new().map_err(|error| StartError::System("wait for signals", error))?;
    let open_files = raise_file_limit();
    let manager = Arc::new(ServiceManager::from_environment());
    // Before anything slow or lasting: a wrong file or a port that is taken is the usual mistake.
    let tls = match CertificateFiles::of(settings) {
        Some(files) => Some(Arc::new(ServerTls::load(files).map_err(StartError::Tls)?)),
        None => None,
    };
    let listeners = binding::chat_listeners(settings, tls.as_deref(), &mut passed)?;
    let http_listeners = binding::http_listeners(loaded, tls.as_deref(), &mut passed)?;
    let lock = FolderLock::acquire(&settings.data)?;
    let admin_socket = admin::bind(&settings.data).map_err(StartError::AdminSocket)?;
    let (engine, recovery) = open_engine(settings, lock)?;
    report(&recovery);
    let is_private = listeners
        .iter()
        .chain(&http_listeners)
        .all(|listener| listener.address.ip().is_loopback());
    let http_connections = match http_listeners.is_empty() {
        true => 0,
        false => http::most_connections(open_files),
    };
    let made_demo_users = make_demo_users(settings, &engine, &recovery, is_private).await?;

    let service = Arc::new(Service {
        password_checks: PasswordChecks::start(engine.limits())
            .map_err(|error| StartError::System("start its threads", error))?,
        admission: Admission::new(
            engine.limits(),
            open_files.saturating_sub(http_connections as u64),
        ),
        engine: engine.clone(),
        stopping: CancellationToken::new(),
        connections: TaskTracker::new(),
    });
    announce(
        settings,
        &service,
        (&listeners, &http_listeners),
        made_demo_users,
        began.elapsed(),
    );
    for listener in listeners {
        tokio::spawn(listener::accept(listener, service.clone()));
    }
    http::serve(http_listeners, http_connections, settings, &service);
    tokio::spawn(admin::serve(engine.clone(), admin_socket));
    tokio::spawn(sweep(engine.clone(), manager.clone()));
    manager.ready();

    let reloader = match tls {
        Some(tls) => {
            Some(tls::watch(tls).map_err(|error| StartError::System("start its threads", error))?)
        }
        None => None,
    };
    signals.wait_for_stop(reloader.as_ref()).await;
    manager.stopping();
    stop_service(&service, signals).await;
    Ok(())
}

fn open_engine(
    settings: &Settings,
    lock: FolderLock,
) -> Result<(Arc<Engine>, Recovery), StartError> {
    let options = Options {
        segment_bytes: settings.journal_segment_bytes,
        fold_after_bytes: settings.snapshot_journal_bytes,
        ..Options::default()
    };
    let limits = Arc::new(settings.limits.clone());
    let opened = Engine::open(&settings.data, lock, Arc::new(RealDisk), options, limits)?;
    Ok(opened)
}

fn report(recovery: &Recovery) {
    if let Some(torn) = &recovery.torn_tail {
        warn!(
            "{}: cut {} bytes at offset {} that a crash left unfinished; nothing acknowledged was in them",
            torn.path.display(),
            torn.bytes,
            torn.offset
        );
    }
}

/// Makes the documented accounts in a new data folder, if asked to or if only this computer can
/// reach them: their password is public.
async fn make_demo_users(
    settings: &Settings,
    engine: &Engine,
    recovery: &Recovery,
    is_private: bool,
) -> Result<bool, StartError> {
    let is_new = recovery.last_sequence == 0;
    if !is_new || !settings.demo_users.unwrap_or(is_private) {
        return Ok(false);
    }
    let accounts = documented_accounts(None);
    engine
        .administer(&AdminCommand::AddUsers(accounts))
        .await
        .map_err(StartError::DemoUsers)?;
    Ok(true)
}

/// What stands on the screen at the start.
fn announce(
    settings: &Settings,
    service: &Service,
    (listeners, http_listeners): (&[Listener], &[Listener]),
    made_demo_users: bool,
    elapsed: Duration,
) {
    use std::io::Write as _;
    let totals = service.engine.totals();
    let mut text = format!("Chatting Time {}\n", env!("CARGO_PKG_VERSION"));
    for Listener { address, tls, .. } in listeners {
        let said = match tls {
            None => "listening on ",
            Some(_) => "with TLS on  ",
        };
        text += &format!("{said} {address}\n");
    }
    for Listener { address, tls, .. } in http_listeners {
        let scheme = match tls {
            None => "http",
            Some(_) => "https",
        };
        text += &format!("playground    {scheme}://{}/", reachable(*address));
        if address.ip().is_unspecified() {
            text += &format!(
                " (from elsewhere: this machine's address, port {})",
                address.port()
            );
        }
        text += "\n";
    }
    text += &format!("data folder   {}\n", settings.data.display());
    text += &format!(
        "holds         {} users, {} sessions, {} undelivered messages\n",
        totals.users, totals.sessions, totals.undelivered.messages
    );
    if made_demo_users {
        text += "demo users    messi, henderson, lineker; the password of each is surabaya\n";
    }
    // As this program was called, so that the lines can be typed as they stand.
    let program = std::env::args_os().next().unwrap_or("chatting-time".into());
    let program = program.display();
    if totals.users == 0 {
        let data = settings.data.display();
        text += &format!("no users yet  add one: {program} user add USERNAME --data {data}\n");
    }
    let address = reachable(listeners[0].address);
    text += &format!("talk to it    {program} connect {address}\n");
    text += &format!(
        "ready after   {} ms; stop it with Ctrl-C\n",
        elapsed.as_millis()
    );
    // Nobody reading this is no reason not to serve.
    let mut output = io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}

/// An address that a client on this computer can connect to.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(ip, address.port())
}

async fn sweep(engine: Arc<Engine>, manager: Arc<ServiceManager>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        engine.sweep();
        // That took a turn of the runtime and one on the state: whoever hangs in either is not heard of any more.
        manager.alive();
    }
}

/// Finishes the requests in hand, makes everything durable and closes the journal.
async fn stop_service(service: &Service, mut again: Signals) {
    info!("stopping");
    service.stopping.cancel();
    service.connections.close();
    let finish = async {
        if timeout(GRACE, service.connections.wait()).await.is_err() {
            warn!(
                "cut off {} connections that did not finish",
                service.connections.len()
            );
        }
        let engine = service.engine.clone();
        let _ = tokio::task::spawn_blocking(move || engine.stop()).await;
    };
    tokio::select! {
        () = finish => info!("stopped"),
        // Everything acknowledged is durable at any time, so that is no loss.
        () = again.wait_for_stop(None) => warn!("told to stop twice: stopped at once"),
    }
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    /// A hangup is that of the terminal that the server was started from. Without one, it tells a
    /// service to read its files again.
    is_at_terminal: bool,
}

impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            is_at_terminal: io::stdin().is_terminal() || io::stderr().is_terminal(),
        })
    }

    /// Waits until the server is told to stop, and lets files be read again meanwhile.
    async fn wait_for_stop(&mut self, reloader: Option<&Reloader>) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => return,
                _ = self.hangup.recv() => match (self.is_at_terminal, reloader) {
                    (true, _) => return,
                    (false, Some(reloader)) => reloader.reload(),
                    (false, None) => info!("SIGHUP: there is nothing to read again"),
                },
            }
        }
    }
}

/// Why the server did not start.
#[derive(Debug)]
enum StartError {
    System(&'static str, io::Error),
    Tls(TlsFileError),
    PassedSocket(PassedSocketError),
    Bind(BindError),
    Journal(JournalError),
    AdminSocket(io::Error),
    DemoUsers(AdminError),
}

impl From<PassedSocketError> for StartError {
    fn from(error: PassedSocketError) -> Self {
        Self::PassedSocket(error)
    }
}

impl From<BindError> for StartError {
    fn from(error: BindError) -> Self {
        Self::Bind(error)
    }
}

impl From<JournalError> for StartError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(what, error) => write!(formatter, "the server cannot {what}: {error}"),
            Self::Tls(error) => write!(formatter, "cannot encrypt: {error}"),
            Self::PassedSocket(error) => error.fmt(formatter),
            Self::Bind(error) => error.fmt(formatter),
            Self::Journal(error) => error.fmt(formatter),
            Self::AdminSocket(error) => write!(
                formatter,
                "cannot make the socket for `chatting-time user` in the data folder: {error}"
            ),
            Self::DemoUsers(error) => write!(formatter, "cannot make the demo users: {error}"),
        }
    }
}
