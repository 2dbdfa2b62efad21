//! Reads a journal without touching it, also while a server writes it: for the operator who wants to know how it is.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chain::Chain;
use super::disk::Disk;
use super::error::JournalError;
use super::folder::Folder;
use super::header::FileKind;
use super::reader::{JournalFile, Until};

/// How often the files are listed anew when one of them is not there, as long as others come and go: then a running server folds,
/// and has only removed it before it was opened.
const ATTEMPTS: usize = 1000;

/// How often when nothing else changes.
const ATTEMPTS_ALONE: usize = 5;

/// What [`verify`] found.
#[derive(Debug)]
pub struct VerifyReport {
    /// Every segment and snapshot: snapshots first, each kind in the order of their numbers.
    pub files: Vec<FileReport>,
    /// What is wrong with the files taken together, such as one that is missing.
    pub damage: Vec<JournalError>,
}

/// One file of a journal.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: FileKind,
    /// How many whole frames with events it has, up to the first damage.
    pub frames: u64,
    /// How many events they hold.
    pub events: u64,
    /// The sequences of a segment's first and last event, when it has any. A snapshot's last is the one it reaches to.
    pub sequences: Option<(u64, u64)>,
    /// How its reading ended.
    pub finding: Finding,
}

/// How the reading of a file ended.
#[derive(Debug)]
pub enum Finding {
    /// Whole, and complete.
    Whole,
    /// Whole as far as it goes, and not closed: a server is writing it, or its last one did not stop cleanly. When a frame
    /// seems to be cut short, these are its offset and its length in bytes; the next start cuts it off.
    Open {
        /// Where the next frame goes, in bytes from the start of the file.
        offset: u64,
        /// How many bytes of an unfinished frame stand there.
        unfinished_bytes: u64,
    },
    /// Superfluous since the newest snapshot, and not read; the next start removes it.
    Superfluous,
    /// A last segment whose creation was cut short; the next start removes it.
    Unborn,
    /// Not usable.
    Damaged(JournalError),
}

impl VerifyReport {
    /// Whether a server could start from these files without losing anything.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damage.is_empty()
            && !self
                .files
                .iter()
                .any(|file| matches!(file.finding, Finding::Damaged(_)))
    }
}

/// Checks every file of the journal in a folder. Takes no lock and changes nothing.
///
/// # Errors
/// Only when the folder or a file cannot be read at all; damage is reported.
pub fn verify(folder: &Path, disk: Arc<dyn Disk>) -> Result<VerifyReport, JournalError> {
    let folder = Folder {
        disk,
        path: folder.to_owned(),
    };
    while_files_vanish(&folder, || verify_once(&folder))
}

