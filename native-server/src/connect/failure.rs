//! Why a conversation could not be held, or not to its end, in one line for the person.

use std::io;
use std::time::Duration;

use chatting_time_core::terminal::{Language, Unreadable};

/// What ended a conversation early.
pub(super) enum Failure {
    /// The name of the server has no address.
    UnknownHost(io::Error),
    /// No connection to any of its addresses.
    Unreachable(io::Error),
    /// The server closed the connection, or it broke.
    Gone(Option<io::Error>),
    /// The server said why it closes the connection.
    TurnedAway(String),
    /// No byte of an answer for this long.
    Silent(Duration),
    /// What came is no reply.
    Unreadable(Unreadable),
    /// A reply, but none of this protocol: the text says why.
    OtherProtocol(String),
    /// Something came that nobody had asked for.
    Unasked,
    /// Standard input or the terminal can't be read.
    Input(io::Error),
    /// A line of standard input is not UTF-8.
    InputNotUtf8 { number: u64 },
    /// A line of standard input is longer than any server takes.
    InputLineTooLong { number: u64 },
    /// Nobody reads standard output any more.
    OutputClosed,
    /// Standard output can't be written.
    Output(io::Error),
}

impl Failure {
    /// One line that says what happened with `server` and what can be done about it.
    pub(super) fn line(&self, server: &str, language: Language) -> String {
        match language {
            Language::Indonesian => self.indonesian(server),
            Language::English => self.english(server),
        }
    }

    fn indonesian(&self, server: &str) -> String {
        match self {
            Self::UnknownHost(error) => {
                format!("alamat server {server} tidak ditemukan ({error}); periksa namanya")
            }
            Self::Unreachable(error) => format!(
                "tidak dapat tersambung ke {server} ({error}); sudah berjalankah servernya? Jalankan dengan: chatting-time serve"
            ),
            Self::Gone(None) => format!("server {server} menutup sambungan"),
            Self::Gone(Some(error)) => format!("sambungan ke server {server} terputus ({error})"),
            Self::TurnedAway(refusal) => format!("server {server} menutup sambungan: {refusal}"),
            Self::Silent(time) => format!(
                "server {server} tidak menjawab selama {} detik; jawaban terakhir mungkin tidak sampai (batas ini diatur dengan --timeout)",
                time.as_secs()
            ),
            Self::Unreadable(Unreadable::NoReply) => {
                format!("server {server} tidak memakai protocol Chatting Time; periksa alamatnya")
            }
            Self::Unreadable(Unreadable::TooLong { bound }) => {
                format!("jawaban server {server} lebih panjang dari {bound} byte")
            }
            Self::OtherProtocol(text) => format!("server {server}: {text}"),
            Self::Unasked => format!("server {server} mengirim sesuatu yang tidak diminta"),
            Self::Input(error) => format!("masukan tidak dapat dibaca: {error}"),
            Self::InputNotUtf8 { number } => {
                format!("baris {number} dari masukan bukan UTF-8 dan tidak dikirim")
            }
            Self::InputLineTooLong { number } => {
                format!("baris {number} dari masukan terlalu panjang dan tidak dikirim")
            }
            Self::OutputClosed => "keluaran tidak dibaca lagi".to_owned(),
            Self::Output(error) => format!("keluaran tidak dapat ditulis: {error}"),
        }
    }

    fn english(&self, server: &str) -> String {
        match self {
            Self::UnknownHost(error) => {
                format!("cannot find the server {server} ({error}); check its name")
            }
            Self::Unreachable(error) => format!(
                "cannot connect to {server} ({error}); is the server running? Start one with: chatting-time serve"
            ),
            Self::Gone(None) => format!("the server {server} closed the connection"),
            Self::Gone(Some(error)) => format!("lost the connection to {server} ({error})"),
            Self::TurnedAway(refusal) => {
                format!("the server {server} closed the connection: {refusal}")
            }
            Self::Silent(time) => format!(
                "no answer from the server {server} for {} s; the last command may have been carried out or not (--timeout changes how long to wait)",
                time.as_secs()
            ),
            Self::Unreadable(Unreadable::NoReply) => {
                format!(
                    "the server {server} does not speak the Chatting Time protocol; check the address"
                )
            }
            Self::Unreadable(Unreadable::TooLong { bound }) => {
                format!("an answer of the server {server} is longer than {bound} bytes")
            }
            Self::OtherProtocol(text) => format!("server {server}: {text}"),
            Self::Unasked => format!("the server {server} sent something it was not asked for"),
            Self::Input(error) => format!("cannot read the input: {error}"),
            Self::InputNotUtf8 { number } => {
                format!("line {number} of the input is not UTF-8 and was not sent")
            }
            Self::InputLineTooLong { number } => {
                format!("line {number} of the input is too long and was not sent")
            }
            Self::OutputClosed => "nobody reads the output any more".to_owned(),
            Self::Output(error) => format!("cannot write the output: {error}"),
        }
    }
}
