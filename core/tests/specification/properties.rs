//! Properties over random inputs.

use std::collections::VecDeque;

use chatting_time_core::{ConnectionId, Drain, Event, State};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{Answer, Client, Host, SENT, mailbox_full, replayed, texts, token, token_text};

/// The same cases in each run; `PROPTEST_RNG_SEED` asks for others.
pub(crate) fn cases(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    config.cases = config.cases.min(cases);
    config.failure_persistence = None;
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2);
    }
    config
}

const LINE_BYTES: u64 = 512;

/// Bytes that a client may send: nonsense, and things that are nearly requests.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let words = select(vec![
        "auth",
        "send",
        "INBOX",
        "list",
        "logout",
        "help",
        "messi",
        "lineker",
        "surabaya",
        " ",
        " ",
        " ",
        " ",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\0",
        "\u{1f600}",
    ]);
    let ingredient = prop_oneof![
        8 => words.prop_map(|word| word.as_bytes().to_vec()),
        2 => (1..4_u64).prop_map(|number| token_text(token(number)).into_bytes()),
        2 => select(vec![
            "auth messi surabaya\n", "auth lineker surabaya\r\n", "send messi halo \n", "inbox\n",
        ]).prop_map(|line| line.as_bytes().to_vec()),
        2 => vec(any::<u8>(), 0..20),
        1 => (500..520_usize).prop_map(|length| vec![b'x'; length]),
    ];
    vec(ingredient, 0..60).prop_map(|ingredients| ingredients.concat())
}

/// One reply a line; a rest without a line end has one as soon as it can only be too long.
fn replies_due(bytes: &[u8]) -> usize {
    let (lines, rest) = match bytes.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => bytes.split_at(end + 1),
        None => (&[][..], bytes),
    };
    let lines = lines.iter().filter(|byte| **byte == b'\n').count();
    lines + usize::from(rest.len() as u64 >= LINE_BYTES)
}

fn exchanged(pieces: impl IntoIterator<Item = Vec<u8>>) -> (Vec<u8>, Vec<Event>) {
    let mut host = Host::with_limits(|limits| limits.line_bytes = LINE_BYTES);
    let mut client = host.connect();
    let mut output = Vec::new();
    for piece in pieces {
        output.extend(host.exchange(&mut client, &piece));
    }
    (output, host.journal)
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_bytes_in_any_pieces_have_one_reply_a_line_and_always_the_same(
        bytes in soup(),
        cuts in vec(any::<Index>(), 0..12),
    ) {
        let (whole, journal) = exchanged([bytes.clone()]);
        prop_assert!(whole.is_ascii());
        let replies = whole.windows(4).filter(|end| end == b"\r\n\r\n").count();
        prop_assert_eq!(replies, replies_due(&bytes));

        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|ends| bytes[ends[0]..ends[1]].to_vec());
        prop_assert_eq!(exchanged(pieces), (whole, journal));
    }

    #[test]
    fn any_bytes_at_all_are_an_event_or_none(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(event) = Event::decode(&bytes) {
            State::default().apply(&event);
        }
    }
}

/// Something that happens to a service. Users, connections: 0 to 2, connection `n` being one of
/// user `n % USERS`.
#[derive(Clone, Debug)]
enum Happening {
    Send {
        connection: usize,
        recipient: usize,
    },
    Inbox {
        connection: usize,
    },
    /// The reply of the connection's first unconfirmed drain has been taken.
    Confirm {
        connection: usize,
    },
    GiveBack {
        connection: usize,
    },
    Reconnect {
        connection: usize,
    },
    /// Everything so far is durable.
    Sync,
    /// Storage failed: what was not durable is lost, the state is rebuilt.
    Fail {
        from_snapshot: bool,
    },
    ChangePassword {
        user: usize,
    },
    RemoveAndAdd {
        user: usize,
    },
}

const USERS: [&str; 3] = ["messi", "henderson", "lineker"];
const CONNECTIONS: usize = 6;
const INBOX_MESSAGES: usize = 3;
const MAILBOX_MESSAGES: usize = 8;

fn happening() -> impl Strategy<Value = Happening> {
    let connection = 0..CONNECTIONS;
    let user = 0..USERS.len();
    prop_oneof![
        12 => (connection.clone(), user.clone())
            .prop_map(|(connection, recipient)| Happening::Send { connection, recipient }),
        8 => connection.clone().prop_map(|connection| Happening::Inbox { connection }),
        6 => connection.clone().prop_map(|connection| Happening::Confirm { connection }),
        1 => connection.clone().prop_map(|connection| Happening::GiveBack { connection }),
        1 => connection.prop_map(|connection| Happening::Reconnect { connection }),
        3 => Just(Happening::Sync),
        2 => any::<bool>().prop_map(|from_snapshot| Happening::Fail { from_snapshot }),
        1 => user.clone().prop_map(|user| Happening::ChangePassword { user }),
        1 => user.prop_map(|user| Happening::RemoveAndAdd { user }),
    ]
}

