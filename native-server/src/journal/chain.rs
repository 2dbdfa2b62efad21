//! Which files make up a journal, and whether they join: the newest snapshot and every segment after it.

use std::path::PathBuf;

use super::error::{During, JournalError};
use super::folder::Folder;
use super::header::FileKind;
use super::reader::{self, JournalFile, Until};

/// The files of a journal in the order in which they are read, all open: they can be read even when a fold
/// removes them meanwhile.
pub(super) struct Chain {
    pub(super) snapshot: Option<JournalFile>,
    /// Those that hold, or may hold, events after the snapshot.
    pub(super) segments: Vec<JournalFile>,
    /// A last segment whose creation a crash cut short: it has no header and no frame.
    pub(super) unborn: Option<PathBuf>,
    /// Snapshots and segments that the newest snapshot makes superfluous.
    pub(super) obsolete: Vec<PathBuf>,
    /// Files that never got their own name.
    pub(super) temporary: Vec<PathBuf>,
    /// The highest number that a segment has, 0 when there is none.
    pub(super) highest_number: u64,
}

impl Chain {
    /// Opens the files of a folder and reads their headers. Changes nothing.
    pub(super) fn open(folder: &Folder) -> Result<Self, JournalError> {
        let mut listing = folder.list()?;
        let highest_number = listing.segments.last().copied().unwrap_or(0);

        let mut obsolete = Vec::new();
        let snapshot = match listing.snapshots.pop() {
            Some(sequence) => Some(JournalFile::open(folder, FileKind::Snapshot, sequence)?),
            None => None,
        };
        for sequence in listing.snapshots {
            obsolete.push(folder.file_path(FileKind::Snapshot, sequence));
        }

        let mut segments = Vec::new();
        let mut unborn = None;
        for number in listing.segments {
            match JournalFile::open(folder, FileKind::Segment, number) {
                Ok(segment) => segments.push(segment),
                Err(JournalError::Damaged { path, .. })
                    if number == highest_number && is_unborn(folder, &path)? =>
                {
                    unborn = Some(path);
                }
                Err(error) => return Err(error),
            }
        }

        let mut chain = Self {
            snapshot,
            segments,
            unborn,
            obsolete,
            temporary: listing.temporary,
            highest_number,
        };
        chain.join()?;
        Ok(chain)
    }

    /// The sequence that follows the snapshot.
    pub(super) fn first_sequence(&self) -> u64 {
        // A snapshot's number was read from a file's name, so nothing bounds it.
        self.snapshot
            .as_ref()
            .map_or(1, |snapshot| snapshot.header.number.saturating_add(1))
    }

    /// Up to where the segment at `index` has to be read: a segment ends where the next begins.
    pub(super) fn until(&self, index: usize) -> Until {
        match self.segments.get(index + 1) {
            Some(next) => Until::Sequence(next.header.first_sequence),
            None => Until::Tail,
        }
    }

    /// Checks that the last segment, whose last event comes before `next_sequence`, goes on from the snapshot.
    pub(super) fn check_end(
        &self,
        last: &JournalFile,
        next_sequence: u64,
    ) -> Result<(), JournalError> {
        match &self.snapshot {
            Some(snapshot) if next_sequence < self.first_sequence() => Err(JournalError::missing(
                &snapshot.path,
                format!(
                    "the segment with the events after the snapshot {}, which {} ends before",
                    snapshot.path.display(),
                    last.path.display()
                ),
            )),
            _ => Ok(()),
        }
    }

    /// Sets the segments aside that the snapshot covers, and checks that the others follow it and each other.
    fn join(&mut self) -> Result<(), JournalError> {
        for pair in self.segments.windows(2) {
            let (before, after) = (&pair[0].header, &pair[1].header);
            if after.first_sequence < before.first_sequence {
                return Err(JournalError::damaged(
                    &pair[1].path,
                    0,
                    format!(
                        "it begins with event {}, before its predecessor's first event {}",
                        after.first_sequence, before.first_sequence
                    ),
                ));
            }
        }

        let first_sequence = self.first_sequence();
        let covered = self
            .segments
            .windows(2)
            .take_while(|pair| pair[1].header.first_sequence <= first_sequence)
            .count();
        self.obsolete
            .extend(self.segments.drain(..covered).map(|segment| segment.path));

        match (self.segments.first(), &self.snapshot) {
            (Some(segment), _) if segment.header.first_sequence > first_sequence => {
                let begins = segment.header.first_sequence;
                Err(JournalError::missing(
                    &segment.path,
                    format!(
                        "the one with the events from {first_sequence} to {}, before {}, which begins with event {begins}",
                        begins - 1,
                        segment.path.display(),
                    ),
                ))
            }
            (None, Some(snapshot)) => Err(JournalError::missing(
                &snapshot.path,
                format!(
                    "the segment with the events after the snapshot {}",
                    snapshot.path.display()
                ),
            )),
            _ => Ok(()),
        }
    }
}

fn is_unborn(folder: &Folder, path: &std::path::Path) -> Result<bool, JournalError> {
    let file = folder.disk.open(path).during("open", path)?;
    Ok(!reader::holds_a_frame(path, &*file)?)
}
