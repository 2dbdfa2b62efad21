//! The native host of Chatting Time: sockets, files and processes around the core.

pub mod engine;
pub mod journal;
pub mod serve;
pub mod settings;
