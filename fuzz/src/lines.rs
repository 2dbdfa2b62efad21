//! The line decoder.

use std::sync::Arc;

use chatting_time_core::{Command, Connection, Limits, Refusal, request_of_message};

/// Small, so that lines that are too long are common.
const LINE_BYTES: u64 = 512;

type Request = Result<Command, Refusal>;

/// The same requests come of the same bytes in whatever pieces: of each line what it asks for when it stands alone. No more
/// than a line is held. The first byte says how long the pieces are.
pub fn lines(input: &[u8]) {
    let Some((size, bytes)) = input.split_first() else {
        return;
    };
    let limits = Limits {
        line_bytes: LINE_BYTES,
        ..Limits::default()
    };
    let expected = each_line(bytes, &limits);
    let limits = Arc::new(limits);
    // Values are compared, since `Debug` hides what people wrote.
    for size in [bytes.len(), usize::from(*size)] {
        assert_eq!(requests(bytes.chunks(size.max(1)), &limits), expected);
    }
}

fn requests<'a>(pieces: impl Iterator<Item = &'a [u8]>, limits: &Arc<Limits>) -> Vec<Request> {
    let mut connection = Connection::new(Arc::clone(limits));
    let mut found = Vec::new();
    for piece in pieces {
        connection.receive(piece);
        found.extend(std::iter::from_fn(|| connection.next_request()));
        assert!(connection.unfinished().len() < LINE_BYTES as usize);
    }
    found
}

/// What complete lines ask for, and the refusal of a last one that is too long already.
fn each_line(bytes: &[u8], limits: &Limits) -> Vec<Request> {
    let mut lines: Vec<_> = bytes.split(|byte| *byte == b'\n').collect();
    let unfinished = lines.pop().unwrap_or_default();
    let mut requests: Vec<_> = lines
        .into_iter()
        .map(|line| request_of_message(line, limits))
        .collect();
    if unfinished.len() >= LINE_BYTES as usize {
        requests.push(Err(Refusal::LineTooLong));
    }
    requests
}
