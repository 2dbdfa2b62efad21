//! Every vector of the protocol: on the simulation, and in a browser through its face.

use chatting_time_tests::host::Host;
use chatting_time_tests::runner::{Outcome, run};
use chatting_time_tests::script::{Setup, Vector};
use chatting_time_tests::{memory::MemoryHost, vectors};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn every_vector_holds_for_the_simulation() {
    check(|setup| Box::new(MemoryHost::new(setup, 0).unwrap()));
}

pub(crate) fn check(host: impl Fn(&Setup) -> Box<dyn Host>) {
    let files = vectors::all().unwrap_or_else(|error| panic!("{error}"));
    let vectors: Vec<Vector> = files.into_iter().flat_map(|file| file.vectors).collect();
    assert!(vectors.len() > 100);
    let failures =
        vectors
            .iter()
            .filter_map(|vector| match run(vector, host(&vector.setup).as_mut()) {
                Ok(Outcome::Passed(_)) => None,
                Ok(Outcome::Skipped(need)) => {
                    Some(format!("{}: skipped for {need:?}", vector.title))
                }
                Err(failure) => Some(failure.to_string()),
            });
    let failures: Vec<String> = failures.collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
