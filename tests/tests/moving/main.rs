//! Moving between data folders and NATS: `chatting-time export` and `import` with `--store`, on real servers of NATS.

mod interruption;
mod lines;
mod place;
mod refusals;
mod round_trip;
