//! Where a value comes from: flags, environment, configuration file, defaults.

use chatting_time::settings::settings;

use super::line_of;
use super::program::{Place, run};

#[test]
fn a_flag_goes_before_the_environment_that_before_the_file_that_before_the_default() {
    let place = Place::new();
    place.write(
        "c.toml",
        "# mine\nuser-sessions = 2\nlist-names = 2\ninbox-messages = 2\n",
    );
    let mut command = place.command(&["config", "--config", "c.toml", "--user-sessions", "4"]);
    command.env("CHATTING_TIME_USER_SESSIONS", "3");
    command.env("CHATTING_TIME_LIST_NAMES", "3");
    let shown = run(command, "").ok();
    assert_eq!(
        line_of(&shown, "user-sessions"),
        "user-sessions = 4 # --user-sessions"
    );
    assert_eq!(
        line_of(&shown, "list-names"),
        "list-names = 3 # CHATTING_TIME_LIST_NAMES"
    );
    assert_eq!(
        line_of(&shown, "inbox-messages"),
        "inbox-messages = 2 # c.toml:4"
    );
    assert_eq!(
        line_of(&shown, "session-idle"),
        "session-idle = \"7d\" # default"
    );
}

#[test]
fn the_environment_can_name_the_file() {
    let place = Place::new();
    place.write("c.toml", "list-names = 2\n");
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_CONFIG", "c.toml");
    assert_eq!(
        line_of(&run(command, "").ok(), "list-names"),
        "list-names = 2 # c.toml:1"
    );
}

#[test]
fn an_unknown_key_is_refused_with_file_line_and_the_nearest_name() {
    let place = Place::new();
    place.write("c.toml", "list-names = 2\n\nmailbox-mesages = 5\n");
    for command in ["config", "serve"] {
        assert_eq!(
            place.run(&[command, "--config", "c.toml"]).refused(1),
            "chatting-time: c.toml:3: unknown setting \"mailbox-mesages\". Did you mean \"mailbox-messages\"?\n"
        );
    }
}

