//! Wakes the generator when requests may be due: more often than its poll, whose times are whole milliseconds, could.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use mio::Waker;

/// The time between two beats: a latency at a constant rate may be too long by this.
const SHORTEST: Duration = Duration::from_micros(100);
const LONGEST: Duration = Duration::from_millis(10);

pub(super) struct Metronome {
    is_done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Metronome {
    /// Begins to beat for requests that are due so far apart.
    pub(super) fn start(between: Duration, waker: Waker) -> io::Result<Self> {
        let beat = (between / 2).clamp(SHORTEST, LONGEST);
        let is_done = Arc::new(AtomicBool::new(false));
        let done = is_done.clone();
        let beats = move || {
            // Who cannot be woken any more is gone.
            while !done.load(Ordering::Relaxed) && waker.wake().is_ok() {
                thread::sleep(beat);
            }
        };
        let thread = thread::Builder::new()
            .name("metronome".into())
            .spawn(beats)?;
        Ok(Self {
            is_done,
            thread: Some(thread),
        })
    }
}

impl Drop for Metronome {
    fn drop(&mut self) {
        self.is_done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
