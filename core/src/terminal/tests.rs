//! The dialogue against scripted replies, and the documented one against a real state.

use super::*;
use alloc::vec;
use alloc::vec::Vec;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
const OTHER_TOKEN: &str = "00000000-0000-4000-8000-000000000000";

fn logged_in(language: Language) -> Terminal {
    let mut terminal = Terminal::new(language);
    let reply = format!("{{\"status\": \"OK\", \"tokenid\": \"{TOKEN}\"}}");
    let answer = answered(&mut terminal, "auth messi surabaya", &reply);
    assert_eq!(answer.kind, AnswerKind::Accepted);
    terminal
}

fn answered(terminal: &mut Terminal, typed: &str, reply: &str) -> Answer {
    let request = terminal.enter(typed).request.unwrap();
    terminal.reply(request, reply.as_bytes())
}

/// The line that goes on the wire, without its terminator.
fn line(terminal: &Terminal, typed: &str) -> String {
    let request = terminal.enter(typed).request.unwrap();
    let line = core::str::from_utf8(request.bytes()).unwrap();
    line.strip_suffix("\r\n").unwrap().to_owned()
}

#[test]
fn a_command_takes_the_token_along_with_or_without_a_space_in_front_of_it() {
    let terminal = logged_in(Language::Indonesian);
    for word in ["inbox", "list", "logout"] {
        let expected = format!("{word} {TOKEN}");
        assert_eq!(line(&terminal, word), expected);
        assert_eq!(line(&terminal, &format!(" {word}")), expected);
        assert_eq!(line(&terminal, &word.to_ascii_uppercase()), expected);
    }
    assert_eq!(line(&terminal, " help"), "help");
    assert_eq!(line(&terminal, " auth lineker x"), "auth lineker x");
}

#[test]
fn without_a_session_commands_go_without_a_token() {
    let terminal = Terminal::new(Language::Indonesian);
    assert_eq!(line(&terminal, "inbox"), "inbox");
    let step = terminal.enter("send Lineker halo");
    assert_eq!(step.text, "send lineker halo\n\n");
    assert_eq!(step.request.unwrap().bytes(), b"send lineker halo \r\n");
}

#[test]
fn a_typed_token_goes_instead_of_the_terminals_own() {
    let terminal = logged_in(Language::Indonesian);
    for typed in ["inbox", "list", "logout"].map(|word| format!("{word} {OTHER_TOKEN}")) {
        assert_eq!(line(&terminal, &typed), typed);
    }
    let typed = format!("send {OTHER_TOKEN} Lineker halo");
    let expected = format!("send {OTHER_TOKEN} lineker halo ");
    assert_eq!(line(&terminal, &typed), expected);
}

#[test]
fn the_text_of_a_message_is_not_touched() {
    let terminal = logged_in(Language::Indonesian);
    let step = terminal.enter("send  Lineker  Halo  Apa Kabar? ");
    let shown = format!("send {TOKEN} lineker  Halo  Apa Kabar? ");
    assert_eq!(step.text, format!("{shown}\n\n"));
    let sent = step.request.unwrap();
    assert_eq!(sent.bytes(), format!("{shown} \r\n").as_bytes());
}

#[test]
fn a_send_without_text_is_left_to_the_server_to_refuse() {
    let terminal = logged_in(Language::Indonesian);
    for typed in ["send lineker", "send lineker ", "send Lineker   "] {
        assert_eq!(line(&terminal, typed), format!("send {TOKEN} lineker"));
    }
    assert_eq!(line(&terminal, "send"), format!("send {TOKEN}"));
    let mut terminal = terminal;
    let reply = r#"{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "bad_parameters", "usage": "send [token] <username> <pesan>"}"#;
    let answer = answered(&mut terminal, "send lineker", reply);
    assert_eq!(
        answer.text,
        "Error, Protocol Tidak Benar\nPemakaian : send [token] <username> <pesan>\n"
    );
}

#[test]
fn a_usage_names_its_parameters_in_the_language_of_the_terminal() {
    let mut terminal = logged_in(Language::English);
    let reply = r#"{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "bad_parameters", "usage": "send [token] <username> <pesan>"}"#;
    let answer = answered(&mut terminal, "send lineker", reply);
    let usage = "Usage : send [token] <username> <text>\n";
    assert!(answer.text.ends_with(usage), "{}", answer.text);
}

