//! Connections and who is at the other end of them.

use chatting_time::engine::{Answer, Pause, Run};
use chatting_time_core::{CheckMemory, Drain, Token};

use super::super::client::{Client, Line, Next, Replies, Stage};
use super::super::futures::settled;
use super::super::model::{Handover, Operation, SessionNumber, Told};
use super::replies::text_of;
use super::{MOST_CLIENTS, PASSWORDS, Simulation, USERNAMES};

impl Simulation {
    pub(super) fn connect(&mut self) {
        if self.clients.len() == MOST_CLIENTS {
            return;
        }
        self.connections += 1;
        let (number, limits) = (self.connections, self.limits.clone());
        let caller = self.server().engine.caller();
        self.clients.push(Client::new(number, caller, limits));
        self.note(format!("client {number} connects"));
    }

    /// The connection at `place` is gone.
    pub(super) fn close(&mut self, place: usize) {
        let client = self.clients.remove(place);
        self.note(format!("client {} is gone", client.number));
        self.server().engine.detach(&client.caller);
        self.happened(client.number, &Operation::Detach, &Told::Nothing);
        self.await_latest();
    }

    pub(super) fn client_goes_on(&mut self) {
        if self.clients.is_empty() {
            self.connect();
        }
        let places = 0..self.clients.len();
        let able: Vec<usize> = places
            .filter(|place| self.clients[*place].can_go_on())
            .collect();
        if able.is_empty() {
            self.begin_batch();
            self.write_batch();
            return;
        }
        let place = self.random.pick(&able);
        let client = &self.clients[place];
        let waits_for_disk = matches!(client.stage, Stage::Telling(_));
        if !waits_for_disk && self.random.one_in(40) {
            self.close(place);
            return;
        }
        if matches!(client.stage, Stage::Ready) && client.lines.is_empty() {
            let count = self.random.pick(&[1, 1, 1, 2, 4]);
            let lines = (0..count).map(|_| self.line(place)).collect();
            self.client_sends(place, lines);
        }
        self.go_on(place, true);
    }

    pub(super) fn line(&mut self, place: usize) -> Line {
        if self.clients[place].bound.is_none() && !self.random.one_in(10) {
            return self.auth();
        }
        let session = match self.random.one_in(5) {
            true => self.session_of_late(),
            false => None,
        };
        match self.random.below(20) {
            0 => self.auth(),
            1 => Line::Logout(session),
            2 | 3 => Line::List(session),
            4..=8 => Line::Inbox(session),
            _ => {
                self.messages += 1;
                let padding = "x".repeat(self.random.pick(self.text_lengths));
                let text = format!("message {} {padding}", self.messages);
                Line::Send(session, self.username(), text.into())
            }
        }
    }

    /// One that may live still.
    pub(super) fn session_of_late(&mut self) -> Option<SessionNumber> {
        let last = self.tokens.len().checked_sub(1)?;
        let back = self.random.below(8.min(last + 1));
        Some((last - back) as SessionNumber)
    }

    pub(super) fn auth(&mut self) -> Line {
        Line::Auth(self.username(), self.random.pick(&PASSWORDS))
    }

    pub(super) fn client_sends(&mut self, place: usize, lines: Vec<Line>) {
        let client = &mut self.clients[place];
        for line in &lines {
            let shortened: String = format!("{line:?}").chars().take(60).collect();
            self.history
                .push(format!("client {} sends {shortened}", client.number));
        }
        let tokens = &self.tokens;
        client.send(lines, |number| text_of(&tokens[number as usize]));
    }

    /// One piece of what a connection's task does. With `may_break` its client may not take its replies.
    pub(super) fn go_on(&mut self, place: usize, may_break: bool) {
        let client = &mut self.clients[place];
        match std::mem::replace(&mut client.stage, Stage::Ready) {
            Stage::Ready => self.run_requests(place),
            Stage::Telling(replies) => match settled(&replies.commit) {
                None => client.stage = Stage::Telling(replies),
                Some(is_durable) => self.tell(place, *replies, is_durable),
            },
            Stage::Taking { drains, next } => self.take(place, drains, next, may_break),
            Stage::MailboxBusy(signal) => match settled(&signal) {
                None => client.stage = Stage::MailboxBusy(signal),
                Some(_) => self.run_requests(place),
            },
            Stage::LoggingIn(auth) => {
                let engine = &self.server.as_ref().expect("a server runs").engine;
                let before = (client.caller.binding(), client.bound);
                match engine.begin_auth(&client.caller, auth) {
                    Ok(check) => {
                        client.stage = Stage::Checking(Box::new(check));
                        let (number, operation) = (client.number, client.next_operation());
                        self.happened(number, &operation, &Told::ChecksPassword);
                        self.await_latest();
                    }
                    Err(refused) => self.answered(place, refused, before, Client::next_operation),
                }
            }
            Stage::Checking(check) => {
                let number = self.tokens.len() as SessionNumber;
                let token = self.new_token();
                let checked = check.run_in(&mut CheckMemory::default());
                let client = &mut self.clients[place];
                let before = (client.caller.binding(), client.bound);
                let engine = &self.server.as_ref().expect("a server runs").engine;
                let run = engine.finish_auth(&mut client.caller, token, &checked);
                self.answered(place, run, before, |_| Operation::FinishAuth(number));
            }
        }
    }

