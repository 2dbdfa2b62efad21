//! Every vector of the protocol: on the simulation, and in a browser through its face.

use chatting_time_tests::host::Host;
use chatting_time_tests::runner::{Outcome, run};
use chatting_time_tests::script::{Setup, Vector};
use chatting_time_tests::{memory::MemoryHost, vectors};

use crate::patience::{breathe, long_test};

long_test! {
    async fn every_vector_holds_for_the_simulation() {
        check(|setup| Box::new(MemoryHost::new(setup, 0).unwrap())).await;
    }
}

pub(crate) async fn check(host: impl Fn(&Setup) -> Box<dyn Host>) {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    let vectors: Vec<Vector> = files.into_iter().flat_map(|file| file.vectors).collect();
    assert!(vectors.len() > 100);
    let mut failures = Vec::new();
    for vector in &vectors {
        match run(vector, host(&vector.setup).as_mut()) {
            Ok(Outcome::Passed(_)) => {}
            Ok(Outcome::Skipped(need)) => {
                failures.push(format!("{}: skipped for {need:?}", vector.title));
            }
            Err(failure) => failures.push(failure.to_string()),
        }
        breathe().await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
