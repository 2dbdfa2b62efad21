//! A thousand random scenarios: what always holds, and that it is the same on every platform.

mod generator;
mod laws;
mod recorded;

use chatting_time_wasm::{Config, History, Scenario, Simulation};

use generator::Generator;
use laws::Laws;

use crate::patience::{breathe, long_test};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SCENARIOS: u64 = 1_000;
/// How many of them have a line together.
const OF_A_LINE: u64 = 50;

/// What both platforms have to find: for each fifty of them a line with their fingerprint, and two digits of each one's own,
/// which tell where the first difference is.
const DIGEST: &str = include_str!("digest.txt");

long_test! {
    async fn random_scenarios_keep_the_laws_and_are_the_same_natively_and_in_a_browser() {
        let mut digest = String::new();
        for first in (0..SCENARIOS).step_by(OF_A_LINE as usize) {
            let mut fingerprints = Vec::new();
            for seed in first..first + OF_A_LINE {
                fingerprints.push(play(seed).0);
                breathe().await;
            }
            digest += &line(&fingerprints);
        }
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("UPDATE_DIGEST").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/playground/scenarios");
            std::fs::write(format!("{folder}/digest.txt"), digest).unwrap();
            return;
        }
        if let Some(difference) = difference(&digest, DIGEST) {
            panic!(
                "what is observed has changed, first with {difference}; if that was meant: \
                 UPDATE_DIGEST=1 cargo test -p chatting-time-wasm random_scenarios"
            );
        }
    }
}

fn line(fingerprints: &[u64]) -> String {
    let all = fingerprints
        .iter()
        .fold(0, |all: u64, one| all.rotate_left(1) ^ one);
    let each = fingerprints.iter().map(|one| format!("{:02x}", one & 0xff));
    format!("{all:016x} {}\n", each.collect::<String>())
}

/// Where two digests first differ. Two digits are the same by chance for one in 256 seeds that differ: then it is only known
/// among which fifty it is.
fn difference(found: &str, expected: &str) -> Option<String> {
    let mut expected = expected.lines();
    let mut lines = found.lines().zip(0..);
    lines.find_map(|(found, number)| {
        let expected = expected.next().unwrap_or_default();
        if found == expected {
            return None;
        }
        let first = number * OF_A_LINE;
        let digits = |line: &str| line.split(' ').next_back().unwrap_or_default().to_owned();
        let (found, expected) = (digits(found), digits(expected));
        let mut pairs = found
            .as_bytes()
            .chunks(2)
            .zip(expected.as_bytes().chunks(2));
        Some(
            match pairs.position(|(found, expected)| found != expected) {
                Some(place) => format!("seed {}", first + place as u64),
                None => format!("one of the seeds {first} to {}", first + OF_A_LINE - 1),
            },
        )
    })
}

#[test]
fn a_difference_is_named_by_its_seed() {
    let digest = |changed: Option<(usize, u64)>| {
        let mut fingerprints: Vec<u64> = (0..SCENARIOS)
            .map(|seed| (seed << 32) | (seed * 7))
            .collect();
        if let Some((seed, by)) = changed {
            fingerprints[seed] ^= by;
        }
        let lines = fingerprints.chunks(OF_A_LINE as usize).map(line);
        lines.collect::<String>()
    };
    let told = |changed| difference(&digest(Some(changed)), &digest(None));
    assert_eq!(difference(&digest(None), &digest(None)), None);
    assert_eq!(told((0, 1)).as_deref(), Some("seed 0"));
    assert_eq!(told((777, (1 << 63) | 1)).as_deref(), Some("seed 777"));
    let among = Some("one of the seeds 950 to 999");
    assert_eq!(told((999, 1 << 63)).as_deref(), among);
}

/// Plays one scenario, checks it, and returns it with its fingerprint.
fn play(seed: u64) -> (u64, Scenario) {
    let mut generator = Generator::new(seed);
    let config = generator.config();
    let mut simulation = Simulation::new(seed, &config).unwrap();
    let mut laws = Laws::default();
    let mut inputs = Vec::new();
    let mut hashes = vec![simulation.hash()];
    let count = 30 + generator.below(50);
    while inputs.len() < count {
        let input = generator.input(&simulation);
        let before = simulation.hash();
        match simulation.apply(&input) {
            Ok(observed) => {
                laws.observe(&observed, seed);
                inputs.push(input);
                hashes.push(simulation.hash());
            }
            Err(_) => assert_eq!(simulation.hash(), before, "seed {seed}, {input:?}"),
        }
    }
    for input in generator.end(&simulation) {
        let observed = simulation.apply(&input).unwrap();
        laws.observe(&observed, seed);
        inputs.push(input);
        hashes.push(simulation.hash());
        while let Some(due) = simulation.next_due() {
            let input = generator::advance(due);
            let observed = simulation.apply(&input).unwrap();
            laws.observe(&observed, seed);
            inputs.push(input);
            hashes.push(simulation.hash());
        }
    }
    laws.hold_at_the_end(&simulation, seed);
    let scenario = replay(seed, config, &inputs, &hashes, &mut generator);
    (simulation.hash(), scenario)
}

/// The same inputs lead to the same instants, by whatever way one comes to them. Returns what a link would hold of them.
fn replay(
    seed: u64,
    config: Config,
    inputs: &[chatting_time_wasm::Input],
    hashes: &[u64],
    generator: &mut Generator,
) -> Scenario {
    let mut history = History::new(seed, config).unwrap();
    for (step, input) in inputs.iter().enumerate() {
        history.apply(input).unwrap();
        if step.is_multiple_of(16) {
            assert_eq!(
                history.moment().hash,
                format!("{:016x}", hashes[step + 1]),
                "seed {seed}"
            );
        }
    }
    for _ in 0..3 {
        let step = generator.below(hashes.len());
        history.seek(step as u32).unwrap();
        assert_eq!(
            history.moment().hash,
            format!("{:016x}", hashes[step]),
            "seed {seed}, step {step}"
        );
    }
    history.seek(inputs.len() as u32).unwrap();
    history.scenario()
}
