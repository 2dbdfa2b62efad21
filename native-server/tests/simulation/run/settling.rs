//! The end of a run, at which everything comes to rest.

use super::super::client::{Line, Stage};
use super::super::model::{Operation, Username, bounds};
use super::{PASSWORDS, Simulation, USERNAMES};

impl Simulation {
    /// Everything is mended and comes to rest, power is lost, and whoever has messages takes them.
    pub(super) fn settle(&mut self) {
        self.note("the end: everything is mended".into());
        for last in [false, true] {
            self.mend_disk();
            if self.server.is_none() {
                self.start_server();
            }
            self.recover();
            while !self.clients.is_empty() {
                self.write_all();
                self.client_goes_on();
                if !self.clients.is_empty() {
                    self.close(0);
                }
            }
            self.write_all();
            self.finish_reading();
            if !last && self.random.one_in(2) {
                self.lose_power();
                self.end_server();
                self.start_server();
            }
        }
        self.take_everything();
        self.must_grow();
        self.finish_reading();
    }

    fn take_everything(&mut self) {
        let users = self.server().engine.users();
        let has = |username: &Username| {
            let mut names = users.iter().map(|user| user.identity.username());
            names.any(|name| name.as_str() == *username)
        };
        let users: Vec<_> = USERNAMES.iter().copied().filter(has).collect();
        for username in users.iter().copied() {
            let password = PASSWORDS[0];
            self.administer(&Operation::ChangePassword { username, password });
        }
        self.write_all();
        // What is taken from now on has to make room by itself.
        self.make_room_at_once();
        for username in users {
            let rounds = 1 + bounds::MAILBOX_MESSAGES.div_ceil(bounds::INBOX_MESSAGES);
            let inboxes = std::iter::repeat_n(Line::Inbox(None), rounds);
            self.log_in_and_finish(username, inboxes.collect());
        }
        let undelivered = self.server().engine.totals().undelivered.messages;
        assert_eq!(undelivered, 0, "everyone took everything");
        self.check_state();
    }

    /// A client comes, is answered everything it asks for, and goes.
    pub(super) fn log_in_and_finish(&mut self, username: Username, lines: Vec<Line>) {
        self.write_all();
        self.connect();
        let log_in = Line::Auth(username, PASSWORDS[0]);
        self.client_sends(0, std::iter::once(log_in).chain(lines).collect());
        while !self.clients[0].lines.is_empty() || !matches!(self.clients[0].stage, Stage::Ready) {
            self.go_on(0, false);
            self.write_all();
        }
        self.close(0);
        self.write_all();
    }
}
