//! Files that somebody has named and that are read whole, which are small if they are what they should be.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Some programs begin a file of text with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a file was not read.
#[derive(Debug)]
pub(crate) enum SmallFileError {
    Unreadable(io::Error),
    /// It is a folder, say, or a pipe.
    NoFile,
    /// It has more than so many bytes.
    TooLong(u64),
}

/// What stands in a file of no more bytes than `most`, without a byte order mark.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, SmallFileError> {
    // Before it is opened: to open a pipe would wait for whoever writes to it.
    if !path.metadata()?.is_file() {
        return Err(SmallFileError::NoFile);
    }
    let mut text = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut text)?;
    if text.len() as u64 > most {
        return Err(SmallFileError::TooLong(most));
    }
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
    Ok(text)
}

impl SmallFileError {
    /// In words, with the file and what it should have been.
    pub(crate) fn about(&self, path: &Path, meant: &str) -> impl fmt::Display {
        let path = path.display();
        match self {
            Self::Unreadable(error) => format!(
                "cannot read {path} ({error}); check the path, and that whoever runs this may read it"
            ),
            Self::NoFile => format!("{path} is not a file; name the file itself"),
            Self::TooLong(most) => {
                format!("{path} is longer than {most} bytes, which no {meant}; name another file")
            }
        }
    }
}

impl From<io::Error> for SmallFileError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}
