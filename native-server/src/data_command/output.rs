//! Standard output in the place of a file.

use std::io::{self, Write};
use std::path::Path;

use rustix::io::Errno;

use crate::user::Failure;

/// Whether that name means standard output.
pub(super) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Returns once what was written is on the disk, if it went to one: some full disks say so only now.
pub(super) fn sync(output: &mut io::StdoutLock<'_>) -> io::Result<()> {
    output.flush()?;
    match rustix::fs::fsync(&*output) {
        // A pipe, a terminal or another device.
        Err(Errno::INVAL | Errno::ROFS | Errno::NOTSUP) => Ok(()),
        synced => Ok(synced?),
    }
}

pub(super) fn cannot_write(error: &io::Error) -> Failure {
    Failure(format!("cannot write to standard output: {error}"))
}
