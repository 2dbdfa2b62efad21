//! Laws that hold for whatever bytes come. Each function takes any input and panics where its law is broken: libFuzzer looks
//! for such an input through the programs in `fuzz_targets`, and what it found worth keeping stands in `corpus`, which an
//! ordinary test runs through again.
#![forbid(unsafe_code)]

mod events;
mod journal;
mod lines;
mod operations;
mod requests;
mod terminal;

pub use events::events;
pub use journal::journal;
pub use lines::lines;
pub use operations::operations;
pub use requests::requests;
pub use terminal::terminal;

/// A function that panics where its law is broken.
pub type Law = fn(&[u8]);

/// Every law with the name of its target and of its folder in `corpus`.
pub const LAWS: &[(&str, Law)] = &[
    ("lines", lines),
    ("requests", requests),
    ("terminal", terminal),
    ("journal", journal),
    ("events", events),
    ("operations", operations),
];
