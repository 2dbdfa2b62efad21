//! The file with what proves to NATS who we are.

use std::fmt;
use std::path::{Path, PathBuf};

use async_nats::{Auth, AuthError};
use nkeys::KeyPair;

use crate::small_file::{self, SmallFileError};

/// Far more than any credentials are long, and little enough to read by mistake.
const MOST_BYTES: u64 = 64 << 10;

/// What stands in a file of credentials.
pub(super) enum Credentials {
    /// As `nsc` writes it: a signed statement who we are, and the key that is ours.
    Signed(String, KeyPair),
    /// The key alone, whose public half NATS knows.
    Key(KeyPair),
    Password(String, String),
    Token(String),
}

/// Why a file of credentials cannot be used: names it, and says what to do. Nothing of what stands in it.
#[derive(Debug)]
pub(super) struct CredentialsError {
    path: PathBuf,
    problem: Problem,
}

#[derive(Debug)]
enum Problem {
    Unreadable(SmallFileError),
    NoText,
    Empty,
    SeveralLines,
    NoStatement,
    NoKey,
    DamagedKey(&'static str),
}

impl Credentials {
    /// Reads the file.
    pub(super) fn read(path: &Path) -> Result<Self, CredentialsError> {
        let text = read(path).and_then(|text| Self::parse(&text));
        text.map_err(|problem| CredentialsError {
            path: path.to_owned(),
            problem,
        })
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.contains("-----BEGIN") {
            let statement = section(text, "NATS USER JWT").ok_or(Problem::NoStatement)?;
            let seed = section(text, "USER NKEY SEED").ok_or(Problem::NoKey)?;
            return Ok(Self::Signed(statement.to_owned(), key(seed)?));
        }
        if text.is_empty() {
            return Err(Problem::Empty);
        }
        if text.lines().count() > 1 {
            return Err(Problem::SeveralLines);
        }
        if let Some((user, password)) = text.split_once(':') {
            return Ok(Self::Password(user.to_owned(), password.to_owned()));
        }
        match is_seed(text) {
            true => key(text).map(Self::Key),
            false => Ok(Self::Token(text.to_owned())),
        }
    }

    /// What a server of NATS is told that has asked to sign `nonce`.
    pub(super) fn answer(self, nonce: &[u8]) -> Result<Auth, AuthError> {
        let sign = |key: &KeyPair| key.sign(nonce).map_err(AuthError::new);
        let mut auth = Auth::new();
        match self {
            Self::Signed(statement, key) => {
                auth.signature = Some(sign(&key)?);
                auth.jwt = Some(statement);
            }
            Self::Key(key) => {
                auth.signature = Some(sign(&key)?);
                auth.nkey = Some(key.public_key());
            }
            Self::Password(user, password) => {
                auth.username = Some(user);
                auth.password = Some(password);
            }
            Self::Token(token) => auth.token = Some(token),
        }
        Ok(auth)
    }
}

fn read(path: &Path) -> Result<String, Problem> {
    let text = small_file::read(path, MOST_BYTES).map_err(Problem::Unreadable)?;
    String::from_utf8(text).map_err(|_| Problem::NoText)
}

/// What stands between the lines that begin and end a section of that name.
fn section<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = text.split_once(&format!("BEGIN {name}"))?;
    let mut lines = behind.lines().skip(1).map(str::trim);
    lines.find(|line| !line.is_empty() && !line.starts_with('-'))
}

/// Whether it can be nothing but the seed of a user's key.
fn is_seed(text: &str) -> bool {
    let is_base32 = |byte: u8| byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte);
    text.starts_with("SU") && text.len() == 58 && text.bytes().all(is_base32)
}

