//! Bytes that wait for somebody to take them, and what they came of.

use std::collections::VecDeque;

use crate::Bytes;

/// Bytes in order, in chunks with the observation that led to each.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunks {
    chunks: VecDeque<(Bytes, u32)>,
    length: usize,
}

impl Chunks {
    pub(super) fn push(&mut self, bytes: Bytes, cause: u32) {
        if bytes.is_empty() {
            return;
        }
        self.length += bytes.len();
        self.chunks.push_back((bytes, cause));
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// How many chunks there are.
    pub(super) fn count(&self) -> usize {
        self.chunks.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Takes up to `most` bytes, as one, with what led to them.
    pub(super) fn take(&mut self, most: usize) -> (Bytes, Vec<u32>) {
        let mut parts = Vec::new();
        let mut causes = Vec::new();
        let mut wanted = most.min(self.length);
        self.length -= wanted;
        while wanted > 0 {
            let Some((bytes, cause)) = self.chunks.pop_front() else {
                break;
            };
            if causes.last() != Some(&cause) {
                causes.push(cause);
            }
            let count = bytes.len().min(wanted);
            wanted -= count;
            if count < bytes.len() {
                let rest = bytes.slice(count..bytes.len());
                self.chunks.push_front((rest, cause));
            }
            parts.push(bytes.slice(0..count));
        }
        (Bytes::joined(&parts), causes)
    }
}
