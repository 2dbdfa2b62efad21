//! `chatting-time user list`.

use clap::{Args, ValueEnum};

use super::{Accounts, Failure};
use crate::admin::UserSummary;
use crate::screen::print;
use crate::settings::{DataArguments, Settings};

/// The command line.
#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// How to write them.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    pub(super) data: DataArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Columns for people.
    Table,
    /// One array of objects.
    Json,
    /// With a header, as `import` reads it but for the passwords.
    Csv,
}

impl ListArguments {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let users = Accounts::open(settings)?.users()?;
        let text = match self.format {
            Format::Table => table(&users),
            Format::Json => serde_json::to_string_pretty(&users)? + "\n",
            Format::Csv => csv(&users)?,
        };
        Ok(print(text)?)
    }
}

fn table(users: &[UserSummary]) -> String {
    let header = ["username", "name", "country"];
    let rows = users.iter().map(|user| {
        [
            user.username.as_str(),
            user.name.as_str(),
            user.country.as_str(),
        ]
    });
    let rows: Vec<_> = std::iter::once(header).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let [first, second] = [0, 1].map(|column| width(column).unwrap_or_default());
    rows.iter()
        .map(|[username, name, country]| format!("{username:first$}  {name:second$}  {country}\n"))
        .collect()
}

fn csv(users: &[UserSummary]) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["username", "name", "country"])?;
    for user in users {
        writer.write_record([
            user.username.as_str(),
            user.name.as_str(),
            user.country.as_str(),
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    Ok(String::from_utf8(bytes)?)
}
