//! What the server's journal does, piece by piece, and what is durable by that.

use std::collections::VecDeque;
use std::mem;
use std::path::PathBuf;

use chatting_time::journal::{Journal, JournalError};

use super::super::disk::ProcessDisk;
use super::super::futures::{poll, settled};
use super::super::model::{Operation, Told};
use super::operators::told;
use super::server::Server;
use super::{NOBODY, Simulation};

/// A fold, to be run while others go on.
pub(super) struct Fold {
    pub(super) journal: Journal,
    pub(super) disk: ProcessDisk,
    /// Whose it is.
    pub(super) server: usize,
}

impl Simulation {
    pub(super) fn begin_batch(&mut self) {
        let server = self.server();
        if !server.is_rebuilding && server.journal.begin() {
            server.is_writing = true;
            self.note("a batch is begun".into());
        }
    }

    pub(super) fn write_batch(&mut self) {
        let has_faults = self.has_faults;
        let server = self.server();
        if !mem::take(&mut server.is_writing) {
            return;
        }
        let written = server.journal.write();
        let has_faults = has_faults || mem::take(&mut server.may_have_failed);
        server.is_rebuilding = !written;
        self.note(match written {
            true => "the batch is durable".into(),
            false => "the batch is lost".into(),
        });
        assert!(written || has_faults, "storage failed without a fault");
        self.note_durable();
        if written {
            self.remember_durable();
        }
    }

    pub(super) fn recover(&mut self) {
        let has_faults = self.has_faults;
        let Some(server) = &mut self.server else {
            return;
        };
        if !server.is_rebuilding {
            return;
        }
        match server.journal.recover() {
            Ok(()) => {
                server.is_rebuilding = false;
                server.awaited.clear();
                self.possibilities.rebuilt();
                self.note("storage works again".into());
                self.check_state();
                self.remember_durable();
                self.await_latest();
            }
            Err(JournalError::Storage { source, .. }) if has_faults => {
                self.note(format!("storage still fails: {source}"));
            }
            Err(error) => panic!("storage does not recover: {error}"),
        }
    }

    pub(super) fn fold(&mut self) -> Option<Fold> {
        let server = self.server();
        if server.is_folding {
            return None;
        }
        let journal = server.journal.due_fold()?;
        self.begin_fold(journal)
    }

    pub(super) fn begin_fold(&mut self, journal: Journal) -> Option<Fold> {
        self.note("a fold begins".into());
        let server = self.server();
        server.is_folding = true;
        Some(Fold {
            journal,
            disk: server.disk.clone(),
            server: server.number,
        })
    }

    /// Returns the next one, where it is tried again at once.
    pub(super) fn fold_ended(&mut self, fold: &Fold, succeeded: bool) -> Option<Fold> {
        self.note(format!("the fold has ended, with a snapshot: {succeeded}"));
        let is_it = |server: &&mut Server| server.number == fold.server;
        let server = self.server.as_mut().filter(is_it)?;
        server.is_folding = false;
        server.could_make_room |= !succeeded;
        server.journal.fold_ended(succeeded);
        if succeeded && !self.disk_stops {
            self.nothing_superfluous_is_left(fold);
        }
        if succeeded || !self.random.one_in(2) {
            return None;
        }
        self.mend_disk();
        self.check_storage();
        self.make_room()
    }

    /// What a fold has replaced is gone.
    fn nothing_superfluous_is_left(&self, fold: &Fold) {
        let paths = self.disk.paths();
        let count = |kind| {
            let is_one = |path: &&PathBuf| path.extension().is_some_and(|other| other == kind);
            paths.iter().filter(is_one).count() as u64
        };
        let size = fold.journal.size();
        assert_eq!(count("segment"), size.sealed_segments + 1, "{paths:?}");
        assert_eq!(count("snapshot"), 1, "{paths:?}");
    }

    /// Whatever is pending becomes durable.
    pub(super) fn write_all(&mut self) {
        loop {
            self.recover();
            self.begin_batch();
            if !self.server().is_writing {
                return;
            }
            self.write_batch();
        }
    }

    pub(super) fn sweep(&mut self) {
        self.server().engine.sweep();
        if !self.server().is_rebuilding {
            self.happened(NOBODY, &Operation::Sweep, &Told::Nothing);
            self.await_latest();
        }
    }

    /// Remembers which batch makes durable what has happened up to now.
    pub(super) fn await_latest(&mut self) {
        let position = self.possibilities.position();
        let Some(server) = &mut self.server else {
            return;
        };
        if server.is_rebuilding {
            return;
        }
        let run = server
            .engine
            .run(&mut server.observer, &mut VecDeque::new());
        match run.commit {
            Some(commit) => server.awaited.push((commit, position)),
            None => self.possibilities.durable(position),
        }
    }

    /// What has become durable by now, also if nobody ever hears of it.
    pub(super) fn note_durable(&mut self) {
        let Some(server) = &mut self.server else {
            return;
        };
        let possibilities = &mut self.possibilities;
        server.awaited.retain(|(signal, position)| {
            let settled = settled(signal);
            if settled == Some(true) {
                possibilities.durable(*position);
            }
            settled.is_none()
        });
        let mut heard = Vec::new();
        server.changes.retain_mut(|change| {
            let outcome = poll(change.outcome.as_mut());
            heard.extend(outcome.iter().map(|outcome| told(outcome, change.position)));
            outcome.is_none()
        });
        for (position, told) in heard {
            self.change_heard(position, told);
        }
    }
}
