//! The CSV file of `chatting-time user import`.

use std::collections::HashMap;

use chatting_time_core::{Name, Password, PasswordCost, PasswordHash, Username};
use csv::{ByteRecord, ReaderBuilder};

use super::{name_rule, password, username_rule};

/// A user to be made, and the line of the file that says so.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) username: Username,
    pub(super) name: Name,
    pub(super) country: Name,
    pub(super) secret: Secret,
}

/// What a row says of the password.
pub(super) enum Secret {
    Password(Password),
    Hash(PasswordHash),
}

/// Something wrong in a line of the file.
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) what: String,
}

/// Reads all rows, or says what is wrong in each that is. Never quotes a password.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Row>, Vec<Problem>> {
    // Spreadsheets begin UTF-8 files with a mark.
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let mut records = Records::new(text);
    let columns = match records.next() {
        Some((line, header)) => {
            Columns::parse(&header).map_err(|what| vec![Problem { line, what }])?
        }
        None => {
            let what = "the file is empty; its first line must name the columns username,name,country,password";
            return Err(vec![Problem {
                line: 1,
                what: what.into(),
            }]);
        }
    };
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    let mut lines_of = HashMap::new();
    for (line, record) in records {
        let row = match columns.row(line, &record) {
            Ok(row) => row,
            Err(what) => {
                problems.push(Problem { line, what });
                continue;
            }
        };
        if let Some(first) = lines_of.insert(row.username, line) {
            let what = format!("user {} also stands in line {first}", row.username);
            problems.push(Problem { line, what });
        }
        rows.push(row);
    }
    if problems.is_empty() {
        Ok(rows)
    } else {
        Err(problems)
    }
}

/// The records with the number of the line that each begins in.
struct Records<'a> {
    text: &'a [u8],
    reader: csv::Reader<&'a [u8]>,
    /// How far lines have been counted, in bytes.
    counted: usize,
    line: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a [u8]) -> Self {
        Self {
            text,
            reader: ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .delimiter(delimiter(text))
                .from_reader(text),
            counted: 0,
            line: 1,
        }
    }

    /// The reader skips empty lines and does not count them for the record that follows.
    fn line_at(&mut self, start: usize) -> usize {
        let blank = self.text[start..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let start = start + blank.count();
        let passed = &self.text[self.counted..start];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.counted = start;
        self.line
    }
}

impl Iterator for Records<'_> {
    type Item = (usize, ByteRecord);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let start = self.reader.position().byte() as usize;
            let mut record = ByteRecord::new();
            let is_there = self
                .reader
                .read_byte_record(&mut record)
                .expect("reading from memory does not fail, and rows may have any length");
            if !is_there {
                return None;
            }
            let line = self.line_at(start);
            // Spreadsheets write rows that once held something as separators alone.
            if record.iter().any(|field| !field.trim_ascii().is_empty()) {
                return Some((line, record));
            }
        }
    }
}

/// Spreadsheets separate with semicolons where the comma stands in numbers.
fn delimiter(text: &[u8]) -> u8 {
    let header = text.split(|byte| *byte == b'\n').next().unwrap_or(text);
    match header.contains(&b';') && !header.contains(&b',') {
        true => b';',
        false => b',',
    }
}

/// In which place each column stands.
struct Columns {
    count: usize,
    username: usize,
    name: usize,
    country: usize,
    secret: usize,
    is_hashed: bool,
}

