//! Data folders of a given size, written as the server writes them, without one running.

use std::path::Path;
use std::sync::Arc;

use chatting_time::journal::{Batch, FolderLock, Journal, Options, RealDisk, Writer};
use chatting_time_core::{
    AdminCommand, Body, Event, Identity, Name, NewUser, Password, PasswordCost, State, Timestamp,
    Token, Username, decide_admin,
};

use crate::Failure;
use crate::contenders::TEXT;

/// What is in a data folder.
pub(crate) struct Amount {
    pub(crate) users: usize,
    /// The first so many users have one each.
    pub(crate) sessions: usize,
    /// The mailboxes of the first so many users, and how many messages are in each.
    pub(crate) mailboxes: usize,
    pub(crate) messages: usize,
}

impl Amount {
    pub(crate) fn of_users(users: usize) -> Self {
        Self {
            users,
            sessions: 0,
            mailboxes: 0,
            messages: 0,
        }
    }
}

/// The password of everybody.
pub(crate) const PASSWORD: &str = "bench";

pub(crate) fn username(number: usize) -> String {
    format!("user-{number}")
}

/// Makes a folder that holds so much.
pub(crate) fn write(folder: &Path, amount: &Amount) -> Result<(), Failure> {
    let _lock = FolderLock::acquire(folder)?;
    let disk = Arc::new(RealDisk);
    let opened = Journal::open(folder, disk, Options::default(), &mut |_, _| Ok(()))?;
    let mut journal = Events {
        writer: opened.writer,
        batch: Batch::new(),
    };
    journal.add_users(amount.users)?;
    // All were opened now, and none dies of age before it is measured.
    let now = Timestamp(now_in_milliseconds()?);
    for number in 0..amount.sessions {
        journal.add(&Event::SessionOpened {
            token: token(number),
            username: name_of(number)?,
            at: now,
        })?;
    }
    journal.add_messages(amount, now)?;
    journal.flush()?;
    journal.writer.close()?;
    Ok(())
}

struct Events {
    writer: Writer,
    batch: Batch,
}

impl Events {
    fn add_users(&mut self, count: usize) -> Result<(), Failure> {
        let password = Password::parse(PASSWORD).ok_or("no password")?;
        let password = password.hash(PasswordCost::cheapest(), [7; 16]);
        let user = |number| -> Result<NewUser, Failure> {
            Ok(NewUser {
                username: name_of(number)?,
                name: Name::parse("Lionel Messi").ok_or("no name")?,
                country: Name::parse("Argentina").ok_or("no country")?,
                password: password.clone(),
            })
        };
        let users = (0..count).map(user).collect::<Result<Vec<_>, _>>()?;
        let state = State::default();
        let command = AdminCommand::AddUsers(users);
        let decided = decide_admin(&state, state.generation(), &command);
        let events = decided.map_err(|missing| format!("{missing:?}"))?;
        for event in events.map_err(|refusal| refusal.to_string())? {
            self.add(&event)?;
        }
        Ok(())
    }

    fn add_messages(&mut self, amount: &Amount, now: Timestamp) -> Result<(), Failure> {
        let sender = Identity::new(&name_of(0)?, &Name::parse("Lionel Messi").ok_or("no name")?);
        let text = Body::parse(TEXT, TEXT.len() as u64).ok_or("no text")?;
        for _ in 0..amount.messages {
            for number in 0..amount.mailboxes {
                self.add(&Event::MessageAccepted {
                    sender: sender.clone(),
                    recipient: name_of(number)?,
                    text: text.clone(),
                    at: now,
                })?;
            }
        }
        Ok(())
    }

    fn add(&mut self, event: &Event) -> Result<(), Failure> {
        const BATCH_BYTES: usize = 1 << 20;
        self.batch.push(|buffer| event.encode(buffer));
        match self.batch.bytes() < BATCH_BYTES {
            true => Ok(()),
            false => self.flush(),
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.writer.append(&mut self.batch)?;
        self.batch.clear();
        Ok(())
    }
}

fn name_of(number: usize) -> Result<Username, Failure> {
    Ok(Username::parse(&username(number)).ok_or("no username")?)
}

/// Tokens that differ, and are spread as random ones are.
fn token(number: usize) -> Token {
    let spread = (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    Token::from_random(spread.to_le_bytes())
}

fn now_in_milliseconds() -> Result<u64, Failure> {
    let elapsed = std::time::UNIX_EPOCH.elapsed()?;
    Ok(u64::try_from(elapsed.as_millis())?)
}
