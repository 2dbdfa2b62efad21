//! [`State`] as a view: it holds everything and lacks nothing.

use alloc::vec::Vec;

use super::State;
use super::mailbox::Mailbox;
use super::user::User;
use super::view::{Fetched, Fill, LiveSession, View, Waiting};
use crate::decision::Context;
use crate::identity::Username;
use crate::reply::List;
use crate::token::Token;

impl View for State {
    fn user(&self, username: &Username) -> Fetched<Option<&User>> {
        let place = self.place_of(username);
        Ok(place.map(|place| &self.accounts[place].user))
    }

    fn session(&self, token: &Token) -> Fetched<Option<LiveSession<'_>>> {
        Ok(self.sessions.get(token).map(|owned| LiveSession {
            token: *token,
            user: &self.accounts[owned.account].user,
            session: &owned.session,
        }))
    }

    fn sessions(&self, username: &Username) -> Fetched<Vec<LiveSession<'_>>> {
        let Some(place) = self.place_of(username) else {
            return Ok(Vec::new());
        };
        let account = &self.accounts[place];
        let sessions = account.sessions.iter().map(|token| LiveSession {
            token: *token,
            user: &account.user,
            session: &self.sessions[token].session,
        });
        Ok(sessions.collect())
    }

    fn mailbox(&self, username: &Username) -> Fetched<Fill> {
        let place = self.place_of(username);
        Ok(place.map_or_else(Fill::default, |place| self.accounts[place].mailbox.fill()))
    }

    fn waiting(&self, username: &Username, context: &Context<'_>) -> Fetched<Waiting> {
        let empty = Mailbox::default();
        let place = self.place_of(username);
        let mailbox = place.map_or(&empty, |place| &self.accounts[place].mailbox);
        let in_flight = place.and_then(|place| self.drains.get(&place));
        Ok(mailbox.waiting(username, in_flight, context))
    }

    fn online(&self, asker: &Username, context: &Context<'_>) -> Fetched<List> {
        let online = &self.presence;
        let mut total = online.online_count() as u64;
        let bound = context.limits.list_names as usize;
        let mut names = Vec::with_capacity(bound.min(online.online_count() + 1));
        names.extend(online.online().take(bound));
        // The asker's session becomes attached only with this decision.
        if !online.is_online(*asker) {
            total += 1;
            let place = names.partition_point(|name| name < asker);
            names.insert(place, *asker);
            names.truncate(bound);
        }
        Ok(List { names, total })
    }
}
