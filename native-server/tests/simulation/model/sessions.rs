//! Sessions: who may do something, and until when.

use std::collections::BTreeSet;

use super::durable::Session;
use super::{Moment, SessionNumber, Told, Username, World, bounds};

impl World<'_> {
    pub(super) fn with_session(
        &mut self,
        moment: Moment,
        session: Option<SessionNumber>,
        answer: impl FnOnce(&mut Self, SessionNumber, Username) -> Told,
    ) -> Told {
        let owner = session.and_then(|number| {
            let session = self.durable.sessions.get(&number)?;
            (moment.now < self.dies(number)).then_some((number, session.owner))
        });
        let Some((number, owner)) = owner else {
            return Told::Refused("session_not_found");
        };
        let told = answer(self, number, owner);
        if told != Told::Busy {
            self.use_session(moment, number);
        }
        told
    }

    fn use_session(&mut self, moment: Moment, number: SessionNumber) {
        if let Some(session) = self.durable.sessions.get_mut(&number) {
            if moment.now - session.recorded >= bounds::SESSION_USE_RECORDING {
                session.recorded = moment.now;
            }
            self.soft.last_used.insert(number, moment.now);
            let connections = self.soft.attached.entry(number).or_default();
            connections.insert(moment.connection);
        }
    }

    pub(super) fn finish_auth(&mut self, moment: Moment, session: SessionNumber) -> Told {
        let Some(check) = self.soft.checks.remove(&moment.connection) else {
            return Told::Refused("nobody asked");
        };
        match self.durable.users.get(check.username) {
            None => return Told::Refused("user_not_found"),
            Some(user) if !check.is_right || user.password_set != check.password_set => {
                return Told::Refused("wrong_password");
            }
            Some(_) => {}
        }
        let dead = self.dead(moment.now);
        let owner = check.username;
        self.durable
            .end_sessions(|number, session| session.owner == owner && dead.contains(&number));
        let sessions = self.durable.sessions.iter();
        let own = sessions.filter(|(_, session)| session.owner == owner);
        let mut by_use: Vec<_> = own
            .map(|(number, session)| (self.soft.last_used[number], session.opened, *number))
            .collect();
        by_use.sort_unstable();
        let surplus = (by_use.len() + 1).saturating_sub(bounds::USER_SESSIONS);
        for (_, _, longest_unused) in &by_use[..surplus] {
            self.durable.sessions.remove(longest_unused);
        }
        let opened = Session {
            owner,
            opened: moment.now,
            recorded: moment.now,
        };
        self.durable.sessions.insert(session, opened);
        self.use_session(moment, session);
        Told::Session(session)
    }

    pub(super) fn online(&self, now: u64, asker: Username) -> Vec<String> {
        let is_online = |number: SessionNumber| {
            let is_attached = self.soft.attached.get(&number);
            let is_attached = is_attached.is_some_and(|connections| !connections.is_empty());
            let was_used = now < self.soft.last_used[&number] + bounds::PRESENCE_WINDOW;
            now < self.dies(number) && (is_attached || was_used)
        };
        let sessions = self.durable.sessions.iter();
        let online = sessions.filter(|(number, _)| is_online(**number));
        let mut names: BTreeSet<_> = online.map(|(_, session)| session.owner).collect();
        names.insert(asker);
        names.into_iter().map(str::to_owned).collect()
    }

    pub(super) fn dead(&self, now: u64) -> BTreeSet<SessionNumber> {
        let numbers = self.durable.sessions.keys().copied();
        numbers.filter(|number| now >= self.dies(*number)).collect()
    }

    fn dies(&self, number: SessionNumber) -> u64 {
        let opened = self.durable.sessions[&number].opened;
        let idle = self.soft.last_used[&number] + bounds::SESSION_IDLE;
        idle.min(opened + bounds::SESSION_LIFETIME)
    }

    /// An operator ends one live session of a user, or all.
    pub(super) fn end_sessions(
        &mut self,
        now: u64,
        username: Username,
        session: Option<SessionNumber>,
    ) -> Told {
        if !self.durable.users.contains_key(username) {
            return Told::Refused("not found");
        }
        let dead = self.dead(now);
        let is_meant = |number| session.is_none_or(|one| one == number) && !dead.contains(&number);
        let before = self.durable.sessions.len();
        self.durable
            .end_sessions(|number, session| session.owner == username && is_meant(number));
        Told::Ended(before - self.durable.sessions.len())
    }
}
