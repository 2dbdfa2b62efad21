//! What the server tells the service manager that started it (sd_notify(3)), where one wants to be told. Nothing here stops
//! the server: one that nobody hears still serves.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use tracing::warn;

/// How long the service manager may take to read what it is told.
const PATIENCE: Duration = Duration::from_secs(1);

/// The way to the service manager, if there is one.
pub(super) struct ServiceManager {
    socket: Option<UnixDatagram>,
    /// Whether it stops a server of which it hears nothing.
    is_watching: bool,
}

impl ServiceManager {
    /// The one that the environment names.
    pub(super) fn from_environment() -> Self {
        let path = env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty());
        let socket = path.and_then(|path| {
            let connected = connect(&path);
            let told = |error: &io::Error| {
                warn!(
                    "cannot reach the service manager at {}: {error}",
                    path.display()
                );
            };
            connected.inspect_err(told).ok()
        });
        Self {
            socket,
            is_watching: is_watched(),
        }
    }

    /// Clients are served from now on.
    pub(super) fn ready(&self) {
        self.tell("READY=1");
    }

    /// The server was asked to stop.
    pub(super) fn stopping(&self) {
        self.tell("STOPPING=1");
    }

    /// The server has just shown that it does not hang.
    pub(super) fn alive(&self) {
        if self.is_watching {
            self.tell("WATCHDOG=1");
        }
    }

    fn tell(&self, state: &str) {
        if let Some(socket) = &self.socket
            && let Err(error) = socket.send(state.as_bytes())
        {
            warn!("cannot tell the service manager {state}: {error}");
        }
    }
}

/// Where the variables are inherited, another process may be meant.
fn is_watched() -> bool {
    let own = std::process::id().to_string();
    let is_meant = env::var_os("WATCHDOG_PID").is_none_or(|process| *process == *own);
    env::var_os("WATCHDOG_USEC").is_some() && is_meant
}

fn connect(path: &OsStr) -> io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    socket.set_write_timeout(Some(PATIENCE))?;
    match abstract_name(path) {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::linux::net::SocketAddrExt as _;
            socket.connect_addr(&std::os::unix::net::SocketAddr::from_abstract_name(name)?)?;
        }
        _ => socket.connect(path)?,
    }
    Ok(socket)
}

/// The name of a socket that is in no folder.
fn abstract_name(path: &OsStr) -> Option<&[u8]> {
    path.as_encoded_bytes().strip_prefix(b"@")
}
