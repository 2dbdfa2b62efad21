//! `chatting-time user`: accounts and their sessions, on the data folder itself, through the server that runs
//! on it, or in NATS.

mod accounts;
mod hashing;
mod import;
mod import_file;
mod list;
mod password;
mod sessions;

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use chatting_time_core::limits::{NAME_BYTES, USERNAME_BYTES};
use chatting_time_core::{AdminCommand, Name, NewUser, Username};
use clap::{Args, Subcommand};

use crate::cli::{self, EXIT_CODES};
use crate::log;
use crate::screen::{complain, print};
use crate::settings::{self, DataArguments, LogFormat, Settings};
pub(crate) use accounts::Accounts;
use import::ImportArguments;
use list::ListArguments;
use sessions::{KickArguments, SessionsArguments};

/// The command line of `chatting-time user`.
#[derive(Debug, Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct UserArguments {
    #[command(subcommand)]
    command: UserCommand,
}

const EXAMPLES: &str = "\
Examples:
  chatting-time user add messi --name \"Lionel Messi\" --country Argentina
  chatting-time user passwd messi < new-password.txt
  chatting-time user import class.csv
  chatting-time user list --format csv
  chatting-time user sessions messi
  chatting-time user kick messi";

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a user.
    ///
    /// The password is asked for twice at a terminal; otherwise it is the one line of standard
    /// input.
    Add(AddArguments),
    /// Change a user's password, which ends all of the user's sessions.
    ///
    /// The new password is asked for twice at a terminal; otherwise it is the one line of
    /// standard input.
    Passwd(PasswdArguments),
    /// List all users.
    List(ListArguments),
    /// Remove a user with the mailbox and all sessions.
    Remove(RemoveArguments),
    /// Add many users from a CSV file, all or none.
    ///
    /// Its first line names the columns, in any order: username, name, country and password, or
    /// password_hash instead for Argon2 hashes in the PHC format ($argon2id$...).
    ///
    /// To hash a plain password takes a processor about 20 ms with the default settings; a
    /// password_hash is taken as it is.
    Import(ImportArguments),
    /// List the sessions that are open.
    ///
    /// A session is named by a number that stays the same as long as it lives, and is no token. Times are in UTC;
    /// without a running server, and in NATS, the last use is known to the hour only; in NATS connections are not known.
    Sessions(SessionsArguments),
    /// End a user's sessions.
    ///
    /// Whoever holds one has to log in again; to keep somebody out, change the password. Connections stay open.
    Kick(KickArguments),
}

#[derive(Debug, Args)]
struct AddArguments {
    /// What the user logs in with: a-z, 0-9, _ and -, and single dots in between.
    #[arg(value_parser = parse_username)]
    username: Username,
    /// The name that others see [default: the username].
    #[arg(long, value_parser = parse_name)]
    name: Option<Name>,
    /// The country.
    #[arg(long, default_value = "-", value_parser = parse_name)]
    country: Name,
    #[command(flatten)]
    data: DataArguments,
}

#[derive(Debug, Args)]
struct PasswdArguments {
    /// Whose password.
    #[arg(value_parser = parse_username)]
    username: Username,
    #[command(flatten)]
    data: DataArguments,
}

#[derive(Debug, Args)]
struct RemoveArguments {
    /// Whom to remove.
    #[arg(value_parser = parse_username)]
    username: Username,
    /// Do not ask whether this is meant.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    data: DataArguments,
}

/// What went wrong, told to the operator. A list of problems has one in each line.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl<T: fmt::Display> From<T> for Failure {
    fn from(problem: T) -> Self {
        Self(problem.to_string())
    }
}

/// Does what the command line says.
pub fn run(arguments: UserArguments) -> ExitCode {
    let data = match &arguments.command {
        UserCommand::Add(add) => &add.data,
        UserCommand::Passwd(passwd) => &passwd.data,
        UserCommand::List(list) => &list.data,
        UserCommand::Remove(remove) => &remove.data,
        UserCommand::Import(import) => &import.data,
        UserCommand::Sessions(sessions) => &sessions.data,
        UserCommand::Kick(kick) => &kick.data,
    };
    let settings = match settings::load(&data.into()) {
        Ok(loaded) => loaded.settings,
        Err(error) => return cli::refuse(&error),
    };
    // Where the data folder fails, the journal says why in the log.
    log::start("warn", LogFormat::Text);
    let done = match arguments.command {
        UserCommand::Add(add) => add.run(&settings),
        UserCommand::Passwd(passwd) => passwd.run(&settings),
        UserCommand::List(list) => list.run(&settings),
        UserCommand::Remove(remove) => remove.run(&settings),
        UserCommand::Import(import) => import.run(&settings),
        UserCommand::Sessions(sessions) => sessions.run(&settings),
        UserCommand::Kick(kick) => kick.run(&settings),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(problems)) => {
            problems.lines().for_each(complain);
            ExitCode::FAILURE
        }
    }
}

impl AddArguments {
    fn run(self, settings: &Settings) -> Result<(), Failure> {
        let username = self.username;
        let password = password::read(&username)?;
        let user = NewUser {
            username,
            name: self.name.unwrap_or_else(|| name_of(&username)),
            country: self.country,
            password: hashing::hash(&password, settings.password_cost())?,
        };
        Accounts::open_or_create(settings)?.administer(AdminCommand::AddUsers(vec![user]))?;
        report(&format!("added {username}"))
    }
}

impl PasswdArguments {
    fn run(self, settings: &Settings) -> Result<(), Failure> {
        let username = self.username;
        let password = password::read(&username)?;
        let password = hashing::hash(&password, settings.password_cost())?;
        Accounts::open(settings)?
            .administer(AdminCommand::ChangePassword { username, password })?;
        report(&format!("changed the password of {username}"))
    }
}

impl RemoveArguments {
    fn run(self, settings: &Settings) -> Result<(), Failure> {
        let username = self.username;
        if !self.yes && !is_meant(&username)? {
            return Err("nothing was removed".into());
        }
        Accounts::open(settings)?.administer(AdminCommand::RemoveUser { username })?;
        report(&format!("removed {username}"))
    }
}

/// Tells what was done, also when that cannot be written where it should be.
pub(crate) fn report(done: &str) -> Result<(), Failure> {
    print(format_args!("{done}\n")).map_err(|error| Failure(format!("{done}, but {error}")))
}

fn is_meant(username: &Username) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err("to remove a user without being asked, say --yes".into());
    }
    let mut error = io::stderr().lock();
    write!(
        error,
        "Remove {username} with all undelivered messages? [y/N] "
    )?;
    error.flush()?;
    let mut answer = String::new();
    if io::stdin().read_line(&mut answer)? == 0 {
        // The question's line has not ended.
        writeln!(error)?;
    }
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn name_of(username: &Username) -> Name {
    Name::parse(username.as_str()).expect("a username is shorter than a name and has no blanks")
}

fn parse_username(text: &str) -> Result<Username, String> {
    Username::parse(text).ok_or_else(username_rule)
}

fn parse_name(text: &str) -> Result<Name, String> {
    Name::parse(text).ok_or_else(|| format!("a name {}", name_rule()))
}

/// What a username must be.
fn username_rule() -> String {
    format!(
        "it has 1 to {USERNAME_BYTES} of the characters a-z, 0-9, _ and -, and single dots in between"
    )
}

/// What a name or country must be, as the rest of a sentence.
fn name_rule() -> String {
    format!("must have 1 to {NAME_BYTES} bytes, and no control characters")
}
