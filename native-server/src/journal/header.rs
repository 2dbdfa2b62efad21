//! The first 64 bytes of every segment and snapshot.

use std::path::Path;

use super::error::JournalError;

/// The version of the format that this release writes, and the latest it reads.
pub(super) const FORMAT_VERSION: u32 = 1;

/// The length of a header in bytes; the first frame begins here.
pub(super) const HEADER_BYTES: usize = 64;

/// What a file of the journal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Events in the order in which they happened.
    Segment,
    /// The events that rebuild the state up to one sequence.
    Snapshot,
}

impl FileKind {
    fn magic(self) -> [u8; 8] {
        match self {
            Self::Segment => *b"CTsegmnt",
            Self::Snapshot => *b"CTsnapsh",
        }
    }
}

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: FileKind,
    /// Random, and repeated in each frame of the file: a frame that a client smuggled into an event, or
    /// that was copied from elsewhere, is never taken for one of this file.
    pub(super) identity: u64,
    /// A segment's number, or the sequence up to which a snapshot holds the state: the number in the file's name.
    pub(super) number: u64,
    /// The sequence of a segment's first event. In a snapshot, whose events are counted from 1, it is 1.
    pub(super) first_sequence: u64,
}

/// Why a header could not be read.
pub(super) enum HeaderFault {
    Damaged(&'static str),
    NewerFormat(u32),
}

impl HeaderFault {
    pub(super) fn at(self, path: &Path) -> JournalError {
        match self {
            Self::Damaged(what) => JournalError::damaged(path, 0, what),
            Self::NewerFormat(version) => JournalError::NewerFormat {
                path: path.to_owned(),
                version,
            },
        }
    }
}

impl Header {
    pub(super) fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[0..8].copy_from_slice(&self.kind.magic());
        bytes[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.identity.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.number.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.first_sequence.to_le_bytes());
        let checksum = checksum(&bytes);
        bytes[12..16].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// Reads the header of a file that is to be of that kind.
    pub(super) fn decode(bytes: &[u8; HEADER_BYTES], kind: FileKind) -> Result<Self, HeaderFault> {
        if bytes[0..8] != kind.magic() {
            return Err(HeaderFault::Damaged(
                "the header is not that of such a file",
            ));
        }
        if u32_at(bytes, 12) != checksum(bytes) {
            return Err(HeaderFault::Damaged("the header's checksum is wrong"));
        }
        // Only now: a flipped bit in the version is damage, not a later release.
        let version = u32_at(bytes, 8);
        if version > FORMAT_VERSION {
            return Err(HeaderFault::NewerFormat(version));
        }
        if version == 0 {
            return Err(HeaderFault::Damaged(
                "the header has format version 0, which no release writes",
            ));
        }
        Ok(Self {
            kind,
            identity: u64_at(bytes, 16),
            number: u64_at(bytes, 24),
            first_sequence: u64_at(bytes, 32),
        })
    }
}

/// A number that no other file has and no client can guess.
pub(super) fn random_identity() -> std::io::Result<u64> {
    getrandom::u64().map_err(|error| std::io::Error::other(error.to_string()))
}

fn checksum(header: &[u8; HEADER_BYTES]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&header[..12]);
    hasher.update(&header[16..]);
    hasher.finalize()
}

pub(super) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    let mut value = [0; 4];
    value.copy_from_slice(&bytes[offset..offset + 4]);
    u32::from_le_bytes(value)
}

pub(super) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    let mut value = [0; 8];
    value.copy_from_slice(&bytes[offset..offset + 8]);
    u64::from_le_bytes(value)
}
