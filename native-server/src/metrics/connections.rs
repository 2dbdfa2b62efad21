//! Connections of clients, by what carries them.

use super::Counter;

/// What carries a connection of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Tls,
    /// With TLS or without; also of what never got to be one, at an address for them.
    WebSocket,
}

/// Why a connection was not served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    TooMany,
    TooManyFromAddress,
    /// No more files may be open.
    Files,
    Handshake,
}

/// Why a connection that was served is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    Finished,
    /// Without the farewell that TLS has.
    Left,
    Broken,
    LineTime,
    ReplyTime,
    Stopping,
}

const TRANSPORTS: [(Transport, &str); 3] = [
    (Transport::Tcp, "tcp"),
    (Transport::Tls, "tls"),
    (Transport::WebSocket, "websocket"),
];
const REFUSED: [(Refused, &str); 4] = [
    (Refused::TooMany, "too_many"),
    (Refused::TooManyFromAddress, "too_many_from_address"),
    (Refused::Files, "files"),
    (Refused::Handshake, "handshake"),
];
const CLOSED: [(Closed, &str); 6] = [
    (Closed::Finished, "finished"),
    (Closed::Left, "left"),
    (Closed::Broken, "broken"),
    (Closed::LineTime, "line_time"),
    (Closed::ReplyTime, "reply_time"),
    (Closed::Stopping, "stopping"),
];

/// What is counted of connections.
#[derive(Debug, Default)]
pub(crate) struct ConnectionMetrics {
    accepted: [Counter; TRANSPORTS.len()],
    come: [Counter; TRANSPORTS.len()],
    gone: [Counter; TRANSPORTS.len()],
    refused: [[Counter; REFUSED.len()]; TRANSPORTS.len()],
    closed: [Counter; CLOSED.len()],
}

/// A connection that is there, until this is dropped.
pub(crate) struct Open<'a> {
    gone: &'a Counter,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.gone.add(1);
    }
}

impl ConnectionMetrics {
    /// A connection is served from now on.
    pub(crate) fn open(&self, transport: Transport) -> Open<'_> {
        self.accepted[transport as usize].add(1);
        self.come(transport)
    }

    /// A connection is in its TLS handshake: it has its place, and is not served yet.
    pub(crate) fn shakes_hands(&self) -> Open<'_> {
        self.come(Transport::Tls)
    }

    fn come(&self, transport: Transport) -> Open<'_> {
        self.come[transport as usize].add(1);
        Open {
            gone: &self.gone[transport as usize],
        }
    }

    pub(crate) fn refused(&self, transport: Transport, reason: Refused) {
        self.refused[transport as usize][reason as usize].add(1);
    }

    pub(crate) fn closed(&self, reason: Closed) {
        self.closed[reason as usize].add(1);
    }

    /// For each transport its word, how many connections were served, and how many are there.
    pub(super) fn transports(&self) -> impl Iterator<Item = (&'static str, u64, u64)> {
        TRANSPORTS.iter().map(|(transport, word)| {
            // In this order, so that none is gone that has not come.
            let gone = self.gone[*transport as usize].get();
            let come = self.come[*transport as usize].get();
            let accepted = self.accepted[*transport as usize].get();
            (*word, accepted, come.saturating_sub(gone))
        })
    }

    /// The words for a transport and a reason, and how many connections were refused so.
    pub(super) fn refusals(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        TRANSPORTS.iter().flat_map(move |(transport, word)| {
            REFUSED.iter().map(move |(reason, why)| {
                let count = &self.refused[*transport as usize][*reason as usize];
                (*word, *why, count.get())
            })
        })
    }

    /// The word for a reason, and how many connections ended for it.
    pub(super) fn ends(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let ends = CLOSED.iter();
        ends.map(|(reason, word)| (*word, self.closed[*reason as usize].get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_in_its_table_at_its_place() {
        for (place, (transport, _)) in TRANSPORTS.iter().enumerate() {
            assert_eq!(*transport as usize, place);
        }
        for (place, (reason, _)) in REFUSED.iter().enumerate() {
            assert_eq!(*reason as usize, place);
        }
        for (place, (reason, _)) in CLOSED.iter().enumerate() {
            assert_eq!(*reason as usize, place);
        }
    }
}
