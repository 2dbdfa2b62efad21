//! Clients that send, read, log in and log out on all servers of ours, and go to another when theirs is gone.
//!
//! Held at every moment: what a reader is told is what was sent, in order, and again only if something failed meanwhile; a
//! session that was acknowledged works on every server, one that was ended works on none, both from one second later on.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use chatting_time_tests::client::{Client, PASSWORD, code};
use chatting_time_tests::ledger::{Ledger, Stream};
use chatting_time_tests::random::Random;
use serde_json::Value;

use crate::chat::{Chat, SERVERS};

const SENDERS: usize = 16;
const READERS: usize = 6;
/// They log in and out.
const COMERS: usize = 4;
/// All users of a load: first those who send, then those who read, then those who come and go.
pub(crate) const USERS: usize = SENDERS + READERS + COMERS;

/// Longer than whatever a server has to wait for before it refuses: the mailbox that one holds who died lasts 45 s.
pub(crate) const PATIENCE: Duration = Duration::from_secs(75);
/// Within this time what one server has acknowledged is so on all.
pub(crate) const EFFECTIVE: Duration = Duration::from_secs(1);
/// Who is refused tries again after a moment.
const MOMENT: Duration = Duration::from_millis(20);
/// Messages of a sender to a reader that wait; more would only make the end longer.
const MOST_WAITING: u64 = 40;

/// What all clients share with whoever lets things fail.
pub(crate) struct Load {
    addresses: Mutex<Vec<SocketAddr>>,
    ledger: Mutex<Ledger>,
    /// Of senders and readers, from the first login on.
    tokens: Mutex<Vec<Option<String>>>,
    is_over: AtomicBool,
    /// How often something has failed and is well again.
    failures: AtomicU64,
    /// Messages that each server acknowledged.
    acknowledged: Vec<AtomicU64>,
}

