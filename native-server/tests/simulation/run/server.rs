//! The server as a process: how it starts, and how it ends.

use std::mem;
use std::path::Path;
use std::sync::Arc;

use chatting_time::engine::{Caller, Engine, Signal, SteppedJournal, StorageBounds};
use chatting_time::journal::{Disk, JournalError, Options};

use super::super::disk::ProcessDisk;
use super::super::futures::settled;
use super::super::model::Position;
use super::super::model::growth::{Bounds, Growth};
use super::super::reader::Restored;
use super::operators::Change;
use super::{Simulation, lock};

pub(super) const FOLDER: &str = "/data";

/// A process of the server.
pub(super) struct Server {
    pub(super) engine: Arc<Engine>,
    pub(super) journal: SteppedJournal,
    pub(super) disk: ProcessDisk,
    /// Which of all it is.
    pub(super) number: usize,
    /// Connection without a client.
    pub(super) observer: Caller,
    pub(super) changes: Vec<Change>,
    /// What will be durable with which batch.
    pub(super) awaited: Vec<(Arc<Signal>, Position)>,
    pub(super) is_writing: bool,
    /// A batch was lost and the state has not been rebuilt yet.
    pub(super) is_rebuilding: bool,
    /// A fault may have closed the journal for writing, which the next batch would find.
    pub(super) may_have_failed: bool,
    /// Nothing has been folded since something may have been taken out.
    pub(super) could_make_room: bool,
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
        let meanwhile = move |gap| {
            if let Some(simulation) = itself.upgrade() {
                lock(&simulation).meanwhile(gap);
            }
        };
        let disk = ProcessDisk::new(self.disk.clone(), Box::new(meanwhile));
        let before = self.random.one_in(4).then(|| self.backup_without_server());
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
                    number: self.starts,
                    changes: Vec::new(),
                    awaited: Vec::new(),
                    is_writing: false,
                    is_rebuilding: false,
                    may_have_failed: false,
                    could_make_room: true,
                    is_folding: false,
                });
                self.possibilities.restarted();
                let now = self.server().journal.now().0;
                self.clock_starts(now);
                self.check_state();
                self.remember_durable();
                self.was_the_same(before, recovery.last_sequence);
                self.set_up();
            }
            Err(JournalError::Storage { source, .. }) if self.has_faults => {
                disk.end_process();
                self.note(format!("the server does not start: {source}"));
                // What it began to write may be lost as well.
                match self.random.one_in(2) {
                    true => self.kill(),
                    false => self.lose_power(),
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
            self.kill();
        }
    }

    pub(super) fn crash(&mut self) {
        // Before anybody hears of it.
        self.note_durable();
        match self.random.one_in(2) {
            true => {
                self.note("the server is killed".into());
                self.kill();
            }
            false => self.lose_power(),
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
        let may_fail = self.has_faults || server.may_have_failed;
        let works = !may_fail && !server.is_rebuilding;
        for (signal, position) in &server.awaited {
            let settled = settled(signal);
            let is_right = settled == Some(true) || (!works && (settled.is_some() || !closed));
            assert!(is_right, "{position} is not durable: {settled:?}");
        }
        assert!(closed || may_fail, "the journal was not closed");
        for (signal, position) in server.awaited.drain(..) {
            if settled(&signal) == Some(true) {
                self.possibilities.durable(position);
            }
        }
        if !works {
            self.possibilities.may_be_rebuilt();
        }
        server.disk.end_process();
        self.kill();
        self.clients.clear();
    }

    /// Files that are open are lost; mostly no other process is, unless the disk has stopped.
    pub(super) fn kill(&mut self) {
        if mem::take(&mut self.disk_stops) || self.random.one_in(4) {
            self.reader = None;
            self.disk.kill();
        }
    }

    pub(super) fn lose_power(&mut self) {
        self.note("power is lost".into());
        self.disk_stops = false;
        self.reader = None;
        self.disk.lose_power();
    }

    /// What a backup made of the folder before this start has to be what it started with.
    fn was_the_same(&self, before: Option<Result<Restored, JournalError>>, sequence: u64) {
        if let Some(before) = before {
            let before = before.unwrap_or_else(|error| panic!("a backup failed: {error}"));
            assert_eq!(before.sequence, sequence);
            self.restored(&before);
        }
    }

    /// As a server is told by its settings.
    fn set_up(&mut self) {
        let (Bounds { reserve, limit }, lifetime) = (self.room, self.message_lifetime);
        let room = self.disk.room(Path::new(FOLDER));
        let engine = &self.server().engine;
        if let Some(lifetime) = lifetime {
            engine.keep_messages_for(lifetime);
        }
        engine.watch_storage(StorageBounds {
            warning: 2 * reserve,
            reserve,
            limit,
        });
        self.growth = Growth::within(self.room);
        self.looked(room.ok());
    }

    pub(super) fn mend_disk(&mut self) {
        self.disk.fail_syncs(0);
        self.disk.fail_writes(0);
        self.disk.set_capacity(u64::MAX);
        self.has_faults = false;
        self.note("the disk is mended".into());
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
