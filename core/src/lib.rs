//! Chatting Time without IO: the protocol, the decisions and the chat state.
//!
//! # The contract
//!
//! A *host* surrounds this crate with IO. What goes in: bytes that a client sent
//! ([`Connection::receive`]), the time, random bytes for tokens and salts, and the limits in
//! force. What comes out: bytes for the client ([`Connection::output`]) and [`Event`]s to make
//! durable. For each request of a connection, in order:
//!
//! 1. [`Connection::next_request`] gives a [`Command`], or a [`Refusal`] that is its reply.
//! 2. [`State::decide`] gives an [`Outcome`]. A [`PasswordCheck`] is run wherever slow work may
//!    run and [`finish_auth`] then decides; a busy mailbox is asked for again later.
//! 3. [`State::commit`] carries the [`Decision`] out in memory. Its events go to storage.
//! 4. Once everything decided so far is durable, [`Connection::reply`] and write. When the
//!    operating system has taken the whole reply, [`State::confirm`] its drain, or
//!    [`State::give_back`] what was not taken.
//! 5. When the connection is gone, [`State::detach`] it.
//!
//! # Who owns what
//!
//! The host owns time, randomness, storage and sockets; the core fetches nothing. The same
//! inputs give the same outputs to the byte, natively and on wasm32. A refusal is a reply, never
//! an `Err`. Secrets have types whose `Debug` does not show them.
//!
//! The protocol is specified in [PROTOCOL.md](https://docs.rs/crate/chatting-time-core/latest/source/PROTOCOL.md),
//! whose sections the modules cite.
#![no_std]

extern crate alloc;

mod admin;
mod body;
pub mod command;
mod connection;
mod decision;
pub mod documented_accounts;
mod identity;
pub mod json;
pub mod limits;
mod password;
mod place;
pub mod reply;
pub mod secrets;
pub mod state;
pub mod terminal;
mod time;
mod token;

pub use admin::{AdminCommand, AdminRefusal, NewUser, decide_admin};
pub use body::Body;
pub use command::{Access, COMMANDS, Command, Spec, finish_auth};
pub use connection::{Connection, request_of_message};
pub use decision::{Binding, ConnectionId, Context, Decision, Outcome, decide};
pub use identity::{Identity, Name, Username};
pub use limits::Limits;
pub use password::{
    CheckMemory, CheckedPassword, Password, PasswordCheck, PasswordCost, PasswordHash,
};
pub use reply::{Refusal, Reply};
pub use state::{Compaction, Drain, Event, State, View};
pub use time::Timestamp;
pub use token::Token;
