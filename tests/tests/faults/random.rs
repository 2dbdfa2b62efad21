//! Chance that can be repeated.

pub(crate) use chatting_time_tests::random::Random;

/// The seed of this run: `FAULTS_SEED` or always the same.
pub(crate) fn seed() -> u64 {
    match std::env::var("FAULTS_SEED") {
        Ok(text) => text.parse().expect("FAULTS_SEED is a number"),
        Err(_) => 1,
    }
}
