//! What one request costs in core, in instructions, which no other load on the machine changes:
//! `cargo xtask bench instructions` runs this under callgrind, which counts only what [`counted`] runs, and compares.

#![expect(
    clippy::disallowed_macros,
    reason = "a benchmark is its own host, and has a screen"
)]

mod service;

use std::hint::black_box;
use std::sync::Arc;

use chatting_time_core::{Command, Connection, Event, Limits};

use service::{Service, TEXT, message_accepted, send_lines};

/// How often each is done: what grows now and then, such as a mailbox, has its share in the mean.
const TIMES: usize = 1_000;

/// Each of them gets ten messages.
const USERS: usize = TIMES / 10;

fn main() {
    let token = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
    receive(
        "receive and parse `send` with a token",
        &format!("send {token} lineker {TEXT}\r\n"),
    );
    receive("receive and parse `list`", "list\r\n");
    send();
    answer("empty `inbox`: decide, commit, write the reply", "inbox");
    answer("`list` of 10: decide, commit, write the reply", "list");
    event();
}

/// Does it many times and tells how many, for callgrind's count to be divided by.
fn count(name: &str, mut work: impl FnMut(usize)) {
    println!("{TIMES} times {name}");
    counted(&mut || (0..TIMES).for_each(&mut work));
}

/// Callgrind knows it by this name: one function, and none within it, may be called so.
#[inline(never)]
fn counted(work: &mut dyn FnMut()) {
    work();
}

fn receive(name: &str, line: &str) {
    let mut stream = Connection::new(Arc::default());
    count(name, |_| {
        stream.receive(black_box(line.as_bytes()));
        while let Some(request) = stream.next_request() {
            black_box(request.unwrap());
        }
    });
}

fn send() {
    let mut service = Service::new(USERS);
    let parse = |line: &String| Command::parse(line, &Limits::default()).unwrap();
    let commands: Vec<_> = send_lines(USERS).iter().map(parse).collect();
    let mut output = Vec::new();
    let name = "`send` of 60 bytes: decide, commit, write the reply";
    count(name, |number| {
        let sender = number % USERS;
        service.answer(sender, black_box(&commands[sender]), &mut output);
        black_box(&output);
    });
}

fn answer(name: &str, line: &str) {
    let mut service = Service::new(10);
    let command = Command::parse(line, &service.limits).unwrap();
    let mut output = Vec::new();
    count(name, |_| {
        service.answer(0, black_box(&command), &mut output);
        black_box(&output);
    });
}

fn event() {
    let mut service = Service::new(10);
    let event = message_accepted(&service.limits);
    let mut bytes = Vec::new();
    count("event of a message: encode", |_| {
        bytes.clear();
        black_box(&event).encode(&mut bytes);
    });
    count("event of a message: decode", |_| {
        black_box(Event::decode(black_box(&bytes)).unwrap());
    });
    count("event of a message: apply", |_| {
        service.state.apply(black_box(&event));
    });
}
