//! What one request costs in core: `cargo bench -p chatting-time-core --bench core`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark is its own host, and has a clock"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
#[expect(
    clippy::disallowed_types,
    reason = "a benchmark is its own host, and has a clock"
)]
use std::time::Instant;

use chatting_time_core::{
    AdminCommand, Command, Connection, ConnectionId, Context, Decision, Event, Identity, Limits,
    Name, NewUser, Outcome, Password, PasswordCost, State, Timestamp, Token, Username,
    decide_admin, finish_auth,
};
use criterion::{Criterion, criterion_group, criterion_main};

const TEXT: &str = "sixty bytes of text, as people write them when they chat ...";
const USERS: usize = 1_000;
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// Users who are all logged in and online.
struct Service {
    state: State,
    limits: Limits,
    tokens: Vec<Token>,
}

impl Service {
    fn new(users: usize) -> Self {
        let mut service = Self {
            state: State::default(),
            limits: Limits::default(),
            tokens: Vec::new(),
        };
        let password = Password::parse("surabaya").unwrap();
        let hash = password.hash(PasswordCost::cheapest(), [7; 16]);
        let account = |number| NewUser {
            username: username(number),
            name: Name::parse("Lionel Messi").unwrap(),
            country: Name::parse("Argentina").unwrap(),
            password: hash.clone(),
        };
        let accounts = AdminCommand::AddUsers((0..users).map(account).collect());
        let latest = service.state.generation();
        for event in decide_admin(&service.state, latest, &accounts)
            .unwrap()
            .unwrap()
        {
            service.state.apply(&event);
        }
        for number in 0..users {
            service.log_in(number);
        }
        service
    }

    fn log_in(&mut self, number: usize) {
        let limits = self.limits.clone();
        let context = context(&limits, number, None);
        let line = format!("auth {} surabaya", username(number));
        let command = Command::parse(&line, &limits).unwrap();
        let Outcome::CheckPassword(check) = self.state.decide(&context, &command) else {
            panic!("auth checks a password");
        };
        let token = Token::from_random([(number % 251) as u8; 16].map({
            let mut rest = number as u64;
            move |byte| {
                rest = rest.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(9) + 1;
                byte ^ rest as u8
            }
        }));
        match finish_auth(&self.state, &context, token, &check.run()) {
            Outcome::Decided(decision) => self.state.commit(&context, &decision),
            other => panic!("{other:?}"),
        }
        self.tokens.push(token);
    }

    fn decide(&mut self, sender: usize, command: &Command) -> Decision {
        let context = context(&self.limits, sender, Some(self.tokens[sender]));
        let Outcome::Decided(decision) = self.state.decide(&context, command) else {
            panic!("nothing is missing");
        };
        self.state.commit(&context, &decision);
        decision
    }

    /// From a command to the bytes of its reply, as a host does it.
    fn answer(&mut self, sender: usize, command: &Command, output: &mut Vec<u8>) {
        let decision = self.decide(sender, command);
        output.clear();
        decision.reply.write(output);
    }

    /// Mailboxes take some ten messages before they are emptied, so that they neither fill up
    /// nor are always new.
    fn empty_mailboxes_now_and_then(&mut self) {
        if self.state.total_fill().messages < 10 * self.tokens.len() as u64 {
            return;
        }
        for number in 0..self.tokens.len() {
            self.state.apply(&Event::MessagesDelivered {
                username: username(number),
                count: u64::MAX,
            });
        }
    }
}

fn username(number: usize) -> Username {
    Username::parse(&format!("user{number:04}")).unwrap()
}

fn context(limits: &Limits, number: usize, binding: Option<Token>) -> Context<'_> {
    Context {
        now: NOW,
        limits,
        connection: ConnectionId(number as u64),
        binding,
    }
}

/// Many senders, each to another recipient.
fn send_lines() -> Vec<String> {
    let line = |number: usize| format!("send {} {TEXT}", username((number * 7 + 1) % USERS));
    (0..USERS).map(line).collect()
}

