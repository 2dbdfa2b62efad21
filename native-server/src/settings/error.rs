//! Why settings were refused.

use std::fmt;

use super::{Origin, Setting};

/// Why settings were refused: one line for the operator that names the place and what would
/// be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    message: String,
    is_usage: bool,
}

impl SettingsError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_usage: false,
        }
    }

    /// `problem` continues a sentence that begins with the setting: "must be ...".
    pub(super) fn value(setting: &Setting, origin: &Origin, problem: &str) -> Self {
        let message = match origin {
            Origin::Default | Origin::File(..) => format!("{origin}: {} {problem}", setting.name),
            Origin::Environment(_) | Origin::Flag(_) => format!("{origin} {problem}"),
        };
        Self {
            message,
            is_usage: matches!(origin, Origin::Flag(_)),
        }
    }

    /// Whether the command line itself was wrong, rather than a file or the environment.
    pub fn is_usage(&self) -> bool {
        self.is_usage
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for SettingsError {}
