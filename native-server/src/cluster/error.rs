//! What can go wrong with JetStream.

use std::fmt;

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
    pub(super) fn unreadable(subject: &str, sequence: u64) -> Self {
        Self::Failed(format!(
            "what stands in {subject} at {sequence} was written by a newer version, or by something else"
        ))
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
    /// No server can be reached.
    Unreachable(String),
    /// JetStream refused or failed.
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
    pub(super) fn of_creation(name: &str, error: &dyn std::error::Error) -> Self {
        let source = error.source().map(|source| format!(": {source}"));
        Self::Failed(format!(
            "cannot make {name}: {error}{}",
            source.unwrap_or_default()
        ))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(problem) => write!(formatter, "no NATS server answers: {problem}"),
            Self::Failed(problem) => write!(formatter, "JetStream cannot be used: {problem}"),
            Self::Differs { name, differences } => write!(
                formatter,
                "the stream {name} is there and does not fit: {}; change it with the nats tool, or these settings",
                differences.join(", ")
            ),
        }
    }
}

impl std::error::Error for StoreError {}
