//! The data folder that is to be read, whether a server runs on it or not.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use chatting_time_core::Event;

use crate::admin::Holder;
use crate::engine::Folding;
use crate::journal::{FolderLock, JournalError, PointInTime, RealDisk, exists};
use crate::screen::complain;
use crate::serve::raise_file_limit;
use crate::settings::Settings;
use crate::user::Failure;

/// What a data folder holds at one moment. It is read by this process; a server that runs on it only says which moment that is,
/// and goes on meanwhile.
pub(super) struct Source {
    point: PointInTime,
    /// Without a server: nobody shall start one while it is read.
    _lock: Option<FolderLock>,
}

/// Takes an event, also as the bytes by which it is stored.
type Take<'a> = dyn FnMut(&Event, &[u8]) -> Result<(), JournalError> + 'a;

impl Source {
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        let folder = &settings.data;
        let disk = Arc::new(RealDisk);
        let exists = exists(folder, disk.clone()).map_err(|error| unreadable(folder, error))?;
        if !exists {
            return Err(Failure(format!(
                "there is no journal in {}; say where with --data DIR",
                folder.display()
            )));
        }
        // Of many segments each is kept open.
        raise_file_limit();
        let (durable, lock) = match Holder::of(folder)? {
            Holder::Own(lock) => (None, Some(lock)),
            Holder::Server(server) => {
                give_way();
                let durable = server.durable_sequence()?;
                (Some(durable), None)
            }
        };
        let point = PointInTime::open(folder, disk, durable)?;
        if let Some(torn) = point.torn_tail() {
            complain(format_args!(
                "{}: the {} bytes at offset {} are what a crash left unfinished, and not in it; \
                 nothing acknowledged was in them",
                torn.path.display(),
                torn.bytes,
                torn.offset
            ));
        }
        Ok(Self { point, _lock: lock })
    }

    /// The sequence of the last event that is in it.
    pub(super) fn sequence(&self) -> u64 {
        self.point.sequence()
    }

    /// Hands over the fewest events that rebuild the state.
    pub(super) fn read(&self, take: &mut Take<'_>) -> Result<(), JournalError> {
        self.point.compact(&mut Folding::default(), &mut |bytes| {
            // What was looked at once decodes, as the fold relies on.
            let event = Event::decode(bytes).expect("a fold has taken it in");
            take(&event, bytes)
        })
    }
}

/// Nothing has to be written there, unlike elsewhere.
fn unreadable(folder: &Path, error: JournalError) -> Failure {
    match error {
        JournalError::Storage { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            Failure(format!(
                "cannot read the data folder {}: {source}; run this as the user that it belongs to",
                folder.display()
            ))
        }
        other => other.into(),
    }
}

/// While processors are short, the server and its clients come first.
fn give_way() {
    const NICENESS: i32 = 10;
    let _ = rustix::process::setpriority_process(None, NICENESS);
}
