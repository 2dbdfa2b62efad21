//! How a client leaves: in order, or as a network, a crash or malice would have it.

use std::time::Duration;

use super::{Actor, SHORT};
use crate::connection::{Connection, End};
use crate::world::World;

/// More replies of `list` than all buffers between the two take.
const UNREAD_LINES: usize = 200;
/// Longer than the server lets a reply wait, which [`crate::subject`] sets.
const LOOK_AWAY: Duration = Duration::from_secs(8);

impl Actor {
    pub(super) async fn part(&mut self, world: &World, connection: Connection) -> Result<(), End> {
        let draw = self.random.below(100);
        let count = |way| *world.tally.borrow_mut().partings.entry(way).or_default() += 1;
        if self.is_careless() && draw < 20 {
            count("reset under inbox");
            return self.reset_under_inbox(world, connection).await;
        }
        match draw {
            0..35 => {
                count("logout");
                self.log_out(world, connection).await
            }
            35..60 => {
                count("close");
                Ok(())
            }
            60..75 => {
                count("reset");
                self.reset(world, connection);
                Ok(())
            }
            75..87 => {
                count("reset under send");
                self.reset_under_send(world, connection).await
            }
            87..94 => {
                count("half-close");
                self.half_close(world, connection).await
            }
            94..98 => {
                count("stop in a line");
                self.stop_in_a_line(world, connection).await
            }
            _ => {
                count("stop reading");
                self.stop_reading(world, connection).await
            }
        }
    }

    async fn log_out(&mut self, world: &World, mut connection: Connection) -> Result<(), End> {
        // Whether it happened is known only when the answer has come.
        let Some(token) = self.token.take() else {
            return Ok(());
        };
        let line = format!("logout {token}");
        let reply = self.ask(world, &mut connection, &line, &[]).await?;
        if reply.code.is_none() {
            self.ended_token = Some(token);
        }
        Ok(())
    }

    fn reset(&self, world: &World, connection: Connection) {
        world.ledger.borrow_mut().reader_broke(self.number, false);
        connection.reset();
    }

    async fn reset_under_send(
        &mut self,
        world: &World,
        mut connection: Connection,
    ) -> Result<(), End> {
        let lines = 1 + self.random.below(20);
        let (text, sent) = self.messages(world, lines, SHORT);
        connection.ask(text.as_bytes()).await?;
        for (stream, number) in sent {
            world.ledger.borrow_mut().abandon(stream, number);
        }
        self.reset(world, connection);
        Ok(())
    }

    async fn reset_under_inbox(
        &mut self,
        world: &World,
        mut connection: Connection,
    ) -> Result<(), End> {
        let line = format!("inbox {}\r\n", self.token.as_deref().unwrap_or_default());
        connection.ask(line.as_bytes()).await?;
        tokio::time::sleep(Duration::from_millis(self.random.below(5))).await;
        world.ledger.borrow_mut().reader_broke(self.number, true);
        connection.reset();
        Ok(())
    }

    /// Every line that came whole is answered, then the server closes.
    async fn half_close(&mut self, world: &World, mut connection: Connection) -> Result<(), End> {
        let lines = 1 + self.random.below(20);
        let (text, sent) = self.messages(world, lines, SHORT);
        connection.ask(text.as_bytes()).await?;
        connection.end_sending().await;
        self.hear_of(world, &mut connection, &sent).await?;
        match connection.reply_bytes().await {
            Ok(_) => Err(End::Malformed("more than was asked for".into())),
            Err(End::Closed) => Ok(()),
            Err(end) => Err(end),
        }
    }

    async fn stop_in_a_line(
        &mut self,
        world: &World,
        mut connection: Connection,
    ) -> Result<(), End> {
        connection.ask(b"send user-0 and then").await?;
        let reply = tokio::select! {
            reply = connection.reply() => reply?,
            () = world.left() => return Ok(()),
        };
        world.count(reply.code.as_deref());
        match reply.code.as_deref() {
            Some("request_timeout") => {}
            Some("shutting_down") if world.ends() != connection.life => {}
            _ => world.wrong(format!("half a line was answered {}", reply.value)),
        }
        match connection.reply_bytes().await {
            Ok(_) => Err(End::Malformed("something after request_timeout".into())),
            Err(End::Closed) => Ok(()),
            Err(end) => Err(end),
        }
    }

    /// Either the server cuts the connection off, or all replies are there.
    async fn stop_reading(&mut self, world: &World, mut connection: Connection) -> Result<(), End> {
        let line = format!("list {}\r\n", self.token.as_deref().unwrap_or_default());
        connection.ask(line.repeat(UNREAD_LINES).as_bytes()).await?;
        world.pause(LOOK_AWAY).await;
        for _ in 0..UNREAD_LINES {
            if world.is_leaving() {
                break;
            }
            match connection.reply_bytes().await {
                Ok(_) => world.count(None),
                Err(End::Closed) => break,
                Err(end) => return Err(end),
            }
        }
        self.reset(world, connection);
        Ok(())
    }
}
