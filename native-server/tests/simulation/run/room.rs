//! How much room there is, and what the server makes of it.

use std::path::Path;

use chatting_time::engine::SteppedJournal;
use chatting_time::journal::{Disk, Room};

use super::super::client::Line;
use super::super::model::Operation;
use super::journal::Fold;
use super::server::FOLDER;
use super::{PASSWORDS, Simulation, USERNAMES};

impl Simulation {
    pub(super) fn fill_disk(&mut self) {
        let room = match self.random.below(3) {
            0 => self.random.below(9_000),
            1 => self.random.below(40_000),
            // Enough for a snapshot to be tried.
            _ => (2 << 20) + self.random.below(2 << 20),
        };
        self.disk.set_capacity(self.disk.used() + room as u64);
        self.has_faults |= room < 1 << 20;
        self.note(format!("the disk has room for {room} bytes"));
    }

    /// The server looks how much room there is.
    pub(super) fn check_storage(&mut self) {
        let room = self.disk.room(Path::new(FOLDER));
        self.server().engine.check_storage();
        self.looked(room.ok());
    }

    pub(super) fn looked(&mut self, room: Option<Room>) {
        if let Some(room) = room {
            self.growth.look(room.free, room.used);
        }
        let is_refused = self.growth.is_refused();
        let level = self.server().engine.storage().level;
        assert_eq!(level.refuses_growth(), is_refused, "{level:?} {room:?}");
        self.note(format!("growth is refused: {is_refused}"));
    }

    /// The server folds if that makes room it was asked for.
    pub(super) fn make_room(&mut self) -> Option<Fold> {
        let server = self.server.as_mut().expect("a server runs");
        if server.is_folding || server.is_writing || server.is_rebuilding {
            return None;
        }
        server.could_make_room |= self.possibilities.took_out();
        let journal = server.journal.make_room();
        let is_made = journal.is_some();
        let can_help = server.could_make_room && !server.may_have_failed;
        server.could_make_room &= !is_made;
        // It seals a segment for that, which may fail.
        server.may_have_failed |= self.has_faults;
        let is_wanted = self.growth.takes_wish() && can_help && !self.has_faults;
        let has_room = self.growth.has_room_for_snapshot();
        self.note(format!("room is made: {is_made}"));
        assert!(is_made || !is_wanted || has_room != Some(true), "not made");
        assert!(
            !is_made || has_room != Some(false),
            "no room for a snapshot"
        );
        self.begin_fold(journal?)
    }

    pub(super) fn make_room_at_once(&mut self) {
        self.check_storage();
        if let Some(fold) = self.make_room() {
            let succeeded = SteppedJournal::fold(&fold.journal);
            assert!(succeeded, "a fold failed without a fault");
            self.fold_ended(&fold, succeeded);
        }
        self.check_storage();
    }

    /// With an empty disk and empty mailboxes whatever grows is taken in, by the server as it is.
    pub(super) fn must_grow(&mut self) {
        self.make_room_at_once();
        assert!(!self.growth.is_refused(), "no room was made");
        let (username, password) = (USERNAMES[0], PASSWORDS[0]);
        self.administer(&Operation::AddUser { username, password });
        let lines = vec![
            Line::Send(None, username, "at last".into()),
            Line::Inbox(None),
        ];
        self.log_in_and_finish(username, lines);
    }
}