/// Runs `work` in rounds over all users, and between them, unmeasured, what `prepare` does.
fn rounds<T>(
    service: &mut Service,
    iterations: u64,
    mut prepare: impl FnMut(&mut Service) -> Vec<T>,
    mut work: impl FnMut(&mut Service, usize, &T),
) -> Duration {
    let mut elapsed = Duration::ZERO;
    let mut left = iterations as usize;
    while left > 0 {
        let inputs = prepare(service);
        let round = &inputs[..left.min(inputs.len())];
        let begun = Instant::now();
        for (number, input) in round.iter().enumerate() {
            work(service, number, input);
        }
        elapsed += begun.elapsed();
        left -= round.len();
    }
    elapsed
}

fn send(criterion: &mut Criterion) {
    let lines = send_lines();
    let mut service = Service::new(USERS);
    let mut output = Vec::new();
    criterion.bench_function("send: decide, commit, write the reply", |bencher| {
        bencher.iter_custom(|iterations| {
            let prepare = |service: &mut Service| {
                service.empty_mailboxes_now_and_then();
                let parsed = lines
                    .iter()
                    .map(|line| Command::parse(line, &service.limits));
                parsed.collect::<Result<Vec<_>, _>>().unwrap()
            };
            rounds(
                &mut service,
                iterations,
                prepare,
                |service, sender, command| {
                    service.answer(sender, command, &mut output);
                    black_box(&output);
                },
            )
        });
    });
}

fn send_with_all_around_it(criterion: &mut Criterion) {
    let lines = send_lines();
    let mut service = Service::new(USERS);
    let limits = Arc::new(service.limits.clone());
    let mut streams: Vec<_> = (0..USERS)
        .map(|_| Connection::new(limits.clone()))
        .collect();
    let mut journal = Vec::new();
    let mut work = |service: &mut Service, sender: usize, line: &String| {
        let stream = &mut streams[sender];
        stream.receive(line.as_bytes());
        let command = stream.next_request().unwrap().unwrap();
        let decision = service.decide(sender, &command);
        journal.clear();
        for event in &decision.events {
            event.encode(&mut journal);
        }
        stream.reply(&decision.reply);
        black_box((stream.take_output(), &journal));
        assert!(stream.next_request().is_none());
    };
    let name = "send: from received bytes to the bytes of reply and event";
    criterion.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let prepare = |service: &mut Service| {
                service.empty_mailboxes_now_and_then();
                lines.iter().map(|line| format!("{line}\r\n")).collect()
            };
            rounds(&mut service, iterations, prepare, &mut work)
        });
    });
}

fn list(criterion: &mut Criterion) {
    let mut service = Service::new(10);
    let mut output = Vec::new();
    let command = Command::parse("list", &service.limits).unwrap();
    criterion.bench_function("list of 10: decide, commit, write the reply", |bencher| {
        bencher.iter(|| {
            service.answer(0, black_box(&command), &mut output);
            black_box(output.len())
        });
    });
}

fn parse(criterion: &mut Criterion) {
    let limits = Limits::default();
    let mut group = criterion.benchmark_group("parse");
    for line in [
        format!("send lineker {TEXT}"),
        format!("send d1f9020d-065f-4db0-a8d1-85c41fa9c5f1 lineker {TEXT}"),
        "list".to_owned(),
    ] {
        group.bench_function(line.as_str(), |bencher| {
            bencher.iter(|| Command::parse(black_box(&line), &limits));
        });
    }
    group.finish();
}

fn event(criterion: &mut Criterion) {
    let limits = Limits::default();
    let sender = Arc::new(Identity {
        username: username(1),
        name: Name::parse("Lionel Messi").unwrap(),
    });
    let event = Event::MessageAccepted {
        sender,
        recipient: username(2),
        text: chatting_time_core::Body::parse(TEXT, limits.message_text_bytes).unwrap(),
        at: NOW,
    };
    let mut bytes = Vec::new();
    event.encode(&mut bytes);
    let mut group = criterion.benchmark_group("event of a message of 60 bytes");
    group.bench_function("encode", |bencher| {
        let mut output = Vec::with_capacity(1_024);
        bencher.iter(|| {
            output.clear();
            black_box(&event).encode(&mut output);
            black_box(output.len())
        });
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| Event::decode(black_box(&bytes)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, parse, send, send_with_all_around_it, list, event);
criterion_main!(benches);
