//! One user with a client: connection after connection, each used for a while and left in one of many ways.

mod parting;

use std::rc::Rc;
use std::time::Duration;

use chatting_time_tests::random::Random;
use serde_json::Value;

use crate::connection::{Connection, End, Reply};
use crate::world::World;
use chatting_time_tests::ledger::Stream;

/// That of all accounts that `chatting_time::bench` makes.
const PASSWORD: &str = "bench";
/// To so many others a user sends.
const PEERS: usize = 8;
/// One user in so many breaks connections while replies with messages are under way.
const CARELESS: usize = 10;
/// One connection in so many takes little before it reads.
const SLOW: u64 = 20;
const MOST_ACTIONS: u64 = 60;
const MOST_LINES: u64 = 4;
/// Letters of a text; a long one has up to 15,000, of up to four bytes each.
const SHORT: u64 = 120;
const LONG: u64 = 15_000;
/// Before somebody tries again who found no server, or one that cannot store anything.
const RETRY: Duration = Duration::from_millis(400);

pub(crate) struct Actor {
    number: usize,
    random: Random,
    peers: Vec<usize>,
    /// The session that was acknowledged and must live.
    token: Option<String>,
    /// One whose end was acknowledged.
    ended_token: Option<String>,
}

impl Actor {
    pub(crate) fn new(number: usize, users: usize, mut random: Random) -> Self {
        let peers = (0..PEERS).map(|_| random.below(users as u64) as usize);
        Self {
            number,
            peers: peers.collect(),
            random,
            token: None,
            ended_token: None,
        }
    }

    /// Uses the service until everybody is to leave.
    pub(crate) async fn live(mut self, world: Rc<World>) -> Self {
        let first = world.pause.mul_f64(self.random.below(1000) as f64 / 500.0);
        world.pause(first).await;
        while !world.is_leaving() {
            let is_slow = self.random.below(SLOW) == 0;
            match Self::connect(&world, is_slow).await {
                None => world.pause(RETRY).await,
                Some(connection) => {
                    let life = connection.life;
                    if let Err(end) = self.converse(&world, connection).await {
                        self.judge_end(&world, life, &end);
                        world.pause(self.short_pause()).await;
                    }
                }
            }
        }
        self
    }

    pub(crate) async fn connect(world: &World, is_slow: bool) -> Option<Connection> {
        let life = world.ends();
        let address = world.address()?;
        let connection = Connection::open(address, is_slow, life).await.ok();
        if connection.is_some() {
            world.tally.borrow_mut().connections += 1;
        } else if world.ends() == life {
            world.wrong("a server that serves took no connection");
        }
        connection
    }

    /// Says what is wrong when a connection ended that this client did not end.
    pub(crate) fn judge_end(&self, world: &World, life: u64, end: &End) {
        let user = self.number;
        match end {
            End::Malformed(what) => world.wrong(format!("user-{user} got no reply but {what}")),
            End::Closed if world.ends() == life => {
                world.wrong(format!("the server closed on user-{user} without a cause"));
            }
            End::Silent if world.ends() == life => {
                world.wrong(format!("the server does not answer user-{user}"));
            }
            // A busy machine can bring that about.
            End::CutOff | End::Closed | End::Silent => {}
        }
    }

    async fn converse(&mut self, world: &World, mut connection: Connection) -> Result<(), End> {
        if self.random.below(8) == 0 {
            self.token = None;
        }
        for _ in 0..1 + self.random.below(MOST_ACTIONS) {
            if world.is_leaving() {
                return Ok(());
            }
            if self.token.is_none() && !self.log_in(world, &mut connection).await? {
                world.pause(RETRY).await;
                continue;
            }
            let requests = self.act(world, &mut connection).await?;
            let part = self.random.below(2000) as f64 / 1000.0;
            world.pause(world.pause.mul_f64(part * requests)).await;
        }
        match self.has_session() {
            true => self.part(world, connection).await,
            // The storage was refusing.
            false => Ok(()),
        }
    }

