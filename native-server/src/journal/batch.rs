//! A batch of events, laid out as the frame that it becomes.

use super::frame::{self, ALIGNMENT, EVENT_PREFIX_BYTES, FRAME_HEADER_BYTES};

/// The most bytes that a batch may hold: 1 GiB.
pub const MAXIMUM_BATCH_BYTES: usize = 1 << 30;

/// Events that become durable together or not at all.
///
/// A batch is built in the shape in which it is written, with room for the frame's header in front, so that
/// writing it copies nothing. It keeps its memory when it is cleared: use one again and again.
#[derive(Debug)]
pub struct Batch {
    frame: Vec<u8>,
    event_count: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self::new()
    }
}

impl Batch {
    /// An empty batch.
    #[must_use]
    pub fn new() -> Self {
        Self {
            frame: vec![0; FRAME_HEADER_BYTES],
            event_count: 0,
        }
    }

    /// Adds the event that `encode` appends to the buffer. It must only append.
    pub fn push(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        let prefix = self.frame.len();
        self.frame.extend_from_slice(&[0; EVENT_PREFIX_BYTES]);
        let start = self.frame.len();
        encode(&mut self.frame);
        // One that does not fit makes the batch too large, which `append` refuses; nothing is written of it.
        let length = u32::try_from(self.frame.len() - start).unwrap_or(u32::MAX);
        self.frame[prefix..start].copy_from_slice(&length.to_le_bytes());
        self.event_count += 1;
    }

    /// How many events it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.event_count as usize
    }

    /// True when it holds no events.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.event_count == 0
    }

    /// How many bytes its events take, their length prefixes included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.frame.len() - FRAME_HEADER_BYTES
    }

    /// Forgets the events and keeps the memory.
    pub fn clear(&mut self) {
        self.frame.truncate(FRAME_HEADER_BYTES);
        self.event_count = 0;
    }

    /// The length of the frame that it becomes.
    pub(super) fn frame_bytes(&self) -> usize {
        frame::frame_bytes(self.bytes())
    }

    /// Runs `write` on the finished frame, and leaves the batch as it was.
    pub(super) fn with_frame<T>(
        &mut self,
        identity: u64,
        first_sequence: u64,
        write: impl FnOnce(&[u8]) -> T,
    ) -> T {
        let payload_bytes = self.bytes();
        let end = self.frame.len();
        self.frame.resize(end.next_multiple_of(ALIGNMENT), 0);
        frame::finish_events_frame(
            &mut self.frame,
            payload_bytes,
            self.event_count,
            identity,
            first_sequence,
        );
        let result = write(&self.frame);
        self.frame.truncate(end);
        result
    }
}
