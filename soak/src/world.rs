//! What all clients share with whoever conducts them.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use chatting_time_tests::ledger::Ledger;

/// So many broken laws are told in full.
const MOST_TOLD: usize = 30;
/// What an average second of all connections holds.
const REQUESTS_A_SECOND: f64 = 2_000.0;
/// Nobody asks faster than this on average.
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);

pub(crate) struct World {
    pub(crate) began: Instant,
    pub(crate) ledger: RefCell<Ledger>,
    pub(crate) tally: RefCell<Tally>,
    /// How long a connection waits between two requests, on average.
    pub(crate) pause: Duration,
    /// Where the server listens while it serves.
    address: Cell<Option<SocketAddr>>,
    /// How often it was ended.
    ends: Cell<u64>,
    is_leaving: watch::Sender<bool>,
    wrong: RefCell<Vec<String>>,
    wrong_count: Cell<u64>,
}

/// What happened so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) connections: u64,
    pub(crate) requests: u64,
    pub(crate) logins: u64,
    pub(crate) accepted_sends: u64,
    pub(crate) refusals: BTreeMap<String, u64>,
    pub(crate) partings: BTreeMap<&'static str, u64>,
}

impl World {
    pub(crate) fn new(users: usize) -> Self {
        let pause = Duration::from_secs_f64(users as f64 / REQUESTS_A_SECOND);
        Self {
            began: Instant::now(),
            ledger: RefCell::default(),
            tally: RefCell::default(),
            pause: pause.max(SHORTEST_PAUSE),
            address: Cell::default(),
            ends: Cell::default(),
            is_leaving: watch::Sender::new(true),
            wrong: RefCell::default(),
            wrong_count: Cell::default(),
        }
    }

    pub(crate) fn address(&self) -> Option<SocketAddr> {
        self.address.get()
    }

    pub(crate) fn serves_at(&self, address: SocketAddr) {
        self.address.set(Some(address));
    }

    /// From now on connections end because the server does.
    pub(crate) fn server_ends(&self) {
        self.address.set(None);
        self.ends.set(self.ends.get() + 1);
    }

    /// How often the server was ended.
    pub(crate) fn ends(&self) -> u64 {
        self.ends.get()
    }

    pub(crate) fn set_leaving(&self, is_leaving: bool) {
        self.is_leaving.send_replace(is_leaving);
    }

    pub(crate) fn is_leaving(&self) -> bool {
        *self.is_leaving.borrow()
    }

    /// Waits so long, or until everybody is to leave.
    pub(crate) async fn pause(&self, length: Duration) {
        tokio::select! {
            () = sleep(length) => {}
            () = self.left() => {}
        }
    }

    /// Waits until everybody is to leave.
    pub(crate) async fn left(&self) {
        let mut is_leaving = self.is_leaving.subscribe();
        // The sender lives as long as this does.
        let _ = is_leaving.wait_for(|is_leaving| *is_leaving).await;
    }

    /// A law was broken.
    pub(crate) fn wrong(&self, what: impl Into<String>) {
        let what = what.into();
        self.wrong_count.set(self.wrong_count.get() + 1);
        let mut wrong = self.wrong.borrow_mut();
        if wrong.len() < MOST_TOLD {
            println!("{:>5} s  WRONG {what}", self.began.elapsed().as_secs());
            wrong.push(what);
        }
    }

    /// Which laws were broken, the first ones in full, and how many in all.
    pub(crate) fn wrongs(&self) -> (Vec<String>, u64) {
        (self.wrong.borrow().clone(), self.wrong_count.get())
    }

    /// Counts a request with its answer.
    pub(crate) fn count(&self, code: Option<&str>) {
        let mut tally = self.tally.borrow_mut();
        tally.requests += 1;
        if let Some(code) = code {
            *tally.refusals.entry(code.to_owned()).or_default() += 1;
        }
    }
}
