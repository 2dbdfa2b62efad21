//! What people do: at their clients, to the network, as the operator.

use chatting_time_core::terminal::printable;

use super::Simulation;
use super::client::{Client, Taken, shown_text};
use super::connection::{Connection, ServerEnd};
use crate::bounds::SHOWN_BYTES;
use crate::{
    Administration, Bytes, ConnectionState, DialogueKind, Direction, Endpoint, Network, Reader,
    What,
};

impl Simulation {
    pub(super) fn add_client(&mut self, name: &str) {
        let client = self.clients.len() as u32;
        self.clients.push(Client::new(name, self.language));
        self.recorder.observe([], What::ClientAdded { client });
    }

    /// Opens a connection, at once: a handshake would be under way as long as bytes are, and show nothing more.
    pub(super) fn connect(&mut self, client: u32, causes: Vec<u32>) -> Option<u32> {
        if self.state_of(client).is_connected() {
            self.close(client);
        }
        self.client_mut(client).forget_connection();
        if !self.server.is_running {
            self.recorder
                .observe(causes, What::ConnectionRefused { client });
            return None;
        }
        let number = self.next_connection;
        self.next_connection += 1;
        self.client_mut(client).connection = Some(number);
        self.connections.insert(number, Connection::new(client));
        let connected = What::Connected {
            client,
            connection: number,
        };
        let connected = self.recorder.observe(causes, connected);
        self.welcome(number, connected);
        Some(number)
    }

    pub(super) fn enter(&mut self, client: u32, line: &str) {
        let entered = What::Entered {
            client,
            line: line.to_owned(),
        };
        let entered = self.recorder.observe([], entered);
        let typed = line.split('\n').next().unwrap_or_default();
        let step = self.client(client).terminal.enter(typed);
        let shown = self.client(client).terminal.prompt() + &printable(&shown_text(typed));
        self.client_mut(client)
            .show(DialogueKind::Entered, &shown_text(&shown), entered);
        if !step.text.is_empty() {
            self.show(client, DialogueKind::Echo, &step.text, vec![entered]);
        }
        let Some(request) = step.request else {
            return;
        };
        if let Some(connection) = self.connection_to_write(client, entered) {
            let bytes = Bytes::from(request.bytes());
            self.client_mut(client).writes(&bytes, Some(request));
            self.client_writes(connection, bytes, entered);
        }
    }

    pub(super) fn type_bytes(&mut self, client: u32, bytes: &Bytes) {
        let typed = What::Typed {
            client,
            bytes: bytes.clone(),
        };
        let typed = self.recorder.observe([], typed);
        self.client_mut(client).show(
            DialogueKind::Typed,
            &shown_text(&bytes.first(SHOWN_BYTES + 1).escaped()),
            typed,
        );
        if let Some(connection) = self.connection_to_write(client, typed) {
            self.client_mut(client).writes(bytes, None);
            self.client_writes(connection, bytes.clone(), typed);
        }
    }

    pub(super) fn end_sending(&mut self, client: u32) {
        let Some(number) = self.client(client).connection else {
            return;
        };
        if let Some(connection) = self.connections.get_mut(&number) {
            connection.state = ConnectionState::HalfClosed;
        }
        let by = Endpoint::Client;
        let ended = What::SendingEnded {
            connection: number,
            by,
        };
        let ended = self.recorder.observe([], ended);
        self.end_client_stream(number, ended);
    }

    pub(super) fn close(&mut self, client: u32) {
        if let Some(connection) = self.client(client).connection {
            self.close_client_end(connection, Vec::new());
        }
    }

    pub(super) fn reset(&mut self, client: u32) {
        if let Some(connection) = self.client(client).connection {
            self.break_off(connection, Endpoint::Client, Vec::new());
        }
    }

    pub(super) fn deliver(&mut self, number: u32, direction: Direction, bytes: u32) {
        let connection = self.connections.get_mut(&number);
        let pipe = connection.map(|connection| connection.pipe_mut(direction));
        if let Some(piece) = pipe.and_then(|pipe| pipe.take_bytes(bytes as usize)) {
            self.piece_arrived(number, direction, piece);
        }
    }

    pub(super) fn set_network(&mut self, client: u32, direction: Direction, network: &Network) {
        *self.client_mut(client).network_mut(direction) = network.clone();
        self.recorder.observe(
            [],
            What::NetworkSet {
                client,
                direction,
                network: network.clone(),
            },
        );
    }

    pub(super) fn will_lose_reply(&mut self, client: u32) {
        self.client_mut(client).loses_reply = true;
        self.recorder.observe([], What::ReplyWillBeLost { client });
    }

    pub(super) fn set_reader(&mut self, client: u32, reader: Reader) {
        let set = What::ReaderSet { client, reader };
        let set = self.recorder.observe([], set);
        let rest = self.client_mut(client).set_reader(reader);
        if let (Some(mut rest), Some(connection)) = (rest, self.client(client).connection) {
            rest.arrivals.push(set);
            self.read(connection, &rest);
        }
    }

    pub(super) fn administrate(&mut self, change: &Administration) {
        let decided = self.server.administrate(change);
        let administered = What::Administered {
            change: Box::new(change.clone()),
            refusal: decided.as_ref().err().map(|code| (*code).to_owned()),
        };
        let administered = self.recorder.observe([], administered);
        self.apply_events(&decided.unwrap_or_default(), administered);
        // Who waited for the mailbox of an account that is gone need not wait any more.
        self.server.mailbox_is_free();
    }

    /// The client's program reads what it took for one reply, and its person sees what that says.
    pub(super) fn read(&mut self, number: u32, taken: &Taken) {
        let Some(connection) = self.connections.get_mut(&number) else {
            return;
        };
        let client = connection.client;
        let mut causes = connection.replies_in(taken.bytes.len());
        causes.extend(&taken.arrivals);
        let read = What::ReplyRead {
            client,
            connection: number,
            bytes: taken.bytes.clone(),
            whole: taken.whole,
        };
        let read = self.recorder.observe(causes, read);
        let shown = self.client_mut(client).read(taken);
        self.show(client, shown.kind, &shown.text, vec![read]);
    }

    fn show(&mut self, client: u32, kind: DialogueKind, text: &str, causes: Vec<u32>) {
        let text = shown_text(text);
        let shown = What::Shown {
            client,
            text: text.clone(),
        };
        let shown = self.recorder.observe(causes, shown);
        self.client_mut(client).show(kind, &text, shown);
    }

    /// The open connection, or a new one.
    fn connection_to_write(&mut self, client: u32, cause: u32) -> Option<u32> {
        self.open_connection(client)
            .or_else(|| self.connect(client, vec![cause]))
    }
}

impl Connection {
    fn new(client: u32) -> Self {
        Self {
            client,
            to_server: Default::default(),
            to_client: Default::default(),
            state: ConnectionState::Open,
            client_output: Default::default(),
            client_ends: None,
            server: None::<ServerEnd>,
            server_lingers_until: 0,
            replies: Default::default(),
            client_read: 0,
        }
    }
}
