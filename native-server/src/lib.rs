//! The native host of Chatting Time: sockets, files and processes around the core.

pub mod journal;
pub mod settings;
