//! One client's connection. It only moves bytes: read what is there, run every complete request,
//! wait until what the replies depend on is durable, write once.
//!
//! Nothing here is unbounded: the framing bounds a line, [`Engine::run`] what is answered at a
//! time, and the limits how long a client may take to finish a line or to take a reply.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError};
use std::task::{self, Poll, ready};
use std::time::Duration;

use chatting_time_core::command::Auth;
use chatting_time_core::{Command, Connection, Drain, Refusal, Reply, Token};
use tokio::io::{AsyncRead, Interest, ReadBuf};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::WaitForCancellationFuture;
use tracing::{debug, info};
use tungstenite::protocol::frame::coding::CloseCode;

use super::Service;
use super::admission::share_of;
use super::framing::Framing;
use super::messages::Messages;
use super::pace::Pace;
use super::stream::Stream;
use crate::engine::{Answer, Caller, Pause, Run};
use crate::metrics::{Closed, RequestKind, Transport};
use crate::store::Store;

/// Requests of one connection that are parsed before they are run. A request takes many times the
/// memory of a short line, and a client that never reads makes it wait.
const PARSED_AHEAD: usize = 128;

/// Serves one client until it leaves, is cut off, or the server stops. Its stream consists of
/// `messages` or, without them, of lines.
///
/// Thousands of these wait at a time, and what is handed in takes its place for as long: so it is
/// a pointer, and the state of the lines is made inside.
pub(super) async fn serve(
    stream: Stream,
    peer: &SocketAddr,
    messages: Option<Box<Messages>>,
    service: Arc<Service>,
) {
    let transport = match (&messages, &stream) {
        (Some(_), _) => Transport::WebSocket,
        (None, Stream::Tls(_)) => Transport::Tls,
        (None, Stream::Plain(_)) => Transport::Tcp,
    };
    let _open = service.connection_metrics.open(transport);
    let caller = service.store.caller();
    let mut task = ConnectionTask {
        framing: match messages {
            Some(messages) => Framing::Messages(messages),
            None => Framing::Lines(Connection::new(service.store.limits().clone())),
        },
        stream,
        peer,
        pace: service.paces.of(*peer),
        caller,
        received: Instant::now(),
        service: &service,
    };
    let end = task.run().await;
    match end.is_cut_off() {
        true if is_first_cut_off(&service, peer.ip()) => {
            info!(%peer, "connection cut off: {end}");
        }
        true => debug!(%peer, "connection cut off: {end}"),
        false => debug!(%peer, "connection closed: {end}"),
    }
    service.connection_metrics.closed(end.reason());
    service.store.detach(&task.caller).await;
    if let Some(refusal) = end.last_word() {
        let metrics = &service.request_metrics;
        metrics.refused(RequestKind::NONE, &refusal);
        task.framing.reply(&Reply::Refused(refusal));
    }
    if let Some(code) = end.close_code() {
        task.framing.close(code);
    }
    let last_word = task.framing.take_output();
    if end.may_leave_lines_unread() || !last_word.is_empty() {
        // On the heap, so that the thousands that are not closing cost nothing for it.
        Box::pin(super::closing::close_after(task.stream, &last_word)).await;
    } else {
        task.stream.end();
    }
}

/// Whether no client of this address was cut off lately.
fn is_first_cut_off(service: &Service, address: IpAddr) -> bool {
    let episodes = service.cut_off.lock();
    let mut episodes = episodes.unwrap_or_else(PoisonError::into_inner);
    episodes.is_new(share_of(address), std::time::Instant::now())
}

struct ConnectionTask<'a> {
    stream: Stream,
    peer: &'a SocketAddr,
    /// None when requests are run as fast as they come.
    pace: Option<Box<Pace>>,
    framing: Framing,
    caller: Caller,
    /// When the requests in hand were complete.
    received: Instant,
    service: &'a Service,
}

/// Why a connection is over.
#[derive(Debug)]
enum End {
    /// The client sends no more, and has all its replies.
    Finished,
    /// The client closed without the farewell of TLS, as many programs do.
    Left,
    /// The connection broke.
    Broken(io::Error),
    /// The client began a line, or a frame, and did not finish it in time.
    LineTime { inside_line: bool },
    /// The client took no byte of a reply for too long.
    ReplyTime,
    /// The server stops.
    Stopping { inside_line: bool, is_idle: bool },
}

