//! What may happen, and how often.

use std::sync::Mutex;

use chatting_time::engine::SteppedJournal;

use super::super::disk::Gap;
use super::super::model::Username;
use super::super::random::Random;
use super::journal::Fold;
use super::{Simulation, USERNAMES, lock};

/// What may happen next.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Client,
    Connect,
    Administer,
    TimePasses,
    SetClock,
    Sweep,
    BeginBatch,
    WriteBatch,
    Recover,
    Prepare,
    Fold,
    CheckStorage,
    MakeRoom,
    Read,
    FailSyncs,
    FailWrites,
    FillDisk,
    MendDisk,
    Crash,
    CrashDuring,
    Restart,
}

pub(super) fn step(simulation: &Mutex<Simulation>) {
    // The fold runs without the lock, so that the disk can let the simulation go on in the middle of it.
    let mut next = lock(simulation).one_step();
    while let Some(fold) = next {
        fold.disk.set_folding(true);
        let succeeded = SteppedJournal::fold(&fold.journal);
        fold.disk.set_folding(false);
        next = lock(simulation).fold_ended(&fold, succeeded);
    }
}

impl Simulation {
    /// Lets one thing happen; a fold is returned, to be run outside.
    pub(super) fn one_step(&mut self) -> Option<Fold> {
        let event = self.random.weighted(&self.chances);
        if self.server.is_none() {
            if self.random.one_in(3) {
                self.mend_disk();
            }
            self.start_server();
            return None;
        }
        match event {
            Event::Client => self.client_goes_on(),
            Event::Connect => self.connect(),
            Event::Administer => {
                let operation = self.operators_change();
                self.administer(&operation);
            }
            Event::TimePasses => self.time_passes(),
            Event::SetClock => self.set_clock(),
            Event::Sweep => self.sweep(),
            Event::BeginBatch => self.begin_batch(),
            Event::WriteBatch => self.write_batch(),
            Event::Recover => self.recover(),
            Event::Prepare => {
                self.note("the next segment is prepared".into());
                self.server().journal.prepare();
            }
            Event::Fold => return self.fold(),
            Event::CheckStorage => self.check_storage(),
            Event::MakeRoom => return self.make_room(),
            Event::Read => self.reader_goes_on(),
            Event::FailSyncs => {
                let count = 1 + self.random.below(3) as u64;
                self.disk.fail_syncs(count);
                self.has_faults = true;
                self.note(format!("the next {count} syncs fail"));
            }
            Event::FailWrites => {
                let count = 1 + self.random.below(2) as u64;
                self.disk.fail_writes(count);
                self.has_faults = true;
                self.note(format!("the next {count} writes fail"));
            }
            Event::FillDisk => self.fill_disk(),
            Event::MendDisk => self.mend_disk(),
            Event::Crash => self.crash(),
            Event::CrashDuring => {
                // An append is a write and a sync; what starts, stops and recovers takes more.
                let bound = self.random.pick(&[2, 2, 14]);
                let operations = self.random.below(bound) as u64;
                self.disk.stop_after(operations);
                self.disk_stops = true;
                self.has_faults = true;
                self.note(format!("after {operations} operations of the disk:"));
                match self.random.below(4) {
                    0 => self.stop_server(),
                    1 => self.recover(),
                    _ => {
                        self.begin_batch();
                        self.write_batch();
                    }
                }
                self.crash();
            }
            Event::Restart => {
                self.stop_server();
                self.start_server();
            }
        }
        None
    }

    pub(super) fn username(&mut self) -> Username {
        self.random.pick(&USERNAMES[..self.busy_users])
    }

    /// What happens between two operations of a fold.
    pub(super) fn meanwhile(&mut self, gap: Gap) {
        if matches!(gap, Gap::NobodyReads) {
            // Another process knows nothing of that.
            if self.reader.is_some() && self.random.one_in(2) {
                self.reader_goes_on();
            }
            return;
        }
        if !self.random.one_in(4) {
            return;
        }
        let starts = self.starts;
        for _ in 0..=self.random.below(5) {
            let nothing = self.one_step();
            assert!(nothing.is_none(), "one fold at a time");
            if self.starts != starts || self.server.is_none() {
                return;
            }
        }
    }
}

/// How often what happens, which differs from seed to seed: some runs have no faults, some little else.
pub(super) fn chances(random: &mut Random) -> Vec<(usize, Event)> {
    let faults = random.pick(&[0, 1, 1, 2, 5]);
    let crashes = random.pick(&[0, 1, 1, 2, 5]);
    let changes = random.pick(&[0, 1, 3, 12]);
    let batches = random.pick(&[20, 60, 150]);
    vec![
        (400, Event::Client),
        (10, Event::Connect),
        (changes, Event::Administer),
        (random.pick(&[0, 4, 12]), Event::TimePasses),
        (random.pick(&[0, 0, 1, 4]), Event::SetClock),
        (random.pick(&[1, 8]), Event::Sweep),
        (batches, Event::BeginBatch),
        (batches, Event::WriteBatch),
        (random.pick(&[30, 150]), Event::Recover),
        (random.pick(&[0, 2, 8]), Event::Prepare),
        (random.pick(&[2, 8]), Event::Fold),
        (random.pick(&[4, 40]), Event::CheckStorage),
        (random.pick(&[4, 40]), Event::MakeRoom),
        (random.pick(&[0, 5, 40]), Event::Read),
        (faults, Event::FailSyncs),
        (faults, Event::FailWrites),
        (faults, Event::FillDisk),
        (2 * faults, Event::MendDisk),
        (crashes, Event::Crash),
        (2 * crashes, Event::CrashDuring),
        (1, Event::Restart),
    ]
}
