//! Long runs of operations, faults and stops, drawn from a seed and compared with what was acknowledged.

use chatting_time::journal::simulated_disk::SimulatedDisk;

use super::{Event, EveryEvent, Open, append, open};

const RUNS: u64 = 150;
const STEPS: usize = 60;

#[test]
fn random_runs_lose_nothing_acknowledged_and_halve_no_batch() {
    for seed in 0..RUNS {
        let mut run = Run::new(seed);
        for step in 0..STEPS {
            run.step = step;
            run.one_step();
        }
    }
}

struct Run {
    seed: u64,
    step: usize,
    random: u64,
    disk: SimulatedDisk,
    opened: Option<Open>,
    /// Everything that has to be there.
    acknowledged: Vec<Event>,
    /// The batch that failed since: after a stop it may be there, wholly, and after a reopening it may not.
    doubtful: Vec<Event>,
    written: usize,
}

impl Run {
    fn new(seed: u64) -> Self {
        let disk = SimulatedDisk::new(seed);
        Self {
            seed,
            step: 0,
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            opened: Some(open(&disk).expect("a new journal")),
            disk,
            acknowledged: Vec::new(),
            doubtful: Vec::new(),
            written: 0,
        }
    }

    fn one_step(&mut self) {
        match self.below(20) {
            0..=9 => self.append(),
            10 => {
                let opened = self.opened();
                // A failure shows with the next append, which then finds the journal poisoned.
                let _ = opened.writer.seal();
            }
            11 | 12 => {
                let _ = self.opened().journal.fold(&mut EveryEvent::default());
            }
            13 => self.disk.fail_syncs(1),
            14 => self.disk.fail_writes(1),
            15 => {
                let room = self.below(6000) as u64;
                self.disk.set_capacity(self.disk.used() + room);
            }
            16 => self.disk.set_capacity(u64::MAX),
            17 => {
                if let Some(opened) = self.opened.take() {
                    let _ = opened.writer.close();
                }
                self.start_again();
            }
            18 => {
                let operations = self.below(12) as u64;
                self.disk.stop_after(operations);
                for _ in 0..6 {
                    self.append();
                    let _ = self.opened().journal.fold(&mut EveryEvent::default());
                }
                self.stop();
            }
            _ => self.stop(),
        }
    }

    fn append(&mut self) {
        if self.opened().writer.is_poisoned() {
            self.reopen();
            return;
        }
        let count = 1 + self.below(12);
        let batch: Vec<Event> = (0..count)
            .map(|_| {
                self.written += 1;
                let padding = "p".repeat(self.below(300));
                format!("{} {padding}", self.written).into_bytes()
            })
            .collect();
        match append(&mut self.opened().writer, &batch) {
            Ok(()) => self.acknowledged.extend(batch),
            Err(_) => self.doubtful = batch,
        }
    }

    fn reopen(&mut self) {
        let mut found = Vec::new();
        let result = self.opened().writer.reopen(&mut |_, event| {
            found.push(event.to_vec());
            Ok(())
        });
        if result.is_ok() {
            assert_eq!(found, self.acknowledged, "{}", self.place());
            self.doubtful.clear();
        }
    }

    fn stop(&mut self) {
        match self.below(2) {
            0 => self.disk.kill(),
            _ => self.disk.lose_power(),
        }
        self.start_again();
    }

    fn start_again(&mut self) {
        self.opened = None;
        let mut opened = open(&self.disk);
        if opened.is_err() {
            // Whatever was set up to fail, or a full disk, may have hit the start itself; a stop then gets in the way of no one.
            self.disk.kill();
            self.disk.fail_syncs(0);
            self.disk.fail_writes(0);
            self.disk.set_capacity(u64::MAX);
            opened = open(&self.disk);
        }
        let opened = match opened {
            Ok(opened) => opened,
            Err(error) => panic!("{}: {error}", self.place()),
        };
        if opened.events != self.acknowledged {
            self.acknowledged.append(&mut self.doubtful);
            assert_eq!(opened.events, self.acknowledged, "{}", self.place());
        }
        self.doubtful.clear();
        assert_eq!(
            opened.recovery.last_sequence,
            self.acknowledged.len() as u64,
            "{}",
            self.place()
        );
        self.opened = Some(opened);
    }

    fn opened(&mut self) -> &mut Open {
        self.opened.as_mut().expect("it is opened after each step")
    }

    fn place(&self) -> String {
        format!("seed {}, step {}", self.seed, self.step)
    }

    /// A random number below `bound` (xorshift).
    fn below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as usize % bound
    }
}
