//! Why something was not done. The words for people are the page's.

use std::fmt;

use serde::Serialize;
use tsify::Tsify;

/// Nothing was changed, for this reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PlaygroundError {
    /// By which programs tell the reasons apart.
    pub code: ErrorCode,
    /// For developers: what exactly was wrong.
    #[tsify(optional)]
    pub detail: Option<String>,
}

/// The kinds of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub enum ErrorCode {
    /// The history holds as many inputs, or as much that was observed, as it may.
    HistoryFull,
    /// There are as many branches as there may be.
    TooManyBranches,
    /// No branch of that number, or one that can't be removed.
    NoSuchBranch,
    /// No client of that number.
    NoSuchClient,
    /// No connection of that number, or one that is over.
    NoSuchConnection,
    /// The client has no open connection.
    NotConnected,
    /// There are as many clients as there may be.
    TooManyClients,
    /// As many connections are still open as there may be.
    TooManyConnections,
    /// The client holds back as much as it may because its operating system takes no more, or too many of its requests
    /// would be without a reply.
    TooMuchWaiting,
    /// Not so many bytes are under way, or the other end has no room for them.
    NothingUnderWay,
    /// A name that is empty, too long or not printable.
    BadName,
    /// A number or a length is out of its range.
    OutOfRange,
    /// It is not of the form that it should have.
    BadInput,
    /// The scenario is damaged.
    BadScenario,
    /// The scenario is of a version that this playground does not know.
    UnknownVersion,
    /// A backslash begins no known escape; the detail is its position in bytes.
    BadEscape,
    /// The browser gave no randomness for a new scenario.
    NoRandomness,
}

impl PlaygroundError {
    /// With a detail for developers.
    pub fn with_detail(code: ErrorCode, detail: impl fmt::Display) -> Self {
        Self {
            code,
            detail: Some(detail.to_string()),
        }
    }
}

impl From<ErrorCode> for PlaygroundError {
    fn from(code: ErrorCode) -> Self {
        Self { code, detail: None }
    }
}

impl fmt::Display for PlaygroundError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let detail = self.detail.as_deref().unwrap_or_default();
        write!(formatter, "{:?} {detail}", self.code)
    }
}

impl std::error::Error for PlaygroundError {}
