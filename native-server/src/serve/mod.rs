//! `chatting-time serve`: the server from start to stop.

mod admission;
mod announcement;
mod attempts;
mod binding;
mod closing;
mod connection_task;
mod episodes;
mod file_limit;
mod file_shortage;
mod framing;
mod listener;
mod login;
mod messages;
mod pace;
mod passed_sockets;
mod password_checks;
mod rate;
mod scattered_guesses;
mod service_manager;
mod signals;
mod start_error;
mod stream;
mod turns;
mod websocket;

pub(crate) use admission::{Admission, Admitted};
pub(crate) use closing::close_after;
pub use file_limit::raise as raise_file_limit;
pub(crate) use listener::{Listener, encrypt, prepare, turn_away};
pub(crate) use stream::Stream;
pub(crate) use websocket::serve_websocket;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use chatting_time_core::AdminCommand;
use chatting_time_core::documented_accounts::documented_accounts;
use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

use crate::admin;
use crate::admin_http;
use crate::engine::Engine;
use crate::http;
use crate::journal::{FolderLock, Options, RealDisk, Recovery};
use crate::metrics::{ConnectionMetrics, RequestMetrics};
use crate::settings::{Loaded, LogFormat, Settings};
use crate::tls::{self, CertificateFiles, ServerTls};
use announcement::announce;
use episodes::Episodes;
use login::Logins;
use pace::Paces;
use passed_sockets::PassedSockets;
use service_manager::ServiceManager;
use signals::Signals;
use start_error::StartError;

/// How long requests in hand may take to finish when the server stops.
const GRACE: Duration = Duration::from_secs(4);

/// With fewer than these, a limit of open files is probably a mistake.
const USUAL_CONNECTIONS: u64 = 100;

/// Runs the server until it is told to stop. Prints what an operator wants to know at the start.
pub fn run(loaded: &Loaded) -> ExitCode {
    match start(loaded) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            match loaded.settings.log_format {
                LogFormat::Text => eprintln!("chatting-time: {error}"),
                // Who reads the log reads nothing else.
                LogFormat::Json => error!("{error}"),
            }
            ExitCode::FAILURE
        }
    }
}

/// Whether the files that the settings name would let a server start, as far as that can be told without one. What clients
/// will not like about a certificate is in the log.
///
/// # Errors
/// Those of the start.
pub(crate) fn check_files(settings: &Settings) -> Result<(), impl Display> {
    load_certificate(settings)?;
    FolderLock::check_place(&settings.data).map_err(StartError::from)
}

fn load_certificate(settings: &Settings) -> Result<Option<ServerTls>, StartError> {
    let files = CertificateFiles::of(settings);
    files
        .map(ServerTls::load)
        .transpose()
        .map_err(StartError::Tls)
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
    logins: Logins,
    paces: Paces,
    admission: Admission,
    /// Clients that were slow and cut off.
    cut_off: Mutex<Episodes>,
    tls: Option<Arc<ServerTls>>,
    pub(crate) connection_metrics: ConnectionMetrics,
    pub(crate) request_metrics: RequestMetrics,
    /// Cancelled when the server is told to stop.
    pub(crate) stopping: CancellationToken,
    /// What is waited for then.
    pub(crate) connections: TaskTracker,
}

impl Service {
    /// When the certificate in force is no longer valid, in seconds since 1970 (UTC); `None` without TLS.
    pub(crate) fn certificate_expiry(&self) -> Option<u64> {
        self.tls.as_ref()?.expiry()
    }

    /// Connections that there may be at a time.
    pub(crate) fn most_connections(&self) -> u64 {
        self.admission.most()
    }

    /// How many password checks wait, and how many are under way.
    pub(crate) fn password_checks(&self) -> (u64, u64) {
        self.logins.password_checks()
    }
}

