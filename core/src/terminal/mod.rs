//! The documented terminal dialogue: what a person types becomes request lines, replies become
//! the documented text (PROTOCOL.md, appendix "The documented terminal dialogue").
//!
//! No IO: a host shows [`Terminal::prompt`], hands what was typed to [`Terminal::enter`], puts
//! the request on the wire, cuts its reply out of the stream with a [`ReplyBuffer`] and hands it
//! to [`Terminal::reply`]. Any server of the protocol may be at the other end, also one that
//! somebody wrote for an exercise, so nothing of a reply is taken on trust. The inbox and the list
//! of users are shown as the JSON that the documentation shows, in which everything beyond ASCII
//! is escaped.
//!
//! ```
//! use chatting_time_core::terminal::{Language, Terminal};
//!
//! let mut terminal = Terminal::new(Language::Indonesian);
//! assert_eq!(terminal.prompt(), "Command :");
//! let step = terminal.enter("auth messy surabaya");
//! let request = step.request.unwrap();
//! assert_eq!(request.bytes(), b"auth messy surabaya\r\n");
//! let reply = b"{\"status\": \"ERROR\", \"message\": \"User Tidak Ditemukan\"}\r\n\r\n";
//! assert_eq!(terminal.reply(request, reply).text, "Error, User Tidak Ditemukan\n");
//! ```

mod language;
mod printable;
mod reply_buffer;
mod secrets;

pub use language::Language;
pub use printable::printable;
pub use reply_buffer::{ReplyBuffer, Unreadable};
pub use secrets::{Part, password_in};

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use crate::command::{Access, COMMANDS, Spec};
use crate::json::Value;
use crate::token::Token;

/// One person's terminal: which session is theirs, and in which language they are answered.
#[derive(Clone)]
pub struct Terminal {
    language: Language,
    session: Option<Session>,
}

#[derive(Clone)]
struct Session {
    token: String,
    username: String,
}

/// What comes of a typed line.
#[derive(Default)]
pub struct Step {
    /// Whole lines to be shown at once, each ended by LF. Often there is none.
    pub text: String,
    /// What is to be sent. `None` when the typed line asks nothing.
    pub request: Option<Request>,
}

/// A request on its way, to be handed back with its reply.
#[derive(Clone)]
pub struct Request {
    line: String,
    subject: Subject,
    /// The token on the line, if there is one.
    token: Option<String>,
}

/// What a request asks for, as far as the text about its reply depends on it.
#[derive(Clone)]
enum Subject {
    Auth {
        username: String,
    },
    Send {
        recipient: String,
    },
    Inbox,
    List,
    Logout,
    Help,
    /// A word that this terminal does not know. The server may know it.
    Other,
}

/// What a reply says to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whole lines, each ended by LF. Nothing in them controls a terminal.
    pub text: String,
    /// What became of the request.
    pub kind: AnswerKind,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// It was carried out.
    Accepted,
    /// The server refused it.
    Refused,
    /// The reply is none of the protocol, so what follows it can't be trusted either: the text
    /// says what is wrong with it.
    Malformed,
}

