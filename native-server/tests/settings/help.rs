//! What the program says of its commands and flags.

use chatting_time::settings::settings;

use super::program::Place;

#[test]
fn help_shows_every_setting_with_its_default() {
    let place = Place::new();
    for arguments in [&["--help"][..], &["serve", "--help"], &["config", "--help"]] {
        let help = place.run(arguments).ok();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for setting in settings() {
            let flag = format!("--{}", setting.name);
            assert!(help.contains(&flag), "{flag}");
            assert!(help.contains(&setting.summary), "{flag}");
        }
        for (name, default) in [
            ("line-bytes", "64KiB"),
            ("mailbox-messages", "10000"),
            ("session-idle", "7d"),
            ("listen", "127.0.0.1:8889"),
            ("http", "127.0.0.1:8080"),
            ("password-memory-bytes", "19MiB"),
        ] {
            let setting = settings()
                .iter()
                .find(|setting| setting.name == name)
                .unwrap();
            let expected = format!("{} [default: {default}]", setting.summary);
            assert!(help.contains(&expected), "{expected}");
        }
        let defaults = help.matches("[default: ").count();
        // One setting goes by circumstances instead, and eight have no value.
        assert_eq!(defaults, settings().len() - 9);
    }
}

#[test]
fn without_a_command_the_flags_are_those_of_serve() {
    let place = Place::new();
    for arguments in [&["--line-bytes", "1"][..], &["serve", "--line-bytes", "1"]] {
        let complaint = place.run(arguments).refused(2);
        assert!(
            complaint.contains("--line-bytes must be from"),
            "{complaint}"
        );
    }
}

#[test]
fn the_help_of_every_command_has_examples_and_exit_codes() {
    let place = Place::new();
    for command in [
        "serve",
        "connect",
        "user",
        "journal",
        "tls",
        "config",
        "completions",
        "man",
    ] {
        let help = place.run(&[command, "--help"]).ok();
        assert!(help.contains("Examples:"), "{help}");
        assert!(
            help.contains(&format!("  chatting-time {command}")),
            "{help}"
        );
        let help = help.to_lowercase();
        assert!(help.contains("exit code"), "{help}");
    }
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    let complaint = Place::new().run(&["--line-byte", "64KiB"]).refused(2);
    assert!(complaint.contains("--line-bytes"), "{complaint}");
}

#[test]
fn a_reader_that_has_gone_away_is_no_reason_to_panic() {
    let place = Place::new();
    let mut command = place.command(&["config"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = command.stdout(writer).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());

    let mut command = place.command(&["config", "--line-bytes", "1"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command.stderr(writer).status().unwrap();
    assert_eq!(status.code(), Some(2));
}
