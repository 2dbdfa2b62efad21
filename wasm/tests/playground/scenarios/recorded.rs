//! Some of the scenarios with their fingerprints, for the engine that the page ships: it is built otherwise than the tests
//! are, and has to find the same. `www/tests/engine.spec.ts` plays them in a browser.

use std::fs;

use chatting_time_wasm::Scenario;
use serde::Serialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{SCENARIOS, play};

/// One of so many is recorded.
const EVERY: usize = 16;

/// What makes one longer than this, in bytes, is filling.
const LONGEST: usize = 16 * 1024;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../www/tests/random-scenarios.jsonl"
);

#[derive(Serialize)]
struct Recorded {
    hash: String,
    scenario: Scenario,
}

#[test]
#[cfg_attr(target_arch = "wasm32", ignore = "runs natively only")]
fn random_scenarios_are_recorded_for_the_page_as_they_are_played_here() {
    let played = (0..SCENARIOS).step_by(EVERY).map(|seed| {
        let (hash, scenario) = play(seed);
        let hash = format!("{hash:016x}");
        serde_json::to_string(&Recorded { hash, scenario }).unwrap()
    });
    let recorded = played.filter(|one| one.len() <= LONGEST);
    let text: String = recorded.map(|one| one + "\n").collect();
    if std::env::var_os("UPDATE_DIGEST").is_some() {
        fs::write(FILE, text).unwrap();
        return;
    }
    // Not shown: it is long.
    assert!(
        fs::read_to_string(FILE).unwrap() == text,
        "what is observed has changed; if that was meant: \
         UPDATE_DIGEST=1 cargo test -p chatting-time-wasm random_scenarios"
    );
}
