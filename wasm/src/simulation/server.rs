//! The server's program: core's state, what it has made durable, and who waits for what.

use std::sync::Arc;

use chatting_time_core::documented_accounts::{PASSWORD, documented_accounts};
use chatting_time_core::limits::LIMITS;
use chatting_time_core::state::LiveSession;
use chatting_time_core::{
    AdminCommand, Event, Limits, Name, NewUser, Password, PasswordCost, PasswordHash, State,
    Timestamp, Token, Username, View, decide_admin,
};
use litemap::LiteMap;

use super::journal::Journal;
use super::random::Random;
use super::recorder::Recorder;
use crate::bounds::{OPERATOR_TEXT_BYTES, USERS, is_in_force, maximum};
use crate::{Account, Administration, Config, ErrorCode, PlaygroundError, What};

/// What the server's clock shows at the start. Any time would do; this one has no meaning.
pub(super) const START: u64 = 1_700_000_000_000;

#[derive(Clone)]
pub(super) struct Server {
    pub(super) limits: Arc<Limits>,
    pub(super) state: State,
    pub(super) journal: Journal,
    /// How many events all restarts so far had to recover.
    pub(super) recovered: u64,
    pub(super) tokens: Random,
    salts: Random,
    pub(super) is_running: bool,
    /// It was asked to stop, and cuts off at this time who has not taken the replies.
    pub(super) stops_at: Option<u64>,
    /// The observation of the stop.
    pub(super) stopped_by: Option<u32>,
    /// No session dies of age before.
    pub(super) sweeps_at: Option<u64>,
    /// Connections whose request waits for a mailbox, in order.
    pub(super) waiting: Vec<u32>,
    /// Those of them that should look again.
    pub(super) woken: Vec<u32>,
    /// By which observation the messages in each mailbox were accepted.
    pub(super) accepted: LiteMap<Username, Vec<u32>>,
    /// The sessions that there are, in the order in which they were opened, and by which observation each was.
    pub(super) opened: Vec<(Token, u32)>,
}

impl Server {
    pub(super) fn new(seed: u64, config: &Config) -> Result<Self, PlaygroundError> {
        let mut server = Self {
            limits: Arc::new(limits(config)?),
            state: State::default(),
            journal: Journal::default(),
            recovered: 0,
            tokens: Random::new(seed, 0),
            salts: Random::new(seed, 1),
            is_running: true,
            stops_at: None,
            stopped_by: None,
            sweeps_at: None,
            waiting: Vec::new(),
            woken: Vec::new(),
            accepted: LiteMap::new(),
            opened: Vec::new(),
        };
        let password = server.hash(PASSWORD).expect("the constant is a password");
        let mut users = documented_accounts(Some(password));
        for account in &config.accounts {
            let user = server.new_user(account);
            users.push(user.map_err(bad_account)?);
        }
        let events = server.decide(&AdminCommand::AddUsers(users));
        for event in events.map_err(bad_account)? {
            server.state.apply(&event);
            server.journal.push(&event);
        }
        Ok(server)
    }

    pub(super) fn now(&self, time: u64) -> Timestamp {
        Timestamp(START + time)
    }

    pub(super) fn token(&mut self) -> Token {
        Token::from_random(self.tokens.bytes())
    }

