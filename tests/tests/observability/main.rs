//! What an operator sees of the real server from outside.

mod dashboard;
mod health;
mod logs;
mod metrics;
mod secrets;
mod watched;
