//! The native host of Chatting Time.

pub mod settings;
