//! Shell completions and manual pages, both made from the definition of the command line.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::aot;
use clap_mangen::Man;

use crate::cli::{Cli, EXIT_CODES};
use crate::screen::{complain, print};

/// Print what completes this program's commands and flags in a shell.
#[derive(Debug, Args)]
#[command(after_help = format!("{COMPLETIONS_EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct CompletionsArguments {
    /// The shell that reads it.
    shell: Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  chatting-time completions bash > ~/.local/share/bash-completion/completions/chatting-time
  chatting-time completions zsh > ~/.zfunc/_chatting-time
  chatting-time completions fish > ~/.config/fish/completions/chatting-time.fish";

/// The shells that are completed for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// Print the manual page, or write that of every command.
#[derive(Debug, Args)]
#[command(after_help = format!("{MAN_EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct ManArguments {
    /// Write the page of every command into this folder instead.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  chatting-time man | man -l -
  chatting-time man --out ~/.local/share/man/man1";

/// Prints the completions.
pub(crate) fn completions(arguments: &CompletionsArguments) -> ExitCode {
    let shell = match arguments.shell {
        Shell::Bash => aot::Shell::Bash,
        Shell::Zsh => aot::Shell::Zsh,
        Shell::Fish => aot::Shell::Fish,
    };
    // Collected first: the generator would panic where nobody reads any more.
    let mut script = Vec::new();
    aot::generate(shell, &mut definition(), "chatting-time", &mut script);
    let script = String::from_utf8_lossy(&script);
    // clap_complete 4.6 has two ways to write a program's name with a hyphen in bash, and completes nothing after a
    // command for it; the other shells' scripts do not hold this.
    shown(&script.replace("chatting__subcmd__time", "chatting__time"))
}

/// Prints the manual page, or writes all of them.
pub(crate) fn man(arguments: &ManArguments) -> ExitCode {
    let Some(folder) = &arguments.out else {
        let mut page = Vec::new();
        return match Man::new(definition().disable_help_subcommand(true)).render(&mut page) {
            Ok(()) => shown(&String::from_utf8_lossy(&page)),
            Err(error) => refuse(format!("cannot make the manual page: {error}")),
        };
    };
    match write_pages(folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(format!(
            "cannot write the manual pages into {}: {error}; name a folder that you may write to",
            folder.display()
        )),
    }
}

fn write_pages(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(definition(), folder)
}

/// The command line without a word about who runs this, since others read what is made of it.
fn definition() -> Command {
    match std::env::home_dir().and_then(|home| home.into_os_string().into_string().ok()) {
        Some(home) if home.len() > 1 => with_home_abbreviated(Cli::command(), &home),
        _ => Cli::command(),
    }
}

fn with_home_abbreviated(command: Command, home: &str) -> Command {
    let abbreviated = |argument: Arg| {
        let help = argument
            .get_help()
            .map(|help| help.to_string().replace(home, "~"));
        match help {
            Some(help) => argument.help(help),
            None => argument,
        }
    };
    command
        .mut_args(abbreviated)
        .mut_subcommands(|subcommand| with_home_abbreviated(subcommand, home))
}

fn shown(text: &str) -> ExitCode {
    match print(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(error),
    }
}

fn refuse(problem: impl fmt::Display) -> ExitCode {
    complain(problem);
    ExitCode::FAILURE
}
