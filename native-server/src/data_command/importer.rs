//! Makes events of the lines of an export, and refuses a line that does not fit those before it.

use std::collections::{HashMap, HashSet};

use chatting_time_core::limits::{LIMITS, NAME_BYTES};
use chatting_time_core::state::Generation;
use chatting_time_core::{Body, Event, Identity, Name, PasswordHash, Timestamp, Token, Username};
use serde_json::error::Category;

use super::contents::Contents;
use super::record::{FIRST_KIND, FirstLine, Record, VERSION};

/// The last millisecond of the year 9999. No system's clock gets so far; a number of microseconds does.
const LATEST: u64 = 253_402_300_799_999;

/// Takes in lines, one after the other.
pub(super) struct Importer {
    /// How many lines were taken in.
    lines: u64,
    latest: Latest,
    text_bytes: u64,
    has_begun: bool,
    has_ended: bool,
    generation: Generation,
    users: HashSet<Username>,
    /// When they were opened.
    sessions: HashMap<Token, Timestamp>,
    contents: Contents,
}

/// The latest time that a line tells of: a server goes on from there.
#[derive(Clone, Copy, Default)]
pub(super) struct Latest {
    pub(super) time: Timestamp,
    /// The number of the first line that does.
    pub(super) line: u64,
}

impl Importer {
    pub(super) fn new() -> Self {
        let texts = LIMITS
            .iter()
            .find(|limit| limit.field == "message_text_bytes");
        Self {
            lines: 0,
            latest: Latest::default(),
            text_bytes: texts.expect("texts are bounded").maximum,
            has_begun: false,
            has_ended: false,
            generation: Generation::default(),
            users: HashSet::new(),
            sessions: HashMap::new(),
            contents: Contents::default(),
        }
    }

    /// The event that a line stands for, if it does for any; or what is wrong with it, without any secret.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<Option<Event>, String> {
        self.lines += 1;
        let line = line.trim_ascii_end();
        if !self.has_begun {
            check_first(line)?;
        } else if self.has_ended && line.is_empty() {
            return Ok(None);
        } else if self.has_ended {
            return Err("something follows the line of kind end".into());
        }
        match line.trim_ascii_start().first() {
            Some(b'{') => {}
            // Fields in a row without their names would be read as well.
            Some(_) => return Err("the line is no object".into()),
            None => return Err("the line is empty".into()),
        }
        let record: Record = serde_json::from_slice(line).map_err(|error| in_words(&error))?;
        let event = match record {
            Record::ChattingTimeExport { .. } if self.has_begun => {
                return Err("a first line stands here again; import one export only".into());
            }
            Record::ChattingTimeExport { .. } => {
                self.has_begun = true;
                return Ok(None);
            }
            Record::End(contents) if contents == self.contents => {
                self.has_ended = true;
                return Ok(None);
            }
            Record::End(contents) => {
                return Err(format!(
                    "the line of kind end speaks of {contents}, but there are {}: lines are missing, or too many",
                    self.contents
                ));
            }
            other => self.event(other)?,
        };
        self.contents.count(&event);
        Ok(Some(event))
    }

    /// How much was imported, and up to when, at the end of the file.
    pub(super) fn finish(self) -> Result<(Contents, Latest), String> {
        match (self.has_begun, self.has_ended) {
            (_, true) => Ok((self.contents, self.latest)),
            (true, false) => Err("the line of kind end is missing: the file is cut off".into()),
            (false, _) => Err("the file is empty".into()),
        }
    }

    fn event(&mut self, record: Record) -> Result<Event, String> {
        match record {
            Record::User {
                username,
                name,
                country,
                password_hash,
            } => {
                let username = self::username("username", &username)?;
                if !self.users.insert(username) {
                    return Err(format!("user {username} stands in an earlier line already"));
                }
                self.generation = self.generation.next();
                Ok(Event::UserAdded {
                    username,
                    name: self::name("name", &name)?,
                    country: self::name("country", &country)?,
                    password: password(&password_hash)?,
                    generation: self.generation,
                })
            }
            Record::Session {
                token,
                username,
                opened,
            } => {
                let token = self::token(&token)?;
                let username = self.known("username", &username)?;
                let at = self.time("opened", opened)?;
                match self.sessions.insert(token, at) {
                    Some(_) => Err("the session stands in an earlier line already".into()),
                    None => Ok(Event::SessionOpened {
                        token,
                        username,
                        at,
                    }),
                }
            }
            Record::SessionUsed { token, at } => {
                let token = self::token(&token)?;
                let at = self.time("at", at)?;
                match self.sessions.get(&token) {
                    None => Err("no earlier line has the session".into()),
                    Some(opened) if at < *opened => {
                        Err("at lies before the session was opened".into())
                    }
                    Some(_) => Ok(Event::SessionUsed { token, at }),
                }
            }
            Record::Message {
                from,
                from_name,
                to,
                text,
                at,
            } => {
                let sender = self::username("from", &from)?;
                Ok(Event::MessageAccepted {
                    // Whoever sent it may be gone.
                    sender: Identity::new(&sender, &self::name("from_name", &from_name)?),
                    recipient: self.known("to", &to)?,
                    text: self.text(&text)?,
                    at: self.time("at", at)?,
                })
            }
            Record::ChattingTimeExport { .. } | Record::End(_) => {
                unreachable!("these stand for no event")
            }
        }
    }

    fn known(&self, field: &str, text: &str) -> Result<Username, String> {
        let username = username(field, text)?;
        match self.users.contains(&username) {
            true => Ok(username),
            false => Err(format!("no earlier line has the user {username}")),
        }
    }

    fn text(&self, text: &str) -> Result<Body, String> {
        if text.contains('\n') {
            return Err("text must not have a line feed in it".into());
        }
        let bound = self.text_bytes;
        Body::parse(text, bound).ok_or_else(|| format!("text must have at most {bound} bytes"))
    }

    fn time(&mut self, field: &str, milliseconds: u64) -> Result<Timestamp, String> {
        if milliseconds > LATEST {
            return Err(format!(
                "{field} lies beyond the year 9999; it counts milliseconds since 1970"
            ));
        }
        let time = Timestamp(milliseconds);
        if time > self.latest.time {
            self.latest = Latest {
                time,
                line: self.lines,
            };
        }
        Ok(time)
    }
}

