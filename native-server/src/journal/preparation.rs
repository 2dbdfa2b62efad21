//! Makes the next segment ready on a thread of its own, so that the change from one to the next does not wait for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::Journal;
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
                        fill(&slot, &folder, size, &stopping);
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

impl Journal {
    /// Does what the thread does when it is asked, for simulations, which have no thread.
    pub(crate) fn prepare(&self) {
        let shared = &self.shared;
        let size = segment::size_for(shared.options.segment_bytes, 0);
        let never = AtomicBool::new(false);
        fill(&shared.prepared, &shared.folder, size, &never);
    }
}

/// Puts a file into the slot, unless there is one.
fn fill(slot: &PreparedSlot, folder: &Folder, size: u64, stopping: &AtomicBool) {
    if slot.is_filled() {
        return;
    }
    match prepare(folder, size, stopping) {
        Ok(Some(prepared)) => slot.fill(prepared),
        Ok(None) => {}
        // Not a failure of the journal: it makes do with small segments as long as they fit.
        Err(error) => tracing::warn!("no segment prepared: {error}"),
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
    Ok(Some(Prepared { file, size }))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::path::Path;

    use super::super::simulated_disk::SimulatedDisk;
    use super::super::{Batch, Fold, Opened, Options};
    use super::*;

    const PREPARED_BYTES: u64 = 64 * 1024;

    #[test]
    fn a_full_disk_is_left_with_the_prepared_segment_and_then_with_its_room() {
        let disk = SimulatedDisk::new(1);
        let mut opened = open_and_prepare(&disk);
        disk.set_capacity(disk.used());
        disk.fail_syncs(1);
        assert!(append(&mut opened, b"lost").is_err());
        opened
            .writer
            .reopen(&mut |_, _| Ok(()))
            .expect("the prepared segment takes no room");
        assert!(opened.journal.shared.prepared.take().is_none());
        append(&mut opened, b"kept").expect("a preallocated segment");
        let mut found = Vec::new();
        opened
            .writer
            .reopen(&mut |_, event| {
                found.push(event.to_vec());
                Ok(())
            })
            .expect("nothing to reopen");
        assert!(
            found.is_empty(),
            "what failed is gone, what is kept is not sealed"
        );
    }

    #[test]
    fn a_prepared_segment_that_cannot_be_begun_makes_room_for_a_small_one() {
        let disk = SimulatedDisk::new(1);
        let mut opened = open_and_prepare(&disk);
        disk.set_capacity(disk.used());
        disk.fail_syncs(2);
        assert!(append(&mut opened, b"lost").is_err());
        opened
            .writer
            .reopen(&mut |_, _| Ok(()))
            .expect("the prepared segment made room");
        append(&mut opened, b"kept").expect("a preallocated segment");
    }

    #[test]
    fn a_fold_on_a_full_disk_takes_the_room_of_the_prepared_segment() {
        struct Any;
        impl Fold for Any {
            fn apply(&mut self, _event: &[u8]) -> Result<(), String> {
                Ok(())
            }
            fn first(&self) -> Vec<Vec<u8>> {
                vec![vec![0; 1000]]
            }
            fn left_of<'a>(
                &self,
                _place: usize,
                _event: &'a [u8],
            ) -> Result<Option<Cow<'a, [u8]>>, String> {
                Ok(None)
            }
        }
        let disk = SimulatedDisk::new(1);
        let mut opened = open_and_prepare(&disk);
        append(&mut opened, b"kept").expect("room");
        let prepared = opened.journal.shared.prepared.take();
        opened.writer.seal().expect("room");
        opened
            .journal
            .shared
            .prepared
            .fill(prepared.expect("it was prepared"));
        disk.set_capacity(disk.used());
        let folded = opened.journal.fold(&mut Any);
        assert!(folded.expect("the prepared segment made room").is_some());
        assert!(opened.journal.shared.prepared.take().is_none());
    }

    /// A journal whose next segment is prepared, as the thread would have done it.
    fn open_and_prepare(disk: &SimulatedDisk) -> Opened {
        let options = Options {
            segment_bytes: PREPARED_BYTES,
            first_segment_bytes: 4096,
            prepare_ahead: false,
            ..Options::default()
        };
        let disk = Arc::new(disk.clone());
        let opened = Journal::open(Path::new("/data"), disk, options, &mut |_, _| Ok(()))
            .expect("a new journal");
        let shared = &opened.journal.shared;
        let prepared = prepare(&shared.folder, PREPARED_BYTES, &AtomicBool::new(false))
            .expect("room")
            .expect("nobody stops it");
        shared.prepared.fill(prepared);
        opened
    }

    fn append(opened: &mut Opened, event: &[u8]) -> Result<(), JournalError> {
        let mut batch = Batch::new();
        batch.push(|buffer| buffer.extend_from_slice(event));
        opened.writer.append(&mut batch)
    }
}
