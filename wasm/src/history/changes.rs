//! What a step changed: rows of before and after, compared.

use crate::{
    Change, ConnectionView, MailboxView, MessageView, ServerView, SessionView, Simulation, UserView,
};

/// What there was before the step.
pub(super) struct Before {
    connections: Vec<ConnectionView>,
    server: ServerView,
}

impl Before {
    pub(super) fn of(simulation: &Simulation) -> Self {
        Self {
            connections: simulation.connection_views(),
            server: simulation.server_view(),
        }
    }

    /// What there is now, each row marked with what became of it. Rows that went are there once more.
    pub(super) fn changes_to(&self, now: &Simulation) -> (Vec<ConnectionView>, ServerView) {
        let before = &self.server;
        let mut server = now.server_view();
        mark(&before.users, &mut server.users);
        mark(&before.sessions, &mut server.sessions);
        for mailbox in &mut server.mailboxes {
            let earlier = before.mailboxes.iter();
            let mut earlier = earlier.filter(|before| before.username == mailbox.username);
            if let Some(earlier) = earlier.next() {
                mark(&earlier.messages, &mut mailbox.messages);
            }
        }
        mark(&before.mailboxes, &mut server.mailboxes);
        let mut connections = now.connection_views();
        mark(&self.connections, &mut connections);
        (connections, server)
    }
}

/// Something that is the same row as long as its key is.
trait Row: Clone + PartialEq {
    type Key<'a>: PartialEq
    where
        Self: 'a;

    fn key(&self) -> Self::Key<'_>;
    fn change(&mut self) -> &mut Change;
}

/// Marks what is new or other than before, and puts what is gone back to where it stood.
fn mark<R: Row>(before: &[R], now: &mut Vec<R>) {
    for row in now.iter_mut() {
        let earlier = before.iter().find(|earlier| earlier.key() == row.key());
        let change = match earlier {
            None => Change::Added,
            Some(earlier) if earlier == row => Change::None,
            Some(_) => Change::Changed,
        };
        *row.change() = change;
    }
    for (place, row) in before.iter().enumerate() {
        if now.iter().all(|later| later.key() != row.key()) {
            let mut gone = row.clone();
            *gone.change() = Change::Removed;
            now.insert(place.min(now.len()), gone);
        }
    }
}

macro_rules! rows {
    ($($view:ty: $key:ty = $field:expr;)+) => {
        $(impl Row for $view {
            type Key<'a> = $key;

            fn key(&self) -> $key {
                let key: fn(&$view) -> $key = $field;
                key(self)
            }

            fn change(&mut self) -> &mut Change {
                &mut self.change
            }
        })+
    };
}

rows! {
    ConnectionView: u32 = |row| row.connection;
    MessageView: u32 = |row| row.number;
}

macro_rules! named_rows {
    ($($view:ty: $field:ident;)+) => {
        $(impl Row for $view {
            type Key<'a> = &'a str;

            fn key(&self) -> &str {
                &self.$field
            }

            fn change(&mut self) -> &mut Change {
                &mut self.change
            }
        })+
    };
}

named_rows! {
    UserView: username;
    SessionView: token;
    MailboxView: username;
}