#[test]
fn a_blank_line_asks_nothing() {
    for typed in ["", " ", "    ", "\nlist"] {
        let step = Terminal::new(Language::Indonesian).enter(typed);
        assert!(step.request.is_none() && step.text.is_empty(), "{typed:?}");
    }
}

#[test]
fn a_request_is_one_line_whatever_was_typed() {
    let terminal = logged_in(Language::Indonesian);
    assert_eq!(line(&terminal, "list\nlogout"), format!("list {TOKEN}"));
}

#[test]
fn an_unknown_command_goes_to_the_server_as_typed() {
    let mut terminal = logged_in(Language::Indonesian);
    assert_eq!(line(&terminal, " Kirim  a b "), "Kirim  a b ");
    let reply =
        r#"{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "unknown_command"}"#;
    let answer = answered(&mut terminal, "kirim", reply);
    assert_eq!(answer.text, "Error, Protocol Tidak Benar\n");
    assert_eq!(answer.kind, AnswerKind::Refused);
}

#[test]
fn what_waits_and_who_is_not_named_gets_a_line_of_its_own() {
    let mut terminal = logged_in(Language::Indonesian);
    let inbox = r#"{"status": "OK", "messages": {"b": [], "a": []}, "remaining": 12}"#;
    assert_eq!(
        answered(&mut terminal, "inbox", inbox).text,
        "{\"b\": [], \"a\": []}\nMasih Ada 12 Pesan, Ketik inbox Lagi\n"
    );
    let list = r#"{"status": "OK", "user": ["a"], "total": 1234}"#;
    assert_eq!(
        answered(&mut terminal, "list", list).text,
        "List User yang Online : [\"a\"]\nSeluruhnya 1234 User yang Online\n"
    );
}

#[test]
fn the_inbox_shows_text_beyond_ascii_in_its_documented_form() {
    let mut terminal = logged_in(Language::Indonesian);
    let reply =
        "{\"status\": \"OK\", \"messages\": {\"a\": \"\\u00e9\\ud83d\\ude00\\u202e\\u001b\"}}";
    assert_eq!(
        answered(&mut terminal, "inbox", reply).text,
        "{\"a\": \"\\u00e9\\ud83d\\ude00\\u202e\\u001b\"}\n"
    );
}

#[test]
fn names_are_found_under_each_key_that_servers_use() {
    let mut terminal = logged_in(Language::Indonesian);
    for key in ["user", "users", "message", "messages"] {
        let reply = format!("{{\"status\": \"OK\", \"{key}\": [\"messi\"]}}");
        let answer = answered(&mut terminal, "list", &reply);
        assert_eq!(answer.text, "List User yang Online : [\"messi\"]\n");
    }
}

#[test]
fn a_session_that_ended_elsewhere_lets_the_person_log_in_again() {
    let reply =
        r#"{"status": "ERROR", "message": "Session Tidak Ditemukan", "code": "session_not_found"}"#;
    let mut terminal = logged_in(Language::Indonesian);
    let answer = answered(&mut terminal, &format!("inbox {OTHER_TOKEN}"), reply);
    assert_eq!(answer.text, "Error, Session Tidak Ditemukan\n");
    assert_eq!(terminal.prompt(), format!("Command {TOKEN}:"));
    let answer = answered(&mut terminal, "send lineker halo", reply);
    assert_eq!(answer.text, "Error, Session Tidak Ditemukan\n");
    assert_eq!(terminal.prompt(), "Command :");
}

#[test]
fn logging_out_another_session_keeps_ones_own() {
    let mut terminal = logged_in(Language::English);
    let reply = r#"{"status": "OK", "message": "User x berhasil Keluar"}"#;
    let answer = answered(&mut terminal, &format!("logout {OTHER_TOKEN}"), reply);
    assert_eq!(answer.text, "\"User x berhasil Keluar\"\n");
    assert_eq!(terminal.prompt(), format!("Command {TOKEN}:"));
}

