//! `chatting-time tls`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueHint};

use super::self_signed::{self, SubjectName};
use crate::screen::{complain, print};

/// Make a certificate for a lab.
#[derive(Debug, Args)]
pub struct TlsArguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key and a certificate that is signed with it, and print the commands that use them.
    ///
    /// Clients have to be given the certificate, as nobody else vouches for it. It holds for this
    /// computer (localhost, 127.0.0.1, ::1) and for the names given, for 825 days. No file is
    /// replaced.
    SelfSigned {
        /// Folder to write key.pem and certificate.pem into; made if it is not there.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        out: PathBuf,
        /// Name or address by which clients connect, such as lab.example or 192.0.2.7; may be given several times.
        #[arg(long = "name", value_name = "NAME", value_parser = SubjectName::parse)]
        names: Vec<SubjectName>,
    },
}

/// Does what the command line says.
pub fn run(arguments: TlsArguments) -> ExitCode {
    let Command::SelfSigned { out, names } = arguments.command;
    let done = self_signed::make(&out, &names).map_err(|error| error.to_string());
    let printed = done.and_then(|made| print(made.to_string()).map_err(|error| error.to_string()));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error);
            ExitCode::FAILURE
        }
    }
}