#[test]
fn an_unknown_key_that_is_near_nothing_gets_no_suggestion() {
    let place = Place::new();
    place.write("c.toml", "[tls]\ncertificate = \"x\"\n");
    assert_eq!(
        place.run(&["config", "--config", "c.toml"]).refused(1),
        "chatting-time: c.toml:1: unknown setting \"tls\"\n"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_file_line_and_key() {
    let place = Place::new();
    for (row, expected) in [
        (
            "list-names = \"5\"",
            "list-names must be a number, not a string",
        ),
        (
            "allow-plaintext = 1",
            "allow-plaintext must be true or false, not an integer",
        ),
        (
            "session-idle = 30",
            "session-idle must be a time, such as \"30s\", not an integer",
        ),
        (
            "line-bytes = 1.5",
            "line-bytes must be a size, such as \"64KiB\" or 65536, not a float",
        ),
        (
            "listen = 8889",
            "listen must be a string or an array of strings, not an integer",
        ),
        (
            "listen = [\"127.0.0.1:8889\", 3]",
            "listen must be a string or an array of strings, not one whose element 2 is an integer",
        ),
        ("data = true", "data must be a string, not a boolean"),
        ("http = false", "http must be a string, not a boolean"),
    ] {
        place.write("c.toml", format!("\n{row}\n"));
        assert_eq!(
            place.run(&["config", "--config", "c.toml"]).refused(1),
            format!("chatting-time: c.toml:2: {expected}\n")
        );
    }
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_line() {
    let place = Place::new();
    place.write("c.toml", "list-names = 2\nlist-names 3\n");
    let complaint = place.run(&["config", "--config", "c.toml"]).refused(1);
    assert!(
        complaint.starts_with("chatting-time: c.toml:2: "),
        "{complaint}"
    );
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let complaint = Place::new()
        .run(&["config", "--config", "none.toml"])
        .refused(1);
    assert!(complaint.contains("cannot read none.toml"), "{complaint}");
}

#[test]
fn a_value_that_something_else_goes_before_is_checked_all_the_same() {
    let place = Place::new();
    place.write("c.toml", "line-bytes = 1\n");
    let ran = place.run(&["config", "--config", "c.toml", "--line-bytes", "64KiB"]);
    assert!(ran.refused(1).contains("c.toml:1: line-bytes must be"));
}

#[test]
fn an_unknown_variable_with_our_prefix_is_refused_with_the_nearest_name() {
    let place = Place::new();
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_LINE_BITES", "64KiB");
    assert_eq!(
        run(command, "").refused(1),
        "chatting-time: unknown environment variable \"CHATTING_TIME_LINE_BITES\". \
         Did you mean \"CHATTING_TIME_LINE_BYTES\"?\n"
    );
}

#[test]
fn the_variables_that_kubernetes_makes_for_a_service_of_our_name_are_left_alone() {
    let place = Place::new();
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_SERVICE_HOST", "10.0.0.1");
    command.env("CHATTING_TIME_PORT", "tcp://10.0.0.1:8889");
    command.env("CHATTING_TIME_PORT_8889_TCP_PROTO", "tcp");
    run(command, "").ok();
}

#[test]
fn what_config_prints_is_a_configuration_file_with_the_same_values() {
    let place = Place::new();
    place.run(&["tls", "self-signed", "--out", "lab"]).ok();
    let flags = [
        "config",
        "--listen",
        "127.0.0.1:1",
        "--listen=[::1]:2",
        "--tls-listen=[::1]:3",
        "--tls-cert=lab/certificate.pem",
        "--tls-key=lab/key.pem",
        "--http-name=chat.example",
        "--demo-users",
        "--line-time",
        "5s",
    ];
    let first = place.run(&flags).ok();
    place.write("c.toml", &first);
    let second = place.run(&["config", "--config", "c.toml"]).ok();
    let values = |shown: &str| -> Vec<String> {
        let lines = shown.lines().map(|line| line.split(" # ").next().unwrap());
        lines.map(|line| line.trim().to_owned()).collect()
    };
    assert_eq!(values(&first), values(&second));
    assert_eq!(
        line_of(&second, "listen"),
        "listen = [\"127.0.0.1:1\", \"[::1]:2\"] # c.toml:1"
    );
    assert_eq!(
        line_of(&second, "demo-users"),
        "demo-users = true # c.toml:18"
    );
    assert_eq!(settings().len(), second.lines().count());
}

#[test]
fn several_addresses_in_the_environment_are_separated_by_commas() {
    let place = Place::new();
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_LISTEN", "127.0.0.1:1, localhost:2");
    assert_eq!(
        line_of(&run(command, "").ok(), "listen"),
        "listen = [\"127.0.0.1:1\", \"localhost:2\"] # CHATTING_TIME_LISTEN"
    );
}

#[test]
fn a_switch_that_a_file_turns_on_can_be_turned_off_by_a_flag() {
    let place = Place::new();
    place.write("c.toml", "allow-plaintext = true\n");
    let shown = place
        .run(&["config", "--config", "c.toml", "--allow-plaintext=false"])
        .ok();
    assert_eq!(
        line_of(&shown, "allow-plaintext"),
        "allow-plaintext = false # --allow-plaintext"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn settings_that_cannot_be_written_are_an_error() {
    let place = Place::new();
    let mut command = place.command(&["config"]);
    command.stdout(std::fs::File::create("/dev/full").unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(
        complaint.starts_with("chatting-time: cannot write the output: "),
        "{complaint}"
    );
}

#[test]
fn the_configuration_of_the_packages_is_private_and_has_no_known_passwords() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../packaging/chatting-time.toml"
    );
    let shown = Place::new().run(&["config", "--config", file]).ok();
    for (name, value) in [
        ("data", "\"/var/lib/chatting-time\""),
        ("demo-users", "false"),
        ("allow-plaintext", "false"),
    ] {
        let line = line_of(&shown, name);
        assert!(line.starts_with(&format!("{name} = {value} #")), "{line}");
    }
}
