//! What the simulation shows of itself: rows without the marks of what changed.

use chatting_time_core::state::{LiveSession, Message, User};
use chatting_time_core::{Timestamp, Token};

use super::Simulation;
use super::client::Client;
use super::connection::Connection;
use super::pipe::{Piece, Pipe};
use super::server::START;
use crate::bounds::{PREVIEW_BYTES, SHOWN_MESSAGES, SHOWN_PIECES, SHOWN_SESSIONS};
use crate::{
    Bytes, Change, ClientView, ConnectionView, Direction, InFlight, MailboxView, MessageView,
    ServerView, SessionView, UserView,
};

impl Simulation {
    /// Every client.
    pub fn client_views(&self) -> Vec<ClientView> {
        let clients = (0..).zip(&self.clients);
        clients
            .map(|(number, client)| self.client_view(number, client))
            .collect()
    }

    /// Every connection that is not over, and the latest one of each client.
    pub fn connection_views(&self) -> Vec<ConnectionView> {
        let connections = self.connections.iter();
        connections
            .map(|(number, connection)| self.connection_view(*number, connection))
            .collect()
    }

    /// What the server holds.
    pub fn server_view(&self) -> ServerView {
        let state = &self.server.state;
        let shown = self.server.sessions().take(SHOWN_SESSIONS);
        ServerView {
            running: self.server.is_running,
            users: state
                .users()
                .into_iter()
                .map(|user| self.user_view(user))
                .collect(),
            session_count: state.session_count() as u32,
            sessions: shown
                .map(|(session, opened)| self.session_view(&session, opened))
                .collect(),
            mailboxes: state
                .users()
                .into_iter()
                .map(|user| self.mailbox_view(user))
                .collect(),
            events: self.server.journal.events() as u32,
        }
    }

    fn client_view(&self, number: u32, client: &Client) -> ClientView {
        let (received, _) = client.unread.clone().take(PREVIEW_BYTES);
        ClientView {
            client: number,
            name: client.name.clone(),
            connection: client.connection,
            state: self.state_of(number),
            prompt: client.terminal.prompt(),
            token: client.terminal.token().map(str::to_owned),
            username: client.terminal.username().map(str::to_owned),
            dialogue: client.dialogue.clone(),
            received,
            received_length: client.unread.len() as u32,
            unanswered: client.pending.len() as u32,
            reader: client.reader,
            to_server: client.to_server.clone(),
            to_client: client.to_client.clone(),
            loses_reply: client.loses_reply,
        }
    }

    fn connection_view(&self, number: u32, connection: &Connection) -> ConnectionView {
        let end = connection.server.as_ref();
        let bound = end.and_then(|end| end.binding);
        let session = bound.and_then(|token| self.session(&token));
        let unfinished = end.map_or(&[][..], |end| end.stream.unfinished());
        ConnectionView {
            connection: number,
            client: connection.client,
            state: connection.state,
            bound: bound.map(|token| text(&token)),
            username: session.map(|session| session.user.identity.username().to_string()),
            unfinished_line: Bytes::from(&unfinished[..unfinished.len().min(PREVIEW_BYTES)]),
            unfinished_length: unfinished.len() as u32,
            waits_for_mailbox: end.is_some_and(|end| end.waits_for.is_some()),
            waiting_output: end.map_or(0, |end| end.output.len() as u32),
            in_flight: [Direction::ToServer, Direction::ToClient]
                .into_iter()
                .flat_map(|direction| self.in_flight(connection, direction))
                .collect(),
            change: Change::None,
        }
    }

    fn in_flight<'a>(
        &'a self,
        connection: &'a Connection,
        direction: Direction,
    ) -> impl Iterator<Item = InFlight> + 'a {
        let is_stalled = self.client(connection.client).network(direction).stalled;
        let pipe: &Pipe = connection.pipe(direction);
        let pieces = pipe.pieces().take(SHOWN_PIECES);
        pieces.map(move |piece: &Piece| InFlight {
            direction,
            bytes: piece.bytes.first(PREVIEW_BYTES),
            length: piece.bytes.len() as u32,
            is_end: piece.is_end,
            sent: piece.sent,
            arrives: (!is_stalled).then_some(piece.arrives.max(self.time())),
            causes: piece.causes.clone(),
        })
    }

    fn user_view(&self, user: &User) -> UserView {
        let username = user.identity.username();
        let now = self.server.now(self.time());
        let is_online = self
            .server
            .state
            .is_online(&username, now, &self.server.limits);
        UserView {
            username: username.to_string(),
            name: user.identity.name().to_owned(),
            country: user.country.to_string(),
            online: is_online && self.server.is_running,
            change: Change::None,
        }
    }

    fn session_view(&self, session: &LiveSession<'_>, opened: u32) -> SessionView {
        SessionView {
            token: text(&session.token),
            username: session.user.identity.username().to_string(),
            opened: since_start(session.opened),
            last_used: since_start(session.last_used),
            dies: since_start(session.dies(&self.server.limits)),
            attached: session.attached,
            observation: opened,
            change: Change::None,
        }
    }

    fn mailbox_view(&self, user: &User) -> MailboxView {
        let username = user.identity.username();
        let state = &self.server.state;
        let accepted = self.server.accepted.get(&username);
        let messages = state.messages(&username).take(SHOWN_MESSAGES).enumerate();
        let messages = messages.map(|(place, (number, message))| {
            let observation = accepted.and_then(|accepted| accepted.get(place)).copied();
            message_view(number, message, observation)
        });
        let handing_over = state.handing_over(&username);
        MailboxView {
            username: username.to_string(),
            messages: messages.collect(),
            count: state.messages(&username).count() as u32,
            handing_over: handing_over.map_or(0, |(count, _)| count as u32),
            change: Change::None,
        }
    }

    fn session(&self, token: &Token) -> Option<LiveSession<'_>> {
        use chatting_time_core::View as _;
        self.server.state.session(token).ok().flatten()
    }
}

fn message_view(number: u64, message: &Message, observation: Option<u32>) -> MessageView {
    let text = message.text.as_str();
    let end = text
        .char_indices()
        .nth(PREVIEW_BYTES)
        .map_or(text.len(), |(end, _)| end);
    MessageView {
        number: number as u32,
        from: message.sender.username().to_string(),
        text: text[..end].to_owned(),
        length: text.len() as u32,
        accepted: since_start(message.at),
        observation,
        change: Change::None,
    }
}

fn since_start(time: Timestamp) -> u64 {
    time.0.saturating_sub(START)
}

fn text(token: &Token) -> String {
    token.to_wire(&mut [0; Token::TEXT_BYTES]).to_owned()
}
