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
    /// The file that says whom to trust is unusable: the text says why and names it.
    Authorities(String),
    /// This computer knows nobody who vouches for servers.
    NoAuthorities,
    /// Nobody who is trusted vouches for the server.
    UnknownIssuer,
    /// The server's certificate is for others than this name.
    OtherName(String),
    /// The server shows a certificate that vouches for others.
    IssuersCertificate,
    /// The server's certificate is out of date.
    Expired,
    /// The server's certificate is not in force yet.
    NotValidYet,
    /// What answered speaks no TLS.
    NoTls,
    /// What answered speaks TLS, and was spoken to without.
    OnlyTls,
    /// The connection broke before it was encrypted.
    HandshakeBroke(io::Error),
    /// The two could not agree on how to encrypt.
    Handshake(rustls::Error),
    /// The server closed the connection, or it broke.
    Gone {
        cause: Option<io::Error>,
        /// Whether an answer was still to come.
        unanswered: bool,
    },
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
            Self::Authorities(problem) => {
                format!("sertifikat yang diberikan dengan --ca tidak dapat dipakai: {problem}")
            }
            Self::NoAuthorities => "komputer ini tidak mengenal satu pun penerbit sertifikat; berikan sertifikat server atau penerbitnya dengan --ca FILE".to_owned(),
            Self::UnknownIssuer => format!(
                "sertifikat server {server} tidak dijamin oleh siapa pun yang dipercaya; jika server ini memang milik Anda, berikan sertifikatnya dengan --ca FILE"
            ),
            Self::OtherName(name) => format!(
                "sertifikat server {server} bukan untuk nama {name}; pakai nama yang ada di sertifikat, atau sebutkan nama itu dengan --tls-name"
            ),
            Self::IssuersCertificate => format!(
                "sertifikat server {server} adalah milik penerbit (CA:TRUE), bukan untuk server; buat sertifikat untuk server, misalnya dengan chatting-time tls self-signed"
            ),
            Self::Expired => format!(
                "sertifikat server {server} sudah kedaluwarsa; server perlu sertifikat baru (atau jam komputer ini salah)"
            ),
            Self::NotValidYet => format!(
                "sertifikat server {server} belum berlaku; periksa jam komputer ini"
            ),
            Self::NoTls => format!(
                "server {server} tidak memakai TLS di alamat itu; periksa port-nya, atau sambungkan tanpa --tls"
            ),
            Self::OnlyTls => format!(
                "server {server} memakai TLS di alamat itu; sambungkan dengan --tls, atau periksa port-nya"
            ),
            Self::HandshakeBroke(error) => format!(
                "sambungan ke {server} terputus sebelum terenkripsi ({error}); apakah alamat itu memakai TLS?"
            ),
            Self::Handshake(error) => {
                format!("sambungan ke {server} tidak dapat dienkripsi ({error})")
            }
            Self::Gone { cause, unanswered } => {
                let what = match cause {
                    None => format!("server {server} menutup sambungan, mungkin karena dihentikan"),
                    Some(error) => format!("sambungan ke server {server} terputus ({error})"),
                };
                let doubt = match unanswered {
                    true => "perintah terakhir mungkin sudah dijalankan, mungkin belum; ",
                    false => "",
                };
                format!("{what}; {doubt}coba sambungkan lagi nanti")
            }
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
            Self::Authorities(problem) => {
                format!("cannot use the certificates given with --ca: {problem}")
            }
            Self::NoAuthorities => "this computer knows nobody who vouches for servers; give the certificate of the server, or of its issuer, with --ca FILE".to_owned(),
            Self::UnknownIssuer => format!(
                "nobody who is trusted vouches for the certificate of the server {server}; if the server is yours, give its certificate with --ca FILE"
            ),
            Self::OtherName(name) => format!(
                "the certificate of the server {server} is not for the name {name}; use a name that is in the certificate, or say which with --tls-name"
            ),
            Self::IssuersCertificate => format!(
                "the certificate of the server {server} is one of an issuer (CA:TRUE) and not for a server; make one for the server, for example with chatting-time tls self-signed"
            ),
            Self::Expired => format!(
                "the certificate of the server {server} has expired; the server needs a new one (or the clock of this computer is wrong)"
            ),
            Self::NotValidYet => format!(
                "the certificate of the server {server} is not valid yet; check the clock of this computer"
            ),
            Self::NoTls => format!(
                "the server {server} does not speak TLS at that address; check the port, or connect without --tls"
            ),
            Self::OnlyTls => format!(
                "the server {server} speaks TLS at that address; connect with --tls, or check the port"
            ),
            Self::HandshakeBroke(error) => format!(
                "lost the connection to {server} before it was encrypted ({error}); does that address speak TLS?"
            ),
            Self::Handshake(error) => {
                format!("cannot encrypt the connection to {server} ({error})")
            }
            Self::Gone { cause, unanswered } => {
                let what = match cause {
                    None => format!(
                        "the server {server} closed the connection, as one that is stopped does"
                    ),
                    Some(error) => format!("lost the connection to {server} ({error})"),
                };
                let doubt = match unanswered {
                    true => "the last command may have been carried out or not; ",
                    false => "",
                };
                format!("{what}; {doubt}connect again in a while")
            }
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
