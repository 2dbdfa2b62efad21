//! The server as a process: how it starts, what its journal does piece by piece, and how it ends.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use chatting_time::engine::{Caller, Engine, Signal, SteppedJournal};
use chatting_time::journal::{Journal, JournalError, Options};

use super::super::disk::ProcessDisk;
use super::super::futures::{poll, settled};
use super::super::model::{Operation, Position, Told};
use super::operators::{Change, told};
use super::{NOBODY, Simulation, lock};

const FOLDER: &str = "/data";

/// A process of the server.
pub(super) struct Server {
    pub(super) engine: Arc<Engine>,
    pub(super) journal: SteppedJournal,
    pub(super) disk: ProcessDisk,
    /// Connection without a client.
    pub(super) observer: Caller,
    pub(super) changes: Vec<Change>,
    /// What will be durable with which batch.
    pub(super) awaited: Vec<(Arc<Signal>, Position)>,
    pub(super) is_writing: bool,
    /// A batch was lost and the state has not been rebuilt yet.
    pub(super) is_rebuilding: bool,
    pub(super) is_folding: bool,
}

/// The server and its disk.
impl Simulation {
    pub(super) fn server(&mut self) -> &mut Server {
        self.server.as_mut().expect("a server runs")
    }

    pub(super) fn start_server(&mut self) {
        self.starts += 1;
        let itself = self.itself.clone();
        let meanwhile = move || {
            if let Some(simulation) = itself.upgrade() {
                lock(&simulation).meanwhile();
            }
        };
        let disk = ProcessDisk::new(self.disk.clone(), Box::new(meanwhile));
        let opened = SteppedJournal::open(
            Path::new(FOLDER),
            Arc::new(disk.clone()),
            options(),
            self.limits.clone(),
            self.time.clone(),
        );
        match opened {
            Ok((engine, journal, recovery)) => {
                self.note(format!(
                    "the server starts with event {}",
                    recovery.last_sequence
                ));
                if let Some(tail) = recovery.torn_tail {
                    self.note(format!("{} torn bytes are cut", tail.bytes));
                }
                self.server = Some(Server {
                    observer: engine.caller(),
                    engine,
                    journal,
                    disk,
                    changes: Vec::new(),
                    awaited: Vec::new(),
                    is_writing: false,
                    is_rebuilding: false,
                    is_folding: false,
                });
                self.possibilities.restarted();
                self.check_state();
            }
            Err(JournalError::Storage { source, .. }) if self.has_faults => {
                disk.end_process();
                self.note(format!("the server does not start: {source}"));
                // What it began to write may be lost as well.
                match self.random.one_in(2) {
                    true => self.disk.kill(),
                    false => self.disk.lose_power(),
                }
            }
            Err(error) => panic!("the server does not start: {error}"),
        }
    }

    /// The process is gone, and its connections with it.
    pub(super) fn end_server(&mut self) {
        self.clients.clear();
        if let Some(server) = self.server.take() {
            server.disk.end_process();
            self.disk.kill();
        }
    }

    pub(super) fn crash(&mut self) {
        // Before anybody hears of it.
        self.note_durable();
        match self.random.one_in(2) {
            true => {
                self.note("the server is killed".into());
                self.disk.kill();
            }
            false => {
                self.note("power is lost".into());
                self.disk.lose_power();
            }
        }
        self.end_server();
        self.start_server();
    }

    /// Stops the server in order; its process then ends in one way or another.
    pub(super) fn stop_server(&mut self) {
        let Some(mut server) = self.server.take() else {
            return;
        };
        let closed = server.journal.close(server.is_folding);
        self.note(format!("the server stops, its journal closed: {closed}"));
        let works = !self.has_faults && !server.is_rebuilding;
        for (signal, position) in &server.awaited {
            let settled = settled(signal);
            let is_right = settled == Some(true) || (!works && (settled.is_some() || !closed));
            assert!(is_right, "{position} is not durable: {settled:?}");
        }
        assert!(closed || self.has_faults, "the journal was not closed");
        for (signal, position) in server.awaited.drain(..) {
            if settled(&signal) == Some(true) {
                self.possibilities.durable(position);
            }
        }
        if !works {
            self.possibilities.may_be_rebuilt();
        }
        server.disk.end_process();
        self.disk.kill();
        self.clients.clear();
    }

    pub(super) fn mend_disk(&mut self) {
        self.disk.fail_syncs(0);
        self.disk.fail_writes(0);
        self.disk.set_capacity(u64::MAX);
        self.has_faults = false;
        self.note("the disk is mended".into());
    }

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
        if !std::mem::take(&mut server.is_writing) {
            return;
        }
        let written = server.journal.write();
        server.is_rebuilding = !written;
        self.note(match written {
            true => "the batch is durable".into(),
            false => "the batch is lost".into(),
        });
        assert!(written || has_faults, "storage failed without a fault");
        self.note_durable();
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
                self.await_latest();
            }
            Err(JournalError::Storage { source, .. }) if has_faults => {
                self.note(format!("storage still fails: {source}"));
            }
            Err(error) => panic!("storage does not recover: {error}"),
        }
    }

    pub(super) fn fold(&mut self) -> Option<(Journal, ProcessDisk)> {
        let server = self.server();
        if server.is_folding {
            return None;
        }
        let journal = server.journal.due_fold()?;
        server.is_folding = true;
        let disk = server.disk.clone();
        self.note("a fold begins".into());
        Some((journal, disk))
    }

    pub(super) fn fold_ended(&mut self, succeeded: bool) {
        self.note(format!("the fold has ended, with a snapshot: {succeeded}"));
        if let Some(server) = &mut self.server {
            server.is_folding = false;
        }
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
        if !self.server().is_rebuilding {
            self.server().engine.sweep();
            self.happened(NOBODY, &Operation::Sweep, &Told::Nothing);
            self.await_latest();
        }
    }

    /// Compares what the server holds with what it may hold.
    pub(super) fn check_state(&mut self) {
        let engine = &self.server().engine;
        let users: Vec<String> = engine
            .users()
            .iter()
            .map(|user| user.identity.username().as_str().to_owned())
            .collect();
        let totals = engine.totals();
        let undelivered = totals.undelivered.messages as usize;
        let shows = self
            .possibilities
            .shows(&users, totals.sessions, undelivered);
        self.must(shows);
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

/// Small segments, so that a run fills several, folds as soon as one is sealed, and no thread.
fn options() -> Options {
    Options {
        segment_bytes: 8192,
        first_segment_bytes: 4096,
        prepare_ahead: false,
        fold_after_bytes: 1,
    }
}
