//! The text of a message.

use alloc::sync::Arc;
use core::fmt;

use serde::{Deserialize, Serialize};

/// The text of one message, any UTF-8 without a line feed; its length was bounded when it was
/// parsed. Cheap to clone. `Debug` shows only its length.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Body(Arc<str>);

impl Body {
    /// `None` when the text is longer than `bound` bytes.
    pub fn parse(text: &str, bound: u64) -> Option<Self> {
        (text.len() as u64 <= bound).then(|| Self(text.into()))
    }

    /// The text as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length of the text, in bytes.
    pub fn bytes(&self) -> u64 {
        self.0.len() as u64
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Body({} bytes)", self.0.len())
    }
}
