//! A connection with both its ends, as far as neither the client's program nor the server's decisions are concerned.

use std::collections::VecDeque;

use chatting_time_core::{Command, Connection as Stream, Drain, Refusal, Token, Username};

use super::chunks::Chunks;
use super::pipe::Pipe;
use crate::{Bytes, ConnectionState, Direction};

#[derive(Clone)]
pub(super) struct Connection {
    pub(super) client: u32,
    pub(super) to_server: Pipe,
    pub(super) to_client: Pipe,
    /// As the client sees it.
    pub(super) state: ConnectionState,
    /// What the client's program wants to write.
    pub(super) client_output: Chunks,
    /// The observation since which the client's program has nothing to write but this.
    pub(super) client_ends: Option<u32>,
    /// What the server's program holds; nothing once it has closed the connection.
    pub(super) server: Option<ServerEnd>,
    /// The server has closed it, and until this time drops what still comes instead of resetting the connection.
    pub(super) server_lingers_until: u64,
    /// The replies that the client has not read, by the position of their end in its stream.
    pub(super) replies: VecDeque<(u64, u32)>,
    /// How much the client's program has read.
    pub(super) client_read: u64,
}

/// What the server's program holds of a connection, and what its operating system has not given it yet.
#[derive(Clone)]
pub(super) struct ServerEnd {
    pub(super) stream: Stream,
    pub(super) binding: Option<Token>,
    /// Arrived and not read.
    pub(super) received: VecDeque<(Bytes, u32)>,
    pub(super) received_bytes: usize,
    /// The observation of the end of what the client sends.
    pub(super) input_ended: Option<u32>,
    /// What `stream` holds of unfinished lines, and the arrivals that it came with.
    pub(super) unfinished: Chunks,
    /// Since when the client has been inside of a line.
    pub(super) line_began: Option<u64>,
    /// A request that was found and has to run later.
    pub(super) next: Option<Request>,
    /// The mailbox that `next` waits for.
    pub(super) waits_for: Option<Username>,
    pub(super) output: Chunks,
    /// Since when the operating system has taken none of `output`.
    pub(super) blocked_since: Option<u64>,
    /// Drains to be confirmed, by the position in the stream at which their reply ends.
    pub(super) drains: Vec<(u64, Drain)>,
    /// How much of the stream of replies the operating system has taken.
    pub(super) written: u64,
}

#[derive(Clone)]
pub(super) struct Request {
    pub(super) command: Result<Command, Refusal>,
    pub(super) observation: u32,
}

impl Connection {
    pub(super) fn pipe(&self, direction: Direction) -> &Pipe {
        match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        }
    }

    pub(super) fn pipe_mut(&mut self, direction: Direction) -> &mut Pipe {
        match direction {
            Direction::ToServer => &mut self.to_server,
            Direction::ToClient => &mut self.to_client,
        }
    }

    /// Whether neither end has anything to do with it any more.
    pub(super) fn is_over(&self) -> bool {
        match self.state {
            ConnectionState::Broken => true,
            ConnectionState::Closed => {
                self.server.is_none() && self.to_server.is_empty() && self.to_client.is_empty()
            }
            _ => false,
        }
    }

    /// Which replies the next `count` bytes that the client reads are of.
    pub(super) fn replies_in(&mut self, count: usize) -> Vec<u32> {
        let end = self.client_read + count as u64;
        self.client_read = end;
        let mut replies = Vec::new();
        while let Some(&(reply_end, reply)) = self.replies.front() {
            replies.push(reply);
            if reply_end > end {
                break;
            }
            self.replies.pop_front();
            if reply_end == end {
                break;
            }
        }
        replies
    }
}
