//! Inputs by chance, mostly such that something comes of them.

use chatting_time_wasm::{
    Account, Administration, Bytes, Config, Direction, Input, Network, Reader, Simulation,
};

/// The SplitMix64 sequence, and how many messages were written so far.
pub(crate) struct Generator {
    state: u64,
    messages: u32,
}

const DIRECTIONS: [Direction; 2] = [Direction::ToServer, Direction::ToClient];
const NAMES: [&str; 4] = ["messi", "lineker", "henderson", "zidane"];

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        let messages = 0;
        Self {
            state: seed,
            messages,
        }
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % bound as u64) as usize
    }

    fn one_of<'a, T: ?Sized>(&mut self, several: &[&'a T]) -> &'a T {
        several[self.below(several.len())]
    }

    fn is_by_chance(&mut self, out_of: usize) -> bool {
        self.below(out_of) == 0
    }

    pub(crate) fn config(&mut self) -> Config {
        let mut config = Config::default();
        config
            .clients
            .extend((0..self.below(3)).map(|number| format!("client {number}")));
        if self.is_by_chance(2) {
            config.language = "en".to_owned();
        }
        config.accounts.push(Account {
            username: "zidane".to_owned(),
            name: "Zinedine Zidane".to_owned(),
            country: "Prancis".to_owned(),
            password: "surabaya".to_owned(),
        });
        for (field, value) in [
            ("line_bytes", 512),
            ("mailbox_messages", 3),
            ("inbox_messages", 2),
            ("user_sessions", 1),
            ("session_idle", 60_000),
            ("pending_reply_bytes", 2_000),
            ("connections", 3),
            ("address_connections", 1),
            ("reply_time", 500),
            ("line_time", 500),
        ] {
            if self.is_by_chance(8) {
                config.limits.insert(field.to_owned(), value);
            }
        }
        config
    }

    pub(crate) fn input(&mut self, simulation: &Simulation) -> Input {
        let client = self.below(simulation.client_views().len()) as u32;
        let direction = DIRECTIONS[self.below(2)];
        match self.below(100) {
            0..30 => Input::Enter {
                client,
                line: self.line(),
            },
            30..38 => Input::Type {
                client,
                bytes: self.bytes(),
            },
            38..66 => advance(match self.below(8) {
                0 => self.below(100) as u64,
                1 => self.below(40_000) as u64,
                2 if self.is_by_chance(4) => 86_400_000,
                _ => simulation.next_due().unwrap_or(20),
            }),
            66..74 => Input::SetNetwork {
                client,
                direction,
                network: self.network(),
            },
            74..78 => self.delivery(simulation),
            78..81 => Input::Connect { client },
            81..83 => Input::EndSending { client },
            83..85 => Input::Close { client },
            85..88 => Input::Reset { client },
            88..91 => Input::LoseReply { client },
            91..93 => Input::SetReader {
                client,
                reader: match self.is_by_chance(2) {
                    true => Reader::EachPiece,
                    false => Reader::Framed,
                },
            },
            93..96 => Input::Administrate {
                change: self.change(),
            },
            96 => Input::AddClient {
                name: "another".to_owned(),
            },
            97 => Input::StopServer,
            _ => Input::RestartServer,
        }
    }

    /// What lets everything that is under way arrive.
    pub(crate) fn end(&mut self, simulation: &Simulation) -> Vec<Input> {
        let clients = 0..simulation.client_views().len() as u32;
        let networks = clients.flat_map(|client| {
            DIRECTIONS.map(|direction| Input::SetNetwork {
                client,
                direction,
                network: Network::default(),
            })
        });
        networks.chain([advance(60_000)]).collect()
    }

    fn line(&mut self) -> String {
        let name = self.one_of(&NAMES);
        match self.below(16) {
            0..5 => format!("auth {name} surabaya"),
            5..9 => format!("send {name} {}", self.text()),
            9..12 => "inbox".to_owned(),
            12 => "list".to_owned(),
            13 => self
                .one_of(&["logout", "help", "", " auth messi x", "send", "x"])
                .to_owned(),
            14 => format!("auth {name} jakarta"),
            _ => format!(
                "send {name} {}{}",
                self.text(),
                "x".repeat(self.below(20_000))
            ),
        }
    }

    /// A message like no other one.
    fn text(&mut self) -> String {
        self.messages += 1;
        format!("<{}>", self.messages)
    }

    fn bytes(&mut self) -> Bytes {
        let name = self.one_of(&NAMES);
        let bytes = match self.below(10) {
            0..3 => {
                format!("auth {name} surabaya\nsend {name} {}\nlist\n", self.text()).into_bytes()
            }
            3 => "inbox\r\n".repeat(1 + self.below(4)).into_bytes(),
            4 => "help\n".repeat(1 + self.below(40)).into_bytes(),
            5 => b"au".to_vec(),
            6 => b"th messi surabaya\r\n".to_vec(),
            7 => b"\xff\xfe\n\n\r\n".to_vec(),
            8 => vec![b'x'; 1 + self.below(70_000)],
            _ => (0..=self.below(20))
                .map(|_| self.below(256) as u8)
                .collect(),
        };
        bytes.into()
    }

    fn network(&mut self) -> Network {
        let mut network = Network {
            latency: self.one_of(&[&0, &1, &20, &300]).to_owned(),
            ..Network::default()
        };
        match self.below(8) {
            0 => network.jitter = 200,
            1 => network.piece_bytes = Some(1 + self.below(100) as u32),
            2 => network.split_at = Some(1 + self.below(30) as u32),
            3 => network.join = Some(self.below(300) as u32),
            4 | 5 => network.stalled = true,
            _ => {}
        }
        network
    }

    fn delivery(&mut self, simulation: &Simulation) -> Input {
        let connections = simulation.connection_views();
        let busy: Vec<_> = connections
            .iter()
            .filter(|one| !one.in_flight.is_empty())
            .collect();
        let Some(connection) = busy.get(self.below(busy.len().max(1))) else {
            return advance(1);
        };
        let piece = &connection.in_flight[self.below(connection.in_flight.len())];
        Input::Deliver {
            connection: connection.connection,
            direction: piece.direction,
            bytes: self.below(piece.length as usize + 2) as u32,
        }
    }

    fn change(&mut self) -> Administration {
        let username = self.one_of(&NAMES).to_owned();
        match self.below(4) {
            0 => Administration::RemoveUser { username },
            1 => Administration::ChangePassword {
                username,
                password: "surabaya".to_owned(),
            },
            _ => Administration::AddUser {
                username,
                name: "Another".to_owned(),
                country: "Chili".to_owned(),
                password: "surabaya".to_owned(),
            },
        }
    }
}

pub(crate) fn advance(milliseconds: u64) -> Input {
    Input::Advance { milliseconds }
}