async fn serve(loaded: &Loaded, mut passed: PassedSockets) -> Result<(), StartError> {
    let settings = &loaded.settings;
    let began = Instant::now();
    let mut signals =
        Signals::new().map_err(|error| StartError::System("wait for signals", error))?;
    let open_files = raise_file_limit();
    let manager = Arc::new(ServiceManager::from_environment());
    // Before anything slow or lasting: a wrong file or a port that is taken is the usual mistake.
    let tls = load_certificate(settings)?.map(Arc::new);
    let listeners = binding::chat_listeners(settings, tls.as_deref(), &mut passed)?;
    let http_listeners = binding::http_listeners(loaded, tls.as_deref(), &mut passed)?;
    let admin_http_listeners = binding::admin_http_listeners(loaded, &mut passed)?;
    let lock = FolderLock::acquire(&settings.data)?;
    let admin_socket = admin::bind(&settings.data).map_err(StartError::AdminSocket)?;
    let admin_http_addresses: Vec<_> = admin_http_listeners
        .iter()
        .map(|listener| listener.address)
        .collect();
    // Before what may take long, since it tells that.
    let status = admin_http::serve(admin_http_listeners, settings);
    let for_engine = settings.clone();
    let opening = spawn_blocking(move || open_engine(&for_engine, lock));
    let (engine, recovery) = tokio::select! {
        opened = opening => opened.map_err(|error| StartError::System("read the journal", error.into()))??,
        () = signals.wait_for_stop(None) => {
            info!("stopped while the journal was being read; nothing of it was changed that the next start would miss");
            return Ok(());
        }
    };
    report(&recovery);
    let is_private = listeners
        .iter()
        .chain(&http_listeners)
        .all(|listener| listener.address.ip().is_loopback());
    let http_connections = match http_listeners.is_empty() {
        true => 0,
        false => http::most_connections(open_files),
    };
    let admin_http_connections = match admin_http_addresses.is_empty() {
        true => 0,
        false => admin_http::MOST_CONNECTIONS,
    };
    let made_demo_users = make_demo_users(settings, &engine, &recovery, is_private).await?;
    engine.watch_storage(settings.storage_bounds());
    if settings.message_lifetime > 0 {
        engine.keep_messages_for(settings.message_lifetime);
    }

    let service = Arc::new(Service {
        logins: Logins::start(settings)
            .map_err(|error| StartError::System("start its threads", error))?,
        paces: Paces::new(settings),
        admission: Admission::new(
            engine.limits(),
            open_files.saturating_sub((http_connections + admin_http_connections) as u64),
        ),
        cut_off: Mutex::default(),
        tls: tls.clone(),
        connection_metrics: ConnectionMetrics::default(),
        request_metrics: RequestMetrics::default(),
        engine: engine.clone(),
        stopping: CancellationToken::new(),
        connections: TaskTracker::new(),
    });
    warn_of_few_connections(settings, service.admission.most());
    status.serving(service.clone());
    announce(
        settings,
        &service,
        (&listeners, &http_listeners),
        &admin_http_addresses,
        made_demo_users,
        began.elapsed(),
    );
    for listener in listeners {
        tokio::spawn(listener::accept(listener, service.clone()));
    }
    http::serve(http_listeners, http_connections, settings, &service);
    tokio::spawn(admin::serve(engine.clone(), admin_socket));
    tokio::spawn(sweep(engine.clone(), manager.clone()));
    tokio::spawn(watch_storage(engine.clone()));
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

/// The limit of open files may leave less than somebody counts on.
fn warn_of_few_connections(settings: &Settings, most: u64) {
    let wanted = match settings.limits.connections {
        0 => USUAL_CONNECTIONS,
        wanted => wanted,
    };
    if most < wanted {
        warn!(
            "only {most} connections can be open at a time, for want of open files: allow more \
             (LimitNOFILE= of systemd, ulimit -n) or ask for fewer (connections)"
        );
    }
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

/// Looks how much room there is once a minute, and every second while there is too little: whoever makes some wants to see
/// it used. The journal looks as well, when it has written much.
async fn watch_storage(engine: Arc<Engine>) {
    const SECONDS: u32 = 60;
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        for _ in 0..SECONDS {
            ticks.tick().await;
            if engine.storage().level.refuses_growth() {
                break;
            }
        }
        let engine = engine.clone();
        // A disk may take its time to tell.
        let _ = tokio::task::spawn_blocking(move || engine.check_storage()).await;
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
        let _ = spawn_blocking(move || engine.stop()).await;
    };
    tokio::select! {
        () = finish => info!("stopped"),
        // Everything acknowledged is durable at any time, so that is no loss.
        () = again.wait_for_stop(None) => warn!("told to stop twice: stopped at once"),
    }
}
