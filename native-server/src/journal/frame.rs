//! Frames: what a file consists of after its header. One frame holds one batch, wholly or not at all.

use super::header::{u32_at, u64_at};

/// The length of a frame's own header in bytes.
pub(super) const FRAME_HEADER_BYTES: usize = 32;

/// The length of a closing frame in bytes: it has no payload.
pub(super) const CLOSING_FRAME_BYTES: usize = FRAME_HEADER_BYTES;

/// Every frame begins at a multiple of this many bytes.
pub(super) const ALIGNMENT: usize = 8;

/// What stands in front of each event: its length as a little-endian `u32`.
pub(super) const EVENT_PREFIX_BYTES: usize = 4;

const EVENTS_MAGIC: [u8; 4] = *b"CTev";
const CLOSING_MAGIC: [u8; 4] = *b"CTcl";

/// A frame whose checksum and shape were found right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// True for the frame that ends a file; it holds no events, and says which sequence would come next.
    pub(super) closing: bool,
    pub(super) first_sequence: u64,
    pub(super) event_count: u32,
    /// The frame as it stands in the file, padding included.
    pub(super) bytes: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The events in order.
    pub(super) fn events(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.payload;
        std::iter::from_fn(move || {
            let (event, after) = split_event(rest)?;
            rest = after;
            Some(event)
        })
    }

    /// The sequence after the frame's last event.
    pub(super) fn end_sequence(&self) -> u64 {
        self.first_sequence + u64::from(self.event_count)
    }
}

/// The length of a frame with such a payload, padding included.
pub(super) fn frame_bytes(payload_bytes: usize) -> usize {
    (FRAME_HEADER_BYTES + payload_bytes).next_multiple_of(ALIGNMENT)
}

/// Fills in the header of an events frame that ends with its padding.
///
/// The caller has bounded the payload, so its length and count fit their fields.
pub(super) fn finish_events_frame(
    frame: &mut [u8],
    payload_bytes: usize,
    event_count: u32,
    identity: u64,
    first_sequence: u64,
) {
    fill_header(
        frame,
        EVENTS_MAGIC,
        identity,
        first_sequence,
        event_count,
        u32::try_from(payload_bytes).expect("a payload is bounded below 4 GiB"),
    );
}

/// The frame that ends a file after the event before `next_sequence`.
pub(super) fn closing_frame(identity: u64, next_sequence: u64) -> [u8; CLOSING_FRAME_BYTES] {
    let mut frame = [0; CLOSING_FRAME_BYTES];
    fill_header(&mut frame, CLOSING_MAGIC, identity, next_sequence, 0, 0);
    frame
}

/// The length of the frame that seems to begin with these bytes, or `None` when no frame of this file does.
///
/// A cheap look before the whole frame is read: only [`check`] tells whether it is one.
///
/// `header` is at least [`FRAME_HEADER_BYTES`] long. Without an `identity`, a frame of any file will do.
pub(super) fn claimed_length(header: &[u8], identity: Option<u64>) -> Option<u64> {
    if !begins_like_a_frame(header) || identity.is_some_and(|own| u64_at(header, 8) != own) {
        return None;
    }
    let payload_bytes = u64::from(u32_at(header, 28));
    Some((FRAME_HEADER_BYTES as u64 + payload_bytes).next_multiple_of(ALIGNMENT as u64))
}

/// Whether the first bytes are those of a frame.
pub(super) fn begins_like_a_frame(bytes: &[u8]) -> bool {
    bytes.starts_with(&EVENTS_MAGIC) || bytes.starts_with(&CLOSING_MAGIC)
}

/// Reads the frame that fills `bytes`, which are as many as [`claimed_length`] said; `None` when it is not whole.
pub(super) fn check(bytes: &[u8]) -> Option<Frame<'_>> {
    if u32_at(bytes, 4) != checksum(bytes) {
        return None;
    }
    let payload_end = FRAME_HEADER_BYTES + u32_at(bytes, 28) as usize;
    let frame = Frame {
        closing: bytes[0..4] == CLOSING_MAGIC,
        first_sequence: u64_at(bytes, 16),
        event_count: u32_at(bytes, 24),
        bytes,
        payload: bytes.get(FRAME_HEADER_BYTES..payload_end)?,
    };
    let mut rest = frame.payload;
    let mut count = 0;
    while let Some((_, after)) = split_event(rest) {
        rest = after;
        count += 1;
    }
    let whole = rest.is_empty()
        && count == frame.event_count
        && frame.closing == (count == 0)
        && frame.first_sequence.checked_add(u64::from(count)).is_some();
    whole.then_some(frame)
}

fn split_event(payload: &[u8]) -> Option<(&[u8], &[u8])> {
    if payload.len() < EVENT_PREFIX_BYTES {
        return None;
    }
    let (prefix, rest) = payload.split_at(EVENT_PREFIX_BYTES);
    rest.split_at_checked(u32_at(prefix, 0) as usize)
}

fn fill_header(
    frame: &mut [u8],
    magic: [u8; 4],
    identity: u64,
    first_sequence: u64,
    event_count: u32,
    payload_bytes: u32,
) {
    frame[0..4].copy_from_slice(&magic);
    frame[8..16].copy_from_slice(&identity.to_le_bytes());
    frame[16..24].copy_from_slice(&first_sequence.to_le_bytes());
    frame[24..28].copy_from_slice(&event_count.to_le_bytes());
    frame[28..32].copy_from_slice(&payload_bytes.to_le_bytes());
    let checksum = checksum(frame);
    frame[4..8].copy_from_slice(&checksum.to_le_bytes());
}

/// Covers all of the frame but the checksum itself and, so that no bit goes unwatched, its magic and padding too.
fn checksum(frame: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&frame[..4]);
    hasher.update(&frame[8..]);
    hasher.finalize()
}
