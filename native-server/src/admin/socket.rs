//! The socket file.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::fd::AsRawFd as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// The name of the socket in the data folder.
const NAME: &str = "admin.sock";

/// A folder that only we can look into, where the socket waits for its permissions.
const NURSERY: &str = "admin.new";

/// Longest path of a Unix socket that every system takes, in bytes.
const PATH_BYTES: usize = 103;

/// The server's end, before anybody has connected.
pub struct AdminListener(pub(super) tokio::net::UnixListener);

/// Makes the socket in a data folder whose lock the caller holds; so an older socket there is a
/// dead one, and is replaced. Call within a tokio runtime.
///
/// # Errors
///
/// When the operating system refuses.
pub fn bind(folder: &Path) -> io::Result<AdminListener> {
    let nursery = folder.join(NURSERY);
    match fs::remove_dir_all(&nursery) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // A socket is born with permissions that the process's mask decides; so it is made where
    // nobody else can reach it, and moved to its place once it is private.
    DirBuilder::new().mode(0o700).create(&nursery)?;
    let listener = with_short_path(&nursery, |path| UnixListener::bind(path))?;
    let made = nursery.join(NAME);
    fs::set_permissions(&made, Permissions::from_mode(0o600))?;
    fs::rename(&made, folder.join(NAME))?;
    fs::remove_dir(&nursery)?;
    listener.set_nonblocking(true)?;
    tokio::net::UnixListener::from_std(listener).map(AdminListener)
}

/// Connects to the server of a data folder.
pub(super) fn connect(folder: &Path) -> io::Result<UnixStream> {
    with_short_path(folder, |path| UnixStream::connect(path))
}

/// Hands on the path of the socket in `folder`, or a shorter one for the same place where the
/// address of a socket could not hold it.
fn with_short_path<T>(
    folder: &Path,
    use_path: impl FnOnce(&Path) -> io::Result<T>,
) -> io::Result<T> {
    let path = folder.join(NAME);
    if path.as_os_str().as_bytes().len() <= PATH_BYTES {
        return use_path(&path);
    }
    let open = File::open(folder)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
    if !short.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!(
                "{} is longer than the {PATH_BYTES} bytes that a socket's path may have; choose a data folder with a shorter path",
                path.display()
            ),
        ));
    }
    use_path(&short.join(NAME))
}
