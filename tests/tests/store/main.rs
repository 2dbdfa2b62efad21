//! A server that keeps everything in NATS, as its operator meets it: the credentials, TLS, what a start says that cannot go on,
//! and what is told while it runs.

mod access;
mod identity;
mod running;
mod start;
mod starting;