    /// Does one thing, and says how many requests that were.
    async fn act(&mut self, world: &World, connection: &mut Connection) -> Result<f64, End> {
        match self.random.below(1000) {
            0..600 => {
                let lines = 1 + self.random.below(MOST_LINES);
                self.send(world, connection, lines, SHORT, Duration::ZERO)
                    .await?;
                return Ok(lines as f64);
            }
            600..605 => {
                self.send(world, connection, 1, LONG, Duration::ZERO)
                    .await?;
            }
            605..630 => {
                let between = Duration::from_millis(100 + self.random.below(300));
                self.send(world, connection, 1, SHORT, between).await?;
            }
            630..930 => {
                self.read(world, connection, Duration::ZERO).await?;
            }
            930..950 => {
                let wait = Duration::from_millis(500 + self.random.below(1500));
                self.read(world, connection, wait).await?;
            }
            950..970 => self.list(world, connection).await?,
            970..980 => self.ask_help(world, connection).await?,
            980..990 => self.use_ended_session(world, connection).await?,
            _ => self.mistype_password(world, connection).await?,
        }
        Ok(1.0)
    }

    pub(crate) fn has_session(&self) -> bool {
        self.token.is_some()
    }

    /// Whether there is a session now.
    pub(crate) async fn log_in(
        &mut self,
        world: &World,
        connection: &mut Connection,
    ) -> Result<bool, End> {
        let line = format!("auth user-{} {PASSWORD}", self.number);
        let reply = self.ask(world, connection, &line, &["server_busy"]).await?;
        if let Some(token) = reply.value["tokenid"].as_str() {
            self.token = Some(token.to_owned());
            world.tally.borrow_mut().logins += 1;
        } else if reply.code.is_none() {
            world.wrong(format!("a login without a token: {}", reply.value));
        }
        Ok(self.token.is_some())
    }

    /// Sends some messages in one piece, or with a break in each of three pieces.
    async fn send(
        &mut self,
        world: &World,
        connection: &mut Connection,
        lines: u64,
        letters: u64,
        between: Duration,
    ) -> Result<(), End> {
        let (text, sent) = self.messages(world, lines, letters);
        let bytes = text.as_bytes();
        if between.is_zero() {
            connection.ask(bytes).await?;
        } else {
            for piece in bytes.chunks(bytes.len().div_ceil(3)) {
                connection.write(piece).await?;
                world.pause(between).await;
            }
        }
        self.hear_of(world, connection, &sent).await
    }

    /// The lines of some new messages, and which ones those are.
    fn messages(
        &mut self,
        world: &World,
        lines: u64,
        letters: u64,
    ) -> (String, Vec<(Stream, u64)>) {
        let token = self.token.clone().unwrap_or_default();
        let (mut text, mut sent) = (String::new(), Vec::new());
        for _ in 0..lines {
            let reader = self.peers[self.random.below(PEERS as u64) as usize];
            let sender = self.number;
            let stream = Stream { sender, reader };
            let letters = self.random.below(letters) as usize;
            let (number, message) = world.ledger.borrow_mut().begin(stream, letters);
            text += &format!("send {token} user-{reader} {message}\r\n");
            sent.push((stream, number));
        }
        (text, sent)
    }

    /// Takes the answers to messages.
    async fn hear_of(
        &mut self,
        world: &World,
        connection: &mut Connection,
        sent: &[(Stream, u64)],
    ) -> Result<(), End> {
        let mut is_unavailable = false;
        for (stream, number) in sent {
            let allowed = ["mailbox_full", "request_timeout"];
            let reply = self.hear(world, connection, "send", &allowed).await?;
            let mut ledger = world.ledger.borrow_mut();
            match reply.code.as_deref() {
                None if reply.value["message"] == "Message Sent" => {
                    ledger.acknowledge(*stream, *number);
                    world.tally.borrow_mut().accepted_sends += 1;
                }
                None => world.wrong(format!("a message was answered {}", reply.value)),
                // Not acknowledged, and may still have happened.
                Some("storage_unavailable" | "shutting_down") => is_unavailable = true,
                Some("request_timeout") => return Err(End::CutOff),
                Some(_) => ledger.refuse(*stream, *number),
            }
        }
        if is_unavailable {
            world.pause(RETRY).await;
        }
        Ok(())
    }

