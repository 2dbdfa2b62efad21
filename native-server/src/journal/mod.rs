//! The durable journal: an append-only log of events in a data folder.
//!
//! The journal knows nothing about chat. An event is a string of bytes; it gets a *sequence*, 1, 2, 3 and so on, and once
//! [`Writer::append`] has returned it is on the disk and stays there, whatever happens to the process or the machine.
//!
//! # How it is used
//!
//! 1. [`FolderLock::acquire`] makes sure that no other process works on the folder. Hold it as long as the journal.
//! 2. [`Journal::open`] recovers: it hands every event to a sink, repairs what a crash left and begins a new segment.
//! 3. One thread owns the [`Writer`] and appends a [`Batch`] at a time. A batch is durable as a whole or not at all.
//! 4. When an append fails, nothing more is written until [`Writer::reopen`] succeeds, which also hands out all that is
//!    durable once more: the state is rebuilt without the batch that failed.
//! 5. When [`Journal::fold_is_due`], some other thread calls [`Journal::fold`], which replaces old segments by a snapshot.
//! 6. [`Writer::close`] ends it. A process that is killed instead loses nothing.
//!
//! ```
//! use chatting_time::journal::{Batch, FolderLock, Journal, Options, RealDisk};
//! use std::sync::Arc;
//!
//! let folder = tempfile::tempdir()?;
//! let _lock = FolderLock::acquire(folder.path())?;
//! let mut opened = Journal::open(folder.path(), Arc::new(RealDisk), Options::default(), &mut |_, _| Ok(()))?;
//! let mut batch = Batch::new();
//! batch.push(|buffer| buffer.extend_from_slice(b"something happened"));
//! opened.writer.append(&mut batch)?;
//! assert_eq!(opened.writer.last_sequence(), 1);
//! opened.writer.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it may rely on, and what it may not
//!
//! A successful sync means that the written bytes are on the disk. A disk writes sectors of 512 bytes wholly or not
//! at all, in any order. A folder's changes reach the disk in order. Renaming replaces a file at once or not at all.
//! Nothing else is taken for granted. In particular, after a *failed* sync the bytes may read well and be gone after the next
//! power loss, and a later successful sync proves nothing. So a segment is never written or synced again after a failure, and
//! what recovery reads from a segment that was not closed it writes anew before it relies on it.
//!
//! # The files
//!
//! | name | content |
//! | --- | --- |
//! | `lock` | the process id of the process that holds the folder; the lock itself is the operating system's |
//! | `NNNNNNNNNNNNNNNNNNNN.segment` | events; N is the segment's number in 20 digits, higher in each new segment |
//! | `NNNNNNNNNNNNNNNNNNNN.snapshot` | the fewest events that rebuild the state up to sequence N |
//! | `….temporary` | a file that is not whole yet; recovery removes it |
//!
//! The folder has mode 0700 and files have mode 0600. A segment or snapshot gets its name only when its content is durable.
//!
//! # The format
//!
//! All numbers are unsigned and little-endian. A file is a header of 64 bytes, then frames without a gap, then, in
//! segments only, zeros up to the size that was preallocated.
//!
//! Header:
//!
//! | bytes | content |
//! | --- | --- |
//! | 0–7 | `CTsegmnt` or `CTsnapsh` |
//! | 8–11 | format version: 1. Any other is refused. |
//! | 12–15 | CRC-32 (as in zlib) of the other 60 bytes |
//! | 16–23 | identity: random, repeated in each frame of the file |
//! | 24–31 | number: the one in the file's name |
//! | 32–39 | segment: sequence of its first event; snapshot: 1 |
//! | 40–63 | zero |
//!
//! Frame, beginning at a multiple of 8 bytes:
//!
//! | bytes | content |
//! | --- | --- |
//! | 0–3 | `CTev`: events; `CTcl`: the file ends here |
//! | 4–7 | CRC-32 of all other bytes of the frame, padding included |
//! | 8–15 | identity of the file |
//! | 16–23 | sequence of the first event; in `CTcl` the one that would come next. A snapshot counts its events from 1. |
//! | 24–27 | number of events; in `CTcl` 0 |
//! | 28–31 | length of the payload; in `CTcl` 0 |
//! | 32– | payload: for each event its length in 4 bytes, then the event; then zeros up to a multiple of 8 |
//!
//! A snapshot always ends with `CTcl`; a segment does so when it was closed cleanly, or mended by recovery.
//!
//! # How the files join
//!
//! The journal is the newest snapshot, if there is one, and the segments in the order of their numbers. Each segment counts up to
//! the sequence with which the next one begins, and must reach it: frames beyond that are what a failed write left
//! behind. So a header alone takes back a batch that could not be made durable.
//!
//! Only the last segment may end otherwise than whole. A frame there that is not whole, with nothing whole after
//! it, is a batch whose write was cut short and which nobody was told of: it is cut off, and [`Recovery`] says so. Everything else that
//! is not as it should be is damage, which is refused, never repaired by guessing: a whole frame after a broken one (an
//! identity that no client can know keeps message texts from posing as one), a gap between segments, a broken snapshot, anything
//! after a closing frame.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

