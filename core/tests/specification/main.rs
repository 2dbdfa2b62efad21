//! The core's behaviour as its hosts see it, section by section of PROTOCOL.md.

mod accounts;
mod auth;
mod bounds;
mod commands;
mod compaction;
mod determinism;
mod events;
mod framing;
mod host;
mod inbox;
mod json;
mod list;
mod presence;
mod properties;
mod recovery;
mod replies;
mod retention;
mod secrets;
mod send;
mod sessions;