#[test]
fn a_failed_login_keeps_the_session_that_is_open() {
    let mut terminal = logged_in(Language::Indonesian);
    let reply =
        r#"{"status": "ERROR", "message": "User Tidak Ditemukan", "code": "user_not_found"}"#;
    answered(&mut terminal, "auth nobody x", reply);
    assert_eq!(terminal.prompt(), format!("Command {TOKEN}:"));
}

#[test]
fn english_says_everything_in_english() {
    let mut terminal = logged_in(Language::English);
    for (typed, reply, expected) in [
        (
            "auth Messi surabaya",
            r#"{"status": "OK", "tokenid": "t1"}"#,
            "User messi logged in, token t1\n",
        ),
        (
            "send Lineker halo",
            r#"{"status": "OK", "message": "Message Sent"}"#,
            "Message sent to lineker\n",
        ),
        (
            "inbox",
            r#"{"status": "OK", "messages": {}, "remaining": 2}"#,
            "{}\nMessages still waiting: 2, type inbox again\n",
        ),
        (
            "list",
            r#"{"status": "OK", "user": ["messi"], "total": 2}"#,
            "Users online : [\"messi\"]\nUsers online in all : 2\n",
        ),
        (
            "auth messi jakarta",
            r#"{"status": "ERROR", "message": "Password yang Anda Masukkan Salah", "code": "wrong_password"}"#,
            "Error, the password is wrong\n",
        ),
        (
            "auth messi",
            r#"{"status": "ERROR", "message": "Protocol Tidak Benar", "code": "bad_parameters", "usage": "auth <username> <password>"}"#,
            "Error, the command is not used like this\nUsage : auth <username> <password>\n",
        ),
        (
            "help",
            r#"{"status": "OK", "commands": [{"command": "list", "usage": "list [token]", "summary": "Melihat"}, {"command": "new", "usage": "new", "summary": "Baru"}]}"#,
            "list [token] : See who is online\nnew : Baru\n",
        ),
        (
            "logout",
            r#"{"status": "OK", "message": "User messi berhasil Keluar"}"#,
            "\"User messi logged out\"\n",
        ),
    ] {
        assert_eq!(answered(&mut terminal, typed, reply).text, expected);
    }
    assert_eq!(terminal.prompt(), "Command :");
}

#[test]
fn nothing_that_a_server_says_controls_the_terminal() {
    const EVIL: &str = "\\u001b[2J\\u009b\\u202e\\r\\n\\u007f";
    let replies = [
        "{\"status\": \"ERROR\", \"message\": \"EVIL\"}",
        "{\"status\": \"ERROR\", \"message\": \"EVIL\", \"code\": \"EVIL\", \"usage\": \"EVIL\"}",
        "{\"status\": \"OK\", \"tokenid\": \"EVIL\"}",
        "{\"status\": \"OK\", \"message\": \"EVIL\", \"messages\": {\"EVIL\": \"EVIL\"}}",
        "{\"status\": \"OK\", \"commands\": [{\"command\": \"EVIL\", \"usage\": \"EVIL\", \"summary\": \"EVIL\"}]}",
        "{\"status\": \"EVIL\"}",
    ]
    .map(|reply| reply.replace("EVIL", EVIL));
    let typed = [
        "auth a b", "send a b", "inbox", "list", "logout", "help", "x",
    ];
    for language in Language::ALL {
        for typed in typed {
            for reply in &replies {
                let mut terminal = logged_in(language);
                let answer = answered(&mut terminal, typed, reply);
                let unasked = terminal.unasked(reply.as_bytes()).unwrap_or_default();
                let lines = answer.text.strip_suffix('\n').unwrap();
                for shown in lines.split('\n').chain([&*terminal.prompt(), &*unasked]) {
                    assert_eq!(shown, printable(shown), "{typed} {reply}");
                }
            }
        }
    }
}

#[test]
fn what_a_person_typed_is_shown_without_its_control_characters() {
    let terminal = Terminal::new(Language::Indonesian);
    let step = terminal.enter("send a \u{1b}[2Jb");
    assert_eq!(step.text, "send a \\u001b[2Jb\n\n");
    assert_eq!(step.request.unwrap().bytes(), b"send a \x1b[2Jb \r\n");
}

