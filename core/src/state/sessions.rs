//! All sessions, found by their tokens, and those of one user one after the other.

use slab::Slab;

use super::session::Session;
use crate::place::{Place, Places, hash};
use crate::token::Token;

/// The sessions of all users.
#[derive(Clone, Debug, Default)]
pub(super) struct Sessions {
    sessions: Slab<OwnedSession>,
    places: Places,
}

/// A session and whose it is.
#[derive(Clone, Debug)]
pub(super) struct OwnedSession {
    pub(super) token: Token,
    /// The place of its user's account.
    pub(super) account: Place,
    /// The user's session that was opened next.
    next: Option<Place>,
    pub(super) session: Session,
}

/// The sessions of one user, in the order in which they were opened.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chain {
    first: Option<Place>,
}

impl Sessions {
    pub(super) fn len(&self) -> usize {
        self.sessions.len()
    }

    pub(super) fn get(&self, token: &Token) -> Option<&OwnedSession> {
        Some(&self.sessions[self.place_of(token)?.key()])
    }

    pub(super) fn get_mut(&mut self, token: &Token) -> Option<&mut OwnedSession> {
        let place = self.place_of(token)?;
        Some(&mut self.sessions[place.key()])
    }

    /// In no order that may show.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut OwnedSession> {
        self.sessions.iter_mut().map(|(_, owned)| owned)
    }

    /// The sessions of one user.
    pub(super) fn of(&self, chain: Chain) -> impl Iterator<Item = &OwnedSession> {
        let next = |place: Option<Place>| Some(&self.sessions[place?.key()]);
        core::iter::successors(next(chain.first), move |owned| next(owned.next))
    }

    /// Adds one to those of a user.
    pub(super) fn open(
        &mut self,
        chain: &mut Chain,
        token: Token,
        account: Place,
        session: Session,
    ) {
        let place = Place::of(self.sessions.insert(OwnedSession {
            token,
            account,
            next: None,
            session,
        }));
        let sessions = &self.sessions;
        let hash = |place: Place| hash(&sessions[place.key()].token);
        self.places.insert(place, &hash);
        *self.link_before(chain, None) = Some(place);
    }

    /// Ends one of a user's.
    pub(super) fn end(&mut self, chain: &mut Chain, token: &Token) {
        if let Some(place) = self.place_of(token) {
            let next = self.sessions[place.key()].next;
            *self.link_before(chain, Some(place)) = next;
            self.remove(place);
        }
    }

    /// Ends all of a user's.
    pub(super) fn end_all(&mut self, chain: &mut Chain) {
        while let Some(place) = chain.first {
            chain.first = self.sessions[place.key()].next;
            self.remove(place);
        }
    }

    /// What leads to a place in a chain, or to its end.
    fn link_before<'a>(
        &'a mut self,
        chain: &'a mut Chain,
        place: Option<Place>,
    ) -> &'a mut Option<Place> {
        let mut before = None;
        let mut at = chain.first;
        while at != place
            && let Some(other) = at
        {
            before = at;
            at = self.sessions[other.key()].next;
        }
        match before {
            Some(before) => &mut self.sessions[before.key()].next,
            None => &mut chain.first,
        }
    }

    fn remove(&mut self, place: Place) {
        let removed = self.sessions.remove(place.key());
        self.places.remove(place, hash(&removed.token));
    }

    fn place_of(&self, token: &Token) -> Option<Place> {
        let is_it = |place: Place| self.sessions[place.key()].token == *token;
        self.places.find(hash(token), &is_it)
    }
}
