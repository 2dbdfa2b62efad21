//! Ctrl-C and the like end the process, and what is unfinished goes with it.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

use crate::screen::complain;

/// What a command is about to make. Whoever holds its lock is not interrupted meanwhile.
pub(super) trait Unfinished: Send + 'static {
    /// Removes what shall not stay, and says what there is now.
    fn stop(&mut self) -> String;
}

/// From now on a signal that asks to end stops that work and ends the process.
pub(super) fn stop_when_interrupted(work: Arc<Mutex<impl Unfinished>>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let listening = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Whoever said `nohup` wants it to go on.
    let mut hangup = match ignores_hangup() {
        true => None,
        false => Some(signal(SignalKind::hangup())?),
    };
    drop(listening);
    let stop = move || {
        runtime.block_on(async {
            let hangup = async {
                match &mut hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup => {}
            }
        });
        // Held to the end: nothing is made any more.
        let mut work = lock(&work);
        complain(work.stop());
        std::process::exit(1);
    };
    let named = thread::Builder::new().name("signals".into());
    named.spawn(stop).map(drop)
}

/// Whether this process was started so that a hangup does nothing, as Linux tells.
fn ignores_hangup() -> bool {
    const HANGUP: u64 = 1;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & HANGUP != 0)
}

pub(super) fn lock<T>(work: &Mutex<T>) -> MutexGuard<'_, T> {
    work.lock().unwrap_or_else(PoisonError::into_inner)
}