#[test]
fn a_reply_that_is_none_of_the_protocol_is_called_so() {
    for (typed, reply, lacking) in [
        ("list", "", "status"),
        ("list", "[]", "status"),
        ("list", "{\"status\": \"MAYBE\"}", "status"),
        ("list", "{\"status\": \"OK\"}", "user"),
        ("list", "{\"status\": \"ERROR\"}", "message"),
        ("list", "{\"status\": \"ERROR\", \"message\": 1}", "message"),
        ("inbox", "{\"status\": \"OK\"}", "messages"),
        ("logout", "{\"status\": \"OK\"}", "message"),
        (
            "help",
            "{\"status\": \"OK\", \"commands\": [1]}",
            "commands",
        ),
        ("auth a b", "{\"status\": \"OK\"}", "tokenid"),
        (
            "auth a b",
            "{\"status\": \"OK\", \"tokenid\": \"\"}",
            "tokenid",
        ),
        (
            "auth a b",
            "{\"status\": \"OK\", \"tokenid\": \"a b\"}",
            "tokenid",
        ),
    ] {
        let mut terminal = Terminal::new(Language::English);
        let answer = answered(&mut terminal, typed, reply);
        let text = format!("The server's reply is not of this protocol: no \"{lacking}\" in it\n");
        assert_eq!((answer.text, answer.kind), (text, AnswerKind::Malformed));
        assert_eq!(terminal.prompt(), "Command :");
    }
}

#[test]
fn only_a_refusal_may_come_unasked() {
    let terminal = Terminal::new(Language::Indonesian);
    let busy = br#"{"status": "ERROR", "message": "Server Sibuk", "code": "server_busy"}"#;
    assert_eq!(terminal.unasked(busy).as_deref(), Some("Server Sibuk"));
    for reply in [&b"{\"status\": \"OK\", \"message\": \"x\"}"[..], b"{", b""] {
        assert_eq!(terminal.unasked(reply), None);
    }
}

/// A server in memory with the documented accounts, as many terminals as wanted, and one
/// connection each.
mod documented {
    use super::*;
    use crate::documented_accounts::documented_accounts;
    use crate::{
        AdminCommand, Connection, ConnectionId, Context, Limits, Outcome, Password, PasswordCost,
        State, Timestamp, decide_admin, finish_auth,
    };
    use alloc::sync::Arc;
    // A glob import would leave it open which `test` is meant.
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    struct Server {
        state: State,
        limits: Arc<Limits>,
    }

    struct Person {
        terminal: Terminal,
        connection: Connection,
        id: ConnectionId,
        binding: Option<Token>,
    }

    impl Server {
        fn new() -> Self {
            let mut state = State::default();
            let password = Password::parse("surabaya").unwrap();
            let hash = password.hash(PasswordCost::cheapest(), [0; 16]);
            let accounts = AdminCommand::AddUsers(documented_accounts(Some(hash)));
            let added = decide_admin(&state, state.generation(), &accounts);
            for event in added.ok().unwrap().unwrap() {
                state.apply(&event);
            }
            Self {
                state,
                limits: Arc::default(),
            }
        }

        fn connect(&self, id: u64) -> Person {
            Person {
                terminal: Terminal::new(Language::Indonesian),
                connection: Connection::new(self.limits.clone()),
                id: ConnectionId(id),
                binding: None,
            }
        }

        fn ask(&mut self, person: &mut Person, request: &Request) -> Vec<u8> {
            person.connection.receive(request.bytes());
            let command = person.connection.next_request().unwrap();
            let context = Context {
                now: Timestamp(0),
                limits: &self.limits,
                connection: person.id,
                binding: person.binding,
            };
            let outcome = match command {
                Ok(command) => self.state.decide(&context, &command),
                Err(refusal) => {
                    person.connection.reply(&crate::Reply::Refused(refusal));
                    return person.connection.take_output();
                }
            };
            let outcome = match outcome {
                Outcome::CheckPassword(check) => {
                    let token = Token::from_random([person.id.0 as u8; 16]);
                    finish_auth(&self.state, &context, token, &check.run())
                }
                other => other,
            };
            let Outcome::Decided(decision) = outcome else {
                panic!("a state in memory decides at once: {outcome:?}");
            };
            self.state.commit(&context, &decision);
            person.binding = decision.binding.after(person.binding);
            if let Some(drain) = &decision.drain {
                self.state.confirm(drain);
            }
            person.connection.reply(&decision.reply);
            person.connection.take_output()
        }

