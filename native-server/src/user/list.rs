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
pub(super) enum Format {
    /// Columns for people.
    Table,
    /// One array of objects.
    Json,
    /// With a header; users as `import` reads them, but for the passwords.
    Csv,
}

impl ListArguments {
    pub(super) fn run(self, settings: &Settings) -> Result<(), Failure> {
        let users = Accounts::open(settings)?.users()?;
        let text = match self.format {
            Format::Table => aligned(COLUMNS, users.iter().map(texts)),
            Format::Json => serde_json::to_string_pretty(&users)? + "\n",
            Format::Csv => csv(COLUMNS, users.iter().map(texts))?,
        };
        Ok(print(text)?)
    }
}

const COLUMNS: [&str; 3] = ["username", "name", "country"];

fn texts(user: &UserSummary) -> [String; 3] {
    [
        user.username.to_string(),
        user.name.to_string(),
        user.country.to_string(),
    ]
}

/// Rows below a header, in columns that are as wide as they need to be.
pub(super) fn aligned<const N: usize>(
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> String {
    let rows: Vec<[String; N]> = std::iter::once(header.map(str::to_owned))
        .chain(rows)
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// The same as CSV.
pub(super) fn csv<const N: usize>(
    header: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    Ok(String::from_utf8(bytes)?)
}
