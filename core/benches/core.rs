//! What one request costs in core: `cargo bench -p chatting-time-core --bench core`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark is its own host, and has a clock"
)]

mod service;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;
#[expect(
    clippy::disallowed_types,
    reason = "a benchmark is its own host, and has a clock"
)]
use std::time::Instant;

use chatting_time_core::{Command, Connection, Event, Limits};
use criterion::{Criterion, criterion_group, criterion_main};

use service::{Service, TEXT, message_accepted, send_lines, username};

const USERS: usize = 1_000;

/// Mailboxes take some ten messages before they are emptied, so that they neither fill up
/// nor are always new.
fn empty_mailboxes_now_and_then(service: &mut Service) {
    if service.state.total_fill().messages < 10 * USERS as u64 {
        return;
    }
    for number in 0..USERS {
        service.state.apply(&Event::MessagesDelivered {
            username: username(number),
            count: u64::MAX,
        });
    }
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
    let lines = send_lines(USERS);
    let mut service = Service::new(USERS);
    let mut output = Vec::new();
    criterion.bench_function("send: decide, commit, write the reply", |bencher| {
        bencher.iter_custom(|iterations| {
            let prepare = |service: &mut Service| {
                empty_mailboxes_now_and_then(service);
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
    let lines = send_lines(USERS);
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
                empty_mailboxes_now_and_then(service);
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
    let event = message_accepted(&Limits::default());
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
