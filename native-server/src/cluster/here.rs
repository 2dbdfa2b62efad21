//! The users of this server who are online, in the pieces in which others are told of them.

use std::collections::HashMap;

use chatting_time_core::state::Generation;
use chatting_time_core::{ConnectionId, Limits, Timestamp, Token, Username};

use super::layout::PRESENCE_AGE;

/// Into so many pieces a server's users are divided, so that a change costs little to tell.
const PIECES: u32 = 64;

/// The sessions that were used here, by piece and user.
pub(super) struct Here {
    pieces: Vec<HashMap<Username, Sessions>>,
    attached: HashMap<ConnectionId, Vec<(Username, Token)>>,
    /// Pieces to be told.
    changed: Vec<u32>,
}

type Sessions = HashMap<Token, Standing>;

struct Standing {
    generation: Generation,
    connections: u32,
    last_used: Timestamp,
    dies: Timestamp,
}

impl Default for Here {
    fn default() -> Self {
        Self {
            pieces: (0..PIECES).map(|_| HashMap::new()).collect(),
            attached: HashMap::new(),
            changed: Vec::new(),
        }
    }
}

impl Here {
    /// A session was used on a connection. Whether others have to hear of that.
    pub(super) fn used(
        &mut self,
        connection: ConnectionId,
        (token, username, generation): (Token, Username, Generation),
        dies: Timestamp,
        now: Timestamp,
    ) -> bool {
        let attached = self.attached.entry(connection).or_default();
        let is_attached = attached.contains(&(username, token));
        if !is_attached {
            attached.push((username, token));
        }
        let piece = piece_of(&username);
        let sessions = self.pieces[piece as usize].entry(username).or_default();
        let is_news = !is_attached || !sessions.contains_key(&token);
        let standing = sessions.entry(token).or_insert(Standing {
            generation,
            connections: 0,
            last_used: now,
            dies,
        });
        standing.connections += u32::from(is_news);
        standing.last_used = now;
        standing.dies = dies;
        if is_news {
            self.changed.push(piece);
        }
        is_news
    }

    /// A session of a user has ended.
    pub(super) fn ended(&mut self, username: &Username, token: &Token) {
        self.keep(username, |other, _| other != token);
    }

    /// Of this user's sessions only these are alive. Whether others were.
    pub(super) fn keep(
        &mut self,
        username: &Username,
        is_alive: impl Fn(&Token, Generation) -> bool,
    ) -> bool {
        let piece = piece_of(username);
        let users = &mut self.pieces[piece as usize];
        let Some(sessions) = users.get_mut(username) else {
            return false;
        };
        let before = sessions.len();
        sessions.retain(|token, standing| is_alive(token, standing.generation));
        let has_changed = sessions.len() != before;
        if sessions.is_empty() {
            users.remove(username);
        }
        if has_changed {
            self.changed.push(piece);
        }
        has_changed
    }

    /// A connection is gone.
    pub(super) fn detach(&mut self, connection: ConnectionId) {
        for (username, token) in self.attached.remove(&connection).unwrap_or_default() {
            let piece = piece_of(&username);
            let sessions = self.pieces[piece as usize].get_mut(&username);
            if let Some(standing) = sessions.and_then(|sessions| sessions.get_mut(&token)) {
                standing.connections = standing.connections.saturating_sub(1);
                self.changed.push(piece);
            }
        }
    }

    /// Pieces to be told, which are taken for told from now on.
    pub(super) fn take_changed(&mut self) -> Vec<u32> {
        let mut pieces = std::mem::take(&mut self.changed);
        pieces.sort_unstable();
        pieces.dedup();
        pieces
    }

    /// These were not told.
    pub(super) fn tell_again(&mut self, pieces: &mut Vec<u32>) {
        self.changed.append(pieces);
    }

    /// All pieces with anybody in them are to be told again, and those forgotten who are online no more.
    pub(super) fn tell_all_again(&mut self, now: Timestamp, limits: &Limits) {
        for (piece, users) in (0..).zip(&mut self.pieces) {
            if !users.is_empty() {
                self.changed.push(piece);
            }
            users.retain(|_, sessions| {
                sessions.retain(|_, standing| standing.until(now, limits).is_some());
                !sessions.is_empty()
            });
        }
    }

    /// The users of a piece who are online, and until when they are if nobody says more.
    pub(super) fn piece(
        &self,
        piece: u32,
        now: Timestamp,
        limits: &Limits,
    ) -> Vec<(Username, Timestamp)> {
        let users = self.pieces[piece as usize].iter();
        let online = users.filter_map(|(username, sessions)| {
            let sessions = sessions.values();
            let until = sessions.filter_map(|standing| standing.until(now, limits));
            Some((*username, until.max()?))
        });
        online.collect()
    }

    /// How many users are online.
    pub(super) fn count(&self, now: Timestamp, limits: &Limits) -> u64 {
        let users = self.pieces.iter().flat_map(HashMap::values);
        let is_online = |sessions: &&Sessions| {
            let mut standings = sessions.values();
            standings.any(|standing| standing.until(now, limits).is_some())
        };
        users.filter(is_online).count() as u64
    }
}

impl Standing {
    fn until(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        let until = match self.connections {
            0 => Timestamp(self.last_used.0 + limits.presence_window).min(self.dies),
            _ => Timestamp(now.0 + PRESENCE_AGE.as_millis() as u64).min(self.dies),
        };
        (now < until).then_some(until)
    }
}

fn piece_of(username: &Username) -> u32 {
    crc32fast::hash(username.as_str().as_bytes()) % PIECES
}
