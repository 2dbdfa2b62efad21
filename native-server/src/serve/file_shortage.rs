//! Accepting connections while no more files may be open. A client that is not accepted waits without
//! a word, and one that is accepted takes a file: so one is kept in reserve, which takes in those who
//! come, one at a time, to be turned away.

use std::io;
use std::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::{error, info};

/// The shortage is over when none has been met for this long.
const CALM: Duration = Duration::from_secs(1);

/// The shortage of files that one listener meets.
#[derive(Debug)]
pub(super) struct FileShortage(Mutex<State>);

#[derive(Debug)]
struct State {
    /// A socket that is not connected: a file of its own, that needs nothing from the file system.
    reserve: Option<UnixDatagram>,
    /// When it was last met, until it is over.
    met: Option<Instant>,
}

impl FileShortage {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State {
            reserve: UnixDatagram::unbound().ok(),
            met: None,
        }))
    }

    /// No connection could be accepted. Gives up the reserve, and says whether there was one.
    pub(super) fn met(&self, address: SocketAddr, error: &io::Error) -> bool {
        let mut state = self.lock();
        if state.met.replace(Instant::now()).is_none() {
            error!(
                "no more connections on {address}: {error}; those who come are turned away. \
                 Allow more open files (LimitNOFILE= of systemd, ulimit -n) or fewer connections (connections)"
            );
        }
        state.reserve.take().is_some()
    }

    /// Takes a file in reserve again, if one can be had.
    pub(super) fn prepare(&self) {
        let mut state = self.lock();
        if state.reserve.is_none() {
            state.reserve = UnixDatagram::unbound().ok();
        }
    }

    /// A connection was accepted as usual.
    pub(super) fn not_met(&self, address: SocketAddr) {
        let mut state = self.lock();
        if state.met.is_some_and(|met| met.elapsed() >= CALM) {
            state.met = None;
            info!("connections on {address} are accepted again");
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