/// What has to happen, in the plainest way to say it.
#[derive(Default)]
struct Model {
    mailboxes: [Mailbox; USERS.len()],
}

#[derive(Default)]
struct Mailbox {
    waiting: VecDeque<Message>,
    /// Who is being handed the messages in front, and how many with each reply.
    in_flight: Option<(ConnectionId, VecDeque<usize>)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Message {
    text: String,
    is_durable: bool,
}

impl Mailbox {
    /// The texts that `inbox` hands over, or nothing when another connection is at it.
    fn take(&mut self, connection: ConnectionId) -> Option<Vec<String>> {
        let mut counts = match self.in_flight.take() {
            Some((other, counts)) if other != connection => {
                self.in_flight = Some((other, counts));
                return None;
            }
            Some((_, counts)) => counts,
            None => VecDeque::new(),
        };
        let waiting = self.waiting.iter().skip(counts.iter().sum());
        let taken: Vec<_> = waiting
            .take(INBOX_MESSAGES)
            .map(|message| message.text.clone())
            .collect();
        if !taken.is_empty() {
            counts.push_back(taken.len());
        }
        self.in_flight = (!counts.is_empty()).then_some((connection, counts));
        Some(taken)
    }

    fn confirm(&mut self, connection: ConnectionId) {
        if let Some((whose, counts)) = &mut self.in_flight {
            assert_eq!(*whose, connection);
            let count = counts.pop_front().unwrap();
            self.waiting.drain(..count);
            if counts.is_empty() {
                self.in_flight = None;
            }
        }
    }

    fn give_back(&mut self, connection: ConnectionId) {
        let is_its = |in_flight: &mut (ConnectionId, _)| in_flight.0 == connection;
        self.in_flight.take_if(is_its);
    }
}

/// The service under test, with the model beside it.
struct Run {
    host: Host,
    clients: Vec<Client>,
    /// By connection: unconfirmed drains, and how long the journal was when they were decided.
    drains: [VecDeque<(Drain, usize)>; CONNECTIONS],
    passwords: [String; USERS.len()],
    durable: usize,
    sent: usize,
    model: Model,
}

impl Run {
    fn new() -> Self {
        let mut host = Host::with_limits(|limits| {
            limits.inbox_messages = INBOX_MESSAGES as u64;
            limits.mailbox_messages = MAILBOX_MESSAGES as u64;
        });
        let clients = (0..CONNECTIONS).map(|_| host.connect()).collect();
        let mut run = Self {
            host,
            clients,
            drains: Default::default(),
            passwords: [const { String::new() }; USERS.len()],
            durable: 0,
            sent: 0,
            model: Model::default(),
        };
        run.passwords.fill("surabaya".into());
        for connection in 0..CONNECTIONS {
            run.log_in(connection);
        }
        run
    }

    fn user_of(connection: usize) -> usize {
        connection % USERS.len()
    }

    /// Opens a session, durably.
    fn log_in(&mut self, connection: usize) {
        let user = Self::user_of(connection);
        let line = format!("auth {} {}", USERS[user], self.passwords[user]);
        let reply = self.host.ask(&mut self.clients[connection], &line);
        assert!(reply.contains("OK"), "{reply}");
        self.sync();
    }

    fn log_in_again(&mut self, user: usize) {
        (0..CONNECTIONS)
            .filter(|connection| Self::user_of(*connection) == user)
            .for_each(|connection| self.log_in(connection));
    }

    fn sync(&mut self) {
        self.durable = self.host.journal.len();
        for mailbox in &mut self.model.mailboxes {
            for message in &mut mailbox.waiting {
                message.is_durable = true;
            }
        }
    }

    fn happen(&mut self, happening: &Happening) {
        match *happening {
            Happening::Send {
                connection,
                recipient,
            } => self.send(connection, recipient),
            Happening::Inbox { connection } => self.inbox(connection),
            Happening::Confirm { connection } => {
                // The reply of a drain leaves only when all before it is durable.
                if !self.drains[connection].is_empty() {
                    self.sync();
                }
                self.confirm_first(connection);
            }
            Happening::GiveBack { connection } => {
                let id = self.clients[connection].id;
                self.host.state.give_back(id);
                self.model_gives_back(connection);
            }
            Happening::Reconnect { connection } => {
                let id = self.clients[connection].id;
                self.host.state.detach(id);
                self.model_gives_back(connection);
                self.clients[connection] = self.host.connect();
                self.log_in(connection);
            }
            Happening::Sync => self.sync(),
            Happening::Fail { from_snapshot } => self.fail(from_snapshot),
            Happening::ChangePassword { user } => {
                self.passwords[user].push('x');
                self.host
                    .change_password(USERS[user], &self.passwords[user]);
                self.sync();
                self.log_in_again(user);
            }
            Happening::RemoveAndAdd { user } => {
                self.host.remove_user(USERS[user]);
                self.host.add_user(USERS[user]);
                self.sync();
                self.passwords[user] = "surabaya".into();
                self.model.mailboxes[user] = Mailbox::default();
                self.log_in_again(user);
            }
        }
    }

