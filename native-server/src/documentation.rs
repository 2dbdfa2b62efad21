//! Shell completions and manual pages, both made from the definition of the command line.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{
    Arg, ArgAction, Args, Command, CommandFactory as _, ValueEnum, ValueHint, value_parser,
};
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
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
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
    let completed = each_argument(definition(), &without_file_names);
    let mut completed = each_argument(completed, &as_switch);
    // Collected first: the generator would panic where nobody reads any more.
    let mut script = Vec::new();
    aot::generate(shell, &mut completed, "chatting-time", &mut script);
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
        Some(home) if home.len() > 1 => each_argument(Cli::command(), &|argument| match argument
            .get_help()
            .map(ToString::to_string)
        {
            Some(help) => argument.help(help.replace(&home, "~")),
            None => argument,
        }),
        _ => Cli::command(),
    }
}

fn each_argument(command: Command, change: &impl Fn(Arg) -> Arg) -> Command {
    command
        .mut_args(change)
        .mut_subcommands(|subcommand| each_argument(subcommand, change))
}

/// Otherwise the names of files would be offered for what is none.
fn without_file_names(argument: Arg) -> Arg {
    let takes_any =
        argument.get_action().takes_values() && argument.get_possible_values().is_empty();
    match argument.get_value_hint() {
        ValueHint::Unknown if takes_any => argument.value_hint(ValueHint::Other),
        _ => argument,
    }
}

/// Leaves out a value that is only taken behind `=`: shells would offer it as the next word, in the place of the flags that can
/// follow.
fn as_switch(argument: Arg) -> Arg {
    match argument.is_require_equals_set() {
        true => argument
            .require_equals(false)
            .hide_possible_values(false)
            .num_args(0)
            .action(ArgAction::SetTrue)
            .value_parser(value_parser!(bool)),
        false => argument,
    }
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