    /// Takes what is in the mailbox, after looking away for a while. Says whether there was anything.
    pub(crate) async fn read(
        &mut self,
        world: &World,
        connection: &mut Connection,
        wait: Duration,
    ) -> Result<bool, End> {
        let token = self.token.clone().unwrap_or_default();
        connection
            .ask(format!("inbox {token}\r\n").as_bytes())
            .await?;
        world.pause(wait).await;
        let reply = self.hear(world, connection, "inbox", &[]).await?;
        if reply.code.is_some() {
            world.pause(RETRY).await;
            return Ok(true);
        }
        let handed_over =
            world
                .ledger
                .borrow_mut()
                .hand_over(self.number, connection.life, &reply.value);
        Ok(handed_over.unwrap_or_else(|wrong| {
            world.wrong(wrong);
            true
        }))
    }

    async fn list(&mut self, world: &World, connection: &mut Connection) -> Result<(), End> {
        let line = format!("list {}", self.token.as_deref().unwrap_or_default());
        let reply = self.ask(world, connection, &line, &[]).await?;
        let names = &reply.value["user"];
        let own = Value::String(format!("user-{}", self.number));
        let has_own = names.as_array().is_some_and(|names| names.contains(&own));
        let is_right = has_own || reply.value["total"].is_u64();
        if reply.code.is_none() && !is_right {
            world.wrong(format!("user-{} is not online to itself", self.number));
        }
        Ok(())
    }

    async fn ask_help(&mut self, world: &World, connection: &mut Connection) -> Result<(), End> {
        let reply = self.ask(world, connection, "help", &[]).await?;
        if reply.code.is_none() && !reply.value["commands"].is_array() {
            world.wrong(format!("help is {}", reply.value));
        }
        Ok(())
    }

    async fn use_ended_session(
        &mut self,
        world: &World,
        connection: &mut Connection,
    ) -> Result<(), End> {
        let Some(token) = self.ended_token.clone() else {
            return Ok(());
        };
        connection
            .ask(format!("inbox {token}\r\n").as_bytes())
            .await?;
        let reply = connection.reply().await?;
        world.count(reply.code.as_deref());
        match reply.code.as_deref() {
            Some("session_not_found" | "storage_unavailable" | "shutting_down") => {}
            _ => world.wrong(format!(
                "an ended session of user-{} works: {}",
                self.number, reply.value
            )),
        }
        Ok(())
    }

    async fn mistype_password(
        &mut self,
        world: &World,
        connection: &mut Connection,
    ) -> Result<(), End> {
        let line = format!("auth user-{} {PASSWORD}-{PASSWORD}", self.number);
        let allowed = ["wrong_password", "too_many_attempts", "server_busy"];
        let reply = self.ask(world, connection, &line, &allowed).await?;
        if reply.code.is_none() {
            world.wrong("a wrong password opens a session");
        }
        Ok(())
    }

    async fn ask(
        &mut self,
        world: &World,
        connection: &mut Connection,
        line: &str,
        allowed: &[&str],
    ) -> Result<Reply, End> {
        connection.ask(format!("{line}\r\n").as_bytes()).await?;
        let command = line.split(' ').next().unwrap_or_default();
        self.hear(world, connection, command, allowed).await
    }

    /// Takes one answer. Refusals that are neither allowed here nor due to a full disk or a stop are wrong.
    async fn hear(
        &mut self,
        world: &World,
        connection: &mut Connection,
        command: &str,
        allowed: &[&str],
    ) -> Result<Reply, End> {
        let reply = connection.reply().await?;
        world.count(reply.code.as_deref());
        match reply.code.as_deref() {
            None | Some("storage_unavailable") => {}
            Some("shutting_down") if world.ends() != connection.life => {}
            Some(code) if allowed.contains(&code) => {}
            Some("session_not_found") => {
                self.token = None;
                let user = self.number;
                world.wrong(format!("the session of user-{user} is gone at {command}"));
            }
            Some(code) => {
                let user = self.number;
                world.wrong(format!("user-{user} is refused {command} with {code}"));
            }
        }
        Ok(reply)
    }

    fn is_careless(&self) -> bool {
        self.number % CARELESS == CARELESS - 1
    }

    fn short_pause(&mut self) -> Duration {
        Duration::from_millis(self.random.below(400))
    }
}
