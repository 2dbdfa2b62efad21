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
            "what stands in {subject} at {sequence} was written by a newer version, which has to read it, or by something else, \
             and then has to be removed there (nats stream rmm, nats kv del)"
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
    /// Streams are there and are not as they have to be: their names, each with what differs.
    Differs(Vec<(String, Vec<String>)>),
    /// Streams are there no more.
    Lost {
        /// Their names.
        missing: Vec<String>,
        /// One that is there and holds something.
        holding: Option<String>,
    },
}

impl StoreError {
    /// Whether waiting does not help.
    pub fn is_for_good(&self) -> bool {
        matches!(self, Self::Access(_) | Self::Differs(_) | Self::Lost { .. })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(error) => error.fmt(formatter),
            Self::Unreachable(problem) | Self::Unfit(problem) | Self::Failed(problem) => {
                formatter.write_str(problem)
            }
            Self::Differs(streams) => {
                let mut by_difference: Vec<(&Vec<String>, Vec<&str>)> = Vec::new();
                for (name, differences) in streams {
                    match by_difference
                        .iter_mut()
                        .find(|(known, _)| *known == differences)
                    {
                        Some((_, names)) => names.push(name),
                        None => by_difference.push((differences, vec![name])),
                    }
                }
                formatter.write_str("what is kept in NATS does not fit these settings: ")?;
                for (differences, names) in by_difference {
                    write!(
                        formatter,
                        "in {} {}; ",
                        names.join(", "),
                        differences.join(", ")
                    )?;
                }
                formatter.write_str("change it there (nats stream edit NAME), or the settings here")
            }
            Self::Lost { missing, holding } => {
                write!(formatter, "NATS has no {} any more", missing.join(", "))?;
                if let Some(holding) = holding {
                    write!(formatter, ", though {holding} is there and holds something")?;
                }
                formatter.write_str(
                    ": restore what is missing (nats stream restore) and start the servers anew; to begin without all that was \
                     kept, delete the other streams too (nats stream rm NAME)",
                )
            }
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
