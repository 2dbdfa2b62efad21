//! `chatting-time user sessions` and `user kick`.

use chatting_time_core::Username;
use chatting_time_core::state::{SessionId, SessionSummary};
use clap::Args;
use serde::Serialize;

use super::list::{Format, aligned, csv};
use super::{Accounts, Failure, parse_username, report};
use crate::screen::{print, utc};
use crate::settings::{DataArguments, Settings};

/// The command line of `user sessions`.
#[derive(Debug, Args)]
pub(super) struct SessionsArguments {
    /// Whose sessions [default: everybody's].
    #[arg(value_parser = parse_username)]
    username: Option<Username>,
    /// How to write them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    pub(super) data: DataArguments,
}

/// The command line of `user kick`.
#[derive(Debug, Args)]
pub(super) struct KickArguments {
    /// Whose sessions.
    #[arg(value_parser = parse_username)]
    username: Username,
    /// Only this one, as `user sessions` shows it: the first eight digits of its token.
    #[arg(long, value_name = "SESSION", value_parser = parse_session)]
    session: Option<SessionId>,
    #[command(flatten)]
    pub(super) data: DataArguments,
}

fn parse_session(text: &str) -> Result<SessionId, &'static str> {
    SessionId::parse(text).ok_or("must be eight hex digits, as `user sessions` shows them")
}

/// A session as it is shown.
#[derive(Serialize)]
struct Row {
    username: Username,
    session: String,
    opened: String,
    last_used: String,
    /// Where servers share everything, none knows those of the others.
    connections: Option<u32>,
    online: bool,
}

const COLUMNS: [&str; 6] = [
    "username",
    "session",
    "opened",
    "last_used",
    "connections",
    "online",
];

impl SessionsArguments {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let accounts = Accounts::open(settings)?;
        let are_shared = accounts.are_shared();
        let sessions = accounts.sessions(self.username)?;
        let row = |session: &SessionSummary| Row::of(session, are_shared);
        let rows: Vec<Row> = sessions.iter().map(row).collect();
        let text = match self.format {
            Format::Table => aligned(COLUMNS, rows.iter().map(Row::texts)),
            Format::Json => serde_json::to_string_pretty(&rows)? + "\n",
            Format::Csv => csv(COLUMNS, rows.iter().map(Row::texts))?,
        };
        Ok(print(text)?)
    }
}

impl KickArguments {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let username = self.username;
        let ended = Accounts::open(settings)?.end_sessions(username, self.session)?;
        match (ended, self.session) {
            (0, Some(id)) => Err(Failure(format!(
                "{username} has no session {id}; `chatting-time user sessions {username}` \
                 shows those that there are"
            ))),
            (0, None) => report(&format!("{username} had no sessions")),
            (1, _) => report(&format!("ended 1 session of {username}")),
            (count, _) => report(&format!("ended {count} sessions of {username}")),
        }
    }
}

impl Row {
    fn of(session: &SessionSummary, are_shared: bool) -> Self {
        Self {
            username: session.username,
            session: session.id.to_string(),
            opened: utc(session.opened),
            last_used: utc(session.last_used),
            connections: (!are_shared).then_some(session.connections),
            online: session.is_online,
        }
    }

    fn texts(&self) -> [String; 6] {
        [
            self.username.to_string(),
            self.session.clone(),
            self.opened.clone(),
            self.last_used.clone(),
            self.connections
                .map_or("-".into(), |connections| connections.to_string()),
            match self.online {
                true => "yes".into(),
                false => "no".into(),
            },
        ]
    }
}
