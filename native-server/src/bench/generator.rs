//! The load generator: many connections in one loop, each with requests of its own kind of dialogue.
//!
//! It knows nothing of the chat: a [`Speaker`] says what a connection asks and whether the answer is right, so that other
//! servers can be put under the very same load.

mod connection;
mod metronome;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};

use super::tally::Tally;
use connection::Connection;
use metronome::Metronome;

/// What one connection says. It outlives the connection when a request asks for a new one.
pub trait Speaker: Send {
    /// The kind of the next request: a place in [`Load::kinds`].
    fn choose(&mut self) -> usize;

    /// Whether a request of this kind begins with a new connection.
    fn takes_new_connection(&self, kind: usize) -> bool {
        let _ = kind;
        false
    }

    /// Appends a request of this kind.
    fn ask(&mut self, kind: usize, output: &mut Vec<u8>);

    /// Looks for the whole reply to the oldest request at the start of `input`, of which the first `seen` bytes were
    /// already there the last time.
    ///
    /// # Errors
    ///
    /// What is wrong with a reply that may not be.
    fn hear(&mut self, kind: usize, input: &[u8], seen: usize) -> Result<Heard, String>;

    /// Looks for something whole at the start of `input` that a server of this kind sends of its own accord, while there
    /// is no request without a reply. `None` for what none of them sends then.
    fn hear_unasked(&mut self, input: &[u8]) -> Option<Heard> {
        let _ = input;
        None
    }
}

impl<S: Speaker + ?Sized> Speaker for Box<S> {
    fn choose(&mut self) -> usize {
        (**self).choose()
    }

    fn takes_new_connection(&self, kind: usize) -> bool {
        (**self).takes_new_connection(kind)
    }

    fn ask(&mut self, kind: usize, output: &mut Vec<u8>) {
        (**self).ask(kind, output);
    }

    fn hear(&mut self, kind: usize, input: &[u8], seen: usize) -> Result<Heard, String> {
        (**self).hear(kind, input, seen)
    }

    fn hear_unasked(&mut self, input: &[u8]) -> Option<Heard> {
        (**self).hear_unasked(input)
    }
}

/// What stands at the start of what was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The reply is not there to its end.
    Part,
    /// A reply of so many bytes.
    Reply(usize),
    /// A refusal of so many bytes, and its code.
    Refusal(usize, String),
}

/// How requests follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// The next batch once the last one is answered: what the server can do.
    Closed,
    /// So many requests a second together, whether or not the last ones are answered, and each measured from when it
    /// was due: what people notice.
    Open(f64),
}

/// One measurement.
#[derive(Clone, Debug)]
pub struct Load {
    /// The server.
    pub address: SocketAddr,
    /// The names of the kinds of requests.
    pub kinds: &'static [&'static str],
    /// Most requests of one connection without an answer.
    pub depth: usize,
    /// How requests follow each other.
    pub pace: Pace,
    /// How long the load lasts before it is measured.
    pub warm_up: Duration,
    /// How long it is measured.
    pub duration: Duration,
    /// How long the server may keep everybody waiting.
    pub patience: Duration,
}

/// What a running load tells, and how it is ended before its time.
#[derive(Debug, Default)]
pub struct Progress {
    /// Replies so far, those of the warm-up too.
    pub replies: AtomicU64,
    /// No further request is begun once this is set.
    pub stop: AtomicBool,
}

/// Puts the load onto the server, one connection a speaker, from one thread. Returns what was measured, with the
/// speakers in the order of before.
///
/// # Errors
///
/// A connection that breaks, a reply that may not be, a server that does not answer.
pub fn generate<S: Speaker>(
    load: &Load,
    speakers: Vec<S>,
    progress: &Progress,
) -> Result<(Tally, Vec<S>), GeneratorError> {
    Generator::new(load, speakers, progress)?.run()
}

/// Why a load came to nothing.
#[derive(Debug)]
pub enum GeneratorError {
    /// The operating system refused what the generator itself needs.
    System(io::Error),
    /// A connection could not be made.
    Unreachable(SocketAddr, io::Error),
    /// The server closed a connection, or it broke.
    Broken(io::Error),
    /// A reply that no server of this kind gives.
    Wrong(&'static str, String),
    /// Nobody was answered for so long.
    Silent(Duration),
}

impl std::fmt::Display for GeneratorError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::System(error) => write!(formatter, "the load cannot be made here: {error}"),
            Self::Unreachable(address, error) => {
                write!(formatter, "cannot connect to {address}: {error}")
            }
            Self::Broken(error) => write!(
                formatter,
                "a connection broke under the load: {error}; the server's log may say why"
            ),
            Self::Wrong(kind, reply) => write!(formatter, "a wrong reply to `{kind}`: {reply}"),
            Self::Silent(patience) => write!(
                formatter,
                "the server has not answered anybody for {patience:?}"
            ),
        }
    }
}

impl std::error::Error for GeneratorError {}

