//! The engine on a disk that fails: what was told stays true, what was not told never shows up.

mod host;
mod lost_batches;
mod operator;
mod room;
mod time;
