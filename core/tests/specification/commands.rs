//! Parameters: how a line becomes a command.

use chatting_time_core::{Access, COMMANDS, Command, Limits};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::host::{
    EMPTY, Host, SENT, bad_parameters, listed, session_not_found, token, token_text,
    unknown_command, user_not_found,
};

#[test]
fn the_table_names_each_command_once_and_every_row_is_complete() {
    let words: Vec<_> = COMMANDS.iter().map(|spec| spec.word).collect();
    assert_eq!(words, ["auth", "send", "inbox", "list", "logout", "help"]);
    for spec in COMMANDS {
        assert!(spec.usage.starts_with(spec.word), "{}", spec.word);
        assert!(!spec.summary.is_empty() && !spec.summary_english.is_empty());
    }
}

#[test]
fn the_example_of_each_command_is_understood_and_needs_a_session_where_the_table_says_so() {
    for spec in COMMANDS {
        assert!(Command::parse(spec.example, &Limits::default()).is_ok());
        let mut host = Host::new();
        let mut client = host.connect();
        let reply = host.ask(&mut client, spec.example);
        let needs_session = reply == session_not_found();
        assert_eq!(needs_session, spec.access == Access::Session, "{reply}");
    }
}

#[test]
fn only_help_can_be_answered_without_any_state() {
    for spec in COMMANDS {
        let command = Command::parse(spec.example, &Limits::default()).unwrap();
        assert_eq!(command.needs_no_state(), spec.word == "help");
    }
}

#[test]
fn the_command_word_is_taken_in_either_case_and_behind_spaces() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    for line in ["list", "LIST", "LiSt", "   list", "list   "] {
        assert_eq!(host.ask(&mut messi, line), listed(&["messi"]), "{line:?}");
    }
}

#[test]
fn any_other_word_is_an_unknown_command() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    for line in [
        "",
        " ",
        "lists",
        "lis",
        "list\t",
        "\tlist",
        "list\0",
        "\u{feff}list",
        "li st",
        "l\u{131}st",
    ] {
        assert_eq!(host.ask(&mut messi, line), unknown_command(), "{line:?}");
    }
}

#[test]
fn a_refusal_never_echoes_what_was_sent() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    for line in [
        "rahasia",
        "auth rahasia rahasia",
        "auth messi rahasia",
        "auth rahasia",
        "send rahasia",
        "send rahasia rahasia",
    ] {
        let reply = host.ask(&mut messi, line);
        assert!(
            reply.contains("ERROR") && !reply.contains("rahasia"),
            "{reply}"
        );
    }
}

#[test]
fn auth_takes_exactly_two_parameters() {
    let mut host = Host::new();
    let mut client = host.connect();
    for line in [
        "auth",
        "auth ",
        "auth messi",
        "auth messi ",
        "auth messi surabaya x",
        "auth messi surabaya d1f9020d-065f-4db0-a8d1-85c41fa9c5f1",
    ] {
        let expected = bad_parameters("auth <username> <password>");
        assert_eq!(host.ask(&mut client, line), expected, "{line:?}");
    }
    for line in ["auth messi surabaya", "  auth   messi   surabaya  "] {
        let reply = host.ask(&mut client, line);
        assert!(reply.starts_with(r#"{"status": "OK", "tokenid": ""#));
    }
}

#[test]
fn send_takes_a_recipient_and_one_space_before_the_text() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    for line in [
        "send".to_owned(),
        "send ".to_owned(),
        "send   ".to_owned(),
        "send lineker".to_owned(),
        "send   lineker".to_owned(),
        format!("send {token}"),
        format!("send {token} "),
        format!("send {token}  "),
        format!("send {token} lineker"),
        format!("send {token}   lineker"),
    ] {
        let expected = bad_parameters("send [token] <username> <pesan>");
        assert_eq!(host.ask(&mut messi, &line), expected, "{line:?}");
    }
}

#[test]
fn a_tab_is_no_separator() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let bad = bad_parameters("send [token] <username> <pesan>");
    assert_eq!(host.ask(&mut messi, "send lineker\thalo"), bad);
    assert_eq!(
        host.ask(&mut messi, "send\tlineker halo"),
        unknown_command()
    );
    let reply = host.ask(&mut messi, "send lineker\t halo");
    assert_eq!(reply, user_not_found());
}

