//! Bad input and faults, against the real server over TCP.
//!
//! Every wait has a deadline and none is for a time to pass: a test goes on when what it waits
//! for has happened, and fails when that takes longer than any server needs.

#![cfg(not(target_arch = "wasm32"))]

mod attempts;
mod connections;
mod damage;
mod delivery;
mod disk_full;
mod framing;
mod kill;
mod load;
mod logins;
mod pace;
mod random;
mod service;
mod shutdown;
mod slow_clients;
mod startup;
mod terminal;
mod texts;