mod batch;
mod chain;
mod disk;
mod error;
mod fold;
mod folder;
mod frame;
mod header;
mod lock;
mod new_journal;
mod point_in_time;
mod preparation;
mod reader;
mod recovery;
mod segment;
pub mod simulated_disk;
mod snapshot;
mod verify;
mod writer;

pub use batch::{Batch, MAXIMUM_BATCH_BYTES};
pub use disk::{Disk, File, RealDisk, Room};
pub use error::JournalError;
pub use fold::{Fold, Folded};
pub use header::FileKind;
pub use lock::FolderLock;
pub use new_journal::{check_empty, create_journal, remove_unfinished};
pub use point_in_time::PointInTime;
pub use recovery::{Recovery, Sink, TornTail};
pub use snapshot::{SnapshotStream, SnapshotWriter, read_snapshot};
pub use verify::{EventPlace, FileReport, Finding, VerifyReport, exists, show, verify};
pub use writer::Writer;

use error::During;
use folder::Folder;
use preparation::PreparedSlot;
use recovery::{Recovered, Sealed};

/// How a journal uses its disk.
#[derive(Debug, Clone)]
pub struct Options {
    /// The size of a segment in bytes. A larger batch gets a segment of its own size. Default: 32 MiB.
    pub segment_bytes: u64,
    /// The size in bytes of a segment that somebody waits for: the first one after a start or a failure, and one that is
    /// needed before the next is prepared. Small, so that the wait is short, and never more than `segment_bytes`. Default: 1 MiB.
    pub first_segment_bytes: u64,
    /// Whether a thread prepares the next segment when the present one is half full. Without it each
    /// segment is one of `first_segment_bytes`: right for a tool that appends little. Default: true.
    pub prepare_ahead: bool,
    /// The least amount of sealed events, in bytes, for which a fold is worth its effort. Default: 32 MiB.
    pub fold_after_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 32 << 20,
            first_segment_bytes: 1 << 20,
            prepare_ahead: true,
            fold_after_bytes: 32 << 20,
        }
    }
}

/// An open journal, seen by everyone but the one who writes it. Clones are the same journal.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

/// What opening a journal gives.
pub struct Opened {
    /// For folding.
    pub journal: Journal,
    /// For appending.
    pub writer: Writer,
    /// What was found.
    pub recovery: Recovery,
}

/// What the writer and the folder both need.
struct Shared {
    folder: Folder,
    options: Options,
    catalogue: Mutex<Catalogue>,
    prepared: Arc<PreparedSlot>,
    /// Held by a fold from beginning to end.
    folding: Mutex<()>,
    /// Held while files are read that a fold could remove, and while it removes them.
    reading: Mutex<()>,
    /// The sequence of the last durable event.
    durable: AtomicU64,
}

