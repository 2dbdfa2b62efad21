//! Which values there are, and which do not make sense.

use chatting_time::settings::{
    Kind, admin_http_plaintext_refusal, http_plaintext_refusal, plaintext_refusal, settings,
};
use chatting_time_core::limits::{LIMITS, Limits, Unit};

use super::line_of;
use super::program::{Place, Server, run};

#[test]
fn a_value_out_of_range_is_refused_with_its_place_and_the_range() {
    let place = Place::new();
    place.write("c.toml", "line-bytes = 511\n");
    assert_eq!(
        place.run(&["config", "--config", "c.toml"]).refused(1),
        "chatting-time: c.toml:1: line-bytes must be from 512B to 16MiB, not 511\n"
    );
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_LINE_TIME", "25h");
    assert_eq!(
        run(command, "").refused(1),
        "chatting-time: CHATTING_TIME_LINE_TIME must be from 10ms to 1d, not 25h\n"
    );
    assert_eq!(
        place.run(&["config", "--user-sessions", "1001"]).refused(2),
        "chatting-time: --user-sessions must be from 1 to 1000, not 1001\n"
    );
}

#[test]
fn every_number_is_taken_at_its_bounds_and_refused_one_beyond() {
    let place = Place::new();
    let text = |value: u64, unit: Unit| match unit {
        Unit::Milliseconds => format!("{value}ms"),
        Unit::Bytes | Unit::Count => value.to_string(),
    };
    for setting in settings() {
        let Kind::Number {
            unit,
            minimum,
            maximum,
            ..
        } = setting.kind
        else {
            continue;
        };
        let name = &setting.name;
        let flag = format!("--{name}");
        let refused = place.run(&["config", &flag, &text(maximum + 1, unit)]);
        assert!(refused.refused(2).contains("must be from"), "{name}");
        for value in [minimum, maximum] {
            let ran = place.run(&["config", &flag, &text(value, unit)]);
            // What it does beside other settings is another matter.
            assert!(!ran.stderr.contains("must be from"), "{}", ran.stderr);
        }
    }
}

#[test]
fn sizes_and_times_may_be_written_with_units_and_print_back_with_them() {
    let place = Place::new();
    place.write(
        "c.toml",
        "line-bytes = 131072\ninbox-bytes = \"2 MiB\"\nmailbox-bytes = \"70000\"\n\
         session-idle = \"90 s\"\nsession-lifetime = \"48h\"\npresence-window = \"250ms\"\n",
    );
    let shown = place.run(&["config", "--config", "c.toml"]).ok();
    for expected in [
        "line-bytes = \"128KiB\" # c.toml:1",
        "inbox-bytes = \"2MiB\" # c.toml:2",
        "mailbox-bytes = \"70000B\" # c.toml:3",
        "session-idle = \"90s\" # c.toml:4",
        "session-lifetime = \"2d\" # c.toml:5",
        "presence-window = \"250ms\" # c.toml:6",
    ] {
        let name = expected.split(' ').next().unwrap();
        assert_eq!(line_of(&shown, name), expected);
    }
}

#[test]
fn http_has_an_address_or_is_off() {
    let place = Place::new();
    let shown = place.run(&["config"]).ok();
    // As a comment: whoever asks for this address wants no server without it.
    let default = "# http = \"127.0.0.1:8080\" # default";
    assert_eq!(line_of(&shown, "# http"), default);
    place.write("printed.toml", &shown);
    let again = place.run(&["config", "--config", "printed.toml"]).ok();
    assert_eq!(line_of(&again, "# http"), default);
    for value in ["off", "[::1]:80"] {
        place.write("c.toml", format!("http = \"{value}\"\n"));
        let shown = place.run(&["config", "--config", "c.toml"]).ok();
        let expected = format!("http = \"{value}\" # c.toml:1");
        assert_eq!(line_of(&shown, "http"), expected);
    }
    for wrong in ["", "8080", "OFF", "localhost"] {
        let complaint = place.run(&["config", "--http", wrong]).refused(2);
        let expected = format!(
            "chatting-time: --http must be HOST:PORT, such as 127.0.0.1:8080, or off, not \"{wrong}\"\n"
        );
        assert_eq!(complaint, expected);
    }
    let twice = ["config", "--http", "off", "--http", "off"];
    assert!(place.run(&twice).refused(2).contains("--http"));
}

#[test]
fn the_log_is_written_as_text_or_as_json() {
    let place = Place::new();
    let shown = place.run(&["config", "--log-format", "json"]).ok();
    assert_eq!(
        line_of(&shown, "log-format"),
        "log-format = \"json\" # --log-format"
    );
    let shown = place.run(&["config"]).ok();
    assert_eq!(
        line_of(&shown, "log-format"),
        "log-format = \"text\" # default"
    );
    let complaint = place.run(&["config", "--log-format", "xml"]).refused(2);
    assert_eq!(
        complaint,
        "chatting-time: --log-format must be text or json, not \"xml\"\n"
    );
}

