//! Where an export comes from: a data folder, or NATS.

use std::io;

use chatting_time_core::Event;
use tokio::runtime::{Builder, Runtime};

use super::source::Source;
use crate::cluster::{ClusterOptions, MoveError, Moving};
use crate::journal::JournalError;
use crate::settings::{Settings, StoreAddress};
use crate::user::Failure;

/// Open to be read once.
pub(super) enum ExportSource {
    Folder(Source),
    Cluster(Runtime, Box<Moving>),
}

/// Why an export did not come to its end.
pub(super) enum ExportError {
    /// Where it goes to.
    Output(io::Error),
    /// Where it comes from.
    Source(Failure),
}

impl ExportSource {
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        let StoreAddress::Nats(addresses) = &settings.store else {
            return Source::open(settings).map(Self::Folder);
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let options = ClusterOptions::of_command(settings, addresses)?;
        let moving = runtime.block_on(Moving::open(&options))?;
        Ok(Self::Cluster(runtime, Box::new(moving)))
    }

    /// The event up to which it is read; in NATS they have no numbers.
    pub(super) fn sequence(&self) -> u64 {
        match self {
            Self::Folder(source) => source.sequence(),
            Self::Cluster(..) => 0,
        }
    }

    /// Hands over the fewest events that rebuild the state.
    pub(super) fn read(
        &self,
        take: &mut dyn FnMut(&Event) -> io::Result<()>,
    ) -> Result<(), ExportError> {
        let mut written = Ok(());
        let mut write = |event: &Event| {
            written = take(event);
            // Only to end the reading.
            written.as_ref().map(drop).map_err(io::Error::kind)
        };
        let read = match self {
            Self::Folder(source) => source
                .read(&mut |event, _| {
                    write(event).map_err(|kind| JournalError::Storage {
                        doing: "write",
                        path: "the export".into(),
                        source: kind.into(),
                    })
                })
                .map_err(Failure::from),
            Self::Cluster(runtime, moving) => {
                let mut take = |event: &Event| write(event).map_err(Failure::from);
                let read = runtime.block_on(moving.read(&mut take));
                read.map_err(|error| match error {
                    MoveError::Final(failure) => failure,
                    MoveError::Unavailable(problem) => problem.into(),
                })
            }
        };
        written.map_err(ExportError::Output)?;
        read.map_err(ExportError::Source)
    }
}
