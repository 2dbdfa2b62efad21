//! Whom the load logs in as.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use chatting_time_core::{AdminCommand, Name, NewUser, Password, PasswordCost, Username};

use super::BenchError;
use crate::settings::Settings;
use crate::user::Accounts;

/// Somebody who can log in.
pub struct Account {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Makes so many accounts in a data folder that no server runs on yet. Their hashes cost next to nothing: nobody else
/// ever reaches that server, and logging in is not what is measured.
///
/// # Errors
///
/// When they cannot be written.
pub fn make(folder: &Path, count: usize) -> Result<Vec<Account>, BenchError> {
    let settings = Settings {
        data: folder.to_owned(),
        ..Settings::default()
    };
    make_in(&settings, count)
}

/// The same where these settings say that everything is kept.
///
/// # Errors
///
/// When they cannot be written.
pub fn make_in(settings: &Settings, count: usize) -> Result<Vec<Account>, BenchError> {
    let accounts: Vec<Account> = (0..count)
        .map(|number| Account {
            username: format!("user-{number}"),
            password: "bench".into(),
        })
        .collect();
    let users = accounts.iter().enumerate().map(|(number, account)| {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&(number as u64).to_le_bytes());
        let password = Password::parse(&account.password).expect("a word is a password");
        NewUser {
            username: Username::parse(&account.username)
                .expect("a name and a number is a username"),
            name: Name::parse(&account.username).expect("a username is a name"),
            country: Name::parse("-").expect("a dash is a name"),
            password: password.hash(PasswordCost::cheapest(), salt),
        }
    });
    Accounts::open(settings)
        .and_then(|folder| folder.administer(AdminCommand::AddUsers(users.collect())))
        .map_err(|failure| BenchError::Accounts(failure.0))?;
    Ok(accounts)
}

/// Reads accounts from a CSV file with the columns `username` and `password`, as `user import` takes it.
pub(super) fn read(file: &Path) -> Result<Vec<Account>, BenchError> {
    let refuse = |what: String| BenchError::Accounts(format!("{}: {what}", file.display()));
    let text = fs::read(file).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
    let mut reader = csv::Reader::from_reader(text);
    let headers = reader
        .headers()
        .map_err(|error| refuse(error.to_string()))?;
    let column = |name: &str| headers.iter().position(|header| header.trim() == name);
    let (Some(username), Some(password)) = (column("username"), column("password")) else {
        return Err(refuse(
            "the first line must name the columns username and password".into(),
        ));
    };
    let mut accounts = Vec::new();
    let mut wrong = String::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|error| refuse(error.to_string()))?;
        let field = |column: usize| record.get(column).unwrap_or_default().trim().to_owned();
        let account = Account {
            username: field(username),
            password: field(password),
        };
        let is_good = Username::parse(&account.username).is_some()
            && Password::parse(&account.password).is_some();
        if !is_good {
            let line = record
                .position()
                .map_or(row as u64 + 2, csv::Position::line);
            let _ = write!(wrong, "\n  line {line}: no username with a password");
        }
        accounts.push(account);
    }
    match accounts.is_empty() {
        _ if !wrong.is_empty() => Err(refuse(format!("these rows cannot log in:{wrong}"))),
        true => Err(refuse("there is nobody in it".into())),
        false => Ok(accounts),
    }
}
