//! How fast the journal appends, beside the plainest log that is durable: the same events in one preallocated file, one
//! write and one `fdatasync` for a batch, no checksums, no segments, no recovery.
//!
//! The two take turns, batch by batch, so that whatever else the machine does meanwhile hits both alike, and the last lines
//! printed compare them. Under `preallocated` both have their room before the clock starts, and get it anew while the clock
//! stands still. Under `endless` only the plain log has: the journal makes its segments as it goes, with the defaults,
//! and so writes each byte twice, once as a zero.

use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use chatting_time::journal::{Batch, Journal, Options, RealDisk, Writer};
use criterion::{BenchmarkId, Criterion, Throughput};

/// About what a message of 60 bytes takes as an event.
const EVENT_BYTES: usize = 110;

const BATCH_SIZES: [usize; 2] = [64, 512];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let mut summaries = Vec::new();
    for (name, room) in [
        ("preallocated", Room::Preallocated),
        ("endless", Room::Endless),
    ] {
        for events in BATCH_SIZES {
            summaries.push(compare(&mut criterion, name, room, events));
        }
    }
    criterion.final_summary();
    for summary in summaries {
        println!("{summary}");
    }
}

/// Where the journal's room comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Preallocated,
    Endless,
}

fn compare(criterion: &mut Criterion, name: &str, room: Room, events: usize) -> String {
    // Not in the system's folder for temporary files, which is often in memory, where nothing is ever durable.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let mut pair = Pair {
        plain: PlainLog::create(&folder.path().join("plain")),
        journal: JournalLog::create(folder.path().join("journal"), room),
        events,
        total: [Duration::ZERO; 2],
        batches: 0,
    };
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Elements(events as u64));
    group.bench_function(BenchmarkId::new("plain log", events), |bencher| {
        bencher.iter_custom(|iterations| pair.run(iterations)[0]);
    });
    group.bench_function(BenchmarkId::new("journal", events), |bencher| {
        bencher.iter_custom(|iterations| pair.run(iterations)[1]);
    });
    group.finish();
    format!("{name}, {}", pair.summary())
}

struct Pair {
    plain: PlainLog,
    journal: JournalLog,
    events: usize,
    total: [Duration; 2],
    batches: u64,
}

impl Pair {
    /// Appends as many batches to each; returns how long the plain log and the journal took.
    fn run(&mut self, batches: u64) -> [Duration; 2] {
        let mut elapsed = [Duration::ZERO; 2];
        for batch in 0..batches {
            self.journal.renew_if_used_up();
            // Who comes second may find the disk warm.
            let first = (self.batches + batch) % 2;
            for turn in [first, 1 - first] {
                let start = Instant::now();
                match turn {
                    0 => self.plain.append(self.events),
                    _ => self.journal.append(self.events),
                }
                elapsed[turn as usize] += start.elapsed();
            }
        }
        for (total, elapsed) in self.total.iter_mut().zip(elapsed) {
            *total += elapsed;
        }
        self.batches += batches;
        elapsed
    }

    fn summary(&self) -> String {
        let [plain, journal] = self.total.map(|total| {
            (self.batches * self.events as u64) as f64 / total.as_secs_f64().max(f64::MIN_POSITIVE)
        });
        format!(
            "batches of {}: plain log {plain:.0} events/s, journal {journal:.0} events/s, ratio {:.2} ({} batches each)",
            self.events,
            journal / plain,
            self.batches
        )
    }
}

struct PlainLog {
    file: File,
    offset: u64,
    buffer: Vec<u8>,
}

impl PlainLog {
    const BYTES: u64 = 64 << 20;

    fn create(path: &Path) -> Self {
        let file = File::options()
            .create_new(true)
            .write(true)
            .open(path)
            .expect("a file");
        file.write_all_at(&vec![0; Self::BYTES as usize], 0)
            .expect("room");
        file.sync_all().expect("a sync");
        Self {
            file,
            offset: 0,
            buffer: Vec::new(),
        }
    }

    fn append(&mut self, events: usize) {
        self.buffer.clear();
        for _ in 0..events {
            self.buffer
                .extend_from_slice(&(EVENT_BYTES as u32).to_le_bytes());
            encode_event(&mut self.buffer);
        }
        let bytes = self.buffer.len() as u64;
        if self.offset + bytes > Self::BYTES {
            self.offset = 0;
        }
        self.file
            .write_all_at(&self.buffer, self.offset)
            .expect("a write");
        self.file.sync_data().expect("a sync");
        self.offset += bytes;
    }
}

struct JournalLog {
    folder: PathBuf,
    room: Room,
    writer: Writer,
    batch: Batch,
    written: u64,
}

impl JournalLog {
    const SEGMENT_BYTES: u64 = 64 << 20;

    fn create(folder: PathBuf, room: Room) -> Self {
        Self {
            writer: Self::open(&folder, room),
            folder,
            room,
            batch: Batch::new(),
            written: 0,
        }
    }

    fn open(folder: &Path, room: Room) -> Writer {
        let options = match room {
            Room::Endless => Options::default(),
            Room::Preallocated => Options {
                first_segment_bytes: Self::SEGMENT_BYTES,
                prepare_ahead: false,
                ..Options::default()
            },
        };
        let opened = Journal::open(folder, Arc::new(RealDisk), options, &mut |_, _| Ok(()));
        opened.expect("a new journal").writer
    }

    /// Starts over in a new folder before a segment that was preallocated is full.
    fn renew_if_used_up(&mut self) {
        if self.room == Room::Preallocated && self.written > Self::SEGMENT_BYTES - (1 << 20) {
            std::fs::remove_dir_all(&self.folder).expect("the old journal");
            self.writer = Self::open(&self.folder, self.room);
            self.written = 0;
        }
    }

    fn append(&mut self, events: usize) {
        self.batch.clear();
        for _ in 0..events {
            self.batch.push(encode_event);
        }
        self.writer
            .append(&mut self.batch)
            .expect("a durable batch");
        self.written += self.batch.bytes() as u64 + 64;
    }
}

fn encode_event(buffer: &mut Vec<u8>) {
    buffer.extend_from_slice(black_box(&[b'm'; EVENT_BYTES]));
}
