//! Makes the next segment ready on a thread of its own, so that the change from one to the next does not wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::error::JournalError;
use super::folder::{Folder, TemporaryFile};
use super::segment;

/// A file full of zeros that waits to become a segment.
pub(super) struct Prepared {
    pub(super) file: TemporaryFile,
    pub(super) size: u64,
}

/// Where the prepared file waits. Emptying it removes the file and so gives its room back.
#[derive(Default)]
pub(super) struct PreparedSlot(Mutex<Option<Prepared>>);

impl PreparedSlot {
    pub(super) fn take(&self) -> Option<Prepared> {
        self.lock().take()
    }

    fn is_filled(&self) -> bool {
        self.lock().is_some()
    }

    fn fill(&self, prepared: Prepared) {
        *self.lock() = Some(prepared);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Prepared>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread. Dropping it stops it, in the middle of a file if need be.
pub(super) struct Preparer {
    requests: Option<SyncSender<()>>,
    stopping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
    slot: Arc<PreparedSlot>,
}

impl Preparer {
    pub(super) fn start(
        folder: Folder,
        slot: Arc<PreparedSlot>,
        size: u64,
    ) -> std::io::Result<Self> {
        let (requests, received) = mpsc::sync_channel(1);
        let stopping = Arc::new(AtomicBool::new(false));
        let thread = std::thread::Builder::new()
            .name("journal-prepare".to_owned())
            .spawn({
                let (slot, stopping) = (Arc::clone(&slot), Arc::clone(&stopping));
                move || {
                    while received.recv().is_ok() {
                        if slot.is_filled() {
                            continue;
                        }
                        match prepare(&folder, size, &stopping) {
                            Ok(Some(prepared)) => slot.fill(prepared),
                            Ok(None) => return,
                            // Not a failure of the journal: it makes do with small segments as long as they fit.
                            Err(error) => tracing::warn!("no segment prepared: {error}"),
                        }
                    }
                }
            })?;
        Ok(Self {
            requests: Some(requests),
            stopping,
            thread: Some(thread),
            slot,
        })
    }

    /// Asks for a file, unless one waits or was asked for.
    pub(super) fn request(&self) {
        if let Some(requests) = &self.requests
            && !self.slot.is_filled()
        {
            // Full means that a request is waiting already.
            let _ = requests.try_send(());
        }
    }
}

impl Drop for Preparer {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            // It cannot panic, and if it did there is nothing left to do for it.
            let _ = thread.join();
        }
        self.slot.take();
    }
}

fn prepare(
    folder: &Folder,
    size: u64,
    stopping: &AtomicBool,
) -> Result<Option<Prepared>, JournalError> {
    let file = TemporaryFile::create(folder, "prepared.segment")?;
    let whole = segment::preallocate(&file, size, &mut || !stopping.load(Ordering::Relaxed))?;
    if !whole {
        return Ok(None);
    }
    file.sync()?;
    Ok(Some(Prepared { file, size }))
}
