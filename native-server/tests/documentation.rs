//! Completions and manual pages: all that the command line knows is in them.

mod program;

use std::process::Command as Process;

use chatting_time::cli::Cli;
use clap::{Command, CommandFactory as _};
use program::{Place, run};

/// Every command with the words that lead to it, such as `user add`.
fn commands() -> Vec<(String, Command)> {
    fn collect(words: &str, command: &Command, found: &mut Vec<(String, Command)>) {
        found.push((words.to_owned(), command.clone()));
        for subcommand in command.get_subcommands() {
            let words = format!("{words} {}", subcommand.get_name());
            collect(words.trim_start(), subcommand, found);
        }
    }
    let mut found = Vec::new();
    collect("", &Cli::command(), &mut found);
    assert!(found.iter().any(|(words, _)| words == "user add"));
    found
}

fn flags(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(clap::Arg::get_long)
}

#[test]
fn every_command_and_flag_is_completed_in_every_shell() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.run(&["completions", shell]).ok();
        for (words, command) in commands() {
            let word = words.split(' ').next_back().unwrap();
            assert!(script.contains(word), "{shell}: {words}");
            for flag in flags(&command) {
                assert!(script.contains(flag), "{shell}: {words} --{flag}");
            }
        }
    }
}

#[test]
fn bash_completes_commands_and_flags() {
    let place = Place::new();
    let script = place.write("script", place.run(&["completions", "bash"]).ok());
    let completed = |words: &str| {
        let mut bash = Process::new("bash");
        // What is registered for the command, called as the shell would.
        bash.arg("-c").arg(format!(
            "source {}; function=$(complete -p chatting-time); function=${{function#*-F }}; \
             COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 )); \
             ${{function%% *}} chatting-time \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\"; \
             echo \"${{COMPREPLY[*]}}\"",
            script.display()
        ));
        run(bash, "").ok().trim().to_owned()
    };
    assert_eq!(completed("chatting-time user imp"), "import");
    assert_eq!(completed("chatting-time serve --line-b"), "--line-bytes");
    assert_eq!(
        completed("chatting-time serve --log-format ''"),
        "text json"
    );
    assert_eq!(completed("chatting-time user list --format j"), "json");
    place.write("Cargo.toml", "");
    for no_file in ["serve --line-bytes C", "connect --timeout C"] {
        assert_eq!(completed(&format!("chatting-time {no_file}")), "C");
    }
    let file = completed("chatting-time serve --tls-cert Carg");
    assert_eq!(file, "Cargo.toml");
    assert_eq!(
        completed("chatting-time serve --demo-users --line-b"),
        "--line-bytes"
    );
}

#[test]
fn every_value_that_is_offered_is_taken() {
    let place = Place::new();
    let (_, config) = commands()
        .into_iter()
        .find(|(words, _)| words == "config")
        .unwrap();
    let mut offered = 0;
    for argument in config.get_arguments() {
        let values = argument.get_possible_values();
        offered += values.len();
        for value in values {
            let flag = argument.get_long().unwrap();
            let given = format!("--{flag}={}", value.get_name());
            place.run(&["config", &given]).ok();
        }
    }
    assert!(offered > 10, "only {offered}");
}

#[test]
fn every_shell_is_told_what_can_stand_behind_a_flag() {
    let place = Place::new();
    let script = |shell| place.run(&["completions", shell]).ok();
    let (zsh, fish) = (script("zsh"), script("fish"));
    let line = |script: &str, flag: &str| {
        let found = script.lines().find(|line| line.contains(flag));
        found.unwrap_or_else(|| panic!("{flag}")).to_owned()
    };
    for (flag, expected) in [
        ("--log-format=", "(text json)"),
        ("--demo-users[", "]' \\"),
        ("--data=", ":_files -/"),
        ("--tls-key=", ":_files'"),
    ] {
        let line = line(&zsh, flag);
        assert!(line.contains(expected), "{line}");
    }
    for (flag, expected) in [
        (" -l log-format ", r#" -r -f -a "text\t''"#),
        (" -l data ", "__fish_complete_directories"),
        (" -l tls-key ", " -r -F"),
        (" -l line-bytes ", " -r -f"),
    ] {
        let line = line(&fish, flag);
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn every_command_has_a_manual_page_with_its_flags() {
    let place = Place::new();
    assert_eq!(place.run(&["man", "--out", "pages/man1"]).ok(), "");
    for (words, command) in commands() {
        let name = format!("chatting-time {words}")
            .trim_end()
            .replace(' ', "-");
        let page = std::fs::read_to_string(place.path(&format!("pages/man1/{name}.1")));
        let page = page.unwrap_or_else(|error| panic!("{name}: {error}"));
        for flag in flags(&command) {
            let escaped = flag.replace('-', "\\-");
            assert!(
                page.contains(&format!("\\-\\-{escaped}")),
                "{name} --{flag}"
            );
        }
    }
    let main = std::fs::read_to_string(place.path("pages/man1/chatting-time.1")).unwrap();
    assert_eq!(place.run(&["man"]).ok(), main);
    for subcommand in Cli::command().get_subcommands() {
        let name = format!("chatting\\-time\\-{}(1)", subcommand.get_name());
        assert!(main.contains(&name), "{name}");
    }
}

#[test]
fn what_is_made_for_others_names_no_folder_of_whoever_made_it() {
    let place = Place::new();
    for arguments in [
        &["man"][..],
        &["completions", "zsh"],
        &["completions", "fish"],
    ] {
        let mut command = place.command(arguments);
        command.env_remove("XDG_DATA_HOME");
        let made = run(command, "").ok().replace('\\', "");
        let home = place.path("");
        let home = home.to_str().unwrap().trim_end_matches('/');
        assert!(!made.contains(home), "{made}");
        assert!(made.contains("~/.local/share/chatting-time"), "{made}");
    }
}

#[test]
fn a_folder_for_manual_pages_that_cannot_be_made_is_named() {
    let place = Place::new();
    place.write("file", "");
    let complaint = place.run(&["man", "--out", "file/man1"]).refused(1);
    assert!(complaint.contains("file/man1"), "{complaint}");
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let complaint = Place::new().run(&["completions", "tcsh"]).refused(2);
    for shell in ["bash", "zsh", "fish"] {
        assert!(complaint.contains(shell), "{complaint}");
    }
}
