//! TLS on the real server: handshakes, certificates that change, and clients that mean no good.

mod client;
mod connections;
