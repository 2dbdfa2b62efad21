//! What the network does: pieces arrive, connections close and break.
//!
//! A reset takes effect at both ends at once, which is the one thing here that is faster than a real network.

use super::connection::Connection;
use super::pipe::{Moment, Piece};
use super::{Due, Simulation};
use crate::bounds::BUFFER_BYTES;
use crate::{Bytes, ConnectionState, Direction, Endpoint, What};

const DIRECTIONS: [Direction; 2] = [Direction::ToServer, Direction::ToClient];

impl Simulation {
    pub(super) fn next_arrival(&self) -> Option<(u64, Due)> {
        let connections = self.connections.iter();
        let pipes = connections.flat_map(|(number, connection)| {
            DIRECTIONS.map(|direction| (*number, connection, direction))
        });
        let arrivals = pipes.filter_map(|(number, connection, direction)| {
            let at = self.next_arrival_on(connection, direction)?;
            Some((at, Due::Arrival(number, direction)))
        });
        arrivals.min()
    }

    /// When the next piece arrives; nothing while it is held up.
    pub(super) fn next_arrival_on(
        &self,
        connection: &Connection,
        direction: Direction,
    ) -> Option<u64> {
        let piece = connection.pipe(direction).front()?;
        let network = self.client(connection.client).network(direction);
        let has_room = connection.has_room_for(direction, piece.bytes.len());
        (!network.stalled && has_room).then_some(piece.arrives)
    }

    pub(super) fn arrive(&mut self, number: u32, direction: Direction) {
        let connection = self.connections.get_mut(&number);
        let piece = connection.and_then(|connection| connection.pipe_mut(direction).take());
        if let Some(piece) = piece {
            self.piece_arrived(number, direction, piece);
        }
    }

    pub(super) fn piece_arrived(&mut self, number: u32, direction: Direction, piece: Piece) {
        match direction {
            Direction::ToServer => self.arrived_at_server(number, piece),
            Direction::ToClient => self.arrived_at_client(number, piece),
        }
        // What arrived has left the sender's buffer.
        match direction {
            Direction::ToServer => self.push_client_output(number),
            Direction::ToClient => self.server_may_write(number),
        }
    }

    /// The client's program writes: what its operating system does not take waits in the program.
    pub(super) fn client_writes(&mut self, number: u32, bytes: Bytes, cause: u32) {
        if let Some(connection) = self.connections.get_mut(&number) {
            let was_waiting = !connection.client_output.is_empty();
            connection.client_output.push(bytes, cause);
            if !was_waiting {
                self.hand_over_client_output(number);
            }
        }
    }

    fn push_client_output(&mut self, number: u32) {
        let connection = self.connections.get(&number);
        if connection.is_some_and(|connection| connection.to_server.has_much_room()) {
            self.hand_over_client_output(number);
        }
    }

