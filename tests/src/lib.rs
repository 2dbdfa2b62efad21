//! The vectors of the protocol.