impl End {
    fn reason(&self) -> Closed {
        match self {
            Self::Finished => Closed::Finished,
            Self::Left => Closed::Left,
            Self::Broken(_) => Closed::Broken,
            Self::LineTime { .. } => Closed::LineTime,
            Self::ReplyTime => Closed::ReplyTime,
            Self::Stopping { .. } => Closed::Stopping,
        }
    }

    /// A client that is cut off in the middle of a request is told why, once.
    fn last_word(&self) -> Option<Refusal> {
        match self {
            Self::LineTime { inside_line: true } => Some(Refusal::RequestTimeout),
            Self::Stopping {
                inside_line: true, ..
            } => Some(Refusal::ShuttingDown),
            _ => None,
        }
    }

    /// What a client that has a closing handshake is told; nothing when it hears nothing more.
    fn close_code(&self) -> Option<CloseCode> {
        match self {
            Self::Finished => Some(CloseCode::Normal),
            Self::LineTime { .. } => Some(CloseCode::Policy),
            Self::Stopping { .. } => Some(CloseCode::Away),
            Self::Left | Self::Broken(_) | Self::ReplyTime => None,
        }
    }

    /// Whether it is the client who was too slow.
    fn is_cut_off(&self) -> bool {
        matches!(self, Self::LineTime { .. } | Self::ReplyTime)
    }

    /// Whether closing at once could cost a client that reads its last replies: it may be sending
    /// still.
    fn may_leave_lines_unread(&self) -> bool {
        match self {
            Self::LineTime { .. } => true,
            Self::Stopping {
                inside_line,
                is_idle,
            } => *inside_line || !is_idle,
            Self::Finished | Self::Left | Self::Broken(_) | Self::ReplyTime => false,
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Finished => formatter.write_str("the client is done"),
            Self::Left => formatter.write_str("the client left without closing TLS"),
            Self::Broken(error) => write!(formatter, "it broke: {error}"),
            Self::LineTime { .. } => formatter.write_str("a line was not finished in time"),
            Self::ReplyTime => formatter.write_str("a reply was not taken in time"),
            Self::Stopping { .. } => formatter.write_str("the server stops"),
        }
    }
}

