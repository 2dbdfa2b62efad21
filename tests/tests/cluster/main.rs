//! Servers that keep everything in NATS, while what they stand on fails: servers of NATS and of ours that die, that are cut
//! off, slow or full.
//!
//! Every wait has a deadline. What is drawn follows from `CLUSTER_SEED`, when it happens does not.

#![cfg(not(target_arch = "wasm32"))]

mod chat;
mod cost;
mod effective;
mod full;
mod kill;
mod load;
mod partition;
mod sent;
mod slow;
mod stop;
mod sync;

/// The seed of this run: `CLUSTER_SEED`, or always the same.
fn seed() -> u64 {
    variable("CLUSTER_SEED").unwrap_or(1)
}

/// How often each thing fails: `CLUSTER_ROUNDS`, or twice.
fn rounds() -> u64 {
    variable("CLUSTER_ROUNDS").unwrap_or(2)
}

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
    )
}
