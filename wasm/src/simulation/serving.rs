//! What the server does on its connections: as the native server's connection task, but for threads and disks.
//!
//! It reads what is there, runs every complete line, and writes the replies; while its operating system does not take
//! them it reads nothing more. What is decided is durable at once, so replies wait for nothing else.

use std::mem;

use chatting_time_core::{
    Command, Connection as Stream, ConnectionId, Context, Decision, Drain, Event, Outcome, Refusal,
    Reply, Timestamp, finish_auth,
};

use super::connection::{Request, ServerEnd};
use super::{Due, Simulation};
use crate::{Bytes, Direction, Endpoint, What};

/// Most answers of one connection in one write.
const RUN_ANSWERS: usize = 128;

/// What came of running some lines.
enum Run {
    /// There are replies to be written.
    Answered,
    /// There was no whole line.
    Nothing,
    /// The next request waits for a mailbox.
    Waits,
}

/// What came of running one request.
enum Ran {
    Answered,
    /// What was answered before has to be written first.
    Later(Request),
    Waits(Request),
}

impl Simulation {
    /// Takes a new connection on, or turns it away.
    pub(super) fn welcome(&mut self, number: u32, connected: u32) {
        if self.is_admitted(number) {
            let stream = Stream::new(self.server.limits.clone());
            if let Some(connection) = self.connections.get_mut(&number) {
                connection.server = Some(ServerEnd::new(stream));
            }
            return;
        }
        self.linger(number);
        self.write_last_word(number, Refusal::ServerBusy, vec![connected]);
        self.observe_closed(number, vec![connected]);
    }

    pub(super) fn server_received(&mut self, number: u32, bytes: Bytes, arrived: u32) {
        if let Some(end) = self.end(number) {
            end.received_bytes += bytes.len();
            end.received.push_back((bytes, arrived));
            self.serve(number);
        }
    }

    pub(super) fn server_input_ended(&mut self, number: u32, arrived: u32) {
        if let Some(end) = self.end(number) {
            end.input_ended = Some(arrived);
            self.serve(number);
        }
    }

    /// The operating system has room again.
    pub(super) fn server_may_write(&mut self, number: u32) {
        let connection = self.connections.get_mut(&number);
        let waits = connection.is_some_and(|connection| {
            let end = connection.server.as_ref();
            end.is_some_and(|end| !end.output.is_empty()) && connection.to_client.has_much_room()
        });
        if waits {
            self.serve(number);
        }
    }

    /// Those that waited for a mailbox look again.
    pub(super) fn serve_woken(&mut self) {
        while !self.recorder.is_full() && !self.server.woken.is_empty() {
            let number = self.server.woken.remove(0);
            self.serve(number);
        }
    }

    pub(super) fn next_timeout(&self) -> Option<(u64, Due)> {
        let limits = &self.server.limits;
        let timeouts = self.connections.iter().filter_map(|(number, connection)| {
            let end = connection.server.as_ref()?;
            if let Some(since) = end.blocked_since {
                return Some((since + limits.reply_time, Due::ReplyTime(*number)));
            }
            let began = end.line_began.filter(|_| end.next.is_none())?;
            Some((began + limits.line_time, Due::LineTime(*number)))
        });
        let stop = self.server.stops_at.map(|at| (at, Due::StopTime));
        timeouts.chain(stop).min()
    }