struct Generator<'a, S> {
    load: &'a Load,
    progress: &'a Progress,
    poll: Poll,
    connections: Vec<Connection<S>>,
    tally: Tally,
    /// Requests that are due at times.
    schedule: Option<Schedule>,
    /// Where what is read lies for a moment.
    piece: Vec<u8>,
    /// From when requests count, and from when none is begun.
    measured: (Instant, Instant),
}

const METRONOME: Token = Token(usize::MAX);

impl<'a, S: Speaker> Generator<'a, S> {
    fn new(
        load: &'a Load,
        speakers: Vec<S>,
        progress: &'a Progress,
    ) -> Result<Self, GeneratorError> {
        let poll = Poll::new().map_err(GeneratorError::System)?;
        let mut connections = Vec::with_capacity(speakers.len());
        for speaker in speakers {
            let token = Token(connections.len());
            connections.push(Connection::open(load, speaker, poll.registry(), token)?);
        }
        let begins = Instant::now();
        let schedule = match load.pace {
            Pace::Closed => None,
            Pace::Open(rate) => Some(Schedule::begin(rate, begins, &poll)?),
        };
        Ok(Self {
            load,
            progress,
            poll,
            connections,
            tally: Tally::new(load.kinds),
            schedule,
            piece: vec![0; PIECE_BYTES],
            measured: (begins + load.warm_up, begins + load.warm_up + load.duration),
        })
    }

    fn run(mut self) -> Result<(Tally, Vec<S>), GeneratorError> {
        let mut events = Events::with_capacity(1024);
        let mut last_answer = Instant::now();
        for place in 0..self.connections.len() {
            self.serve(place, false)?;
        }
        while !self.is_finished() {
            match self.poll.poll(&mut events, Some(LOOK_AGAIN)) {
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    return Err(GeneratorError::System(error));
                }
                _ => {}
            }
            let mut answered = false;
            for event in &events {
                match event.token() {
                    METRONOME => self.ask_what_is_due()?,
                    Token(place) => answered |= self.serve(place, true)?,
                }
            }
            let now = Instant::now();
            if answered || self.nobody_waits() {
                last_answer = now;
            } else if now - last_answer > self.load.patience {
                return Err(GeneratorError::Silent(self.load.patience));
            }
        }
        self.tally.unasked = self.connections.iter().map(Connection::unasked).sum();
        self.tally
            .measure(self.measured.0, Instant::now().min(self.measured.1));
        let speakers = self.connections.into_iter().map(Connection::into_speaker);
        Ok((self.tally, speakers.collect()))
    }

    /// Hears what came, then asks what there is to be asked. True when a reply was heard.
    fn serve(&mut self, place: usize, has_news: bool) -> Result<bool, GeneratorError> {
        let connection = &mut self.connections[place];
        let heard = match has_news {
            true => connection.hear(self.load, &mut self.piece, &mut self.tally, self.measured)?,
            false => 0,
        };
        self.progress.replies.fetch_add(heard, Ordering::Relaxed);
        if !self.is_over() {
            let connection = &mut self.connections[place];
            connection.ask(self.load, self.poll.registry(), Token(place))?;
        }
        self.connections[place].flush()?;
        Ok(heard > 0)
    }

    /// Hands each request that is due by now to a connection, to one after the other.
    fn ask_what_is_due(&mut self) -> Result<(), GeneratorError> {
        let now = Instant::now().min(self.measured.1);
        while let Some((number, due)) = self.schedule.as_mut().and_then(|due| due.next_by(now)) {
            let place = number % self.connections.len();
            self.connections[place].is_due(due);
            self.serve(place, false)?;
        }
        Ok(())
    }

    fn is_finished(&self) -> bool {
        self.is_over() && self.nobody_waits()
    }

    fn is_over(&self) -> bool {
        self.progress.stop.load(Ordering::Relaxed) || Instant::now() >= self.measured.1
    }

    fn nobody_waits(&self) -> bool {
        !self.connections.iter().any(Connection::waits)
    }
}

/// When requests are due, at a constant rate.
struct Schedule {
    begins: Instant,
    between: Duration,
    /// How many have been due so far.
    number: u64,
    _metronome: Metronome,
}

impl Schedule {
    fn begin(rate: f64, begins: Instant, poll: &Poll) -> Result<Self, GeneratorError> {
        let between = Duration::from_secs_f64(1.0 / rate);
        let waker = Waker::new(poll.registry(), METRONOME).map_err(GeneratorError::System)?;
        Ok(Self {
            begins,
            between,
            number: 0,
            _metronome: Metronome::start(between, waker).map_err(GeneratorError::System)?,
        })
    }

    /// The next request, if it is due by then.
    fn next_by(&mut self, now: Instant) -> Option<(usize, Instant)> {
        let nanoseconds = self.between.as_nanos() as u64 * self.number;
        let due = self.begins + Duration::from_nanos(nanoseconds);
        (due < now).then(|| {
            self.number += 1;
            (self.number as usize - 1, due)
        })
    }
}

/// Bytes read at a time.
const PIECE_BYTES: usize = 64 << 10;
/// How often a loop in which nothing happens looks at the clock.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
