//! A simulation to be talked to in few words.

use chatting_time_wasm::{
    Administration, Bytes, ClientView, Config, ConnectionView, DialogueKind, Direction, Input,
    MailboxView, Network, Observation, PlaygroundError, Reader, Simulation, What,
};

pub(crate) const MESSI: u32 = 0;
pub(crate) const LINEKER: u32 = 1;
pub(crate) use Direction::{ToClient, ToServer};

/// The default scene, and everything observed in it.
pub(crate) struct Scene {
    pub(crate) simulation: Simulation,
    pub(crate) trace: Vec<Observation>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with_limits(&[])
    }

    /// Other bounds of the server than the default.
    pub(crate) fn with_limits(limits: &[(&str, u64)]) -> Self {
        let limits = limits
            .iter()
            .map(|(field, value)| ((*field).to_owned(), *value));
        let config = Config {
            limits: limits.collect(),
            ..Config::default()
        };
        Self {
            simulation: Simulation::new(7, &config).unwrap(),
            trace: Vec::new(),
        }
    }

    pub(crate) fn apply(&mut self, input: Input) -> &[Observation] {
        self.try_apply(input).unwrap()
    }

    pub(crate) fn try_apply(&mut self, input: Input) -> Result<&[Observation], PlaygroundError> {
        let observed = self.simulation.apply(&input)?;
        let before = self.trace.len();
        self.trace.extend(observed);
        Ok(&self.trace[before..])
    }

    pub(crate) fn connect(&mut self, client: u32) {
        self.apply(Input::Connect { client });
    }

    pub(crate) fn enter(&mut self, client: u32, line: &str) {
        let line = line.to_owned();
        self.apply(Input::Enter { client, line });
    }

    pub(crate) fn type_bytes(&mut self, client: u32, bytes: &str) {
        let bytes = Bytes::parse(bytes).unwrap();
        self.apply(Input::Type { client, bytes });
    }

    pub(crate) fn advance(&mut self, milliseconds: u64) {
        self.apply(Input::Advance { milliseconds });
    }

    /// Lets so many bytes of those under way to or from a client arrive.
    pub(crate) fn deliver(&mut self, client: u32, direction: Direction, bytes: u32) {
        let connection = self.connection(client).connection;
        self.apply(Input::Deliver {
            connection,
            direction,
            bytes,
        });
    }

    pub(crate) fn set_network(&mut self, client: u32, direction: Direction, network: Network) {
        self.apply(Input::SetNetwork {
            client,
            direction,
            network,
        });
    }

    pub(crate) fn stall(&mut self, client: u32, direction: Direction, stalled: bool) {
        let network = Network {
            stalled,
            ..Network::default()
        };
        self.set_network(client, direction, network);
    }

    pub(crate) fn set_reader(&mut self, client: u32, reader: Reader) {
        self.apply(Input::SetReader { client, reader });
    }

    pub(crate) fn administrate(&mut self, change: Administration) {
        self.apply(Input::Administrate { change });
    }

    /// Lets time pass until nothing is under way that can arrive.
    pub(crate) fn settle(&mut self) {
        while let Some(milliseconds) = self.simulation.next_due() {
            self.advance(milliseconds);
        }
    }

    /// Enters a line and waits for what comes of it.
    pub(crate) fn ask(&mut self, client: u32, line: &str) {
        self.enter(client, line);
        self.settle();
    }

    /// Logs both people in.
    pub(crate) fn log_in(&mut self) {
        self.ask(MESSI, "auth messi surabaya");
        self.ask(LINEKER, "auth lineker surabaya");
    }

    pub(crate) fn client(&self, client: u32) -> ClientView {
        self.simulation.client_views().swap_remove(client as usize)
    }

    /// The latest connection of a client.
    pub(crate) fn connection(&self, client: u32) -> ConnectionView {
        let number = self.client(client).connection.unwrap();
        let mut connections = self.simulation.connection_views().into_iter();
        connections.find(|one| one.connection == number).unwrap()
    }

    pub(crate) fn mailbox(&self, username: &str) -> MailboxView {
        let mut mailboxes = self.simulation.server_view().mailboxes.into_iter();
        mailboxes.find(|one| one.username == username).unwrap()
    }

    /// What the terminal answered last.
    pub(crate) fn answer(&self, client: u32) -> String {
        let dialogue = self.client(client).dialogue;
        let mut lines = dialogue.into_iter().rev();
        let answer = lines.find(|line| {
            let no_answer = [
                DialogueKind::Entered,
                DialogueKind::Typed,
                DialogueKind::Echo,
            ];
            !no_answer.contains(&line.kind)
        });
        answer.map(|line| line.text.clone()).unwrap_or_default()
    }

    /// The pieces that arrived one way, as text.
    pub(crate) fn arrived(&self, wanted: Direction) -> Vec<String> {
        self.pieces(wanted)
            .into_iter()
            .map(|(_, text)| text)
            .collect()
    }

    /// The pieces that arrived one way, each with its time.
    pub(crate) fn pieces(&self, wanted: Direction) -> Vec<(u64, String)> {
        let pieces = self.trace.iter().filter_map(|one| match &one.what {
            What::Arrived {
                direction, bytes, ..
            } if *direction == wanted => Some((one.time, bytes.escaped())),
            _ => None,
        });
        pieces.collect()
    }

    /// The codes of all replies so far; `OK` for those that are no refusals.
    pub(crate) fn codes(&self) -> Vec<String> {
        let codes = self.trace.iter().filter_map(|one| match &one.what {
            What::Reply { code, .. } => Some(code.clone().unwrap_or_else(|| "OK".to_owned())),
            _ => None,
        });
        codes.collect()
    }

    /// How often something was observed.
    pub(crate) fn count(&self, is_meant: impl Fn(&What) -> bool) -> usize {
        self.trace.iter().filter(|one| is_meant(&one.what)).count()
    }

    /// The time of the latest such observation.
    pub(crate) fn time_of(&self, is_meant: impl Fn(&What) -> bool) -> Option<u64> {
        let mut latest = self.trace.iter().rev();
        latest.find(|one| is_meant(&one.what)).map(|one| one.time)
    }
}