impl Columns {
    fn parse(header: &ByteRecord) -> Result<Self, String> {
        const EXPECTED: &str = "the first line must name the columns username, name, country \
                                and password or password_hash";
        let names: Vec<_> = header
            .iter()
            .map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase())
            .collect();
        let find = |wanted: &str| names.iter().position(|name| name == wanted);
        let is_hashed = find("password").is_none();
        let secret = if is_hashed {
            "password_hash"
        } else {
            "password"
        };
        let place =
            |wanted: &str| find(wanted).ok_or_else(|| format!("{EXPECTED}; there is no {wanted}"));
        let columns = Self {
            count: names.len(),
            username: place("username")?,
            name: place("name")?,
            country: place("country")?,
            secret: find(secret)
                .ok_or_else(|| format!("{EXPECTED}; there is neither of these two"))?,
            is_hashed,
        };
        // Each was found and has its own name, so any more is one too many.
        if names.len() != 4 {
            return Err(format!("{EXPECTED}, each once and no other"));
        }
        Ok(columns)
    }

    fn row(&self, line: usize, record: &ByteRecord) -> Result<Row, String> {
        if record.len() != self.count {
            return Err(format!(
                "has {} columns instead of {}; a comma within one needs quotes around it",
                record.len(),
                self.count
            ));
        }
        let text = |place: usize, column: &str| {
            std::str::from_utf8(&record[place])
                .map_err(|_| format!("the {column} is not UTF-8 text"))
        };
        let username = text(self.username, "username")?.trim();
        let name = text(self.name, "name")?;
        let country = text(self.country, "country")?;
        let secret = text(self.secret, "password")?;
        Ok(Row {
            line,
            username: Username::parse(username).ok_or_else(|| {
                format!(
                    "\"{}\" is no username: {}",
                    username.escape_debug(),
                    username_rule()
                )
            })?,
            name: Name::parse(name).ok_or_else(|| format!("the name {}", name_rule()))?,
            country: Name::parse(country).ok_or_else(|| format!("the country {}", name_rule()))?,
            secret: self.secret(secret)?,
        })
    }

    fn secret(&self, text: &str) -> Result<Secret, String> {
        let hash = PasswordHash::parse(text);
        match (self.is_hashed, hash) {
            (true, Some(hash)) if hash.has_bearable_cost() => Ok(Secret::Hash(hash)),
            (true, Some(_)) => Err(costly()),
            (true, None) => Err(
                "the password hash must be an Argon2 hash in the PHC format ($argon2id$...)".into(),
            ),
            // Whoever exported hashes would lock everyone out by taking them for passwords.
            (false, Some(_)) => {
                Err("the password is an Argon2 hash; name that column password_hash".into())
            }
            (false, None) => Password::parse(text)
                .map(Secret::Password)
                .ok_or_else(|| format!("the password {}", password::rule())),
        }
    }
}

/// Names the bounds, so that it is seen which of them the hash goes beyond.
fn costly() -> String {
    format!(
        "the password hash costs too much to check; it may have up to m={}, t={} and p={}",
        PasswordCost::MEMORY_KIB.end(),
        PasswordCost::PASSES.end(),
        PasswordCost::LANES.end(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWFhYWE";

    fn usernames(text: &str) -> Vec<String> {
        let rows = parse(text.as_bytes()).unwrap_or_else(|problems| panic!("{}", problems[0].what));
        rows.iter()
            .map(|row| format!("{} {}", row.line, row.username))
            .collect()
    }

    fn problems(text: &str) -> Vec<String> {
        match parse(text.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(problems) => problems
                .iter()
                .map(|problem| format!("{} {}", problem.line, problem.what))
                .collect(),
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_and_be_separated_as_spreadsheets_do() {
        assert_eq!(
            usernames(
                "password,country,name,username\r\nsurabaya,Argentina,\"Messi, Lionel\",Messi\r\n"
            ),
            ["2 messi"]
        );
        assert_eq!(
            usernames("\u{feff}username;name;country;password\nmessi;Lionel Messi;Argentina;a,b\n"),
            ["2 messi"]
        );
    }

    #[test]
    fn lines_are_counted_through_empty_ones_and_line_ends_within_quotes() {
        let rows =
            "\nusername,name,country,password\r\n\r\n\r\na,A,X,p\r\n,,,\r\nb,B,X,p\n\n\"c\",C,X,p";
        assert_eq!(usernames(rows), ["5 a", "7 b", "9 c"]);
        assert_eq!(
            problems("username,name,country,password\na,\"A\nB\",X,p\nb,B,X,\n")
                .iter()
                .map(|problem| &problem[..2])
                .collect::<Vec<_>>(),
            ["2 ", "4 "]
        );
    }

    #[test]
    fn a_row_given_twice_names_the_first_one() {
        assert_eq!(
            problems("username,name,country,password\na,A,X,p\nA,B,Y,q\n"),
            ["3 user a also stands in line 2"]
        );
    }

    #[test]
    fn a_header_must_name_all_columns_and_no_other() {
        for header in [
            "username,name,country",
            "name,country,password",
            "username,name,country,password,password_hash",
            "username,name,country,password,email",
            "messi,Lionel Messi,Argentina,surabaya",
            "",
        ] {
            let problems = problems(header);
            assert_eq!(problems.len(), 1, "{header}");
            assert!(
                problems[0].contains("first line must name"),
                "{}",
                problems[0]
            );
            assert!(!problems[0].contains("surabaya"));
        }
    }

    #[test]
    fn a_hash_is_only_taken_where_the_header_says_so() {
        let row = format!("a,A,X,\"{HASH}\"\n");
        assert_eq!(
            usernames(&format!("username,name,country,password_hash\n{row}")),
            ["2 a"]
        );
        assert_eq!(
            problems(&format!("username,name,country,password\n{row}")).len(),
            1
        );
        assert_eq!(
            problems("username,name,country,password_hash\na,A,X,surabaya\n").len(),
            1
        );
    }
}