#[test]
fn a_slip_in_the_filter_of_the_log_silences_no_error() {
    let place = Place::new();
    for slip in ["inof", "info,chatting_time", "verbose"] {
        let complaint = place.run(&["config", "--log-filter", slip]).refused(2);
        assert!(
            complaint.contains("--log-filter must be of error, warn, info"),
            "{complaint}"
        );
    }
    for filter in ["warn", "INFO", "off", "info,chatting_time::serve=debug"] {
        place.run(&["config", "--log-filter", filter]).ok();
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = ["serve", "--http", "off", "--listen", &address];
    let log = ["--log-format", "json", "--log-filter", "chatting_tme=debug"];
    let complaint = place.run(&[&serve[..], &log].concat()).refused(1);
    let line: serde_json::Value = serde_json::from_str(&complaint).unwrap();
    assert_eq!(line["level"], "ERROR");
    let message = line["message"].as_str().unwrap();
    assert!(
        message.contains("another program does already"),
        "{message}"
    );
}

#[test]
fn a_limit_of_open_files_that_leaves_few_connections_is_told_at_the_start() {
    let place = Place::new();
    let few_files = ["sh", "-c", "ulimit -n 90; exec \"$@\"", "sh"];
    let serve = ["serve", "--listen", "127.0.0.1:0", "--http", "off"];
    let server = Server::start(place.command_within(&few_files, &serve));
    let logged = server.kill();
    assert!(
        logged.contains("connections can be open at a time, for want of open files"),
        "{logged}"
    );
    let server = Server::start(place.command(&serve));
    let logged = server.kill();
    assert!(!logged.contains("open files"), "{logged}");
}

#[test]
fn settings_that_do_not_go_together_are_refused_by_name() {
    let place = Place::new();
    for (flags, named) in [
        (
            &["--line-bytes", "60KiB"][..],
            ["message-text-bytes (60KiB)", "--line-bytes (60KiB)"],
        ),
        (
            &["--mailbox-bytes", "1KiB"],
            ["message-text-bytes (60KiB)", "--mailbox-bytes (1KiB)"],
        ),
        (
            &["--password-lanes", "3"],
            [
                "CHATTING_TIME_PASSWORD_MEMORY_BYTES (8KiB)",
                "--password-lanes (3)",
            ],
        ),
        (
            &["--password-memory-bytes", "10000"],
            ["--password-memory-bytes (10000B)", "1KiB"],
        ),
        (
            &["--store-staleness", "100ms"],
            ["--store-staleness (100ms)", "0 or at least 400ms"],
        ),
        (
            &["--store", "nats://n1:4222", "--session-idle", "1h"],
            ["--session-idle (1h)", "session-use-recording (1h)"],
        ),
    ] {
        let complaint = place.run(&[&["config"], flags].concat()).refused(1);
        for named in named {
            assert!(complaint.contains(named), "{complaint}");
        }
    }
}

#[test]
fn an_address_that_is_given_twice_is_refused_by_name() {
    let place = Place::new();
    let address = "127.0.0.1:4000";
    for (flags, said) in [
        (
            &["--listen", address, "--listen", address][..],
            "--listen (127.0.0.1:4000) is an address of --listen already",
        ),
        (
            &["--listen", address, "--admin-http", address],
            "--admin-http (127.0.0.1:4000) is an address of --listen already",
        ),
        (
            &["--http", "127.0.0.1:8889"],
            "--http (127.0.0.1:8889) is an address of listen already",
        ),
    ] {
        let complaint = place.run(&[&["config"], flags].concat()).refused(1);
        assert!(complaint.contains(said), "{complaint}");
    }
    for flags in [
        ["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"],
        // The page, which nobody asked for here, is not served then.
        ["--listen", "127.0.0.1:8080", "--listen", address],
    ] {
        place.run(&[&["config"], &flags[..]].concat()).ok();
    }
}

#[test]
fn a_message_text_that_just_fits_in_its_line_is_allowed() {
    let place = Place::new();
    let overhead = "send  ".len() + 36 + " ".len() + 32 + "\r\n".len();
    let text = Limits::default().message_text_bytes;
    let line = (text + overhead as u64).to_string();
    place.run(&["config", "--line-bytes", &line]).ok();
    let line = (text + overhead as u64 - 1).to_string();
    place.run(&["config", "--line-bytes", &line]).refused(1);
}

#[test]
fn an_address_that_others_can_reach_needs_consent_also_when_it_is_only_checked() {
    let place = Place::new();
    let address = "0.0.0.0:8889";
    for (flag, refusal) in [
        ("--listen", plaintext_refusal(address)),
        ("--http", http_plaintext_refusal(address)),
        ("--admin-http", admin_http_plaintext_refusal(address)),
    ] {
        let flags = ["config", flag, address];
        let complaint = place.run(&flags).refused(1);
        assert_eq!(complaint, format!("chatting-time: {flag}: {refusal}\n"));
        place
            .run(&[&flags[..], &["--allow-plaintext"]].concat())
            .ok();
    }
}

#[test]
fn checking_the_settings_makes_no_data_folder() {
    let place = Place::new();
    place.run(&["config"]).ok();
    assert!(!place.path("share").exists());
}

#[test]
fn http_has_names_that_it_is_told() {
    let place = Place::new();
    let shown = place.run(&["config"]).ok();
    assert_eq!(line_of(&shown, "http-name"), "http-name = [] # default");
    let flags = [
        "config",
        "--http-name",
        "chat.example",
        "--http-name",
        "lab:8443",
    ];
    let shown = place.run(&flags).ok();
    let both = "http-name = [\"chat.example\", \"lab:8443\"]";
    assert_eq!(
        line_of(&shown, "http-name"),
        format!("{both} # --http-name")
    );
    place.write("printed.toml", &shown);
    let shown = place.run(&["config", "--config", "printed.toml"]).ok();
    let line = line_of(&shown, "http-name");
    assert!(
        line.starts_with(&format!("{both} # printed.toml:")),
        "{line}"
    );
    let mut command = place.command(&["config"]);
    command.env("CHATTING_TIME_HTTP_NAME", "chat.example, lab:8443");
    let shown = run(command, "").ok();
    let expected = format!("{both} # CHATTING_TIME_HTTP_NAME");
    assert_eq!(line_of(&shown, "http-name"), expected);
    let complaint = |wrong| place.run(&["config", "--http-name", wrong]).refused(2);
    assert_eq!(
        complaint("https://chat.example:8443/"),
        "chatting-time: --http-name must be without a scheme and a path: write chat.example:8443, not \"https://chat.example:8443/\"\n"
    );
    for wrong in ["", "chat.example:0", "192.0.2.1"] {
        let expected = format!(
            "chatting-time: --http-name must be a name, or a name and a port from 1 to 65535, \
             such as chat.example or chat.example:8443, not \"{wrong}\"\n"
        );
        assert_eq!(complaint(wrong), expected);
    }
}

#[test]
fn every_limit_of_the_core_can_be_set() {
    for limit in LIMITS {
        let name = limit.field.replace('_', "-");
        assert!(
            settings().iter().any(|setting| setting.name == name),
            "{name}"
        );
    }
}

#[test]
fn bounds_of_storage_and_of_waiting_that_make_no_sense_are_refused() {
    let place = Place::new();
    for (flags, code, expected) in [
        (
            ["--disk-space-reserve-bytes", "2GiB"],
            1,
            "--disk-space-reserve-bytes (2GiB) is more than disk-space-warning-bytes (1GiB): messages would be refused before the log warns",
        ),
        (
            ["--disk-space-reserve-bytes", "2PiB"],
            2,
            "--disk-space-reserve-bytes must be a size, such as 512B, 64KiB or 16MiB, not \"2PiB\"",
        ),
        (
            ["--disk-space-warning-bytes", "1025TiB"],
            2,
            "--disk-space-warning-bytes must be from 0 to 1024TiB, not 1025TiB",
        ),
        (
            ["--storage-limit-bytes", "127MiB"],
            1,
            "--storage-limit-bytes (127MiB) must be 0 or at least 128MiB, 4 files of the journal (journal-segment-bytes, 32MiB)",
        ),
        (
            ["--message-lifetime", "59s"],
            1,
            "--message-lifetime (59s) must be 0 or at least 1m",
        ),
        (
            ["--message-lifetime", "36501d"],
            2,
            "--message-lifetime must be from 0s to 36500d, not 36501d",
        ),
        (
            ["--message-lifetime", "30"],
            2,
            "--message-lifetime must be a time, such as",
        ),
    ] {
        let complaint = place.run(&[&["config"][..], &flags].concat()).refused(code);
        assert!(complaint.contains(expected), "{complaint}");
    }
    let allowed = [
        "config",
        "--disk-space-warning-bytes",
        "0",
        "--disk-space-reserve-bytes",
        "2GiB",
        "--storage-limit-bytes",
        "128MiB",
    ];
    let shown = place.run(&allowed).ok();
    assert_eq!(
        line_of(&shown, "disk-space-warning-bytes"),
        "disk-space-warning-bytes = \"0\" # --disk-space-warning-bytes"
    );
}

#[test]
fn a_data_folder_that_is_a_file_is_told_before_the_start() {
    let place = Place::new();
    place.write("chat", "");
    let data = ["--data", "chat", "--listen", "127.0.0.1:0", "--http=off"];
    let start = place.run(&[&["serve"], &data[..]].concat()).refused(1);
    assert!(start.contains("chat: File exists"), "{start}");
    let config = place.run(&[&["config"], &data[..]].concat());
    assert_eq!(config.refused(1), start);
    place.run(&["config", "--data", "other"]).ok();
    assert!(!place.path("other").exists(), "nothing is made");
    let within = ["config", "--data", "chat/data"];
    let told = place.run(&within).refused(1);
    assert!(told.contains("Not a directory"), "{told}");
}
