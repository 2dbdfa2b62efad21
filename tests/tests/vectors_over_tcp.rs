//! Every vector against the real server, each with a process and a data folder of its own.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chatting_time_tests::runner::{Outcome, run};
use chatting_time_tests::script::{Need, Vector};
use chatting_time_tests::tcp::TcpHost;
use chatting_time_tests::vectors;

/// Servers that run at a time: most of a vector is waiting.
const AT_A_TIME: usize = 8;

#[test]
fn every_vector_that_needs_no_clock_holds_over_tcp() {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    let vectors: Vec<Vector> = files.into_iter().flat_map(|file| file.vectors).collect();
    let queue = Mutex::new(vectors.iter());
    let results = Mutex::new(Results::default());
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(vector) = queue.lock().unwrap().next() else {
                        break;
                    };
                    let outcome = play(vector);
                    results.lock().unwrap().add(outcome);
                }
            });
        }
    });
    let Results {
        passed,
        skipped,
        failures,
    } = results.into_inner().unwrap();
    println!("{passed} vectors hold over TCP; left out for what they need: {skipped:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(
        skipped.keys().all(|need| *need == Need::Clock),
        "{skipped:?}"
    );
}

#[derive(Default)]
struct Results {
    passed: usize,
    skipped: BTreeMap<Need, usize>,
    failures: Vec<String>,
}

impl Results {
    fn add(&mut self, outcome: Result<Outcome, String>) {
        match outcome {
            Ok(Outcome::Passed(_)) => self.passed += 1,
            Ok(Outcome::Skipped(need)) => *self.skipped.entry(need).or_default() += 1,
            Err(failure) => self.failures.push(failure),
        }
    }
}

fn play(vector: &Vector) -> Result<Outcome, String> {
    let started = TcpHost::new(&vector.setup);
    let mut host =
        started.map_err(|trouble| format!("{}:{}: {trouble}", vector.file, vector.line))?;
    run(vector, &mut host).map_err(|failure| failure.to_string())
}