/// Whether there is such a folder and it holds any file of a journal.
///
/// # Errors
/// When the folder is there and cannot be listed.
pub fn exists(folder: &Path, disk: Arc<dyn Disk>) -> Result<bool, JournalError> {
    let folder = Folder {
        disk,
        path: folder.to_owned(),
    };
    match folder.list() {
        Ok(listing) => Ok(!listing.segments.is_empty() || !listing.snapshots.is_empty()),
        Err(error) if is_not_found(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Where an event was found.
#[derive(Debug, Clone, Copy)]
pub struct EventPlace<'a> {
    /// Its sequence; for one of a snapshot, the sequence that the snapshot reaches to.
    pub sequence: u64,
    /// The file.
    pub path: &'a Path,
    /// The frame that holds it, in bytes from the start of the file.
    pub offset: u64,
}

/// Hands the events of a journal, from the given sequence on, to `visit`, until it returns false. Takes no lock and changes nothing.
///
/// # Errors
/// [`JournalError::Damaged`] once the reading reaches damage; what stands before has been handed out.
pub fn show(
    folder: &Path,
    disk: Arc<dyn Disk>,
    from: u64,
    visit: &mut dyn FnMut(EventPlace<'_>, &[u8]) -> bool,
) -> Result<(), JournalError> {
    let folder = Folder {
        disk,
        path: folder.to_owned(),
    };
    let chain = while_files_vanish(&folder, || Chain::open(&folder))?;
    let snapshot_sequence = chain.snapshot.as_ref().map(|file| file.header.number);
    let snapshot = chain.snapshot.iter().map(|file| (file, Until::Closed));
    let segments =
        (chain.segments.iter().enumerate()).map(|(index, segment)| (segment, chain.until(index)));
    let mut go_on = true;
    for (file, until) in snapshot.chain(segments) {
        let is_snapshot = file.header.kind == FileKind::Snapshot;
        file.read(until, &mut |offset, frame| {
            for (sequence, event) in (frame.first_sequence..).zip(frame.events()) {
                let sequence = match snapshot_sequence {
                    Some(reached) if is_snapshot => reached,
                    Some(reached) if sequence <= reached => continue,
                    _ => sequence,
                };
                if go_on && sequence >= from {
                    let path = &file.path;
                    let place = EventPlace {
                        sequence,
                        path,
                        offset,
                    };
                    go_on = visit(place, event);
                }
            }
            Ok(())
        })?;
        if !go_on {
            break;
        }
    }
    Ok(())
}

fn verify_once(folder: &Folder) -> Result<VerifyReport, JournalError> {
    let listing = folder.list()?;
    let newest_snapshot = listing.snapshots.last().copied();
    let mut files = Vec::new();
    let mut damage = Vec::new();
    for sequence in listing.snapshots.iter().copied() {
        let superfluous = Some(sequence) != newest_snapshot;
        files.push(if superfluous {
            FileReport::unread(
                folder.file_path(FileKind::Snapshot, sequence),
                FileKind::Snapshot,
                Finding::Superfluous,
            )
        } else {
            read(
                JournalFile::open(folder, FileKind::Snapshot, sequence),
                folder.file_path(FileKind::Snapshot, sequence),
                FileKind::Snapshot,
                Until::Closed,
                &mut damage,
            )?
        });
    }

    // The joins are those of recovery; files that cannot be opened are reported one by one, whatever it says of the whole.
    let chain = match Chain::open(folder) {
        Ok(chain) => Some(chain),
        Err(error @ JournalError::Storage { .. }) => return Err(error),
        Err(error) => {
            damage.push(error);
            None
        }
    };
    let opened: Vec<_> = (listing.segments.iter())
        .map(|number| JournalFile::open(folder, FileKind::Segment, *number))
        .collect();
    let firsts: Vec<Option<u64>> = (opened.iter())
        .map(|file| file.as_ref().ok().map(|file| file.header.first_sequence))
        .collect();
    for (index, (file, number)) in opened.into_iter().zip(&listing.segments).enumerate() {
        let path = folder.file_path(FileKind::Segment, *number);
        let kind = FileKind::Segment;
        if let Some(chain) = &chain {
            if chain.obsolete.contains(&path) {
                files.push(FileReport::unread(path, kind, Finding::Superfluous));
                continue;
            }
            if chain.unborn.as_ref() == Some(&path) {
                files.push(FileReport::unread(path, kind, Finding::Unborn));
                continue;
            }
        }
        let next = firsts[index + 1..].iter().find_map(|first| *first);
        let until = next.map_or(Until::Tail, Until::Sequence);
        files.push(read(file, path, kind, until, &mut damage)?);
    }
    if let Some(chain) = &chain
        && let Some(last) = chain.segments.last()
        && let Some(report) = files.iter().find(|file| file.path == last.path)
        && !matches!(report.finding, Finding::Damaged(_))
    {
        let next_sequence =
            (report.sequences).map_or(last.header.first_sequence, |(_, end)| end + 1);
        damage.extend(chain.check_end(last, next_sequence).err());
    }
    let is_reported = |error: &JournalError| {
        files.iter().any(|file| match &file.finding {
            Finding::Damaged(own) => own.to_string() == error.to_string(),
            _ => false,
        })
    };
    damage.retain(|error| !is_reported(error));
    let is_missing = |error: &JournalError| matches!(error, JournalError::Missing { .. });
    if let Some(missing) = damage.iter().position(is_missing)
        && folder.list()? != listing
    {
        // Rather replaced by a fold, between two looks at the folder.
        return Err(damage.swap_remove(missing));
    }
    Ok(VerifyReport { files, damage })
}

/// What is missing beside the file, and so no fault of its own, goes to `damage`.
fn read(
    file: Result<JournalFile, JournalError>,
    path: PathBuf,
    kind: FileKind,
    until: Until,
    damage: &mut Vec<JournalError>,
) -> Result<FileReport, JournalError> {
    let mut report = FileReport::unread(path, kind, Finding::Whole);
    let ending = file.and_then(|file| {
        file.read(until, &mut |_, frame| {
            report.frames += 1;
            report.events += u64::from(frame.event_count);
            let last = frame.end_sequence() - 1;
            report.sequences = match (kind, report.sequences) {
                (FileKind::Snapshot, _) => Some((1, file.header.number)),
                (FileKind::Segment, Some((first, _))) => Some((first, last)),
                (FileKind::Segment, None) => Some((frame.first_sequence, last)),
            };
            Ok(())
        })
    });
    report.finding = match ending {
        Ok(ending) if until == Until::Tail && !ending.closed => Finding::Open {
            offset: ending.offset,
            unfinished_bytes: ending.torn_bytes,
        },
        Ok(_) => Finding::Whole,
        Err(error @ JournalError::Storage { .. }) => return Err(error),
        Err(error @ JournalError::Missing { .. }) => {
            damage.push(error);
            Finding::Whole
        }
        Err(error) => Finding::Damaged(error),
    };
    Ok(report)
}

impl FileReport {
    fn unread(path: PathBuf, kind: FileKind, finding: Finding) -> Self {
        Self {
            path,
            kind,
            frames: 0,
            events: 0,
            sequences: None,
            finding,
        }
    }
}

/// Reads the files of a folder that a running server may be folding meanwhile.
pub(super) fn while_files_vanish<T>(
    folder: &Folder,
    mut read: impl FnMut() -> Result<T, JournalError>,
) -> Result<T, JournalError> {
    let mut attempts = 0;
    let mut attempts_alone = 0;
    loop {
        let before = folder.list()?;
        let error = match read() {
            // A fold removed the file after it was listed, or the list has neither what was removed nor what came for it.
            Err(error) if is_not_found(&error) || matches!(error, JournalError::Missing { .. }) => {
                error
            }
            result => return result,
        };
        attempts += 1;
        if folder.list()? == before {
            attempts_alone += 1;
        }
        if attempts_alone == ATTEMPTS_ALONE || attempts == ATTEMPTS {
            return Err(error);
        }
    }
}

fn is_not_found(error: &JournalError) -> bool {
    matches!(error, JournalError::Storage { source, .. } if source.kind() == std::io::ErrorKind::NotFound)
}