        /// What stands on the screen after these lines were typed.
        fn screen(&mut self, person: &mut Person, typed: &[&str]) -> String {
            let mut screen = String::new();
            for typed in typed {
                screen += &format!("{}{typed}\n", person.terminal.prompt());
                let step = person.terminal.enter(typed);
                screen += &step.text;
                let request = step.request.unwrap();
                let reply = self.ask(person, &request);
                screen += &person.terminal.reply(request, &reply).text;
            }
            screen
        }
    }

    const MESSI: &str = "01010101-0101-4101-8101-010101010101";
    const LINEKER: &str = "02020202-0202-4202-8202-020202020202";

    #[test]
    fn the_documented_dialogue_comes_out_to_the_byte() {
        let mut server = Server::new();
        let mut messi = server.connect(1);
        let typed = [
            "auth messy surabaya",
            "auth messi jakarta",
            "auth messi surabaya",
            "send line halo",
            "send Lineker halo",
        ];
        let screen = server.screen(&mut messi, &typed);
        let expected = "\
Command :auth messy surabaya
Error, User Tidak Ditemukan
Command :auth messi jakarta
Error, Password yang Anda Masukkan Salah
Command :auth messi surabaya
Username messi Berhasil Masuk, token MESSI
Command MESSI:send line halo
send MESSI line halo

Error, User Tidak Ditemukan
Command MESSI:send Lineker halo
send MESSI lineker halo

Pesan Dikirimkan ke lineker
";
        assert_eq!(screen, expected.replace("MESSI", MESSI));

        let mut lineker = server.connect(2);
        let typed = [
            "auth lineker surabaya",
            "inbox",
            "inbox",
            " list",
            " logout",
            "inbox",
        ];
        let screen = server.screen(&mut lineker, &typed);
        let expected = r#"Command :auth lineker surabaya
Username lineker Berhasil Masuk, token LINEKER
Command LINEKER:inbox
{"messi": [{"msg_from": "Lionel Messi", "msg_to": "Gary Lineker", "msg": " halo \r\n"}]}
Command LINEKER:inbox
{}
Command LINEKER: list
List User yang Online : ["lineker", "messi"]
Command LINEKER: logout
"User lineker berhasil Keluar"
Command :inbox
Error, Session Tidak Ditemukan
"#;
        assert_eq!(screen, expected.replace("LINEKER", LINEKER));
    }

    #[test]
    fn commands_before_a_login_print_the_servers_refusal() {
        let mut server = Server::new();
        let mut person = server.connect(1);
        let screen = server.screen(&mut person, &["inbox", "send lineker halo", "nonsense"]);
        assert_eq!(
            screen,
            "\
Command :inbox
Error, Session Tidak Ditemukan
Command :send lineker halo
send lineker halo

Error, Session Tidak Ditemukan
Command :nonsense
Error, Protocol Tidak Benar
"
        );
    }

    #[test]
    fn help_prints_each_command_of_the_table() {
        let mut server = Server::new();
        let mut person = server.connect(1);
        let screen = server.screen(&mut person, &["help"]);
        let mut expected = vec!["Command :help".to_owned()];
        expected.extend(
            COMMANDS
                .iter()
                .map(|spec| format!("{} : {}", spec.usage, spec.summary)),
        );
        assert_eq!(screen.lines().collect::<Vec<_>>(), expected);
    }
}

#[test]
fn a_terminal_that_changes_its_language_keeps_its_session() {
    let mut terminal = logged_in(Language::Indonesian);
    terminal.speak(Language::English);
    assert_eq!(terminal.prompt(), format!("Command {TOKEN}:"));
    let refused = "{\"status\": \"ERROR\", \"code\": \"user_not_found\", \"message\": \"User Tidak Ditemukan\"}";
    let answer = answered(&mut terminal, "send x halo", refused);
    assert_eq!(answer.text, "Error, there is no such user\n");
}
