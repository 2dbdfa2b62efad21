//! TLS on the real server: handshakes, certificates that change, and clients that mean no good.

#![cfg(not(target_arch = "wasm32"))]

mod client;
mod connections;
mod https;
mod reload;
