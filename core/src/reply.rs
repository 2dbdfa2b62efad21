//! Replies and refusals, and their one encoding on the wire.
//!
//! PROTOCOL.md, sections "Replies", "Encoding" and those of the commands.

use alloc::vec::Vec;

use crate::command::COMMANDS;
use crate::identity::{Identity, Username};
use crate::json::{write_characters, write_list, write_number, write_string};
use crate::place::{Place, Places, hash};
use crate::state::Message;
use crate::token::Token;

/// What ends every reply.
pub const TERMINATOR: &[u8] = b"\r\n\r\n";

/// The one answer to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// `auth` opened a session.
    Authenticated(Token),
    /// `send` put the message into the mailbox.
    Sent,
    /// `inbox` hands over what was waiting.
    Inbox(Inbox),
    /// `list` names who is online.
    List(List),
    /// `logout` ended a session of this user.
    LoggedOut(Username),
    /// `help` describes the commands.
    Help,
    /// The request was not carried out.
    Refused(Refusal),
}

/// The messages of one drain, in order of arrival.
#[derive(Clone, Debug)]
pub struct Inbox {
    /// The user whose mailbox it is.
    pub recipient: Identity,
    /// What is handed over.
    pub messages: Vec<Message>,
    /// How many messages wait behind these.
    pub remaining: u64,
}

/// Who is online.
#[derive(Clone, Debug)]
pub struct List {
    /// In alphabetical order, each once.
    pub names: Vec<Username>,
    /// How many are online in all.
    pub total: u64,
}

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No user of that name.
    UserNotFound,
    /// The user exists, the password is another.
    WrongPassword,
    /// Try again after this many seconds.
    TooManyAttempts {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// No token was given and none is bound, or it names no live session.
    SessionNotFound,
    /// The recipient's mailbox is at its bound.
    MailboxFull,
    /// The text is longer than a message may be.
    MessageTooLong,
    /// The first word is no command.
    UnknownCommand,
    /// Too few, too many or ill-placed parameters.
    BadParameters {
        /// How the command is used.
        usage: &'static str,
    },
    /// The line is longer than a line may be.
    LineTooLong,
    /// The line is not UTF-8.
    NotUtf8,
    /// A line was begun and not ended in time.
    RequestTimeout,
    /// Not acknowledged, and may still have happened.
    StorageUnavailable,
    /// Too many connections, or too many logins waiting.
    ServerBusy,
    /// The server is stopping.
    ShuttingDown,
}

impl Refusal {
    /// One of each kind, for tests and documentation.
    pub const ALL: &[Refusal] = &[
        Refusal::UserNotFound,
        Refusal::WrongPassword,
        Refusal::TooManyAttempts { retry_after: 1 },
        Refusal::SessionNotFound,
        Refusal::MailboxFull,
        Refusal::MessageTooLong,
        Refusal::UnknownCommand,
        Refusal::BadParameters { usage: "" },
        Refusal::LineTooLong,
        Refusal::NotUtf8,
        Refusal::RequestTimeout,
        Refusal::StorageUnavailable,
        Refusal::ServerBusy,
        Refusal::ShuttingDown,
    ];

    /// The stable word by which programs tell refusals apart.
    pub fn code(&self) -> &'static str {
        self.row().0
    }

    fn row(&self) -> (&'static str, &'static str) {
        match self {
            Self::UserNotFound => ("user_not_found", "User Tidak Ditemukan"),
            Self::WrongPassword => ("wrong_password", "Password yang Anda Masukkan Salah"),
            Self::TooManyAttempts { .. } => (
                "too_many_attempts",
                "Terlalu Banyak Percobaan, Coba Lagi dalam N Detik",
            ),
            Self::SessionNotFound => ("session_not_found", "Session Tidak Ditemukan"),
            Self::MailboxFull => ("mailbox_full", "Kotak Masuk Penuh"),
            Self::MessageTooLong => ("message_too_long", "Pesan Terlalu Panjang"),
            Self::UnknownCommand => ("unknown_command", "Protocol Tidak Benar"),
            Self::BadParameters { .. } => ("bad_parameters", "Protocol Tidak Benar"),
            Self::LineTooLong => ("line_too_long", "Perintah Terlalu Panjang"),
            Self::NotUtf8 => ("not_utf8", "Teks Bukan UTF-8"),
            Self::RequestTimeout => ("request_timeout", "Waktu Perintah Habis"),
            Self::StorageUnavailable => ("storage_unavailable", "Penyimpanan Tidak Tersedia"),
            Self::ServerBusy => ("server_busy", "Server Sibuk"),
            Self::ShuttingDown => ("shutting_down", "Server Berhenti"),
        }
    }

    fn write_message(&self, output: &mut Vec<u8>) {
        let message = self.row().1;
        match self {
            Self::TooManyAttempts { retry_after } => {
                let (before, after) = message.split_once('N').expect("the text has its place");
                output.push(b'"');
                output.extend_from_slice(before.as_bytes());
                write_number(output, *retry_after);
                output.extend_from_slice(after.as_bytes());
                output.push(b'"');
            }
            _ => write_string(output, message),
        }
    }
}

impl Reply {
    /// Appends the reply with its terminator.
    pub fn write(&self, output: &mut Vec<u8>) {
        self.write_object(output);
        output.extend_from_slice(TERMINATOR);
    }

