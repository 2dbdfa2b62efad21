//! A service with users who are all logged in and online, as benchmarks need it. No clock and no measuring.

use chatting_time_core::{
    AdminCommand, Body, Command, ConnectionId, Context, Decision, Event, Identity, Limits, Name,
    NewUser, Outcome, Password, PasswordCost, State, Timestamp, Token, Username, decide_admin,
    finish_auth,
};

/// What people send.
pub(crate) const TEXT: &str = "sixty bytes of text, as people write them when they chat ...";

const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// Users who are all logged in and online.
pub(crate) struct Service {
    pub(crate) state: State,
    pub(crate) limits: Limits,
    tokens: Vec<Token>,
}

impl Service {
    pub(crate) fn new(users: usize) -> Self {
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

    pub(crate) fn decide(&mut self, sender: usize, command: &Command) -> Decision {
        let context = context(&self.limits, sender, Some(self.tokens[sender]));
        let Outcome::Decided(decision) = self.state.decide(&context, command) else {
            panic!("nothing is missing");
        };
        self.state.commit(&context, &decision);
        decision
    }

    /// From a command to the bytes of its reply, as a host does it.
    pub(crate) fn answer(&mut self, sender: usize, command: &Command, output: &mut Vec<u8>) {
        let decision = self.decide(sender, command);
        output.clear();
        decision.reply.write(output);
    }
}

/// Many senders among this many users, each to another recipient.
pub(crate) fn send_lines(users: usize) -> Vec<String> {
    let line = |number: usize| format!("send {} {TEXT}", username((number * 7 + 1) % users));
    (0..users).map(line).collect()
}

/// One user's message to another.
pub(crate) fn message_accepted(limits: &Limits) -> Event {
    let sender = Identity::new(&username(1), &Name::parse("Lionel Messi").unwrap());
    Event::MessageAccepted {
        sender,
        recipient: username(2),
        text: Body::parse(TEXT, limits.message_text_bytes).unwrap(),
        at: NOW,
    }
}

pub(crate) fn username(number: usize) -> Username {
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
