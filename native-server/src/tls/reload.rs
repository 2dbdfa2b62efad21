//! Takes over new certificates while the server runs: when it is told to, and when the files
//! have changed. A file may be on a disk that does not answer, so a thread of its own looks.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tracing::{error, info};

use super::certificate::CertificateFiles;
use super::server::ServerTls;

/// How often it is asked whether the certificate in force still holds.
const CHECK_EVERY: Duration = Duration::from_secs(86_400);

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Tells the thread to read the files. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Reloader(Sender<()>);

impl Reloader {
    /// Reads the files at once, whether they have changed or not.
    pub(crate) fn reload(&self) {
        // The thread ends only with this.
        let _ = self.0.send(());
    }
}

/// Starts the thread.
pub(crate) fn watch(tls: Arc<ServerTls>) -> io::Result<Reloader> {
    let (sender, told) = channel();
    thread::Builder::new()
        .name("certificate".to_owned())
        .spawn(move || look(&tls, &told))?;
    Ok(Reloader(sender))
}

fn look(tls: &ServerTls, told: &Receiver<()>) {
    let mut known = tls.seen;
    let mut seen = known;
    let mut checked = Instant::now();
    loop {
        let is_told = match told.recv_timeout(LOOK_EVERY) {
            Ok(()) => true,
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let before = std::mem::replace(&mut seen, Seen::now(&tls.files));
        // While somebody is still replacing them they do not belong together.
        let is_replaced = seen != known && seen == before;
        if is_told || is_replaced {
            known = seen;
            reload(tls);
            checked = Instant::now();
        } else if checked.elapsed() >= CHECK_EVERY {
            tls.check();
            checked = Instant::now();
        }
    }
}

fn reload(tls: &ServerTls) {
    let path = tls.files.certificate.display();
    match tls.reload() {
        Ok(()) => info!("the certificate in {path} is in force"),
        Err(problem) => error!("the certificate stays as it was: {problem}"),
    }
}

/// What the two files look like from the outside.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen([Option<Look>; 2]);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
    /// When anything of it was changed, in seconds and nanoseconds: some programs set the time back.
    changed: (i64, i64),
}

impl Seen {
    pub(super) fn now(files: &CertificateFiles) -> Self {
        Self([&files.certificate, &files.key].map(|path| Look::at(path)))
    }
}

impl Look {
    fn at(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok()?;
        Some(Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }
}
