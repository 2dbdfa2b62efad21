//! The line decoder.

use std::sync::Arc;

use chatting_time_core::{Connection, Limits};

/// Small, so that lines that are too long are common.
const LINE_BYTES: u64 = 512;

/// The same requests come of the same bytes in whatever pieces, one for each line, and no more than a line is held. The first
/// byte says how long the pieces are.
pub fn lines(input: &[u8]) {
    let Some((size, bytes)) = input.split_first() else {
        return;
    };
    let whole = requests(bytes.chunks(bytes.len().max(1)));
    assert_eq!(requests(bytes.chunks(usize::from(*size).max(1))), whole);
    assert_eq!(whole.len(), replies_due(bytes));
}

/// What comes of the pieces, as it would read in a failure.
fn requests<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let limits = Limits {
        line_bytes: LINE_BYTES,
        ..Limits::default()
    };
    let mut connection = Connection::new(Arc::new(limits));
    let mut found = Vec::new();
    for piece in pieces {
        connection.receive(piece);
        while let Some(request) = connection.next_request() {
            found.push(format!("{request:?}"));
        }
        assert!(connection.unfinished().len() < LINE_BYTES as usize);
    }
    found
}

/// Complete lines, and a last one that is too long already.
fn replies_due(bytes: &[u8]) -> usize {
    let mut lines = bytes.split(|byte| *byte == b'\n').rev();
    let unfinished = lines.next().unwrap_or_default();
    lines.count() + usize::from(unfinished.len() >= LINE_BYTES as usize)
}