/// The files that are no longer written.
#[derive(Default)]
struct Catalogue {
    /// The newest snapshot: its sequence and its size in bytes.
    snapshot: Option<(u64, u64)>,
    /// The segments after it, in order.
    sealed: Vec<Sealed>,
}

impl Journal {
    /// Opens the journal in a folder, creating both when there are none. Every event goes to `sink`, in order, before this returns.
    ///
    /// The caller holds the [`FolderLock`]: two writers would destroy each other's work.
    ///
    /// # Errors
    /// [`JournalError::Damaged`], [`JournalError::Missing`] or [`JournalError::NewerFormat`] when the journal cannot be read without losing events, and then
    /// no event has been changed or removed; [`JournalError::Rejected`] when `sink` refuses an event;
    /// [`JournalError::Storage`] when the disk fails or is full.
    pub fn open(
        folder: &Path,
        disk: Arc<dyn Disk>,
        options: Options,
        sink: &mut Sink<'_>,
    ) -> Result<Opened, JournalError> {
        disk.create_folder(folder)
            .during("create the data folder", folder)?;
        let folder = Folder {
            disk,
            path: folder.to_owned(),
        };
        let mut recovered = recovery::recover(&folder, sink)?;
        let shared = Arc::new(Shared {
            folder,
            options,
            catalogue: Mutex::default(),
            prepared: Arc::default(),
            folding: Mutex::default(),
            reading: Mutex::default(),
            durable: AtomicU64::new(recovered.recovery.last_sequence),
        });
        let writer = Writer::start(Arc::clone(&shared), &recovered)?;

        // Each start leaves a segment behind; only now does the new one say what the empty ones said.
        for empty in recovered
            .sealed
            .extract_if(.., |segment| segment.is_empty())
        {
            let path = shared.folder.file_path(FileKind::Segment, empty.number);
            shared.folder.remove(&path)?;
        }
        *shared.catalogue() = Catalogue {
            snapshot: recovered.snapshot,
            sealed: recovered.sealed,
        };
        Ok(Opened {
            journal: Self { shared },
            writer,
            recovery: recovered.recovery,
        })
    }

    /// The sequence of the last durable event, 0 before the first.
    #[must_use]
    pub fn durable_sequence(&self) -> u64 {
        self.shared.durable.load(Ordering::Acquire)
    }

    /// How much room there is for it.
    ///
    /// # Errors
    /// When the operating system cannot tell.
    pub fn room(&self) -> io::Result<Room> {
        self.shared.folder.disk.room(&self.shared.folder.path)
    }

    /// The most that a snapshot of everything sealed can take, in bytes.
    #[must_use]
    pub fn largest_snapshot_bytes(&self) -> u64 {
        let catalogue = self.shared.catalogue();
        catalogue.sealed_bytes() + catalogue.snapshot.map_or(0, |(_, bytes)| bytes)
    }

    /// How much of it is no longer written.
    #[must_use]
    pub fn size(&self) -> JournalSize {
        let catalogue = self.shared.catalogue();
        JournalSize {
            sealed_segments: catalogue.sealed.len() as u64,
            sealed_bytes: catalogue.sealed_bytes(),
            snapshot_bytes: catalogue.snapshot.map_or(0, |(_, bytes)| bytes),
        }
    }

    /// The folder that it is in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.shared.folder.path
    }
}

/// What of the journal is no longer written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalSize {
    /// The segments after the last snapshot.
    pub sealed_segments: u64,
    /// The bytes of events in them.
    pub sealed_bytes: u64,
    /// The size of that snapshot, 0 where there is none.
    pub snapshot_bytes: u64,
}

impl Shared {
    fn catalogue(&self) -> MutexGuard<'_, Catalogue> {
        self.catalogue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Catalogue {
    fn sealed_bytes(&self) -> u64 {
        self.sealed.iter().map(|segment| segment.bytes).sum()
    }
}