    /// Ends the sessions that died of age.
    pub(super) fn sweep(&mut self) {
        let now = self.now();
        let limits = self.server.limits.clone();
        let events = self.server.state.sweep(now, &limits, usize::MAX);
        let causes: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::SessionEnded { token } => {
                    let mut opened = self.server.opened.iter();
                    let opened = opened.find(|(other, _)| other == token);
                    opened.map(|(_, observation)| *observation)
                }
                _ => None,
            })
            .collect();
        self.apply_events_caused_by(&events, &causes);
        self.server.expect_deaths();
    }

    pub(super) fn apply_events(&mut self, events: &[Event], cause: u32) {
        self.apply_events_caused_by(events, &[cause]);
    }

    /// Serves a connection until it has to wait for something.
    pub(super) fn serve(&mut self, number: u32) {
        let mut is_idle = true;
        while self.end(number).is_some() {
            if !self.write_output(number) {
                return;
            }
            match self.run_lines(number) {
                Run::Answered => {
                    is_idle = false;
                    continue;
                }
                Run::Waits => return,
                Run::Nothing => {}
            }
            if !self.server.is_running {
                self.say_goodbye(number, is_idle);
                return;
            }
            let now = self.time();
            let Some(end) = self.end(number) else {
                return;
            };
            end.line_began = match end.stream.is_inside_line() {
                true => end.line_began.or(Some(now)),
                false => None,
            };
            if !end.read() {
                if let Some(ended) = end.input_ended {
                    self.close_server_end(number, None, false, vec![ended]);
                }
                return;
            }
        }
    }

    /// Runs lines until there is no further one, or enough was answered for one write.
    fn run_lines(&mut self, number: u32) -> Run {
        let most = self.server.limits.pending_reply_bytes as usize;
        let mut answers = 0;
        loop {
            let Some(end) = self.end(number) else {
                return Run::Nothing;
            };
            if answers == RUN_ANSWERS || end.output.len() >= most {
                return Run::Answered;
            }
            let request = match end.next.take() {
                Some(request) => request,
                None => match self.find_request(number) {
                    Some(request) => request,
                    None if answers > 0 => return Run::Answered,
                    None => return Run::Nothing,
                },
            };
            if let Some(end) = self.end(number) {
                // What has come of the next line is no older than this.
                end.line_began = None;
            }
            match self.run(number, request, answers == 0) {
                Ran::Answered => answers += 1,
                Ran::Later(request) => {
                    self.put_back(number, request);
                    return Run::Answered;
                }
                Ran::Waits(request) => {
                    self.put_back(number, request);
                    return match answers {
                        0 => Run::Waits,
                        _ => Run::Answered,
                    };
                }
            }
        }
    }

    fn find_request(&mut self, number: u32) -> Option<Request> {
        let end = self.end(number)?;
        let before = end.stream.unfinished().len();
        let command = end.stream.next_request()?;
        let length = before - end.stream.unfinished().len();
        let (bytes, causes) = end.unfinished.take(length);
        let found = What::Request {
            connection: number,
            bytes,
            command: word(&command),
        };
        let observation = self.recorder.observe(causes, found);
        Some(Request {
            command,
            observation,
        })
    }

    fn run(&mut self, number: u32, request: Request, is_first: bool) -> Ran {
        let command = match &request.command {
            Ok(command) => command,
            Err(refusal) => {
                self.answer(number, &Reply::Refused(*refusal), vec![request.observation]);
                return Ran::Answered;
            }
        };
        let limits = self.server.limits.clone();
        let Some(context) = self.context(number, &limits) else {
            return Ran::Answered;
        };
        let mut outcome = self.server.state.decide(&context, command);
        if let Outcome::CheckPassword(check) = outcome {
            // A check takes its time: what was answered before does not wait for it.
            if !is_first {
                return Ran::Later(request);
            }
            let token = self.server.token();
            outcome = finish_auth(&self.server.state, &context, token, &check.run());
        }
        match outcome {
            Outcome::Decided(decision) => {
                self.stops_waiting(number);
                self.carry_out(number, &decision, request.observation);
                Ran::Answered
            }
            Outcome::MailboxBusy(_) if !self.server.is_running => {
                self.stops_waiting(number);
                let refused = Reply::Refused(Refusal::ShuttingDown);
                self.answer(number, &refused, vec![request.observation]);
                Ran::Answered
            }
            Outcome::MailboxBusy(username) => {
                let end = self.end(number);
                let waits_already = end.is_some_and(|end| end.waits_for.is_some());
                if is_first && !waits_already {
                    let busy = What::MailboxBusy {
                        connection: number,
                        username: username.to_string(),
                    };
                    self.recorder.observe([request.observation], busy);
                    self.server.waiting.push(number);
                    if let Some(end) = self.end(number) {
                        end.waits_for = Some(username);
                    }
                }
                Ran::Waits(request)
            }
            // The password was checked, and the state, which is all in memory, lacks nothing.
            Outcome::CheckPassword(_) | Outcome::Missing(_) => {
                let refused = Reply::Refused(Refusal::StorageUnavailable);
                self.answer(number, &refused, vec![request.observation]);
                Ran::Answered
            }
        }
    }

    fn carry_out(&mut self, number: u32, decision: &Decision, request: u32) {
        let limits = self.server.limits.clone();
        let Some(context) = self.context(number, &limits) else {
            return;
        };
        let mut causes = self.accepted_by(decision);
        causes.push(request);
        let owners = self.server.owners(&decision.events);
        self.server.state.commit(&context, decision);
        self.server
            .record(&decision.events, &owners, &[request], &mut self.recorder);
        if let Some(end) = self.end(number) {
            end.binding = decision.binding.after(end.binding);
        }
        self.answer(number, &decision.reply, causes);
        if let (Some(end), Some(drain)) = (self.end(number), decision.drain) {
            end.drains
                .push((end.written + end.output.len() as u64, drain));
        }
    }

    /// By which observations the messages that are handed over were accepted.
    fn accepted_by(&self, decision: &Decision) -> Vec<u32> {
        let (Some(drain), Reply::Inbox(inbox)) = (&decision.drain, &decision.reply) else {
            return Vec::new();
        };
        let Some(accepted) = self.server.accepted.get(&drain.username) else {
            return Vec::new();
        };
        let before = self.server.state.handing_over(&drain.username);
        let before = before.map_or(0, |(count, _)| count as usize);
        let handed_over = accepted.iter().skip(before).take(inbox.messages.len());
        handed_over.copied().collect()
    }

    /// Appends a reply to what is to be written.
    fn answer(&mut self, number: u32, reply: &Reply, causes: Vec<u32>) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let Some(end) = &mut connection.server else {
            return;
        };
        let (bytes, replied) = self.recorder.observe_reply(number, reply, causes);
        end.output.push(bytes, replied);
        let position = end.written + end.output.len() as u64;
        connection.replies.push_back((position, replied));
    }

    /// Hands replies to the operating system. Says whether it took all of them.
    fn write_output(&mut self, number: u32) -> bool {
        let now = self.time();
        let Some(connection) = self.connections.get_mut(&number) else {
            return false;
        };
        let Some(end) = &mut connection.server else {
            return false;
        };
        if end.output.is_empty() {
            return true;
        }
        let room = connection.to_client.room();
        let (bytes, causes) = end.output.take(room);
        if bytes.is_empty() {
            end.blocked_since.get_or_insert(now);
            return false;
        }
        end.written += bytes.len() as u64;
        let is_done = end.output.is_empty();
        end.blocked_since = (!is_done).then_some(now);
        let client = connection.client;
        let written = self.send(number, Direction::ToClient, bytes, causes);
        if mem::take(&mut self.client_mut(client).loses_reply) {
            self.break_off(number, Endpoint::Network, vec![written]);
            return false;
        }
        if is_done {
            let drains = self.end(number).map(|end| mem::take(&mut end.drains));
            self.confirm(
                drains.into_iter().flatten().map(|(_, drain)| drain),
                written,
            );
        }
        is_done
    }

    pub(super) fn confirm(&mut self, drains: impl Iterator<Item = Drain>, cause: u32) {
        for drain in drains {
            if let Some(event) = self.server.state.confirm(&drain) {
                let owner = Some(drain.username);
                self.server
                    .record(&[event], &[owner], &[cause], &mut self.recorder);
            }
            self.server.mailbox_is_free();
        }
    }

    fn apply_events_caused_by(&mut self, events: &[Event], causes: &[u32]) {
        let owners = self.server.owners(events);
        for event in events {
            self.server.state.apply(event);
        }
        self.server
            .record(events, &owners, causes, &mut self.recorder);
    }

    fn is_admitted(&self, number: u32) -> bool {
        let limits = &self.server.limits;
        let client = |number| self.connections.get(&number).map(|one| one.client);
        let served = self.served();
        let of_client = served
            .iter()
            .filter(|other| client(**other) == client(number))
            .count();
        let has_room = |bound: u64, open: usize| bound == 0 || (open as u64) < bound;
        has_room(limits.connections, served.len())
            && has_room(limits.address_connections, of_client)
    }

    /// The connections that the server holds.
    pub(super) fn served(&self) -> Vec<u32> {
        let connections = self.connections.iter();
        let served = connections.filter(|(_, connection)| connection.server.is_some());
        served.map(|(number, _)| *number).collect()
    }

    fn put_back(&mut self, number: u32, request: Request) {
        if let Some(end) = self.end(number) {
            end.next = Some(request);
        }
    }

    fn stops_waiting(&mut self, number: u32) {
        let end = self.end(number);
        if end.and_then(|end| end.waits_for.take()).is_some() {
            self.server.waiting.retain(|waiting| *waiting != number);
        }
    }

    fn context<'a>(
        &mut self,
        number: u32,
        limits: &'a chatting_time_core::Limits,
    ) -> Option<Context<'a>> {
        let now = self.now();
        let end = self.end(number)?;
        Some(Context {
            now,
            limits,
            connection: connection_id(number),
            binding: end.binding,
        })
    }

    fn now(&self) -> Timestamp {
        self.server.now(self.time())
    }

    pub(super) fn end(&mut self, number: u32) -> Option<&mut ServerEnd> {
        self.connections.get_mut(&number)?.server.as_mut()
    }
}

