//! Makes a certificate that vouches for itself.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType};
use rustls::pki_types::ServerName;

use crate::screen::typed;

const DAY: Duration = Duration::from_secs(86_400);
/// The longest that all systems accept.
const VALID_FOR: u32 = 825;
/// Clocks of clients may be behind.
const VALID_SINCE: u32 = 1;
/// The port that the printed commands use.
const TLS_PORT: u16 = 8890;
/// How many names every certificate holds for, before those that were given.
const OF_THIS_COMPUTER: usize = 3;

/// A name or an address by which clients connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SubjectName {
    Name(String),
    Address(IpAddr),
}

impl SubjectName {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        match ServerName::try_from(text) {
            // Their case means nothing.
            Ok(ServerName::DnsName(name)) => Ok(Self::Name(name.as_ref().to_ascii_lowercase())),
            _ => Err(
                "must be a name such as lab.example, or an address such as 192.0.2.7, \
                      without a port"
                    .into(),
            ),
        }
    }

    /// As it stands before a port.
    fn as_host(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Address(IpAddr::V6(address)) => format!("[{address}]"),
            Self::Address(address) => address.to_string(),
        }
    }
}

/// What was made.
pub(super) struct Made {
    certificate: PathBuf,
    key: PathBuf,
    names: Vec<SubjectName>,
}

/// Why nothing was made.
#[derive(Debug)]
pub(super) enum MakeError {
    /// There is a file already.
    Exists(PathBuf),
    /// What should be the folder is none.
    NoFolder(PathBuf),
    Write(PathBuf, io::Error),
    Generate(rcgen::Error),
}

impl fmt::Display for MakeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                formatter,
                "{} is there already and is not replaced; remove it, or choose another folder with --out",
                path.display()
            ),
            Self::NoFolder(path) => write!(
                formatter,
                "{} is a file; --out takes the folder into which certificate.pem and key.pem are written",
                path.display()
            ),
            Self::Write(path, error) => write!(
                formatter,
                "cannot write {}: {error}; choose another folder with --out",
                path.display()
            ),
            Self::Generate(error) => write!(formatter, "cannot make the certificate: {error}"),
        }
    }
}

/// Makes both files in the folder, or none.
pub(super) fn make(folder: &Path, names: &[SubjectName]) -> Result<Made, MakeError> {
    let of_this_computer: [_; OF_THIS_COMPUTER] = [
        SubjectName::Name("localhost".into()),
        SubjectName::Address(Ipv4Addr::LOCALHOST.into()),
        SubjectName::Address(Ipv6Addr::LOCALHOST.into()),
    ];
    let mut all = of_this_computer.to_vec();
    for name in names {
        if !all.contains(name) {
            all.push(name.clone());
        }
    }
    let (certificate, key) = generate(&all).map_err(MakeError::Generate)?;
    make_folder(folder)?;
    let made = Made {
        certificate: folder.join("certificate.pem"),
        key: folder.join("key.pem"),
        names: all,
    };
    write_new(&made.key, 0o600, &key)?;
    if let Err(error) = write_new(&made.certificate, 0o644, &certificate) {
        // A key without its certificate is of no use, and would be in the way next time.
        let _ = fs::remove_file(&made.key);
        return Err(error);
    }
    Ok(made)
}

/// The certificate and its key, as PEM.
fn generate(names: &[SubjectName]) -> Result<(String, String), rcgen::Error> {
    let mut parameters = CertificateParams::default();
    let now = SystemTime::now();
    parameters.not_before = (now - DAY * VALID_SINCE).into();
    parameters.not_after = (now + DAY * VALID_FOR).into();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    let subject = &mut parameters.distinguished_name;
    subject.push(DnType::CommonName, "Chatting Time, signed by itself");
    parameters.is_ca = IsCa::ExplicitNoCa;
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    for name in names {
        let name = match name {
            SubjectName::Name(name) => SanType::DnsName(name.as_str().try_into()?),
            SubjectName::Address(address) => SanType::IpAddress(*address),
        };
        parameters.subject_alt_names.push(name);
    }
    let key = KeyPair::generate()?;
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn make_folder(folder: &Path) -> Result<(), MakeError> {
    let is_no_folder = |path: &&Path| path.metadata().is_ok_and(|found| !found.is_dir());
    fs::create_dir_all(folder).map_err(|error| match folder.ancestors().find(is_no_folder) {
        Some(path) => MakeError::NoFolder(path.into()),
        None => MakeError::Write(folder.into(), error),
    })
}

fn write_new(path: &Path, mode: u32, text: &str) -> Result<(), MakeError> {
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(mode).open(path);
    let mut file: File = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => MakeError::Exists(path.into()),
        _ => MakeError::Write(path.into(), error),
    })?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half of it would only be in the way.
        let _ = fs::remove_file(path);
        MakeError::Write(path.into(), error)
    })
}

impl fmt::Display for Made {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificate = self.certificate.display();
        let key = self.key.display();
        let names: Vec<_> = self.names.iter().map(SubjectName::as_host).collect();
        let (listen, host) = match names.get(OF_THIS_COMPUTER) {
            Some(given) => ("0.0.0.0", given.as_str()),
            None => ("127.0.0.1", "localhost"),
        };
        // As this program was called, so that the lines can be typed as they stand.
        let program = std::env::args_os().next().unwrap_or("chatting-time".into());
        let program = typed(program.as_ref());
        let [typed_certificate, typed_key] = [&self.certificate, &self.key].map(|path| typed(path));
        writeln!(formatter, "certificate   {certificate}, for clients too")?;
        writeln!(
            formatter,
            "key           {key}, for the server alone: keep it secret"
        )?;
        writeln!(
            formatter,
            "valid for     {}, for {VALID_FOR} days",
            names.join(", ")
        )?;
        writeln!(
            formatter,
            "serve         {program} serve --tls-listen {listen}:{TLS_PORT} --tls-cert {typed_certificate} --tls-key {typed_key}"
        )?;
        writeln!(
            formatter,
            "talk to it    {program} connect --tls --ca {typed_certificate} {host}:{TLS_PORT}"
        )
    }
}
