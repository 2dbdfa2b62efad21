//! The Chatting Time protocol and chat state, without IO, clock or randomness.
#![no_std]
extern crate alloc;
