//! How the server ends a connection, and itself: when its patience is over, when it is asked to stop, when it is killed.
//!
//! Whatever the operating system took of replies counts as handed over; the rest goes back into the mailbox.

use chatting_time_core::{Refusal, Reply};

use super::Simulation;
use super::connection::ServerEnd;
use super::serving::connection_id;
use crate::{Direction, Endpoint, What};

/// How long a server that was asked to stop waits for clients to take their replies, in milliseconds.
const GRACE: u64 = 4_000;
/// How long the server reads and drops what comes after its last reply, in milliseconds.
const LINGER: u64 = 2_000;

impl Simulation {
    pub(super) fn line_time_is_over(&mut self, number: u32) {
        let end = self.end(number);
        let is_answered = end.is_none_or(|end| end.stream.has_replied_to_line());
        let last_word = (!is_answered).then_some(Refusal::RequestTimeout);
        self.close_server_end(number, last_word, true, Vec::new());
    }

    pub(super) fn reply_time_is_over(&mut self, number: u32) {
        self.close_server_end(number, None, false, Vec::new());
    }

    pub(super) fn stop_server(&mut self) {
        if !self.server.is_running {
            return;
        }
        self.server.is_running = false;
        self.server.stopped_by = Some(self.recorder.observe([], What::ServerStopped));
        self.server.stops_at = Some(self.time() + GRACE);
        for number in self.served() {
            self.serve(number);
        }
        self.note_whether_stopped();
    }

    pub(super) fn stop_time_is_over(&mut self) {
        self.server.stops_at = None;
        for number in self.served() {
            let causes = self.server.stopped_by.into_iter().collect();
            self.close_server_end(number, None, false, causes);
        }
    }

    /// The server is killed: its operating system closes its connections, and what is not durable is gone.
    pub(super) fn restart_server(&mut self) {
        let was_running = self.server.is_running;
        let stopped = was_running.then(|| self.recorder.observe([], What::ServerStopped));
        for number in self.served() {
            let causes: Vec<u32> = stopped.into_iter().collect();
            let connection = self.connections.get_mut(&number);
            let end = connection.and_then(|connection| connection.server.take());
            let leaves_unread = end.is_some_and(|end| end.received_bytes > 0);
            match leaves_unread {
                true => self.break_off(number, Endpoint::Server, causes),
                false => self.observe_closed(number, causes),
            };
        }
        // A connection that the stopping server still dropped input of is none of the new one's.
        for (_, connection) in self.connections.iter_mut() {
            connection.server_lingers_until = 0;
        }
        self.server.restart();
        let events = self.server.journal.events() as u32;
        self.recorder.observe(
            stopped.into_iter().collect::<Vec<_>>(),
            What::ServerStarted { events },
        );
    }

    /// The connection broke: whatever the server held of it is given up.
    pub(super) fn server_is_rid_of(&mut self, number: u32, cause: u32) {
        let connection = self.connections.get_mut(&number);
        if let Some(end) = connection.and_then(|connection| connection.server.take()) {
            self.settle(number, end, cause);
        }
        self.note_whether_stopped();
    }

    /// The server stops and nothing of this connection is left to run.
    pub(super) fn say_goodbye(&mut self, number: u32, is_idle: bool) {
        let Some(end) = self.end(number) else {
            return;
        };
        let is_inside = end.stream.is_inside_line() && !end.stream.has_replied_to_line();
        let last_word = is_inside.then_some(Refusal::ShuttingDown);
        let lingers = is_inside || !is_idle;
        let causes = self.server.stopped_by.into_iter().collect();
        self.close_server_end(number, last_word, lingers, causes);
    }

    /// The server closes the connection. One that lingers reads and drops what still comes for a while, so that its last
    /// reply arrives.
    pub(super) fn close_server_end(
        &mut self,
        number: u32,
        last_word: Option<Refusal>,
        lingers: bool,
        mut causes: Vec<u32>,
    ) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let Some(mut end) = connection.server.take() else {
            return;
        };
        let leaves_unread = end.received_bytes > 0 && !lingers;
        if lingers {
            self.linger(number);
        }
        if let Some(refusal) = last_word {
            let (_, begun) = end.unfinished.take(usize::MAX);
            causes.extend(begun);
            self.write_last_word(number, refusal, causes.clone());
        }
        let closed = match leaves_unread {
            // As an operating system does when a program closes what it has not read.
            true => self.break_off(number, Endpoint::Server, causes),
            false => self.observe_closed(number, causes),
        };
        self.settle(number, end, closed);
        self.note_whether_stopped();
    }

    pub(super) fn linger(&mut self, number: u32) {
        let until = self.time() + LINGER;
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.server_lingers_until = until;
        }
    }

    /// Confirms what the operating system took and gives back what it did not.
    fn settle(&mut self, number: u32, end: ServerEnd, cause: u32) {
        let written = end.written;
        let taken = end.drains.into_iter().filter(|(end, _)| *end <= written);
        self.confirm(taken.map(|(_, drain)| drain), cause);
        self.server.waiting.retain(|waiting| *waiting != number);
        let given_back = self.server.state.detach(connection_id(number));
        for username in given_back {
            let given_back = What::GivenBack {
                connection: number,
                username: username.to_string(),
            };
            self.recorder.observe([cause], given_back);
        }
        self.server.mailbox_is_free();
    }

    /// An error that nobody asked for, to a client that is cut off. A line as short as this always finds room.
    pub(super) fn write_last_word(&mut self, number: u32, refusal: Refusal, causes: Vec<u32>) {
        let reply = Reply::Refused(refusal);
        let (bytes, replied) = self.recorder.observe_reply(number, &reply, causes);
        if let Some(connection) = self.connections.get_mut(&number) {
            let end = connection
                .replies
                .back()
                .map_or(connection.client_read, |(end, _)| *end);
            connection
                .replies
                .push_back((end + bytes.len() as u64, replied));
        }
        self.send(number, Direction::ToClient, bytes, vec![replied]);
    }

    pub(super) fn observe_closed(&mut self, number: u32, causes: Vec<u32>) -> u32 {
        let by = Endpoint::Server;
        let closed = What::Closed {
            connection: number,
            by,
        };
        let closed = self.recorder.observe(causes, closed);
        self.end_pipe(number, Direction::ToClient, closed);
        closed
    }

    /// A stopping server is gone once it has nothing more to write.
    fn note_whether_stopped(&mut self) {
        if !self.server.is_running && self.served().is_empty() {
            self.server.stops_at = None;
        }
    }
}
