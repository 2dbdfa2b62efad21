//! `chatting-time user import`.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io::{self, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use chatting_time_core::{AdminCommand, NewUser, Username};
use clap::Args;

use super::import_file::{self, Problem, Row, Secret};
use super::{Accounts, Failure, hashing, report};
use crate::settings::{DataArguments, Settings, StoreAddress};

/// The command line.
#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// The CSV file, or - for standard input.
    file: PathBuf,
    #[command(flatten)]
    pub(super) data: DataArguments,
}

impl ImportArguments {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let source = Source(&self.file);
        let text = source.read()?;
        let rows = import_file::parse(&text).map_err(|problems| source.refuse(&problems))?;
        if settings.data.exists() || settings.store != StoreAddress::Data {
            // Before the passwords are hashed, which may take long; the accounts are not held
            // meanwhile, and are looked at again when the users are added.
            let names = Accounts::open(settings)?.usernames()?;
            let names = names.into_iter().collect();
            refuse_existing(&rows, &names).map_err(|problems| source.refuse(&problems))?;
        }
        let count = rows.len();
        let users = hash_passwords(rows, settings)?;
        if count > 0 {
            let accounts = Accounts::open_or_create(settings)?;
            accounts.administer(AdminCommand::AddUsers(users))?;
        }
        let plural = if count == 1 { "" } else { "s" };
        report(&format!("imported {count} user{plural}"))
    }
}

/// The file, or standard input.
struct Source<'a>(&'a Path);

impl Source<'_> {
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut text = Vec::new();
        let read = if self.is_standard_input() {
            io::stdin().lock().read_to_end(&mut text).map(|_| text)
        } else {
            fs::read(self.0)
        };
        read.map_err(|error| Failure(format!("cannot read {self}: {error}")))
    }

    fn refuse(&self, problems: &[Problem]) -> Failure {
        let lines = problems
            .iter()
            .map(|Problem { line, what }| format!("{self}:{line}: {what}\n"));
        Failure(lines.collect::<String>() + "nothing was imported")
    }

    fn is_standard_input(&self) -> bool {
        self.0.as_os_str() == "-"
    }
}

impl fmt::Display for Source<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_standard_input() {
            formatter.write_str("standard input")
        } else {
            self.0.display().fmt(formatter)
        }
    }
}

fn refuse_existing(rows: &[Row], names: &HashSet<Username>) -> Result<(), Vec<Problem>> {
    let problems: Vec<_> = rows
        .iter()
        .filter(|row| names.contains(&row.username))
        .map(|row| Problem {
            line: row.line,
            what: format!("user {} exists already", row.username),
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

fn hash_passwords(rows: Vec<Row>, settings: &Settings) -> Result<Vec<NewUser>, Failure> {
    let passwords: Vec<_> = rows
        .iter()
        .filter_map(|row| match &row.secret {
            Secret::Password(password) => Some(password.clone()),
            Secret::Hash(_) => None,
        })
        .collect();
    let progress = Progress::of(passwords.len());
    let cost = settings.password_cost();
    let hashes = hashing::hash_all(&passwords, &cost, |done| progress.show(done))?;
    progress.end();
    let mut hashes = hashes.into_iter();
    let users = rows.into_iter().map(|row| NewUser {
        username: row.username,
        name: row.name,
        country: row.country,
        password: match row.secret {
            Secret::Hash(hash) => hash,
            Secret::Password(_) => hashes.next().expect("each password was hashed"),
        },
    });
    Ok(users.collect())
}

/// Tells a person at a terminal how far it is, when there is much to do.
struct Progress {
    total: usize,
    began: Instant,
    is_shown: bool,
}

impl Progress {
    /// As many hashes as take a second or so.
    const STEP: usize = 50;

    fn of(total: usize) -> Self {
        Self {
            total,
            began: Instant::now(),
            is_shown: total > Self::STEP && io::stderr().is_terminal(),
        }
    }

    fn show(&self, done: usize) {
        if self.is_shown && done.is_multiple_of(Self::STEP) {
            let total = self.total;
            let left = self.began.elapsed() / done as u32 * (total - done) as u32;
            let left = left.as_secs();
            let _ = write!(
                io::stderr().lock(),
                "\rhashed {done} of {total} passwords, about {}:{:02} left ",
                left / 60,
                left % 60
            );
        }
    }

    fn end(&self) {
        if self.is_shown {
            let _ = writeln!(
                io::stderr().lock(),
                "\rhashed {0} of {0} passwords{1:20}",
                self.total,
                ""
            );
        }
    }
}
