//! What a command reads: a file, or standard input.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::path::Path;

/// The file of this name; `-` is standard input.
pub(super) struct Input<'a>(pub(super) &'a Path);

impl Input<'_> {
    pub(super) fn open(&self) -> io::Result<File> {
        match self.is_standard_input() {
            true => Ok(io::stdin().as_fd().try_clone_to_owned()?.into()),
            false => File::open(self.0),
        }
    }

    fn is_standard_input(&self) -> bool {
        self.0.as_os_str() == "-"
    }
}

impl fmt::Display for Input<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_standard_input() {
            true => formatter.write_str("standard input"),
            false => self.0.display().fmt(formatter),
        }
    }
}