/// What a reply lacks to be one of the protocol.
struct Lacking(&'static str);

impl Terminal {
    /// A terminal at which nobody has logged in.
    pub fn new(language: Language) -> Self {
        let session = None;
        Self { language, session }
    }

    /// Answers in another language from now on.
    pub fn speak(&mut self, language: Language) {
        self.language = language;
    }

    /// What stands in front of the next typed line: `Command TOKEN:`, or `Command :` without a
    /// session.
    pub fn prompt(&self) -> String {
        format!("Command {}:", self.token().unwrap_or_default())
    }

    /// The token of the session that is this terminal's.
    pub fn token(&self) -> Option<&str> {
        self.session.as_ref().map(|session| session.token.as_str())
    }

    /// Whose session that is.
    pub fn username(&self) -> Option<&str> {
        let session = self.session.as_ref();
        session.map(|session| session.username.as_str())
    }

    /// Takes a typed line without its line end; whatever stands behind a line feed in it does
    /// not count. A blank line asks nothing.
    pub fn enter(&self, line: &str) -> Step {
        let line = line.split('\n').next().unwrap_or_default();
        let typed = line.trim_start_matches(' ');
        if typed.is_empty() {
            return Step::default();
        }
        let (word, parameters) = typed.split_at(typed.find(' ').unwrap_or(typed.len()));
        let known = COMMANDS
            .iter()
            .find(|spec| spec.word.eq_ignore_ascii_case(word));
        match known {
            Some(spec) if spec.word == "send" => self.enter_send(spec, parameters),
            Some(spec) => self.enter_command(spec, parameters),
            None => Step::ask(Request {
                line: typed.to_owned(),
                subject: Subject::Other,
                token: None,
            }),
        }
    }

    /// Takes the reply to `request`, with or without its terminator, and says what it means.
    pub fn reply(&mut self, request: Request, reply: &[u8]) -> Answer {
        let reply = Value::parse(reply).unwrap_or(Value::Null);
        let status = reply.get("status").and_then(Value::as_str);
        let answered = match status {
            Some("OK") => self.accepted(&request, &reply),
            Some("ERROR") => return self.refused(&request, &reply),
            _ => Err(Lacking("status")),
        };
        match answered {
            Ok(text) => Answer {
                text,
                kind: AnswerKind::Accepted,
            },
            Err(lacking) => self.malformed(lacking),
        }
    }

    /// What a refusal says that came without having been asked for: a server sends one when it
    /// turns a connection away. `None` for anything else, which no server may send unasked.
    pub fn unasked(&self, reply: &[u8]) -> Option<String> {
        let reply = Value::parse(reply)?;
        let is_refusal = reply.get("status").and_then(Value::as_str) == Some("ERROR");
        is_refusal.then(|| self.language.refusal(&reply)).flatten()
    }

    /// `send`, whose text is not to be touched: the line is put together anew, with the token in
    /// front, the recipient in lower case and the documented space at its end.
    fn enter_send(&self, spec: &Spec, parameters: &str) -> Step {
        let (first, rest) = split_word(parameters);
        let (token, recipient, text) = match Token::is_shape_of(first) {
            true => {
                let (recipient, text) = split_word(rest);
                (Some(first.to_owned()), recipient, text)
            }
            false => (self.own_token(), first, rest),
        };
        let recipient = recipient.to_ascii_lowercase();
        let mut line = spec.word.to_owned();
        for word in [token.as_deref().unwrap_or_default(), &recipient] {
            if !word.is_empty() {
                line.push(' ');
                line.push_str(word);
            }
        }
        // Who typed no text meant none: the server will say how the command is used.
        let has_text = !text.trim_matches(' ').is_empty();
        if has_text {
            line.push(' ');
            line.push_str(text);
        }
        let shown = format!("{}\n\n", printable(&line));
        if has_text {
            line.push(' ');
        }
        let subject = Subject::Send { recipient };
        Step {
            text: shown,
            ..Step::ask(Request {
                line,
                subject,
                token,
            })
        }
    }

    /// Any other command of the protocol: what was typed behind its word goes along unchanged,
    /// after the token if the command wants one and none was typed.
    fn enter_command(&self, spec: &Spec, parameters: &str) -> Step {
        let mut words = parameters.split(' ').filter(|word| !word.is_empty());
        let subject = match spec.word {
            "auth" => Subject::Auth {
                username: words.next().unwrap_or_default().to_ascii_lowercase(),
            },
            "inbox" => Subject::Inbox,
            "list" => Subject::List,
            "logout" => Subject::Logout,
            "help" => Subject::Help,
            _ => Subject::Other,
        };
        let mut line = spec.word.to_owned();
        let mut token = words
            .find(|word| Token::is_shape_of(word))
            .map(str::to_owned);
        if token.is_none() && spec.access == Access::Session {
            token = self.own_token();
            if let Some(token) = &token {
                line.push(' ');
                line.push_str(token);
            }
        }
        line.push_str(parameters);
        Step::ask(Request {
            line,
            subject,
            token,
        })
    }

    fn accepted(&mut self, request: &Request, reply: &Value) -> Result<String, Lacking> {
        let language = self.language;
        let text = match &request.subject {
            Subject::Auth { username } => {
                let token = reply.get("tokenid").and_then(Value::as_str);
                let token = token.filter(|token| is_usable_token(token));
                let token = token.ok_or(Lacking("tokenid"))?.to_owned();
                let text = language.logged_in(username, &token);
                let username = username.clone();
                self.session = Some(Session { token, username });
                text
            }
            Subject::Send { recipient } => language.sent(recipient),
            Subject::Inbox => {
                let messages = reply.get("messages").ok_or(Lacking("messages"))?;
                let remaining = number(reply, "remaining").map(|count| language.remaining(count));
                format!("{messages}\n{}", remaining.unwrap_or_default())
            }
            Subject::List => {
                // The keys under which the servers of this family are known to put it.
                let keys = ["user", "users", "message", "messages"];
                let names = keys.iter().find_map(|key| reply.get(key));
                let online = language.online(names.ok_or(Lacking("user"))?);
                let total = number(reply, "total").map(|count| language.total(count));
                online + &total.unwrap_or_default()
            }
            Subject::Logout => {
                let keys = ["message", "messages"];
                let message = keys.iter().find_map(|key| reply.get(key));
                let message = message.ok_or(Lacking("message"))?;
                let ended = self.session.take_if(|session| session.is_of(request));
                language.logged_out(ended.map(|session| session.username), message)
            }
            Subject::Help => {
                let commands = reply.get("commands");
                language.help(commands).ok_or(Lacking("commands"))?
            }
            Subject::Other => format!("{reply}\n"),
        };
        Ok(text)
    }

    fn refused(&mut self, request: &Request, reply: &Value) -> Answer {
        let Some(refusal) = self.language.refusal(reply) else {
            return self.malformed(Lacking("message"));
        };
        // The session ended elsewhere: without its token in the way the person can log in again.
        if reply.get("code").and_then(Value::as_str) == Some("session_not_found") {
            self.session.take_if(|session| session.is_of(request));
        }
        let usage = reply.get("usage").and_then(Value::as_str);
        let usage = usage.map(|usage| self.language.usage(usage));
        Answer {
            text: format!("Error, {refusal}\n{}", usage.unwrap_or_default()),
            kind: AnswerKind::Refused,
        }
    }

    fn malformed(&self, Lacking(key): Lacking) -> Answer {
        Answer {
            text: self.language.malformed(key),
            kind: AnswerKind::Malformed,
        }
    }

    fn own_token(&self) -> Option<String> {
        self.token().map(str::to_owned)
    }
}

impl Step {
    fn ask(mut request: Request) -> Self {
        request.line.push_str("\r\n");
        Self {
            text: String::new(),
            request: Some(request),
        }
    }
}

impl Request {
    /// What goes on the wire: one line with its terminator.
    pub fn bytes(&self) -> &[u8] {
        self.line.as_bytes()
    }
}

impl Session {
    fn is_of(&self, request: &Request) -> bool {
        let token = request.token.as_deref();
        token.is_some_and(|token| token.eq_ignore_ascii_case(&self.token))
    }
}

/// The next word, and what stands behind the one space that ends it.
fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start_matches(' ');
    text.split_once(' ').unwrap_or((text, ""))
}

/// A token goes into the prompt and into requests: one visible word, whatever its shape, for the
/// servers of this family do not all make UUIDs.
fn is_usable_token(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn number(reply: &Value, key: &str) -> Option<u64> {
    match reply.get(key) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