    fn hand_over_client_output(&mut self, number: u32) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let room = connection.to_server.room();
        let (bytes, causes) = connection.client_output.take(room);
        if !bytes.is_empty() {
            self.send(number, Direction::ToServer, bytes, causes);
        }
        let connection = self.connections.get(&number);
        let is_done = connection.is_some_and(|connection| {
            connection.client_output.is_empty() && connection.client_ends.is_some()
        });
        if is_done {
            self.end_pipe_of_client(number);
        }
    }

    /// An operating system takes these bytes from a program, in one write.
    pub(super) fn send(
        &mut self,
        number: u32,
        direction: Direction,
        bytes: Bytes,
        causes: Vec<u32>,
    ) -> u32 {
        let written = What::Written {
            connection: number,
            direction,
            bytes: bytes.clone(),
        };
        let written = self.recorder.observe(causes, written);
        self.with_pipe(number, direction, |pipe, moment| {
            pipe.write(&bytes, written, moment);
        });
        written
    }

    /// The end of a stream follows what was written.
    pub(super) fn end_pipe(&mut self, number: u32, direction: Direction, cause: u32) {
        self.with_pipe(number, direction, |pipe, moment| pipe.end(cause, moment));
    }

    /// The client will write no more than it has in hand.
    pub(super) fn end_client_stream(&mut self, number: u32, cause: u32) {
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.client_ends.get_or_insert(cause);
            if connection.client_output.is_empty() {
                self.end_pipe_of_client(number);
            }
        }
    }

    fn end_pipe_of_client(&mut self, number: u32) {
        let connection = self.connections.get(&number);
        if let Some(cause) = connection.and_then(|connection| connection.client_ends) {
            self.end_pipe(number, Direction::ToServer, cause);
        }
    }

    /// The client lets go of its connection. What its program has not handed over is gone.
    pub(super) fn close_client_end(&mut self, number: u32, causes: Vec<u32>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        connection.state = ConnectionState::Closed;
        connection.client_output = Default::default();
        let client = connection.client;
        self.client_is_rid_of(client, number);
        let by = Endpoint::Client;
        let closed = What::Closed {
            connection: number,
            by,
        };
        let closed = self.recorder.observe(causes, closed);
        self.end_client_stream(number, closed);
    }

    /// The connection breaks: whatever is under way is lost.
    pub(super) fn break_off(&mut self, number: u32, by: Endpoint, causes: Vec<u32>) -> u32 {
        let broke = What::BrokeOff {
            connection: number,
            by,
        };
        let broke = self.recorder.observe(causes, broke);
        let Some(connection) = self.connections.get_mut(&number) else {
            return broke;
        };
        connection.state = ConnectionState::Broken;
        connection.client_output = Default::default();
        let client = connection.client;
        for direction in DIRECTIONS {
            let (bytes, mut causes) = connection.pipe_mut(direction).clear();
            if !bytes.is_empty() {
                causes.push(broke);
                self.recorder.observe(
                    causes,
                    What::Lost {
                        connection: number,
                        direction,
                        bytes,
                    },
                );
            }
        }
        self.client_is_rid_of(client, number);
        self.server_is_rid_of(number, broke);
        broke
    }

    fn arrived_at_client(&mut self, number: u32, piece: Piece) {
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        let client = connection.client;
        let is_closed = connection.state == ConnectionState::Closed;
        if piece.is_end {
            let arrived = self.observe_end(number, Direction::ToClient, piece.causes);
            if !is_closed {
                self.close_client_end(number, vec![arrived]);
            }
            return;
        }
        if is_closed {
            let lost = self.observe_lost(number, Direction::ToClient, piece);
            self.break_off(number, Endpoint::Client, vec![lost]);
            return;
        }
        let bytes = piece.bytes.clone();
        let arrived = self.observe_arrived(number, Direction::ToClient, piece);
        for taken in self.client_mut(client).receive(bytes, arrived) {
            self.read(number, &taken);
        }
    }

    fn arrived_at_server(&mut self, number: u32, piece: Piece) {
        let Some(connection) = self.connections.get(&number) else {
            return;
        };
        let is_open = connection.server.is_some();
        let lingers = self.time() < connection.server_lingers_until;
        if piece.is_end {
            let arrived = self.observe_end(number, Direction::ToServer, piece.causes);
            self.server_input_ended(number, arrived);
        } else if is_open {
            let bytes = piece.bytes.clone();
            let arrived = self.observe_arrived(number, Direction::ToServer, piece);
            self.server_received(number, bytes, arrived);
        } else {
            let lost = self.observe_lost(number, Direction::ToServer, piece);
            if !lingers {
                self.break_off(number, Endpoint::Server, vec![lost]);
            }
        }
    }

    fn observe_arrived(&mut self, connection: u32, direction: Direction, piece: Piece) -> u32 {
        self.recorder.observe(
            piece.causes,
            What::Arrived {
                connection,
                direction,
                bytes: piece.bytes,
                sent: piece.sent,
            },
        )
    }

    fn observe_lost(&mut self, connection: u32, direction: Direction, piece: Piece) -> u32 {
        self.recorder.observe(
            piece.causes,
            What::Lost {
                connection,
                direction,
                bytes: piece.bytes,
            },
        )
    }

    fn observe_end(&mut self, connection: u32, direction: Direction, causes: Vec<u32>) -> u32 {
        self.recorder.observe(
            causes,
            What::EndArrived {
                connection,
                direction,
            },
        )
    }

    /// The client's latest connection is no more: what it waited for will not come.
    fn client_is_rid_of(&mut self, client: u32, number: u32) {
        let client = self.client_mut(client);
        if client.connection == Some(number) {
            client.forget_connection();
        }
    }

    fn with_pipe(
        &mut self,
        number: u32,
        direction: Direction,
        change: impl FnOnce(&mut super::pipe::Pipe, &mut Moment<'_>),
    ) {
        if let Some(connection) = self.connections.get_mut(&number) {
            let client = &self.clients[connection.client as usize];
            let mut moment = Moment {
                now: self.recorder.time,
                network: client.network(direction),
                jitter: &mut self.jitter,
            };
            change(connection.pipe_mut(direction), &mut moment);
        }
    }
}

impl Connection {
    /// Whether the receiving operating system takes so many bytes more. Clients read at once.
    pub(super) fn has_room_for(&self, direction: Direction, bytes: usize) -> bool {
        match (direction, &self.server) {
            (Direction::ToServer, Some(end)) => {
                end.received_bytes == 0 || end.received_bytes + bytes <= BUFFER_BYTES
            }
            _ => true,
        }
    }
}