impl ConnectionTask<'_> {
    async fn run(&mut self) -> End {
        let service = self.service;
        // One for the whole connection: to wait for it anew in each read costs as much as to parse a request.
        let mut stopping = pin!(service.stopping.cancelled());
        let mut line_began = None;
        loop {
            match self.answer_all().await {
                Ok(0) => {}
                // What has come of the next line is no older than this.
                Ok(_) => line_began = None,
                Err(end) => return end,
            }
            if self.framing.is_over() {
                return End::Finished;
            }
            if self.service.stopping.is_cancelled() {
                return self.stopped(false);
            }
            if self.framing.take_between_requests() {
                line_began = None;
            }
            line_began = match self.framing.is_inside_anything() {
                true => line_began.or_else(|| Some(Instant::now())),
                false => None,
            };
            let was_dropping = self.framing.has_replied_to_request();
            match self.read(line_began, stopping.as_mut()).await {
                Ok(0) => return End::Finished,
                Ok(_) => self.received = Instant::now(),
                Err(end) => return end,
            }
            if was_dropping && !self.framing.has_replied_to_request() {
                line_began = None;
            }
        }
    }

    /// Reads what is there.
    async fn read(
        &mut self,
        line_began: Option<Instant>,
        stopping: Pin<&mut WaitForCancellationFuture<'_>>,
    ) -> Result<usize, End> {
        let deadline = self.deadline(line_began);
        let (stream, framing) = (&mut self.stream, &mut self.framing);
        let read = poll_fn(|context| poll_read(stream, framing, context));
        tokio::select! {
            biased;
            read = by(deadline, read) => match read {
                Some(read) => read.map_err(|error| match error.kind() {
                    io::ErrorKind::UnexpectedEof => End::Left,
                    _ => End::Broken(error),
                }),
                None => Err(End::LineTime {
                    inside_line: self.owes_reply(),
                }),
            },
            () = stopping => Err(self.stopped(true)),
        }
    }

    fn deadline(&self, line_began: Option<Instant>) -> Option<Instant> {
        line_began.map(|began| began + Duration::from_millis(self.service.store.limits().line_time))
    }

    fn stopped(&self, is_idle: bool) -> End {
        End::Stopping {
            is_idle,
            inside_line: self.owes_reply(),
        }
    }

    /// Whether the client is inside of a request that has had no reply yet.
    fn owes_reply(&self) -> bool {
        self.framing.is_inside_request() && !self.framing.has_replied_to_request()
    }

    /// Answers every complete line that has been read, and returns how many there were.
    async fn answer_all(&mut self) -> Result<usize, End> {
        let mut requests = VecDeque::new();
        let mut lines = 0;
        loop {
            while requests.len() < PARSED_AHEAD
                && let Some(request) = self.framing.next_request()
            {
                requests.push_back(request);
                lines += 1;
            }
            if requests.is_empty() {
                // What answers no request: the pongs of a WebSocket.
                let output = self.framing.take_output();
                return self.write(&output).await.1.map(|()| lines);
            }
            let binding = self.caller.binding();
            let run = match self.pace {
                None => match &self.service.store {
                    Store::Embedded(engine) => engine.run(&mut self.caller, &mut requests),
                    // On the heap, so that connections cost nothing for it otherwise.
                    Store::Cluster(_) => Box::pin(self.run_shared(&mut requests)).await?,
                },
                Some(_) => Box::pin(self.run_at_pace(&mut requests)).await?,
            };
            let pause = self.tell(run, binding).await?;
            match pause {
                None => {}
                Some(Pause::Wait(signal)) => tokio::select! {
                    biased;
                    _ = signal.wait() => {}
                    end = gone(&self.stream) => return Err(end),
                    () = self.service.stopping.cancelled() => {
                        let request = requests.pop_front();
                        let kind = request.as_ref().map_or(RequestKind::NONE, RequestKind::of);
                        self.tell(Run::refused(kind, Refusal::ShuttingDown), None).await?;
                    }
                },
                Some(Pause::LogIn(auth)) => {
                    let binding = self.caller.binding();
                    // On the heap, so that connections cost nothing for it while nobody logs in.
                    let run = Box::pin(self.log_in(auth)).await?;
                    self.tell(run, binding).await?;
                }
            }
        }
    }

    /// Runs the request in front on a state that is somewhere else, as long as the client is there. When the server stops, one
    /// that has not begun is refused, and so is one that may wait for others and changes nothing. Any other goes on: given up in
    /// the middle it could happen all the same, and whoever was refused would send it again elsewhere.
    async fn run_shared(
        &mut self,
        requests: &mut VecDeque<Result<Command, Refusal>>,
    ) -> Result<Run, End> {
        let stopping = &self.service.stopping;
        let request = requests.front();
        let kind = request.map_or(RequestKind::NONE, RequestKind::of);
        let may_be_given_up = matches!(request, Some(Ok(Command::Inbox(_) | Command::List(_))));
        if stopping.is_cancelled()
            && matches!(request, Some(Ok(command)) if !command.needs_no_state())
        {
            requests.pop_front();
            return Ok(Run::refused(kind, Refusal::ShuttingDown));
        }
        tokio::select! {
            biased;
            run = self.service.store.run(&mut self.caller, requests) => Ok(run),
            end = gone(&self.stream) => Err(end),
            () = stopping.cancelled(), if may_be_given_up => Ok(Run::refused(kind, Refusal::ShuttingDown)),
        }
    }

    /// Runs requests when their time has come.
    async fn run_at_pace(
        &mut self,
        requests: &mut VecDeque<Result<Command, Refusal>>,
    ) -> Result<Run, End> {
        let Some(pace) = &mut self.pace else {
            return Ok(Run::default());
        };
        let leave = tokio::select! {
            biased;
            leave = pace.leave() => leave,
            end = gone(&self.stream) => return Err(end),
            () = self.service.stopping.cancelled() => {
                let request = requests.pop_front();
                let kind = request.as_ref().map_or(RequestKind::NONE, RequestKind::of);
                return Ok(Run::refused(kind, Refusal::ShuttingDown));
            }
        };
        match &self.service.store {
            Store::Embedded(engine) => {
                let mut later = requests.split_off(requests.len().min(leave.most()));
                let before = requests.len();
                let run = engine.run(&mut self.caller, requests);
                leave.used(before - requests.len());
                requests.append(&mut later);
                Ok(run)
            }
            Store::Cluster(_) => {
                // Before it is run: as long as that takes nobody else from the address gets leave.
                leave.used(1);
                Box::pin(self.run_shared(requests)).await
            }
        }
    }

    async fn log_in(&mut self, auth: Auth) -> Result<Run, End> {
        let service = self.service;
        let logged_in =
            service
                .logins
                .log_in(&service.store, &mut self.caller, self.peer.ip(), auth);
        tokio::select! {
            run = logged_in => Ok(run),
            end = gone(&self.stream) => Err(end),
            () = service.stopping.cancelled() => {
                Ok(Run::refused(RequestKind::called("auth"), Refusal::ShuttingDown))
            }
        }
    }

    /// Writes the answers once they may be told, and settles what they hand over. Returns why
    /// the engine paused behind them.
    async fn tell(&mut self, run: Run, binding: Option<Token>) -> Result<Option<Pause>, End> {
        let mut ends = Vec::new();
        for answer in &run.answers {
            self.framing.reply(&answer.reply);
            if let Some(drain) = answer.drain {
                ends.push((self.framing.output().len(), drain));
            }
        }
        if let Some(commit) = run.commit
            && !commit.wait().await
        {
            ends.clear();
            self.service.store.give_back(&self.caller).await;
            self.caller.restore_binding(binding);
            self.replace_lost(&run.answers);
            self.service.request_metrics.lost(&run.answers);
        } else {
            self.service.request_metrics.answered(&run.answers);
        }
        let output = self.framing.take_output();
        let (taken, result) = self.write(&output).await;
        if result.is_ok() {
            let time = self.received.elapsed();
            self.service.request_metrics.taken(&run.answers, time);
        }
        let drains: Vec<Drain> = ends
            .iter()
            .filter(|(end, _)| *end <= taken)
            .map(|(_, drain)| *drain)
            .collect();
        if !drains.is_empty() {
            self.service.store.confirm(&self.caller, &drains).await;
        }
        result.map(|()| run.pause)
    }

    /// What was decided is lost: everything that says something about the state is refused.
    fn replace_lost(&mut self, answers: &[Answer]) {
        self.framing.take_output();
        let refusal = Reply::Refused(Refusal::StorageUnavailable);
        for answer in answers {
            self.framing.reply(match answer.is_about_state {
                true => &refusal,
                false => &answer.reply,
            });
        }
    }

    /// Returns how many bytes the operating system has taken.
    async fn write(&mut self, output: &[u8]) -> (usize, Result<(), End>) {
        let patience = Duration::from_millis(self.service.store.limits().reply_time);
        let mut taken = 0;
        while taken < output.len() {
            match self.stream.try_write(&output[taken..]) {
                Ok(count) => taken += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match timeout(patience, self.stream.socket().writable()).await {
                        Ok(Ok(())) => {}
                        Ok(Err(error)) => return (taken, Err(End::Broken(error))),
                        Err(_) => return (taken, Err(End::ReplyTime)),
                    }
                }
                Err(error) => return (taken, Err(End::Broken(error))),
            }
        }
        (taken, Ok(()))
    }
}

