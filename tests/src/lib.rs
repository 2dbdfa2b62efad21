//! The vectors of the Chatting Time protocol, and what runs them against every host.
//!
//! A vector is a scripted dialogue with the replies that every server must give, to the byte. The
//! files in `vectors/` hold them, and `vectors/README.md` describes their form. From text to
//! verdict: [`parse`] reads a file into a [`script`], [`runner`] plays it to a [`host`], and a
//! host is the core [in memory](memory) or the real server behind TCP, TLS or its WebSocket.
//!
//! [`vectors`] carries the files inside the program and nothing here but the server's process reads
//! the disk or a clock, so everything else also runs where there are neither.

#[cfg(not(target_arch = "wasm32"))]
pub mod client;
pub mod documentation;
pub mod host;
#[cfg(not(target_arch = "wasm32"))]
pub mod http;
#[cfg(not(target_arch = "wasm32"))]
pub mod ledger;
pub mod memory;
#[cfg(not(target_arch = "wasm32"))]
pub mod namespace;
#[cfg(not(target_arch = "wasm32"))]
pub mod nats;
#[cfg(not(target_arch = "wasm32"))]
mod nats_probe;
#[cfg(target_os = "linux")]
pub mod network;
pub mod parse;
#[cfg(not(target_arch = "wasm32"))]
pub mod process;
pub mod protocol;
pub mod random;
pub mod runner;
pub mod script;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;
#[cfg(not(target_arch = "wasm32"))]
pub mod tcp;
pub mod template;
mod terminal;
#[cfg(not(target_arch = "wasm32"))]
pub mod tls;
pub mod vectors;
#[cfg(not(target_arch = "wasm32"))]
pub mod websocket;