    /// Decides a change of accounts, or says by a code why it is refused.
    pub(super) fn administrate(
        &mut self,
        change: &Administration,
    ) -> Result<Vec<Event>, &'static str> {
        let command = match change {
            Administration::AddUser {
                username,
                name,
                country,
                password,
            } => AdminCommand::AddUsers(vec![self.new_user(&Account {
                username: username.clone(),
                name: name.clone(),
                country: country.clone(),
                password: password.clone(),
            })?]),
            Administration::ChangePassword { username, password } => AdminCommand::ChangePassword {
                username: Username::parse(username).ok_or("badUsername")?,
                password: self.hash(password)?,
            },
            Administration::RemoveUser { username } => AdminCommand::RemoveUser {
                username: Username::parse(username).ok_or("badUsername")?,
            },
        };
        self.decide(&command)
    }

    /// Makes events durable that were applied, or are about to be; `cause` led to them. `owners` says whose sessions
    /// they end.
    pub(super) fn record(
        &mut self,
        events: &[Event],
        owners: &[Option<Username>],
        causes: &[u32],
        recorder: &mut Recorder,
    ) {
        for (event, owner) in events.iter().zip(owners) {
            self.journal.push(event);
            let observation = recorder.observe(
                causes,
                What::StateChanged {
                    event: name(event).to_owned(),
                    username: owner.map(|username| username.to_string()),
                },
            );
            self.note(event, observation);
        }
    }

    /// Whom each event is about, as long as none of them is applied.
    pub(super) fn owners(&self, events: &[Event]) -> Vec<Option<Username>> {
        let owner = |event: &Event| match event {
            Event::UserAdded { username, .. }
            | Event::PasswordChanged { username, .. }
            | Event::UserRemoved { username }
            | Event::SessionOpened { username, .. }
            | Event::MessagesDelivered { username, .. } => Some(*username),
            Event::MessageAccepted { recipient, .. } => Some(*recipient),
            Event::SessionUsed { token, .. } | Event::SessionEnded { token } => {
                let session = self.state.session(token).ok().flatten();
                session.map(|session| session.user.identity.username())
            }
            Event::GenerationReached { .. } => None,
        };
        events.iter().map(owner).collect()
    }

    /// Everything that is not durable is gone.
    pub(super) fn restart(&mut self) {
        let recovered = self.journal.recover();
        self.state = recovered.state;
        self.recovered += recovered.work as u64;
        self.is_running = true;
        self.stops_at = None;
        self.stopped_by = None;
        self.waiting.clear();
        self.woken.clear();
        self.expect_deaths();
    }

    /// Whoever waits for this mailbox should look again.
    pub(super) fn mailbox_is_free(&mut self) {
        self.woken.extend(&self.waiting);
    }

    /// Finds out when the next session dies of age.
    pub(super) fn expect_deaths(&mut self) {
        let sessions = self.sessions();
        let deaths = sessions.map(|(session, _)| session.dies(&self.limits).0);
        self.sweeps_at = deaths.min().map(next_tick);
    }

    /// All sessions in the order in which they were opened, and by which observation each was.
    pub(super) fn sessions(&self) -> impl Iterator<Item = (LiveSession<'_>, u32)> {
        let opened = self.opened.iter();
        opened.filter_map(|(token, observation)| {
            let session = self.state.session(token).ok().flatten()?;
            Some((session, *observation))
        })
    }

    fn note(&mut self, event: &Event, observation: u32) {
        match event {
            Event::SessionOpened { token, at, .. } => {
                self.opened.push((*token, observation));
                let limits = &self.limits;
                let life = limits.session_idle.min(limits.session_lifetime);
                let dies = next_tick(at.0.saturating_add(life));
                self.sweeps_at = Some(self.sweeps_at.map_or(dies, |at| at.min(dies)));
            }
            Event::SessionEnded { token } => {
                self.opened.retain(|(other, _)| other != token);
            }
            Event::MessageAccepted { recipient, .. } => {
                let accepted = self.accepted.entry(*recipient).or_default();
                accepted.push(observation);
            }
            Event::MessagesDelivered { username, count } => {
                if let Some(accepted) = self.accepted.get_mut(username) {
                    let count = accepted.len().min(*count as usize);
                    accepted.drain(..count);
                }
            }
            Event::UserRemoved { username } => {
                self.accepted.remove(username);
                self.forget_ended_sessions();
            }
            Event::PasswordChanged { .. } => self.forget_ended_sessions(),
            _ => {}
        }
    }

    fn forget_ended_sessions(&mut self) {
        let state = &self.state;
        self.opened
            .retain(|(token, _)| matches!(state.session(token), Ok(Some(_))));
    }

    fn decide(&self, command: &AdminCommand) -> Result<Vec<Event>, &'static str> {
        use chatting_time_core::AdminRefusal;
        if let AdminCommand::AddUsers(users) = command
            && self.state.user_count() + users.len() > USERS
        {
            return Err("tooManyUsers");
        }
        let decided = decide_admin(&self.state, self.state.generation(), command);
        let decided = decided.expect("the whole state is in memory");
        decided.map_err(|refusal| match refusal {
            AdminRefusal::UserExists(_) => "userExists",
            AdminRefusal::UserNotFound(_) => "userNotFound",
            AdminRefusal::CostlyPassword(_) => "badPassword",
        })
    }

    fn new_user(&mut self, account: &Account) -> Result<NewUser, &'static str> {
        Ok(NewUser {
            username: Username::parse(&account.username).ok_or("badUsername")?,
            name: Name::parse(&account.name).ok_or("badName")?,
            country: Name::parse(&account.country).ok_or("badCountry")?,
            password: self.hash(&account.password)?,
        })
    }

    /// At the cheapest cost, for these passwords are no secrets.
    fn hash(&mut self, password: &str) -> Result<PasswordHash, &'static str> {
        let password = Password::parse(password).ok_or("badPassword")?;
        Ok(password.hash(PasswordCost::cheapest(), self.salts.bytes()))
    }
}

/// A sweep looks once a second.
fn next_tick(at: u64) -> u64 {
    at.saturating_sub(START).div_ceil(1_000) * 1_000
}

fn limits(config: &Config) -> Result<Limits, PlaygroundError> {
    let mut limits = Limits::default();
    for (field, value) in &config.limits {
        let limit = LIMITS.iter().find(|limit| limit.field == field);
        let limit = limit
            .filter(|limit| is_in_force(limit) && (limit.minimum..=maximum(limit)).contains(value));
        let bad = || PlaygroundError::with_detail(ErrorCode::BadScenario, format!("limit {field}"));
        (limit.ok_or_else(bad)?.set)(&mut limits, *value);
    }
    Ok(limits)
}

fn bad_account(code: &str) -> PlaygroundError {
    PlaygroundError::with_detail(ErrorCode::BadScenario, format!("account: {code}"))
}

/// Whether the texts of a change are short enough to be looked at.
pub(super) fn is_bounded(change: &Administration) -> bool {
    let texts = change.texts();
    texts.iter().all(|text| text.len() <= OPERATOR_TEXT_BYTES)
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::UserAdded { .. } => "userAdded",
        Event::PasswordChanged { .. } => "passwordChanged",
        Event::UserRemoved { .. } => "userRemoved",
        Event::SessionOpened { .. } => "sessionOpened",
        Event::SessionUsed { .. } => "sessionUsed",
        Event::SessionEnded { .. } => "sessionEnded",
        Event::MessageAccepted { .. } => "messageAccepted",
        Event::MessagesDelivered { .. } => "messagesDelivered",
        Event::GenerationReached { .. } => "generationReached",
    }
}
