//! The inputs worth keeping, and some that are near them, once more.

use std::fs;
use std::path::Path;

use chatting_time_fuzz::LAWS;

/// Inputs made of each kept one. libFuzzer tries millions; these are the same in each run.
const VARIATIONS: u64 = 100;

#[test]
fn every_law_holds_for_what_was_kept_and_near_it() {
    for (name, law) in LAWS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("corpus")
            .join(name);
        let mut paths: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        assert!(!paths.is_empty(), "nothing in {}", folder.display());
        law(b"");
        for path in paths {
            let kept = fs::read(&path).unwrap();
            let check = |input: &[u8], what: &str| {
                let result = std::panic::catch_unwind(|| law(input));
                assert!(
                    result.is_ok(),
                    "{name}: {} {what}: {}",
                    path.display(),
                    input.escape_ascii()
                );
            };
            check(&kept, "as it is");
            for seed in 1..=VARIATIONS {
                check(&varied(&kept, seed), "varied");
            }
        }
    }
}

/// The input with some bytes changed, doubled, taken away or swapped for what the protocols mind.
fn varied(kept: &[u8], seed: u64) -> Vec<u8> {
    const MINDED: &[u8] = b"\n\r \0\x1b\"\\{}\xff\x80";
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |bound: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 8) as usize % bound
    };
    let mut input = kept.to_vec();
    for _ in 0..=below(4) {
        let place = below(input.len() + 1);
        match below(4) {
            0 => input.insert(place, below(256) as u8),
            1 => input.insert(place, MINDED[below(MINDED.len())]),
            2 if place < input.len() => input[place] ^= 1 << below(8),
            _ => {
                let end = (place + below(8)).min(input.len());
                let piece: Vec<u8> = input.drain(place..end).collect();
                let times = below(3);
                input.splice(place..place, piece.repeat(times));
            }
        }
    }
    input
}