/// Hands what is there to the framing. All connections of a thread share one buffer, so that one that waits costs little.
/// (Unlike `try_read`, this need not ask once more to know that there is nothing else.)
fn poll_read(
    stream: &mut Stream,
    framing: &mut Framing,
    context: &mut task::Context<'_>,
) -> Poll<io::Result<usize>> {
    thread_local! {
        static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; 64 << 10].into());
    }
    BUFFER.with_borrow_mut(|buffer| {
        let mut read = ReadBuf::new(buffer);
        ready!(Pin::new(stream).poll_read(context, &mut read))?;
        framing.receive(read.filled());
        Poll::Ready(Ok(read.filled().len()))
    })
}

/// Waits until the client is known to be gone: the connection was reset. A client that has only
/// ended its sending side still wants its replies.
async fn gone(stream: &Stream) -> End {
    match stream.socket().ready(Interest::ERROR).await {
        Ok(_) => End::Broken(io::ErrorKind::ConnectionReset.into()),
        Err(error) => End::Broken(error),
    }
}

/// `None` when the deadline passed first.
async fn by<T>(deadline: Option<Instant>, future: impl Future<Output = T>) -> Option<T> {
    match deadline {
        Some(deadline) => timeout_at(deadline, future).await.ok(),
        None => Some(future.await),
    }
}
