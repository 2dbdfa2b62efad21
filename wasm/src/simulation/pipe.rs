//! One direction of a connection: from one operating system's send buffer to the other's receive buffer.
//!
//! Honest TCP: bytes arrive in order, each once, or the connection is gone. A piece is what arrives at once.

use std::collections::VecDeque;

use super::random::Random;
use crate::bounds::{BUFFER_BYTES, PIECES_OF_A_WRITE, PIECES_UNDER_WAY};
use crate::{Bytes, Network};

#[derive(Clone, Debug, Default)]
pub(super) struct Pipe {
    pieces: VecDeque<Piece>,
    bytes: usize,
    is_ended: bool,
}

/// Bytes that arrive together, or the end of the stream.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// The writes that it holds bytes of.
    pub(super) causes: Vec<u32>,
    /// When the first byte of it was written.
    pub(super) sent: u64,
    pub(super) arrives: u64,
    pub(super) is_end: bool,
    /// Until then it takes in what is written.
    departs: u64,
}

/// When and through what something is written.
pub(super) struct Moment<'a> {
    pub(super) now: u64,
    pub(super) network: &'a Network,
    pub(super) jitter: &'a mut Random,
}

impl Pipe {
    /// How many bytes the operating system takes now.
    pub(super) fn room(&self) -> usize {
        BUFFER_BYTES.saturating_sub(self.bytes)
    }

    /// Whether it is worth to wake a program that waits for room. As Linux does: when a third is free.
    pub(super) fn has_much_room(&self) -> bool {
        self.room() >= BUFFER_BYTES / 3
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter()
    }

    /// What arrives next.
    pub(super) fn front(&self) -> Option<&Piece> {
        self.pieces.front()
    }

    /// Sends bytes on their way, cut as the network cuts them.
    pub(super) fn write(&mut self, bytes: &Bytes, cause: u32, moment: &mut Moment<'_>) {
        self.bytes += bytes.len();
        let mut position = self.join(bytes, cause, moment);
        let mut is_first = true;
        for length in cuts(bytes.len(), position, moment.network) {
            let part = bytes.slice(position..position + length);
            position += length;
            if self.pieces.len() >= PIECES_UNDER_WAY
                && let Some(last) = self.pieces.back_mut().filter(|last| !last.is_end)
            {
                last.append(&part, cause);
                continue;
            }
            let arrives = self.arrival(is_first, moment);
            is_first = false;
            self.pieces.push_back(Piece {
                bytes: part,
                causes: vec![cause],
                sent: moment.now,
                departs: moment.now + u64::from(moment.network.join.unwrap_or(0)),
                arrives,
                is_end: false,
            });
        }
    }

    /// Nothing more will be written. The other end hears of it behind everything else.
    pub(super) fn end(&mut self, cause: u32, moment: &mut Moment<'_>) {
        if std::mem::replace(&mut self.is_ended, true) {
            return;
        }
        let arrives = self.arrival(true, moment);
        self.pieces.push_back(Piece {
            bytes: Bytes::default(),
            causes: vec![cause],
            sent: moment.now,
            departs: moment.now,
            arrives,
            is_end: true,
        });
    }

    /// The piece in front has arrived.
    pub(super) fn take(&mut self) -> Option<Piece> {
        let piece = self.pieces.pop_front()?;
        self.bytes -= piece.bytes.len();
        Some(piece)
    }

    /// Exactly so many bytes have arrived, as one piece. There must be so many.
    pub(super) fn take_bytes(&mut self, count: usize) -> Option<Piece> {
        let mut taken = self.take_part(count)?;
        while taken.bytes.len() < count {
            let next = self.take_part(count - taken.bytes.len())?;
            for cause in next.causes {
                taken.append_cause(cause);
            }
            taken.bytes = Bytes::joined(&[taken.bytes, next.bytes]);
        }
        Some(taken)
    }

    /// The connection is gone, and with it what was under way.
    pub(super) fn clear(&mut self) -> (Bytes, Vec<u32>) {
        let pieces = std::mem::take(&mut self.pieces);
        self.bytes = 0;
        self.is_ended = true;
        let mut causes: Vec<u32> = Vec::new();
        let bytes = pieces.iter().filter(|piece| !piece.is_end);
        let parts: Vec<_> = bytes
            .map(|piece| {
                causes.extend(&piece.causes);
                piece.bytes.clone()
            })
            .collect();
        causes.dedup();
        (Bytes::joined(&parts), causes)
    }

    /// Lets a piece that waits for others take in what it may; returns how much that was.
    fn join(&mut self, bytes: &Bytes, cause: u32, moment: &Moment<'_>) -> usize {
        let Some(last) = self.pieces.back_mut() else {
            return 0;
        };
        if last.departs <= moment.now || last.is_end {
            return 0;
        }
        let most = moment.network.piece_bytes.unwrap_or(u32::MAX) as usize;
        let count = most.saturating_sub(last.bytes.len()).min(bytes.len());
        if count > 0 {
            last.append(&bytes.slice(0..count), cause);
        }
        count
    }

    /// Nothing overtakes; the pieces of one write come one after the other.
    fn arrival(&self, is_first: bool, moment: &mut Moment<'_>) -> u64 {
        let network = moment.network;
        let delay = u64::from(network.latency)
            + u64::from(network.join.unwrap_or(0))
            + moment.jitter.up_to(network.jitter);
        let previous = self.pieces.back().map_or(0, |piece| piece.arrives);
        let earliest = match is_first {
            true => previous,
            false => previous + 1,
        };
        earliest.max(moment.now + delay)
    }

    fn take_part(&mut self, most: usize) -> Option<Piece> {
        let piece = self.pieces.front_mut()?;
        if piece.bytes.len() <= most {
            return self.take();
        }
        let part = piece.bytes.slice(0..most);
        piece.bytes = piece.bytes.slice(most..piece.bytes.len());
        self.bytes -= most;
        Some(Piece {
            bytes: part,
            ..piece.clone()
        })
    }
}

impl Piece {
    fn append(&mut self, bytes: &Bytes, cause: u32) {
        self.bytes = Bytes::joined(&[self.bytes.clone(), bytes.clone()]);
        self.append_cause(cause);
    }

    fn append_cause(&mut self, cause: u32) {
        if self.causes.last() != Some(&cause) {
            self.causes.push(cause);
        }
    }
}

/// How long the pieces of a write are from `position` on. What waits to be joined is not split.
fn cuts(length: usize, position: usize, network: &Network) -> impl Iterator<Item = usize> {
    let split = network.split_at.filter(|_| network.join.is_none());
    let split = split.map_or(length, |split| length.min(split as usize));
    let wanted = network.piece_bytes.unwrap_or(u32::MAX) as usize;
    let most = wanted.max(length.div_ceil(PIECES_OF_A_WRITE));
    let mut from = position;
    std::iter::from_fn(move || {
        let to = match from < split {
            true => split,
            false => length,
        };
        let piece = most.min(to - from);
        from += piece;
        (piece > 0).then_some(piece)
    })
}
