//! Ctrl-C and SIGTERM while something is measured: nothing is left behind.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Child};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use tokio::signal::unix::{SignalKind, signal};

use super::{BenchError, Progress};
use crate::screen::complain;

/// What to do when somebody wants it to end. Under load the first Ctrl-C ends the load, and what was measured so far is
/// reported. Whatever else is heard ends the program, with the server that it started and that one's data folder.
#[derive(Clone, Default)]
pub(super) struct Interruption(Arc<Shared>);

#[derive(Default)]
struct Shared {
    progress: Arc<Progress>,
    is_under_load: AtomicBool,
    folder: Mutex<Option<PathBuf>>,
    server: Mutex<Option<Pid>>,
}

impl Interruption {
    /// Listens from now on.
    pub(super) fn listen() -> Result<Self, BenchError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(BenchError::System)?;
        let listening = runtime.enter();
        let mut interrupt = signal(SignalKind::interrupt()).map_err(BenchError::System)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(BenchError::System)?;
        drop(listening);
        let interruption = Self::default();
        let shared = interruption.0.clone();
        thread::spawn(move || {
            runtime.block_on(async {
                loop {
                    let may_report = tokio::select! {
                        _ = interrupt.recv() => true,
                        _ = terminate.recv() => false,
                    };
                    if !(may_report && shared.is_under_load.swap(false, Ordering::Relaxed)) {
                        shared.end();
                    }
                    shared.progress.stop.store(true, Ordering::Relaxed);
                }
            });
        });
        Ok(interruption)
    }

    /// A data folder that must not stay.
    pub(super) fn made_folder(&self, folder: &Path) {
        *lock(&self.0.folder) = Some(folder.to_owned());
    }

    /// A server that must not stay.
    pub(super) fn started_server(&self, server: &Child) {
        *lock(&self.0.server) = Pid::from_raw(server.id() as i32);
    }

    /// The server has ended, or is being ended.
    pub(super) fn ended_server(&self) {
        *lock(&self.0.server) = None;
    }

    /// From now until the load is over, a first Ctrl-C ends only that.
    pub(super) fn begin_load(&self) -> &Arc<Progress> {
        self.0.is_under_load.store(true, Ordering::Relaxed);
        &self.0.progress
    }

    /// Returns whether the load was ended before its time.
    pub(super) fn end_load(&self) -> bool {
        self.0.is_under_load.store(false, Ordering::Relaxed);
        self.0.progress.stop.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn end(&self) -> ! {
        // Held to the end: whoever sees the server end meanwhile waits here instead of complaining.
        let server = lock(&self.server);
        if let Some(server) = *server {
            let _ = kill_process(server, Signal::KILL);
        }
        if let Some(folder) = lock(&self.folder).take() {
            let _ = fs::remove_dir_all(folder);
        }
        complain("stopped before anything could be reported");
        process::exit(1)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