    /// Appends the reply without its terminator, as where messages have ends of their own.
    pub fn write_object(&self, output: &mut Vec<u8>) {
        match self {
            Self::Authenticated(token) => {
                output.extend_from_slice(b"{\"status\": \"OK\", \"tokenid\": ");
                write_string(output, token.to_wire(&mut [0; Token::TEXT_BYTES]));
            }
            Self::Sent => {
                output.extend_from_slice(b"{\"status\": \"OK\", \"message\": \"Message Sent\"");
            }
            Self::Inbox(inbox) => inbox.write(output),
            Self::List(list) => list.write(output),
            Self::LoggedOut(username) => {
                output.extend_from_slice(b"{\"status\": \"OK\"");
                for key in ["message", "messages"] {
                    write_key(output, key);
                    output.extend_from_slice(b"\"User ");
                    output.extend_from_slice(username.as_str().as_bytes());
                    output.extend_from_slice(b" berhasil Keluar\"");
                }
            }
            Self::Help => write_help(output),
            Self::Refused(refusal) => refusal.write(output),
        }
        output.push(b'}');
    }

    /// About how many bytes [`Reply::write`] appends; cheap, for bounding what piles up.
    pub fn size_hint(&self) -> u64 {
        const FIXED: u64 = 128;
        match self {
            Self::Inbox(inbox) => inbox
                .messages
                .iter()
                .fold(FIXED, |size, message| size + FIXED + message.text.bytes()),
            Self::List(list) => FIXED + list.names.len() as u64 * 4 * 16,
            _ => FIXED,
        }
    }
}

impl Refusal {
    fn write(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"{\"status\": \"ERROR\"");
        write_key(output, "message");
        self.write_message(output);
        write_key(output, "code");
        write_string(output, self.code());
        match self {
            Self::BadParameters { usage } => {
                write_key(output, "usage");
                write_string(output, usage);
            }
            Self::TooManyAttempts { retry_after } => {
                write_key(output, "retry_after");
                write_number(output, *retry_after);
            }
            _ => {}
        }
    }
}

impl Inbox {
    fn write(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"{\"status\": \"OK\"");
        write_key(output, "messages");
        write_list(output, b"{}", self.by_sender(), |output, messages| {
            write_string(output, messages[0].sender.username_text());
            output.extend_from_slice(b": ");
            write_list(output, b"[]", messages, |output, message| {
                self.write_message(output, message);
            });
        });
        if self.remaining > 0 {
            write_key(output, "remaining");
            write_number(output, self.remaining);
        }
    }

    /// Groups by the sender's username in order of first arrival, keeping arrival order within.
    fn by_sender(&self) -> Vec<Vec<&Message>> {
        let mut groups: Vec<Vec<&Message>> = Vec::new();
        let mut places = Places::default();
        let mut latest: Option<(&Identity, usize)> = None;
        for message in &self.messages {
            let sender = &message.sender;
            // Runs of one sender are the usual case and need no search.
            let group = match latest {
                Some((latest, group)) if latest.is(sender) => group,
                _ => {
                    let name = |place: Place| groups[place.key()][0].sender.username_text();
                    let is_it = |place| name(place) == sender.username_text();
                    match places.find(hash(sender.username_text()), &is_it) {
                        Some(place) => place.key(),
                        None => groups.len(),
                    }
                }
            };
            latest = Some((sender, group));
            if group < groups.len() {
                groups[group].push(message);
                continue;
            }
            groups.push(alloc::vec![message]);
            let hash = |place: Place| hash(groups[place.key()][0].sender.username_text());
            places.insert(Place::of(group), &hash);
        }
        groups
    }

    fn write_message(&self, output: &mut Vec<u8>, message: &Message) {
        output.extend_from_slice(b"{\"msg_from\": ");
        write_string(output, message.sender.name());
        output.extend_from_slice(b", \"msg_to\": ");
        write_string(output, self.recipient.name());
        // The course's servers store one space, the text, CR and LF.
        output.extend_from_slice(b", \"msg\": \" ");
        write_characters(output, message.text.as_str());
        output.extend_from_slice(b"\\r\\n\"}");
    }
}

impl List {
    fn write(&self, output: &mut Vec<u8>) {
        output.extend_from_slice(b"{\"status\": \"OK\"");
        let mut array: Option<core::ops::Range<usize>> = None;
        for key in ["user", "users", "message", "messages"] {
            write_key(output, key);
            match &array {
                Some(written) => output.extend_from_within(written.clone()),
                None => {
                    let start = output.len();
                    write_list(output, b"[]", &self.names, |output, name| {
                        // Nothing in a username has to be escaped.
                        output.push(b'"');
                        output.extend_from_slice(name.as_str().as_bytes());
                        output.push(b'"');
                    });
                    array = Some(start..output.len());
                }
            }
        }
        if self.total > self.names.len() as u64 {
            write_key(output, "total");
            write_number(output, self.total);
        }
    }
}

fn write_help(output: &mut Vec<u8>) {
    output.extend_from_slice(b"{\"status\": \"OK\"");
    write_key(output, "commands");
    write_list(output, b"[]", COMMANDS, |output, command| {
        output.extend_from_slice(b"{\"command\": ");
        write_string(output, command.word);
        write_key(output, "usage");
        write_string(output, command.usage);
        write_key(output, "summary");
        write_string(output, command.summary);
        output.push(b'}');
    });
}

fn write_key(output: &mut Vec<u8>, key: &str) {
    output.extend_from_slice(b", \"");
    output.extend_from_slice(key.as_bytes());
    output.extend_from_slice(b"\": ");
}
