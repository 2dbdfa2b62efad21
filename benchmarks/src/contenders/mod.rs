//! The servers that are compared, each with the dialogue that does the same as ours.

pub(crate) mod chat;
mod echo;
mod inspircd;
mod mosquitto;
mod nats;
mod redis;

use crate::Failure;
use crate::contender::Contender;

/// All of them.
pub(crate) fn all() -> Vec<Box<dyn Contender>> {
    vec![
        Box::new(chat::ChattingTime),
        Box::new(echo::TokioEcho),
        Box::new(echo::DurableEcho),
        Box::new(redis::Redis { is_durable: true }),
        Box::new(redis::Redis { is_durable: false }),
        Box::new(nats::JetStream),
        Box::new(mosquitto::Mosquitto),
        Box::new(inspircd::InspIrcd),
        Box::new(chat::ThreadedPython),
    ]
}

/// A program that was built with this one.
fn built(name: &str) -> Result<std::path::PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let folder = here.parent().ok_or("no folder of programs")?;
    Ok(folder.join(name))
}

/// As long as the message of the documented figures.
pub(crate) const TEXT: &str = "sixty bytes of text, as long as a short message usually is..";

/// The user that a message goes to next: to one after the other.
struct Turn {
    next: usize,
    users: usize,
}

impl Turn {
    /// Connections begin apart.
    fn of(connection: usize, users: usize) -> Self {
        Self {
            next: connection % users,
            users,
        }
    }

    fn next(&mut self) -> usize {
        self.next = (self.next + 1) % self.users;
        self.next
    }
}