    fn send(&mut self, connection: usize, recipient: usize) {
        let text = format!("{connection} {}", self.sent);
        self.sent += 1;
        let line = format!("send {} {text}", USERS[recipient]);
        let reply = self.host.ask(&mut self.clients[connection], &line);
        let waiting = &mut self.model.mailboxes[recipient].waiting;
        if waiting.len() == MAILBOX_MESSAGES {
            assert_eq!(reply, mailbox_full());
        } else {
            assert_eq!(reply, SENT);
            let is_durable = false;
            waiting.push_back(Message { text, is_durable });
        }
    }

    fn inbox(&mut self, connection: usize) {
        let client = &mut self.clients[connection];
        let mailbox = &mut self.model.mailboxes[Self::user_of(connection)];
        let expected = mailbox.take(client.id);
        match self.host.begin(client, "inbox") {
            Answer::Replied(reply, drain) => {
                // Replies group by sender: bring the texts back into their order of arrival.
                let mut taken = texts(&reply);
                taken.sort_by_key(|text| number_of(text));
                assert_eq!(Some(&taken), expected.as_ref());
                assert_eq!(drain.is_some(), !taken.is_empty());
                let decided_at = self.host.journal.len();
                self.drains[connection].extend(drain.map(|drain| (drain, decided_at)));
            }
            Answer::Busy(_) => assert_eq!(expected, None),
        }
    }

    fn confirm_first(&mut self, connection: usize) {
        if let Some((drain, _)) = self.drains[connection].pop_front() {
            self.host.confirm(Some(&drain));
            // A drain of a mailbox that is gone is not in flight in the model.
            let id = self.clients[connection].id;
            let mailbox = &mut self.model.mailboxes[Self::user_of(connection)];
            if mailbox.in_flight.as_ref().is_some_and(|flight| {
                flight.0 == id && flight.1.len() == self.drains[connection].len() + 1
            }) {
                mailbox.confirm(id);
            }
        }
    }

    fn model_gives_back(&mut self, connection: usize) {
        self.drains[connection].clear();
        let id = self.clients[connection].id;
        self.model.mailboxes[Self::user_of(connection)].give_back(id);
    }

    fn fail(&mut self, from_snapshot: bool) {
        // Replies that were decided while all was durable leave; the others never do.
        for connection in 0..CONNECTIONS {
            while self.drains[connection]
                .front()
                .is_some_and(|(_, decided_at)| *decided_at <= self.durable)
                && self.drains[connection].len() > 1
            {
                self.confirm_first(connection);
            }
        }
        let lost = self.host.journal.split_off(self.durable);
        let mut state = replayed(&self.host.journal);
        if from_snapshot {
            state = replayed(&state.compacted().collect::<Vec<_>>());
        }
        let delivered = lost
            .into_iter()
            .filter(|event| matches!(event, Event::MessagesDelivered { .. }));
        for event in delivered {
            state.apply(&event);
            self.host.journal.push(event);
        }
        state.take_over(&self.host.state);
        self.host.state = state;
        for connection in 0..CONNECTIONS {
            let never_leaves = |(_, decided_at): &(Drain, usize)| *decided_at > self.durable;
            if self.drains[connection].iter().any(never_leaves) {
                let id = self.clients[connection].id;
                self.host.state.give_back(id);
                self.model_gives_back(connection);
            }
        }
        for mailbox in &mut self.model.mailboxes {
            mailbox.waiting.retain(|message| message.is_durable);
        }
        self.sync();
    }

    /// Everybody takes what is theirs; then nothing may be left anywhere.
    fn finish(mut self) {
        for connection in 0..CONNECTIONS {
            let id = self.clients[connection].id;
            self.host.state.detach(id);
            self.model_gives_back(connection);
        }
        for connection in 0..USERS.len() {
            for _ in 0..MAILBOX_MESSAGES {
                self.inbox(connection);
                self.confirm_first(connection);
            }
        }
        assert_eq!(self.host.state.total_fill(), Default::default());
        let model = &self.model.mailboxes;
        assert!(model.iter().all(|mailbox| mailbox.waiting.is_empty()));
    }
}

fn number_of(text: &str) -> usize {
    text.split_once(' ').unwrap().1.parse().unwrap()
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn whatever_happens_each_message_is_handed_over_once_and_in_order(
        happenings in vec(happening(), 0..120),
    ) {
        let mut run = Run::new();
        for happening in &happenings {
            run.happen(happening);
        }
        run.finish();
    }
}
