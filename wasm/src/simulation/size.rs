//! How much memory a simulation takes that its clones do not share.

use chatting_time_core::State;

use super::Simulation;
use super::chunks::Chunks;
use super::client::Client;
use super::connection::{Connection, ServerEnd};
use super::pipe::Pipe;

/// About what one of each takes with all that it brings along. Constants, for sizes differ between platforms, and what a
/// history keeps must not.
const SIMULATION: usize = 4 << 10;
const CLIENT: usize = 4 << 10;
const CONNECTION: usize = 1 << 10;
const USER: usize = 512;
const SESSION: usize = 256;
const MESSAGE: usize = 64;
const CHUNK: usize = 48;
const PIECE: usize = 96;
const PLACE: usize = 24;

impl Simulation {
    /// About how many bytes of memory it takes that its clones do not share: what one more snapshot costs.
    pub fn own_bytes(&self) -> usize {
        let clients = self.clients.iter().map(of_client);
        let connections = self.connections.iter();
        let connections = connections.map(|(_, connection)| of_connection(connection));
        // The journal's snapshot is another state, of about the same size.
        SIMULATION
            + 2 * of_state(&self.server.state)
            + self.server.journal.own_bytes()
            + clients.sum::<usize>()
            + connections.sum::<usize>()
    }
}

fn of_state(state: &State) -> usize {
    let users = state.users().into_iter().map(|user| {
        let messages = state.messages(&user.identity.username()).count();
        USER + MESSAGE * messages
    });
    users.sum::<usize>() + SESSION * state.session_count()
}

fn of_client(client: &Client) -> usize {
    // What is unread is shared, and copied once to be cut into replies.
    CLIENT
        + PLACE * client.pending.runs()
        + PLACE * client.dialogue.len()
        + of_chunks(&client.unread)
        + client.unread.len()
}

fn of_connection(connection: &Connection) -> usize {
    CONNECTION
        + of_pipe(&connection.to_server)
        + of_pipe(&connection.to_client)
        + of_chunks(&connection.client_output)
        + PLACE * connection.replies.len()
        + connection.server.as_ref().map_or(0, of_server_end)
}

fn of_server_end(end: &ServerEnd) -> usize {
    CHUNK * end.received.len()
        + end.stream.unfinished().len()
        + of_chunks(&end.unfinished)
        + of_chunks(&end.output)
        + CHUNK * end.drains.len()
}

/// What a piece took in later is a copy.
fn of_pipe(pipe: &Pipe) -> usize {
    let pieces = pipe.pieces();
    let pieces = pieces.map(|piece| PIECE + 4 * piece.causes.len());
    pieces.sum::<usize>() + pipe.bytes()
}

fn of_chunks(chunks: &Chunks) -> usize {
    CHUNK * chunks.count()
}