#[test]
fn a_command_with_one_token_takes_it_wherever_it_stands_and_ignores_other_words() {
    let mut host = Host::new();
    let messi = host.log_in("messi");
    let token = messi.token();
    let mut other = host.connect();
    for line in [
        format!("inbox {token}"),
        format!("inbox   {token}  "),
        format!("inbox now {token} please"),
        format!("inbox {}", token.to_uppercase()),
    ] {
        assert_eq!(host.ask(&mut other, &line), EMPTY, "{line:?}");
    }
    for line in [format!("list {token}"), format!("list all {token}")] {
        assert_eq!(host.ask(&mut other, &line), listed(&["messi"]));
    }
    let reply = host.ask(&mut other, &format!("logout now {token} please"));
    assert!(reply.contains("berhasil Keluar"), "{reply}");
}

#[test]
fn extra_words_that_are_no_tokens_are_ignored() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    for line in [
        "list all",
        "list d1f9020d065f4db0a8d185c41fa9c5f1",
        "list {d1f9020d-065f-4db0-a8d1-85c41fa9c5f1}",
        "list d1f9020d-065f-4db0-a8d1-85c41fa9c5f1\t",
    ] {
        assert_eq!(host.ask(&mut messi, line), listed(&["messi"]), "{line:?}");
    }
}

#[test]
fn two_tokens_are_one_too_many() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let token = messi.token();
    for (word, usage) in [
        ("inbox", "inbox [token]"),
        ("list", "list [token]"),
        ("logout", "logout [token]"),
    ] {
        for line in [
            format!("{word} {token} {token}"),
            format!("{word} {token} x {token} y {token}"),
        ] {
            assert_eq!(host.ask(&mut messi, &line), bad_parameters(usage));
        }
    }
    assert_eq!(host.ask(&mut messi, "list"), listed(&["messi"]));
}

#[test]
fn help_ignores_every_parameter() {
    let mut host = Host::new();
    let mut client = host.connect();
    let token = token_text(token(1));
    let usual = host.ask(&mut client, "help");
    for line in ["HELP", "help me", &format!("help {token} {token}")] {
        assert_eq!(host.ask(&mut client, line), usual);
    }
}

#[test]
fn the_shape_of_the_parameters_is_judged_before_the_session() {
    let mut host = Host::new();
    let mut client = host.connect();
    let dead = token_text(token(9));
    assert_eq!(
        host.ask(&mut client, &format!("send {dead} lineker")),
        bad_parameters("send [token] <username> <pesan>")
    );
    assert_eq!(
        host.ask(&mut client, &format!("list {dead} {dead}")),
        bad_parameters("list [token]")
    );
}

#[test]
fn the_session_is_judged_before_the_recipient() {
    let mut host = Host::new();
    let mut client = host.connect();
    let reply = host.ask(&mut client, "send nobody halo");
    assert_eq!(reply, session_not_found());
}

#[test]
fn a_word_before_the_recipient_that_is_no_token_is_the_recipient() {
    let mut host = Host::new();
    let mut messi = host.log_in("messi");
    let reply = host.ask(&mut messi, "send d1f9020d lineker halo");
    assert_eq!(reply, user_not_found());
    assert_eq!(host.ask(&mut messi, "send lineker lineker halo"), SENT);
}

#[test]
fn every_command_knows_its_row_in_the_table() {
    for (position, spec) in COMMANDS.iter().enumerate() {
        let command = Command::parse(spec.example, &Limits::default()).unwrap();
        assert_eq!(command.position(), position, "{}", spec.word);
    }
}
