//! The command `chatting-time`.
fn main() {}
