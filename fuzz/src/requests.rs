//! The request parser.

use std::sync::Arc;

use chatting_time_core::{Command, Connection, Limits, request_of_message};

/// One line means the same over TCP and as the message of a WebSocket, and where it is text, to the parser itself; it never
/// means a command and a refusal at once, and never panics.
pub fn requests(input: &[u8]) {
    let line = input
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let limits = Limits::default();
    // Values are compared, since `Debug` hides what people wrote.
    let as_message = request_of_message(line, &limits);

    let mut connection = Connection::new(Arc::new(limits.clone()));
    connection.receive(line);
    connection.receive(b"\n");
    let over_tcp = connection
        .next_request()
        .expect("a line asks for something");
    assert_eq!(over_tcp, as_message);
    assert!(connection.next_request().is_none());

    if let Ok(text) = std::str::from_utf8(line)
        && !text.contains('\r')
    {
        assert_eq!(Command::parse(text, &limits), as_message);
    }
}
