//! What the terminal says, in both languages.
//!
//! The Indonesian texts are the documented ones. Whatever comes from outside goes through
//! [`printable`] before it becomes part of a text; JSON is ASCII already.

use alloc::format;
use alloc::string::String;

use super::printable;
use crate::command::COMMANDS;
use crate::json::Value;

/// The language in which a terminal answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The documented texts, and refusals in the server's own words.
    #[default]
    Indonesian,
    /// English texts; a refusal whose code is not known stays in the server's own words.
    English,
}

use Language::{English, Indonesian};

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Indonesian, English];

    /// The two letters by which it is called: `id`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Indonesian => "id",
            English => "en",
        }
    }

    /// The language of that [`Language::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code() == code)
    }

    pub(super) fn logged_in(self, username: &str, token: &str) -> String {
        let username = printable(username);
        match self {
            Indonesian => format!("Username {username} Berhasil Masuk, token {token}\n"),
            English => format!("User {username} logged in, token {token}\n"),
        }
    }

    pub(super) fn sent(self, recipient: &str) -> String {
        let recipient = printable(recipient);
        match self {
            Indonesian => format!("Pesan Dikirimkan ke {recipient}\n"),
            English => format!("Message sent to {recipient}\n"),
        }
    }

    pub(super) fn remaining(self, count: u64) -> String {
        match self {
            Indonesian => format!("Masih Ada {count} Pesan, Ketik inbox Lagi\n"),
            English => format!("Messages still waiting: {count}, type inbox again\n"),
        }
    }

    pub(super) fn online(self, names: &Value) -> String {
        match self {
            Indonesian => format!("List User yang Online : {names}\n"),
            English => format!("Users online : {names}\n"),
        }
    }

    pub(super) fn total(self, count: u64) -> String {
        match self {
            Indonesian => format!("Seluruhnya {count} User yang Online\n"),
            English => format!("Users online in all : {count}\n"),
        }
    }

    /// `username` is whose session it was, if it was the terminal's own.
    pub(super) fn logged_out(self, username: Option<String>, message: &Value) -> String {
        match (self, username) {
            (English, Some(username)) => format!("\"User {} logged out\"\n", printable(&username)),
            _ => format!("{message}\n"),
        }
    }

    /// One line a command. `None` when `commands` is not what `help` gives.
    pub(super) fn help(self, commands: Option<&Value>) -> Option<String> {
        let Some(Value::Array(commands)) = commands else {
            return None;
        };
        let mut text = String::new();
        for command in commands {
            let word = command.get("command")?.as_str()?;
            let usage = self.parameters(command.get("usage")?.as_str()?);
            let summary = command.get("summary")?.as_str()?;
            let known = COMMANDS.iter().find(|spec| spec.word == word);
            let summary = printable(match (self, known) {
                (English, Some(spec)) => spec.summary_english,
                _ => summary,
            });
            text.push_str(&format!("{usage} : {summary}\n"));
        }
        Some(text)
    }

    pub(super) fn usage(self, usage: &str) -> String {
        let usage = self.parameters(usage);
        match self {
            Indonesian => format!("Pemakaian : {usage}\n"),
            English => format!("Usage : {usage}\n"),
        }
    }

    /// A usage with the names of its parameters; only one of them is an Indonesian word.
    fn parameters(self, usage: &str) -> String {
        let usage = printable(usage);
        match self {
            Indonesian => usage,
            English => usage.replace("<pesan>", "<text>"),
        }
    }

    /// Why a request was refused, without a line end. `None` when the reply does not say.
    pub(super) fn refusal(self, reply: &Value) -> Option<String> {
        let message = reply.get("message")?.as_str()?;
        let code = reply.get("code").and_then(Value::as_str);
        let translated = match (self, code) {
            (English, Some(code)) => english_refusal(code, reply),
            _ => None,
        };
        Some(translated.unwrap_or_else(|| printable(message)))
    }

    pub(super) fn malformed(self, key: &str) -> String {
        match self {
            Indonesian => format!("Jawaban Server Tidak Sesuai Protocol: Tidak Ada \"{key}\"\n"),
            English => format!("The server's reply is not of this protocol: no \"{key}\" in it\n"),
        }
    }
}

fn english_refusal(code: &str, reply: &Value) -> Option<String> {
    if let ("too_many_attempts", Some(Value::Number(seconds))) = (code, reply.get("retry_after")) {
        return Some(format!("too many attempts, try again in {seconds} s"));
    }
    let text = match code {
        "user_not_found" => "there is no such user",
        "wrong_password" => "the password is wrong",
        "too_many_attempts" => "too many attempts, try again later",
        "session_not_found" => "there is no such session, log in with auth",
        "mailbox_full" => "the recipient's mailbox is full",
        "message_too_long" => "the message is too long",
        "unknown_command" => "there is no such command, help lists them",
        "bad_parameters" => "the command is not used like this",
        "line_too_long" => "the line is too long",
        "not_utf8" => "the text is not UTF-8",
        "request_timeout" => "the line was not finished in time",
        "storage_unavailable" => "the storage is unavailable, this may or may not have happened",
        "server_busy" => "the server is busy, try again later",
        "shutting_down" => "the server is stopping",
        _ => return None,
    };
    Some(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::{Refusal, Reply};
    use alloc::vec::Vec;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn reply(refusal: Refusal) -> Value {
        let mut bytes = Vec::new();
        Reply::Refused(refusal).write(&mut bytes);
        Value::parse(&bytes).unwrap()
    }

    #[test]
    fn every_refusal_of_the_protocol_has_an_english_text_of_its_own() {
        let mut seen = Vec::new();
        for refusal in Refusal::ALL {
            let reply = reply(*refusal);
            let english = English.refusal(&reply).unwrap();
            assert_ne!(english, Indonesian.refusal(&reply).unwrap(), "{refusal:?}");
            assert!(!seen.contains(&english), "{english}");
            seen.push(english);
        }
    }

    #[test]
    fn the_time_to_wait_is_part_of_the_english_text() {
        let reply = reply(Refusal::TooManyAttempts { retry_after: 7 });
        let text = English.refusal(&reply).unwrap();
        assert_eq!(text, "too many attempts, try again in 7 s");
    }

    #[test]
    fn an_unknown_code_leaves_the_servers_words() {
        let reply = Value::parse(br#"{"message": "Kuota Habis", "code": "quota"}"#).unwrap();
        assert_eq!(English.refusal(&reply).unwrap(), "Kuota Habis");
    }

    #[test]
    fn a_language_is_found_by_its_code() {
        for language in Language::ALL {
            assert_eq!(Language::from_code(language.code()), Some(language));
        }
        assert_eq!(Language::from_code("fr"), None);
    }
}
