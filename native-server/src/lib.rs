//! The native host of Chatting Time: sockets, files and processes around the core.

pub mod admin;
mod admin_http;
pub mod bench;
pub mod cli;
pub mod cluster;
pub mod connect;
pub mod data_command;
mod documentation;
pub mod engine;
mod http;
pub mod journal;
pub mod journal_command;
mod log;
mod metrics;
pub mod screen;
pub mod serve;
pub mod settings;
mod small_file;
pub mod store;
pub mod tls;
pub mod user;
