//! [`State`] as a view: it holds everything and lacks nothing.

use alloc::vec::Vec;

use super::State;
use super::mailbox::Mailbox;
use super::sessions::OwnedSession;
use super::user::User;
use super::view::{Fetched, Fill, LiveSession, View, Waiting};
use crate::decision::Context;
use crate::identity::Username;
use crate::reply::List;
use crate::token::Token;

impl View for State {
    fn user(&self, username: &Username) -> Fetched<Option<&User>> {
        let place = self.place_of(username);
        Ok(place.map(|place| &self.accounts[place.key()].user))
    }

    fn session(&self, token: &Token) -> Fetched<Option<LiveSession<'_>>> {
        Ok(self.sessions.get(token).map(|owned| self.live(owned)))
    }

    fn sessions(&self, username: &Username) -> Fetched<Vec<LiveSession<'_>>> {
        let Some(place) = self.place_of(username) else {
            return Ok(Vec::new());
        };
        let sessions = self.sessions.of(self.accounts[place.key()].sessions);
        Ok(sessions.map(|owned| self.live(owned)).collect())
    }

    fn mailbox(&self, username: &Username) -> Fetched<Fill> {
        let place = self.place_of(username);
        Ok(place.map_or_else(Fill::default, |place| {
            self.accounts[place.key()].mailbox.fill()
        }))
    }

    fn waiting(&self, username: &Username, context: &Context<'_>) -> Fetched<Waiting> {
        let empty = Mailbox::default();
        let place = self.place_of(username);
        let mailbox = place.map_or(&empty, |place| &self.accounts[place.key()].mailbox);
        let in_flight = place.and_then(|place| self.drains.get(place));
        Ok(mailbox.waiting(username, in_flight, context))
    }

    fn online(&self, asker: &Username, context: &Context<'_>) -> Fetched<List> {
        let count = self.presence.online_count();
        let mut total = count as u64;
        let bound = context.limits.list_names as usize;
        let mut names = Vec::with_capacity(bound.min(count + 1));
        let online = self.presence.online().take(bound);
        names.extend(online.map(|place| self.accounts[place.key()].user.identity.username()));
        // The asker's session becomes attached only with this decision.
        let asker_place = self.place_of(asker);
        if !asker_place.is_some_and(|place| self.accounts[place.key()].standing.is_online()) {
            total += 1;
            let place = names.partition_point(|name| name < asker);
            names.insert(place, *asker);
            names.truncate(bound);
        }
        Ok(List { names, total })
    }
}

impl State {
    fn live<'a>(&'a self, owned: &'a OwnedSession) -> LiveSession<'a> {
        LiveSession {
            token: owned.token,
            user: &self.accounts[owned.account.key()].user,
            session: &owned.session,
        }
    }
}