impl Load {
    pub(crate) fn on(chat: &Chat) -> Self {
        Self {
            addresses: Mutex::new(chat.addresses()),
            ledger: Mutex::default(),
            tokens: Mutex::new(vec![None; USERS]),
            is_over: AtomicBool::new(false),
            failures: AtomicU64::new(0),
            acknowledged: (0..SERVERS).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Lets all clients work until `during` has returned.
    pub(crate) fn run(&self, random: &mut Random, during: impl FnOnce()) {
        self.is_over.store(false, Ordering::Relaxed);
        scope(|scope| {
            for user in 0..USERS {
                let random = Random::new(random.draw());
                scope.spawn(move || {
                    let person = Person::new(self, user);
                    let _end = End(self);
                    match user {
                        0..SENDERS => person.send(random),
                        SENDERS.. if user < SENDERS + READERS => person.read(random),
                        _ => person.come_and_go(random),
                    }
                });
            }
            let _end = End(self);
            during();
        });
    }

    /// Something fails from now on: what was told and is not settled may be told again.
    pub(crate) fn begin_failure(&self) {
        self.ledger().server_died(u64::MAX);
    }

    /// It is well again.
    pub(crate) fn end_failure(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        self.ledger().server_died(failures);
    }

    /// The servers are elsewhere now.
    pub(crate) fn move_to(&self, chat: &Chat) {
        *self.addresses() = chat.addresses();
    }

    /// Returns once each of these servers has acknowledged so many more messages.
    pub(crate) fn wait_for_progress(&self, servers: &[usize], messages: u64) {
        let before: Vec<u64> = servers.iter().map(|server| self.sent_on(*server)).collect();
        let deadline = Instant::now() + PATIENCE;
        for (server, before) in servers.iter().zip(before) {
            while self.sent_on(*server) < before + messages {
                assert!(
                    Instant::now() < deadline && !self.is_over(),
                    "server {server} acknowledged {} messages of {messages} in {PATIENCE:?}",
                    self.sent_on(*server) - before
                );
                sleep(MOMENT);
            }
        }
    }

    /// Empties all mailboxes, and holds everything against what was promised.
    pub(crate) fn settle(&self) {
        for user in SENDERS..SENDERS + READERS {
            let mut person = Person::new(self, user);
            let deadline = Instant::now() + PATIENCE;
            while !person.finds_nothing() {
                assert!(Instant::now() < deadline, "the mailbox stays unreadable");
            }
        }
        let mut ledger = self.ledger();
        let lost = ledger.settle();
        assert!(lost.is_empty(), "{lost:#?}");
        assert!(ledger.totals.acknowledged > 0);
        println!("{:?}", ledger.totals);
    }

    fn sent_on(&self, server: usize) -> u64 {
        self.acknowledged[server].load(Ordering::Relaxed)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn addresses(&self) -> MutexGuard<'_, Vec<SocketAddr>> {
        self.addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Vec<Option<String>>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the load when it goes, so that nobody goes on after a failure.
struct End<'a>(&'a Load);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

/// A user with a connection to each server, made when it is needed.
struct Person<'a> {
    load: &'a Load,
    user: usize,
    clients: Vec<Option<Client>>,
}

impl<'a> Person<'a> {
    fn new(load: &'a Load, user: usize) -> Self {
        Self {
            load,
            user,
            clients: (0..SERVERS).map(|_| None).collect(),
        }
    }

    /// Half of them begin at each server, and go to the other when theirs is gone, or now and then without a reason.
    fn send(mut self, mut random: Random) {
        let mut server = self.user % SERVERS;
        while !self.load.is_over() {
            let Some(token) = self.token(server) else {
                server = (server + 1) % SERVERS;
                continue;
            };
            if random.below(30) == 0 {
                server = (server + 1) % SERVERS;
            }
            let reader = SENDERS + random.below(READERS as u64) as usize;
            let stream = Stream {
                sender: self.user,
                reader,
            };
            if self.load.ledger().waiting(stream) >= MOST_WAITING {
                sleep(MOMENT);
                continue;
            }
            let (number, text) = self.load.ledger().begin(stream, random.below(100) as usize);
            let reply = self.ask(server, &format!("send {token} user-{reader} {text}"));
            match reply.as_ref().map(code) {
                Some("") => {
                    self.load.ledger().acknowledge(stream, number);
                    self.load.acknowledged[server].fetch_add(1, Ordering::Relaxed);
                }
                Some("mailbox_full") => self.load.ledger().refuse(stream, number),
                Some("storage_unavailable") => {
                    self.load.ledger().abandon(stream, number);
                    sleep(MOMENT);
                }
                None => {
                    self.load.ledger().abandon(stream, number);
                    server = (server + 1) % SERVERS;
                }
                Some(_) => panic!("{reply:?}"),
            }
        }
    }

    /// On this server and on that, one reply after the other.
    fn read(mut self, mut random: Random) {
        while !self.load.is_over() {
            self.take(random.below(SERVERS as u64) as usize);
        }
    }

    fn finds_nothing(&mut self) -> bool {
        (0..SERVERS).any(|server| self.take(server) == Some(false))
    }

    /// Whether there was anything; `None` when nobody could say.
    fn take(&mut self, server: usize) -> Option<bool> {
        let token = self.token(server)?;
        let life = self.load.failures.load(Ordering::Relaxed);
        let reply = self.ask(server, &format!("inbox {token}"))?;
        match code(&reply) {
            "" => {
                let found = self.load.ledger().hand_over(self.user, life, &reply);
                Some(found.unwrap_or_else(|wrong| panic!("{wrong}")))
            }
            "storage_unavailable" => {
                sleep(MOMENT);
                None
            }
            _ => panic!("{reply}"),
        }
    }

    /// Logs in at one server, uses the session at the other, ends it, and finds it ended.
    fn come_and_go(mut self, mut random: Random) {
        while !self.load.is_over() {
            let one = random.below(SERVERS as u64) as usize;
            let other = (one + 1) % SERVERS;
            let Some(token) = self.log_in(one) else {
                continue;
            };
            let acknowledged = Instant::now();
            self.ask_until(other, &format!("inbox {token}"), |asked, found| {
                let may_be_unknown = asked < acknowledged + EFFECTIVE;
                assert!(
                    found.is_empty() || may_be_unknown,
                    "a session is unknown {:?} after its login",
                    acknowledged.elapsed()
                );
                found.is_empty()
            });
            let ended = self.ask(one, &format!("logout {token}"));
            if ended.as_ref().map(code) != Some("") {
                continue;
            }
            let acknowledged = Instant::now();
            self.ask_until(other, &format!("inbox {token}"), |asked, found| {
                let may_be_known = asked < acknowledged + EFFECTIVE;
                assert!(
                    !found.is_empty() || may_be_known,
                    "a session works {:?} after its end",
                    acknowledged.elapsed()
                );
                !found.is_empty()
            });
        }
    }

    /// Asks until the answer is as it should be, which is told when it was asked for and what came. What nobody could answer
    /// is asked again.
    fn ask_until(&mut self, server: usize, line: &str, is_right: impl Fn(Instant, &str) -> bool) {
        while !self.load.is_over() {
            let asked = Instant::now();
            let reply = self.ask(server, line);
            match reply.as_ref().map(code) {
                None | Some("storage_unavailable") => sleep(MOMENT),
                Some(found @ ("" | "session_not_found")) if is_right(asked, found) => return,
                Some("" | "session_not_found") => {}
                Some(_) => panic!("{reply:?}"),
            }
        }
    }

    /// The one session of whoever has one for good.
    fn token(&mut self, server: usize) -> Option<String> {
        let known = self.load.tokens()[self.user].clone();
        if known.is_some() {
            return known;
        }
        let token = self.log_in(server);
        self.load.tokens()[self.user].clone_from(&token);
        token
    }

    fn log_in(&mut self, server: usize) -> Option<String> {
        let reply = self.ask(server, &format!("auth user-{} {PASSWORD}", self.user))?;
        match code(&reply) {
            "" => Some(reply["tokenid"].as_str()?.to_owned()),
            "storage_unavailable" | "server_busy" => {
                sleep(MOMENT);
                None
            }
            _ => panic!("{reply}"),
        }
    }

    /// `None` when the server is gone.
    fn ask(&mut self, server: usize, line: &str) -> Option<Value> {
        let client = &mut self.clients[server];
        if client.is_none() {
            *client = Client::try_connect(self.load.addresses()[server]);
        }
        let Some(connection) = client else {
            sleep(MOMENT);
            return None;
        };
        connection.wait_up_to(PATIENCE);
        let sent = connection.try_send(format!("{line}\r\n"));
        let reply = sent.ok().and_then(|()| connection.next_reply());
        if reply.is_none() {
            *client = None;
        }
        reply
    }
}