    pub(super) fn run_requests(&mut self, place: usize) {
        let engine = &self.server.as_ref().expect("a server runs").engine;
        let client = &mut self.clients[place];
        if client.requests.is_empty() {
            return;
        }
        let before = (client.caller.binding(), client.bound);
        let run = engine.run(&mut client.caller, &mut client.requests);
        self.answered(place, run, before, Client::next_operation);
    }

    /// Compares decided answers with those that are right, and makes them wait for the disk.
    pub(super) fn answered(
        &mut self,
        place: usize,
        run: Run,
        binding: (Option<Token>, Option<SessionNumber>),
        operation: impl Fn(&mut Client) -> Operation,
    ) {
        let mut drains = Vec::new();
        for answer in &run.answers {
            let operation = operation(&mut self.clients[place]);
            self.answer_is_right(place, &operation, answer);
            drains.extend(answer.drain.map(|drain| {
                let username = drain.username;
                let known = USERNAMES.iter().find(|name| **name == username.as_str());
                let handover = self.possibilities.handover(known.expect("one of them"));
                (drain, handover.expect("a drain was begun"))
            }));
        }
        let client = &mut self.clients[place];
        let number = client.number;
        let next = match run.pause {
            None => Next::Ready,
            Some(Pause::LogIn(auth)) => Next::LoggingIn(auth),
            Some(Pause::Wait(signal)) => {
                let line = client.lines.front().expect("it waits with a request");
                let operation = line.operation(client.bound);
                self.happened(number, &operation, &Told::Busy);
                Next::MailboxBusy(signal)
            }
        };
        self.await_latest();
        match run.commit {
            Some(commit) => {
                let replies = Replies {
                    answers: run.answers,
                    drains,
                    commit,
                    binding,
                    next,
                };
                self.clients[place].stage = Stage::Telling(Box::new(replies));
            }
            None => self.clients[place].stage = Stage::Taking { drains, next },
        }
    }

    pub(super) fn answer_is_right(&mut self, place: usize, operation: &Operation, answer: &Answer) {
        let told = self.told(&answer.reply);
        let number = self.clients[place].number;
        let grows = matches!(operation, Operation::Send { .. });
        let is_refused = self.server().is_rebuilding || (grows && self.growth.is_refused());
        assert_eq!(
            !answer.is_about_state, is_refused,
            "{operation:?} gives {told:?}"
        );
        if is_refused {
            self.note(format!("client {number} is answered at once: {told:?}"));
            assert_eq!(told, Told::Refused("storage_unavailable"));
            return;
        }
        let client = &mut self.clients[place];
        match (&told, operation) {
            (Told::Session(session), _) => client.bound = Some(*session),
            (Told::LoggedOut, Operation::Logout(session)) if *session == client.bound => {
                client.bound = None;
            }
            _ => {}
        }
        self.happened(number, operation, &told);
    }

    /// Replies may be told, or what they rest on is lost.
    pub(super) fn tell(&mut self, place: usize, replies: Replies, is_durable: bool) {
        let client = &mut self.clients[place];
        let number = client.number;
        if is_durable {
            let (drains, next) = (replies.drains, replies.next);
            client.stage = Stage::Taking { drains, next };
            self.note(format!("client {number} is told {}", replies.answers.len()));
            return;
        }
        let (token, bound) = replies.binding;
        client.caller.restore_binding(token);
        client.bound = bound;
        client.stage = replies.next.stage();
        let engine = &self.server.as_ref().expect("a server runs").engine;
        engine.give_back(&client.caller);
        self.note(format!("client {number} is told that storage failed"));
        self.happened(number, &Operation::GiveBack, &Told::Nothing);
    }

    pub(super) fn take(
        &mut self,
        place: usize,
        mut drains: Vec<(Drain, Handover)>,
        next: Next,
        may_break: bool,
    ) {
        if may_break && !drains.is_empty() && self.random.one_in(2) {
            // It takes its time.
            self.clients[place].stage = Stage::Taking { drains, next };
            return;
        }
        let breaks = may_break && !drains.is_empty() && self.random.one_in(6);
        if breaks {
            drains.truncate(self.random.below(drains.len() + 1));
        }
        let number = self.clients[place].number;
        let taken: Vec<_> = drains.iter().map(|(drain, _)| *drain).collect();
        if !taken.is_empty() {
            self.server().engine.confirm(&taken);
        }
        for (_, handover) in drains {
            self.happened(number, &Operation::Confirm(handover), &Told::Nothing);
        }
        self.await_latest();
        match breaks {
            true => self.close(place),
            false => self.clients[place].stage = next.stage(),
        }
    }

    pub(super) fn new_token(&mut self) -> Token {
        let number = self.tokens.len() as SessionNumber;
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        bytes[8..].copy_from_slice(&self.random.next().to_be_bytes());
        let token = Token::from_random(bytes);
        self.sessions_of_tokens.insert(text_of(&token), number);
        self.tokens.push(token);
        token
    }
}
