//! What can go wrong with JetStream.

use std::fmt;

use super::AccessError;

/// JetStream does not answer as it should.
#[derive(Clone, Debug)]
pub(crate) enum Unavailable {
    /// It did not answer in time.
    Slow,
    /// It answered with an error.
    Failed(String),
    /// What is known of this bucket may be too old.
    NotProven(String),
}

impl Unavailable {
    pub(super) fn contended() -> Self {
        Self::Failed("others kept writing to the same place".to_owned())
    }

    pub(super) fn unreadable(subject: &str, sequence: u64) -> Self {
        Self::Failed(format!(
            "what stands in {subject} at {sequence} was written by a newer version, or by something else"
        ))
    }
}

impl From<Unavailable> for StoreError {
    fn from(unavailable: Unavailable) -> Self {
        Self::Failed(unavailable.to_string())
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow => formatter.write_str("JetStream did not answer in time"),
            Self::Failed(problem) => write!(formatter, "JetStream: {problem}"),
            Self::NotProven(bucket) => write!(
                formatter,
                "JetStream does not keep up with {bucket}: what is known of it may be too old"
            ),
        }
    }
}

/// Why a store cannot be used.
#[derive(Debug)]
pub enum StoreError {
    /// A file that says how to meet the servers cannot be used.
    Access(AccessError),
    /// No server can be reached, in words.
    Unreachable(String),
    /// The servers that are there cannot do it, in words.
    Unfit(String),
    /// JetStream failed, in words.
    Failed(String),
    /// A stream is there and is not as it has to be.
    Differs {
        /// Its name.
        name: String,
        /// What differs.
        differences: Vec<String>,
    },
}

impl StoreError {
    /// Whether waiting does not help.
    pub fn is_for_good(&self) -> bool {
        matches!(self, Self::Access(_) | Self::Differs { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(error) => error.fmt(formatter),
            Self::Unreachable(problem) | Self::Unfit(problem) | Self::Failed(problem) => {
                formatter.write_str(problem)
            }
            Self::Differs { name, differences } => write!(
                formatter,
                "the stream {name} in NATS does not fit these settings: {}; change it there (nats stream edit {name}), or the settings here",
                differences.join(", ")
            ),
        }
    }
}

impl std::error::Error for StoreError {}

/// An error with what caused it.
pub(super) fn error_text(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Some tell their cause themselves.
        if !text.ends_with(&cause_text) {
            text += ": ";
            text += &cause_text;
        }
        source = cause.source();
    }
    text
}