impl ServerEnd {
    fn new(stream: Stream) -> Self {
        Self {
            stream,
            binding: None,
            received: Default::default(),
            received_bytes: 0,
            input_ended: None,
            unfinished: Default::default(),
            line_began: None,
            next: None,
            waits_for: None,
            output: Default::default(),
            blocked_since: None,
            drains: Vec::new(),
            written: 0,
        }
    }

    /// Reads what has arrived, if anything has.
    fn read(&mut self) -> bool {
        let was_dropping = self.stream.has_replied_to_line();
        let has_arrived = !self.received.is_empty();
        for (bytes, arrived) in mem::take(&mut self.received) {
            let before = self.stream.unfinished().len();
            self.stream.receive(&bytes);
            // The rest of a line that is being dropped becomes part of nothing.
            let kept = self.stream.unfinished().len() - before;
            let kept = bytes.slice(bytes.len() - kept..bytes.len());
            self.unfinished.push(kept, arrived);
        }
        self.received_bytes = 0;
        if was_dropping && !self.stream.has_replied_to_line() {
            self.line_began = None;
        }
        has_arrived
    }
}

pub(super) fn connection_id(number: u32) -> ConnectionId {
    ConnectionId(u64::from(number))
}

/// The command word of a request, also of one whose parameters are wrong.
fn word(command: &Result<Command, Refusal>) -> Option<String> {
    let spec = match command {
        Ok(command) => Some(command.spec()),
        Err(Refusal::BadParameters { usage }) => chatting_time_core::COMMANDS
            .iter()
            .find(|spec| spec.usage == *usage),
        Err(_) => None,
    };
    spec.map(|spec| spec.word.to_owned())
}
