//! A thousand random scenarios: what always holds, and that it is the same on every platform.

mod generator;
mod laws;

use chatting_time_wasm::{Config, History, Simulation};

use generator::Generator;
use laws::Laws;

use crate::patience::{breathe, long_test};

const SCENARIOS: u64 = 1_000;

/// The fingerprint of all of them, as both platforms have to find it.
const DIGEST: &str = include_str!("digest.txt");

long_test! {
    async fn random_scenarios_keep_the_laws_and_are_the_same_natively_and_in_a_browser() {
        let mut digest: u64 = 0;
        for seed in 0..SCENARIOS {
            digest = digest.rotate_left(1) ^ play(seed);
            breathe().await;
        }
        let digest = format!("{digest:016x}\n");
        #[cfg(not(target_arch = "wasm32"))]
        if std::env::var_os("UPDATE_DIGEST").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/playground/scenarios");
            std::fs::write(format!("{folder}/digest.txt"), digest).unwrap();
            return;
        }
        assert_eq!(
            digest, DIGEST,
            "what is observed has changed; if that was meant: \
             UPDATE_DIGEST=1 cargo test -p chatting-time-wasm random_scenarios"
        );
    }
}

/// Plays one scenario, checks it, and returns its fingerprint.
fn play(seed: u64) -> u64 {
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
    replay(seed, config, &inputs, &hashes, &mut generator);
    simulation.hash()
}

/// The same inputs lead to the same instants, by whatever way one comes to them.
fn replay(
    seed: u64,
    config: Config,
    inputs: &[chatting_time_wasm::Input],
    hashes: &[u64],
    generator: &mut Generator,
) {
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
}
