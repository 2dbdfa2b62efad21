//! Sessions as an operator sees them, and ends them: by names that are no secrets.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::sessions::OwnedSession;
use super::{Event, State};
use crate::identity::Username;
use crate::limits::Limits;
use crate::time::Timestamp;
use crate::token::Token;

/// Names a session without its token, by the first eight digits of that: a person finds them in their own client, and nobody
/// guesses the 90 random bits that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionId(u32);

impl SessionId {
    /// Of the session with this token.
    pub fn of(token: &Token) -> Self {
        Self(token.beginning())
    }

    /// Eight hex digits of either case, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_shaped = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = is_shaped.then(|| u32::from_str_radix(text, 16).ok());
        digits.flatten().map(Self)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:08x}", self.0)
    }
}

/// A live session, without its token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    /// Whose it is.
    pub username: Username,
    /// Tells it from the user's others.
    pub id: SessionId,
    /// When it was opened.
    pub opened: Timestamp,
    /// When it was last used, as far as is known.
    pub last_used: Timestamp,
    /// Open connections that it is attached to.
    pub connections: u32,
    /// Whether it makes its user count as online.
    pub is_online: bool,
}

impl State {
    /// The live sessions of a user, the one that was opened first in front; `None` when there is
    /// no such user.
    pub fn session_summaries(
        &self,
        username: &Username,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<Vec<SessionSummary>> {
        let summary = |owned: &OwnedSession| SessionSummary {
            username: *username,
            id: SessionId::of(&owned.token),
            opened: owned.session.opened,
            last_used: owned.session.last_used,
            connections: owned.session.attached,
            is_online: owned.session.online_until(now, limits).is_some(),
        };
        let live = self.live_sessions(username, now, limits)?;
        Some(live.map(summary).collect())
    }

    /// Ends the live session of a user that is called so, or all; `None` when there is no such
    /// user. The host applies the events and makes them durable.
    pub fn end_sessions(
        &self,
        username: &Username,
        id: Option<SessionId>,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<Vec<Event>> {
        let live = self.live_sessions(username, now, limits)?;
        let tokens = live.map(|owned| owned.token);
        let ended = tokens.filter(|token| id.is_none_or(|id| id == SessionId::of(token)));
        Some(ended.map(|token| Event::SessionEnded { token }).collect())
    }

    fn live_sessions(
        &self,
        username: &Username,
        now: Timestamp,
        limits: &Limits,
    ) -> Option<impl Iterator<Item = &OwnedSession>> {
        let place = self.place_of(username)?;
        let sessions = self.sessions.of(self.accounts[place.key()].sessions);
        Some(sessions.filter(move |owned| owned.session.is_live(now, limits)))
    }
}
