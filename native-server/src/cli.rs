//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::screen::{complain, print};
use crate::settings::{self, Settings, SettingsArguments, SettingsError};
use crate::{bench, connect, data_command, documentation, journal_command, log, serve, tls, user};

pub(crate) const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 an error, told on standard error; 2 the command line was wrong.";

const SETTINGS_HELP: &str = "\
Each setting can also be an environment variable (--line-bytes: CHATTING_TIME_LINE_BYTES) or a
line of the configuration file (line-bytes = \"64KiB\"). Flags go before the environment, that
before the file. Sizes are written 512B, 64KiB, 16MiB; times 250ms, 30s, 5m, 1h, 7d.";

/// A store-and-forward chat server over plain TCP text, with its terminal client.
///
/// Without a command it serves, with the flags of `serve`.
#[derive(Debug, Parser)]
#[command(
    name = "chatting-time",
    version,
    args_conflicts_with_subcommands = true,
    after_help = format!("{EXAMPLES}\n\n{SETTINGS_HELP}\n\n{EXIT_CODES}"),
    max_term_width = 100,
)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: SettingsArguments,
}

const EXAMPLES: &str = "\
Examples:
  chatting-time                              serve on 127.0.0.1:8889
  chatting-time connect                      talk to it
  chatting-time serve --listen 0.0.0.0:8889 --demo-users --allow-plaintext
                                             serve a classroom";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    #[command(after_help = format!("{SERVE_EXAMPLES}\n\n{SETTINGS_HELP}\n\n{EXIT_CODES}"))]
    Serve(SettingsArguments),
    Connect(connect::ConnectArguments),
    /// Add, change, list, remove and import users, also while the server runs.
    User(user::UserArguments),
    /// Check the journal in the data folder, or print what is in it.
    #[command(after_help = format!("{JOURNAL_EXAMPLES}\n\n{EXIT_CODES}"))]
    Journal(journal_command::JournalArguments),
    #[command(after_help = format!("{BACKUP_EXAMPLES}\n\n{EXIT_CODES}"))]
    Backup(data_command::BackupArguments),
    #[command(after_help = format!("{RESTORE_EXAMPLES}\n\n{EXIT_CODES}"))]
    Restore(data_command::RestoreArguments),
    #[command(after_help = format!("{EXPORT_EXAMPLES}\n\n{EXIT_CODES}"))]
    Export(data_command::ExportArguments),
    #[command(after_help = format!("{IMPORT_EXAMPLES}\n\n{EXIT_CODES}"))]
    Import(data_command::ImportArguments),
    #[command(after_help = format!("{TLS_EXAMPLES}\n\n{EXIT_CODES}"))]
    Tls(tls::TlsArguments),
    Bench(bench::BenchArguments),
    /// Check the settings, and print each with its value and where that came from.
    ///
    /// The certificate and its key are checked too, so run it as the user who runs the server.
    /// What is printed can be used as a configuration file.
    #[command(after_help = format!("{CONFIG_EXAMPLES}\n\n{SETTINGS_HELP}\n\n{EXIT_CODES}"))]
    Config(SettingsArguments),
    Completions(documentation::CompletionsArguments),
    Man(documentation::ManArguments),
}

const SERVE_EXAMPLES: &str = "\
Examples:
  chatting-time serve --listen 127.0.0.1:8889 --listen [::1]:8889
  chatting-time serve --listen 0.0.0.0:8889 --demo-users --allow-plaintext
  chatting-time serve --config chatting-time.toml";

const JOURNAL_EXAMPLES: &str = "\
Examples:
  chatting-time journal verify
  chatting-time journal show --from 1000 --limit 20";

const BACKUP_EXAMPLES: &str = "\
Examples:
  chatting-time backup /backups/chat-monday.backup
  chatting-time backup - | ssh backups.example 'cat > chat-monday.backup'";

const RESTORE_EXAMPLES: &str = "\
Examples:
  chatting-time restore /backups/chat-monday.backup --data new-folder
  ssh backups.example 'cat chat-monday.backup' | chatting-time restore - --data new-folder";

const EXPORT_EXAMPLES: &str = "\
Examples:
  chatting-time export chat.jsonl
  chatting-time export --sessions chat.jsonl --store nats://n1:4222
  chatting-time export | jq -r 'select(.kind == \"user\").username'";

const IMPORT_EXAMPLES: &str = "\
Examples:
  chatting-time import chat.jsonl --data new-folder
  chatting-time import chat.jsonl --store nats://n1:4222,n2:4222,n3:4222";

const TLS_EXAMPLES: &str = "\
Examples:
  chatting-time tls self-signed --out lab --name lab.example --name 192.0.2.7";

const CONFIG_EXAMPLES: &str = "\
Examples:
  chatting-time config --config chatting-time.toml
  chatting-time config > chatting-time.toml";

/// Does what the command line says.
pub fn run(cli: Cli) -> ExitCode {
    match cli.command {
        None => serve(&cli.serve),
        Some(Command::Serve(arguments)) => serve(&arguments),
        Some(Command::Connect(arguments)) => connect::run(arguments),
        Some(Command::User(arguments)) => user::run(arguments),
        Some(Command::Journal(arguments)) => journal_command::run(&arguments),
        Some(Command::Backup(arguments)) => data_command::run(&arguments),
        Some(Command::Restore(arguments)) => data_command::run(&arguments),
        Some(Command::Export(arguments)) => data_command::run(&arguments),
        Some(Command::Import(arguments)) => data_command::run(&arguments),
        Some(Command::Tls(arguments)) => tls::run(arguments),
        Some(Command::Bench(arguments)) => bench::run(&arguments),
        Some(Command::Config(arguments)) => config(&arguments),
        Some(Command::Completions(arguments)) => documentation::completions(&arguments),
        Some(Command::Man(arguments)) => documentation::man(&arguments),
    }
}

fn serve(arguments: &SettingsArguments) -> ExitCode {
    match settings::load(arguments) {
        Ok(loaded) => {
            start_log(&loaded.settings);
            serve::run(&loaded)
        }
        Err(error) => refuse(&error),
    }
}

fn config(arguments: &SettingsArguments) -> ExitCode {
    let loaded = match settings::load(arguments) {
        Ok(loaded) => loaded,
        Err(error) => return refuse(&error),
    };
    start_log(&loaded.settings);
    let checked = serve::check_files(&loaded.settings).map_err(|error| error.to_string());
    let printed = checked.and_then(|()| {
        settings::check_exposure(&loaded).map_err(|error| error.to_string())?;
        print(settings::show(&loaded)).map_err(|error| error.to_string())
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(error);
            ExitCode::FAILURE
        }
    }
}

fn start_log(settings: &Settings) {
    log::start(&settings.log_filter, settings.log_format);
}

/// Tells why the settings are wrong.
pub(crate) fn refuse(error: &SettingsError) -> ExitCode {
    complain(error);
    ExitCode::from(if error.is_usage() { 2 } else { 1 })
}
