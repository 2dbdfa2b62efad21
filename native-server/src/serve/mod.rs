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
mod opening;
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
use crate::cluster::{Access, StoreError};
use crate::engine::{AdminError, Engine};
use crate::http;
use crate::journal::FolderLock;
use crate::metrics::{ConnectionMetrics, RequestMetrics};
use crate::settings::{Loaded, LogFormat, Settings, StoreAddress};
use crate::store::Store;
use crate::tls::{self, CertificateFiles, ServerTls};
use announcement::{Users, announce};
use episodes::Episodes;
use login::Logins;
use opening::{Opened, open_store};
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
    match &settings.store {
        StoreAddress::Data => FolderLock::check_place(&settings.data).map_err(StartError::from),
        StoreAddress::Nats(_) => check_access(settings),
    }
}

fn load_certificate(settings: &Settings) -> Result<Option<ServerTls>, StartError> {
    let files = CertificateFiles::of(settings);
    files
        .map(ServerTls::load)
        .transpose()
        .map_err(StartError::Tls)
}

fn check_access(settings: &Settings) -> Result<(), StartError> {
    let access = Access::of(settings);
    access
        .check()
        .map_err(|error| StartError::Store(StoreError::Access(error)))?;
    access.warn_if_others_can_read();
    Ok(())
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
    pub(crate) store: Store,
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
    if settings.store != StoreAddress::Data {
        check_access(settings)?;
    }
    let listeners = binding::chat_listeners(settings, tls.as_deref(), &mut passed)?;
    let http_listeners = binding::http_listeners(loaded, tls.as_deref(), &mut passed)?;
    let admin_http_listeners = binding::admin_http_listeners(loaded, &mut passed)?;
    let admin_http_addresses: Vec<_> = admin_http_listeners
        .iter()
        .map(|listener| listener.address)
        .collect();
    // Before what may take long, since it tells that.
    let status = admin_http::serve(admin_http_listeners, settings);
    let opening = open_store(settings);
    let opened = tokio::select! {
        opened = opening => opened?,
        () = signals.wait_for_stop(None) => {
            match settings.store {
                StoreAddress::Data => info!("stopped while the state was being read; nothing of it was changed that the next start would miss"),
                StoreAddress::Nats(_) => info!("stopped before NATS could be used; nobody was served"),
            }
            return Ok(());
        }
    };
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
    let users = make_demo_users(settings, &opened, is_private).await?;

    let service = Arc::new(Service {
        logins: Logins::start(settings)
            .map_err(|error| StartError::System("start its threads", error))?,
        paces: Paces::new(settings),
        admission: Admission::new(
            opened.store.limits(),
            open_files.saturating_sub((http_connections + admin_http_connections) as u64),
        ),
        cut_off: Mutex::default(),
        tls: tls.clone(),
        connection_metrics: ConnectionMetrics::default(),
        request_metrics: RequestMetrics::default(),
        store: opened.store,
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
        users,
        began.elapsed(),
    );
    for listener in listeners {
        tokio::spawn(listener::accept(listener, service.clone()));
    }
    http::serve(http_listeners, http_connections, settings, &service);
    if let (Some(engine), Some(admin_socket)) = (service.store.embedded(), opened.admin_socket) {
        tokio::spawn(admin::serve(engine.clone(), admin_socket));
        tokio::spawn(watch_storage(engine.clone()));
    }
    tokio::spawn(sweep(service.clone(), manager.clone()));
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

/// Makes the documented accounts where nobody has kept anything, if asked to or if only this computer can
/// reach them: their password is public.
async fn make_demo_users(
    settings: &Settings,
    opened: &Opened,
    is_private: bool,
) -> Result<Users, StartError> {
    if !opened.is_new || !settings.demo_users.unwrap_or(is_private) {
        return Ok(match opened.has_users {
            true => Users::Others,
            false => Users::None,
        });
    }
    let accounts = documented_accounts(None);
    let added = opened
        .store
        .administer(&AdminCommand::AddUsers(accounts))
        .await;
    match added {
        Ok(()) => Ok(Users::Documented),
        // Another server that shares the store has made them, or other users, meanwhile.
        Err(AdminError::Refused(_)) => Ok(Users::Others),
        Err(error) => Err(StartError::DemoUsers(error)),
    }
}

async fn sweep(service: Arc<Service>, manager: Arc<ServiceManager>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Some(engine) = service.store.embedded() {
            engine.sweep();
        }
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
        if let Some(engine) = service.store.embedded().cloned() {
            let _ = spawn_blocking(move || engine.stop()).await;
        }
    };
    tokio::select! {
        () = finish => info!("stopped"),
        // Everything acknowledged is durable at any time, so that is no loss.
        () = again.wait_for_stop(None) => warn!("told to stop twice: stopped at once"),
    }
}
