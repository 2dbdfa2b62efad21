//! What the operating system tells the server: to stop, or to read its files again.

use std::io::{self, IsTerminal as _};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::info;

use crate::tls::Reloader;

/// The signals that it waits for.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
    /// A hangup is that of the terminal that the server was started from. Without one, it tells a
    /// service to read its files again.
    is_at_terminal: bool,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
            is_at_terminal: io::stdin().is_terminal() || io::stderr().is_terminal(),
        })
    }

    /// Waits until the server is told to stop, and lets files be read again meanwhile.
    pub(super) async fn wait_for_stop(&mut self, reloader: Option<&Reloader>) {
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