fn key(seed: &str) -> Result<KeyPair, Problem> {
    if !seed.starts_with("SU") {
        return Err(Problem::DamagedKey("it is not that of a user, SU…"));
    }
    // The library's error may hold some of it.
    KeyPair::from_seed(seed).map_err(|_| Problem::DamagedKey("its checksum does not fit"))
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            Problem::Unreadable(error) => error.about(&self.path, "credentials are").fmt(formatter),
            Problem::NoText => write!(
                formatter,
                "{path} is no text, as credentials are; name another file"
            ),
            Problem::Empty => write!(
                formatter,
                "{path} is empty; write USER:PASSWORD, a token or the seed of an nkey into it, or name a file \
                 of the kind .creds"
            ),
            Problem::SeveralLines => write!(
                formatter,
                "{path} has several lines and is not of the kind .creds; credentials of another kind are one \
                 line: USER:PASSWORD, a token or the seed of an nkey"
            ),
            Problem::NoStatement => write!(
                formatter,
                "{path} has no \"-----BEGIN NATS USER JWT-----\" with what follows; get the file again, for \
                 example with nsc generate creds"
            ),
            Problem::NoKey => write!(
                formatter,
                "{path} has no \"-----BEGIN USER NKEY SEED-----\" with what follows; get the file again, for \
                 example with nsc generate creds"
            ),
            Problem::DamagedKey(why) => write!(
                formatter,
                "the seed of the nkey in {path} cannot be used: {why}; get the file again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of nobody.
    const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

    fn read(text: &str) -> Result<Auth, String> {
        let read = Credentials::parse(text).map_err(|problem| {
            let path = "nats.creds".into();
            CredentialsError { path, problem }.to_string()
        });
        Ok(read?.answer(b"nonce").unwrap())
    }

    #[test]
    fn one_line_is_a_user_with_a_password_or_a_token() {
        let auth = read("ani:kunci:ani\n").unwrap();
        assert_eq!(auth.username.as_deref(), Some("ani"));
        assert_eq!(auth.password.as_deref(), Some("kunci:ani"));
        let auth = read("s3cr3t\r\n").unwrap();
        assert_eq!(auth.token.as_deref(), Some("s3cr3t"));
        // As short as it is, it is no seed.
        assert_eq!(read("SUAC").unwrap().token.as_deref(), Some("SUAC"));
    }

    #[test]
    fn a_seed_signs_what_the_server_asks_and_is_not_told() {
        let auth = read(SEED).unwrap();
        let key = KeyPair::from_public_key(&auth.nkey.unwrap()).unwrap();
        key.verify(b"nonce", &auth.signature.unwrap()).unwrap();
        assert_eq!((auth.token, auth.jwt), (None, None));
    }

    #[test]
    fn a_file_of_the_kind_creds_has_a_statement_and_a_key() {
        let both = format!(
            "-----BEGIN NATS USER JWT-----\r\neyJ0.eyJq.c2ln\r\n------END NATS USER JWT------\r\n\r\n\
             ************************* IMPORTANT *************************\r\n\r\n\
             -----BEGIN USER NKEY SEED-----\r\n{SEED}\r\n------END USER NKEY SEED------\r\n"
        );
        let auth = read(&both).unwrap();
        assert_eq!(auth.jwt.as_deref(), Some("eyJ0.eyJq.c2ln"));
        assert!(auth.signature.is_some() && auth.nkey.is_none());
    }

    #[test]
    fn what_is_wrong_is_told_with_the_file_and_without_the_secret() {
        let secret = SEED.strip_suffix("CU3VY").unwrap();
        let damaged = format!("{secret}AAAAA");
        let half =
            format!("-----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------");
        let statement = "-----BEGIN NATS USER JWT-----\neyJ0\n------END NATS USER JWT------";
        for (text, wrong) in [
            ("", "is empty"),
            (" \n", "is empty"),
            (&format!("{SEED}\n{SEED}"), "several lines"),
            (&damaged, "checksum"),
            (&half, "BEGIN NATS USER JWT"),
            (statement, "BEGIN USER NKEY SEED"),
        ] {
            let problem = read(text).map(|_| ()).unwrap_err();
            assert!(
                problem.contains("nats.creds") && problem.contains(wrong),
                "{problem}"
            );
            assert!(!problem.contains(secret), "{problem}");
        }
    }
}
