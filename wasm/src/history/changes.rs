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
    type Key: PartialEq;

    fn key(&self) -> &Self::Key;
    fn change(&mut self) -> &mut Change;
}

/// Marks what is new or other than before, and puts what is gone back to where it stood. Rows that stay keep their
/// order.
fn mark<R: Row>(before: &[R], now: &mut Vec<R>) {
    let mut marked = Vec::with_capacity(now.len());
    let mut rest = before;
    for mut row in std::mem::take(now) {
        let place = rest.iter().position(|earlier| earlier.key() == row.key());
        let change = match place {
            None => Change::Added,
            Some(place) if rest[place] == row => Change::None,
            Some(_) => Change::Changed,
        };
        if let Some(place) = place {
            marked.extend(rest[..place].iter().map(gone));
            rest = &rest[place + 1..];
        }
        *row.change() = change;
        marked.push(row);
    }
    marked.extend(rest.iter().map(gone));
    *now = marked;
}

fn gone<R: Row>(row: &R) -> R {
    let mut row = row.clone();
    *row.change() = Change::Removed;
    row
}

macro_rules! rows {
    ($($view:ty: $key:ty = $field:ident;)+) => {
        $(impl Row for $view {
            type Key = $key;

            fn key(&self) -> &$key {
                &self.$field
            }

            fn change(&mut self) -> &mut Change {
                &mut self.change
            }
        })+
    };
}

rows! {
    ConnectionView: u32 = connection;
    UserView: String = username;
    SessionView: String = token;
    MailboxView: String = username;
    MessageView: Option<u32> = observation;
}
