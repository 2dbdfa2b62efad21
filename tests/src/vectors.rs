//! The vectors themselves, as part of the program: they need no files where they run.

use crate::parse::{ParseError, parse};
use crate::script::File;

/// The name and the text of each file in `vectors/`.
pub const FILES: &[(&str, &str)] = &[
    ("bounds.chat", include_str!("../vectors/bounds.chat")),
    ("commands.chat", include_str!("../vectors/commands.chat")),
    ("delivery.chat", include_str!("../vectors/delivery.chat")),
    ("encoding.chat", include_str!("../vectors/encoding.chat")),
    ("framing.chat", include_str!("../vectors/framing.chat")),
    (
        "parameters.chat",
        include_str!("../vectors/parameters.chat"),
    ),
    ("presence.chat", include_str!("../vectors/presence.chat")),
    ("refusals.chat", include_str!("../vectors/refusals.chat")),
    ("sessions.chat", include_str!("../vectors/sessions.chat")),
    ("terminal.chat", include_str!("../vectors/terminal.chat")),
];

/// All vectors, file by file.
pub fn all() -> Result<Vec<File>, ParseError> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}