/// The version is looked at before anything else, because only that is sure to be understood.
fn check_first(line: &[u8]) -> Result<(), String> {
    let first: Option<FirstLine> = serde_json::from_slice(line).ok();
    match first {
        Some(first) if first.kind == FIRST_KIND && first.version > VERSION.into() => Err(format!(
            "the export has version {}, and this release reads up to {VERSION}; \
             use the release of chatting-time that made it, or a later one",
            first.version
        )),
        Some(first) if first.kind == FIRST_KIND && first.version == 0 => Err(format!(
            "the export has version 0, which no release writes; this one reads up to {VERSION}"
        )),
        Some(first) if first.kind == FIRST_KIND => Ok(()),
        _ => Err(format!(
            "no export begins so; its first line is {{\"kind\":\"{FIRST_KIND}\",\"version\":{VERSION},\"sequence\":0}}. \
             What `backup` made is read by `restore`"
        )),
    }
}

fn username(field: &str, text: &str) -> Result<Username, String> {
    match Username::parse(text) {
        Some(username) if username.as_str() == text => Ok(username),
        _ => Err(format!(
            "{field} must be 1 to 32 of the characters a-z, 0-9, _ and -, and single dots in between"
        )),
    }
}

fn name(field: &str, text: &str) -> Result<Name, String> {
    let problem =
        || format!("{field} must have 1 to {NAME_BYTES} bytes, and no control characters");
    Name::parse(text).ok_or_else(problem)
}

fn password(text: &str) -> Result<PasswordHash, String> {
    let hash = PasswordHash::parse(text)
        .ok_or("password_hash must be an Argon2 hash in the PHC format ($argon2id$...)")?;
    match hash.has_bearable_cost() {
        true => Ok(hash),
        false => Err("password_hash takes too much memory or time to check".into()),
    }
}

fn token(text: &str) -> Result<Token, String> {
    Token::parse(text).ok_or_else(|| "token must be a UUID with hyphens".into())
}

/// Without anything that stands in the line: it may be a secret.
fn in_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = match text.rsplit_once(" at line 1 column ") {
        Some((what, _)) => what,
        None => &text,
    };
    let names_only_ours = ["missing field", "duplicate field"];
    let what = match error.classify() {
        Category::Data if names_only_ours.iter().any(|ours| what.starts_with(ours)) => what,
        Category::Data if what.starts_with("unknown variant") => "no line has this kind",
        Category::Data if what.starts_with("unknown field") => "its kind has no such field",
        Category::Data => "a field is not of its type",
        Category::Eof => "the line is cut off",
        _ => what,
    };
    match error.column() {
        // Of a whole line that reads, nobody knows where it is wrong.
        0 => what.into(),
        column => format!("{what} (column {column})"),
    }
}
