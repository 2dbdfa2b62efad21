//! `chatting-time user`, on the data folder itself and through the server that runs on it.

mod program;

use std::fs::Permissions;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;

use chatting_time::journal::FolderLock;
use program::{Place, is_in_a_file, run};

const PASSWORD: &str = "open-sesame-7";
const OTHER_PASSWORD: &str = "rahasia-besar-8";

const CLASS: &str = "username,name,country,password\n\
    zidane,Zinedine Zidane,Prancis,open-sesame-7\n\
    maldini,\"Maldini, Paolo\",Italia,rahasia-besar-8\n";

#[track_caller]
fn add(place: &Place, username: &str) {
    let arguments = [
        "user",
        "add",
        username,
        "--name",
        "Some Body",
        "--country",
        "Jepang",
    ];
    let said = place.run_with_input(&arguments, PASSWORD).ok();
    assert_eq!(said, format!("added {username}\n"));
}

#[track_caller]
fn usernames(place: &Place) -> Vec<String> {
    let listed = place.run(&["user", "list", "--format", "csv"]).ok();
    let rows = listed.lines().skip(1);
    rows.map(|row| row.split(',').next().unwrap().to_owned())
        .collect()
}

fn is_logged_in(reply: &str) -> bool {
    reply.contains("tokenid")
}

#[test]
fn users_are_added_listed_and_removed_without_a_server() {
    let place = Place::new();
    add(&place, "zidane");
    let said = place
        .run_with_input(&["user", "add", "Maldini"], PASSWORD)
        .ok();
    assert_eq!(said, "added maldini\n");
    assert_eq!(usernames(&place), ["maldini", "zidane"]);
    assert_eq!(
        place.run(&["user", "remove", "zidane", "--yes"]).ok(),
        "removed zidane\n"
    );
    assert_eq!(usernames(&place), ["maldini"]);
}

#[test]
fn users_are_added_changed_and_removed_while_the_server_runs() {
    let place = Place::new();
    let server = place.serve(&["--demo-users=false"]);
    add(&place, "zidane");
    assert!(is_logged_in(
        &server.ask(&format!("auth zidane {PASSWORD}"))
    ));

    let passwd = ["user", "passwd", "zidane"];
    place
        .run_with_input(&passwd, &format!("{OTHER_PASSWORD}\r\n"))
        .ok();
    assert!(
        server
            .ask(&format!("auth zidane {PASSWORD}"))
            .contains("wrong_password")
    );
    assert!(is_logged_in(
        &server.ask(&format!("auth zidane {OTHER_PASSWORD}"))
    ));

    assert_eq!(usernames(&place), ["zidane"]);
    place.run(&["user", "remove", "zidane", "--yes"]).ok();
    assert!(
        server
            .ask(&format!("auth zidane {OTHER_PASSWORD}"))
            .contains("user_not_found")
    );
}

#[test]
fn what_was_done_through_a_server_outlives_it() {
    let place = Place::new();
    let server = place.serve(&["--demo-users=false"]);
    add(&place, "zidane");
    server.kill();
    assert_eq!(usernames(&place), ["zidane"]);
}

#[test]
fn a_user_added_without_a_server_can_log_in_when_it_runs() {
    let place = Place::new();
    add(&place, "zidane");
    let server = place.serve(&[]);
    assert!(is_logged_in(
        &server.ask(&format!("auth zidane {PASSWORD}"))
    ));
    assert!(server.ask("auth messi surabaya").contains("user_not_found"));
}

#[test]
fn a_name_that_is_not_given_is_the_username() {
    let place = Place::new();
    place
        .run_with_input(&["user", "add", "zidane"], PASSWORD)
        .ok();
    assert_eq!(
        place.run(&["user", "list"]).ok(),
        "username  name    country\nzidane    zidane  -\n"
    );
}

#[test]
fn users_are_listed_as_json_too() {
    let place = Place::new();
    add(&place, "zidane");
    let listed = place.run(&["user", "list", "--format", "json"]).ok();
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(
        listed,
        serde_json::json!([{"username": "zidane", "name": "Some Body", "country": "Jepang"}])
    );
}

#[test]
fn a_user_that_exists_is_refused_and_so_is_one_that_does_not() {
    let place = Place::new();
    add(&place, "zidane");
    let passwd = ["user", "passwd", "maldini"];
    let add_again = ["user", "add", "zidane"];
    let remove = ["user", "remove", "maldini", "--yes"];
    let check = || {
        let exists = place.run_with_input(&add_again, PASSWORD).refused(1);
        assert_eq!(exists, "chatting-time: user zidane exists already\n");
        for arguments in [&passwd[..], &remove] {
            let missing = place.run_with_input(arguments, PASSWORD).refused(1);
            assert_eq!(missing, "chatting-time: there is no user maldini\n");
        }
    };
    check();
    let _server = place.serve(&[]);
    check();
}

#[test]
fn a_password_is_never_taken_from_the_command_line() {
    let place = Place::new();
    for arguments in [
        &["user", "add", "zidane", PASSWORD][..],
        &["user", "add", "zidane", "--password", PASSWORD],
        &["user", "passwd", "zidane", PASSWORD],
    ] {
        place.run(arguments).refused(2);
    }
    assert!(!place.data().exists());
}

#[test]
fn a_password_is_in_no_output_no_log_and_no_file() {
    let place = Place::new();
    let server = place.serve(&["--log-filter", "trace"]);
    let mut said = String::new();
    for (arguments, input) in [
        (&["user", "add", "pele"][..], PASSWORD),
        (&["user", "add", "pele"], PASSWORD),
        (&["user", "passwd", "pele"], OTHER_PASSWORD),
        (&["user", "passwd", "nobody"], OTHER_PASSWORD),
        (&["user", "add", "other"], "open-sesame-7 with blanks"),
        (&["user", "import", "-"], CLASS),
        (&["user", "import", "-"], CLASS),
        (
            &["user", "import", "-"],
            "username,name,country,password\nx y,X,Y,open-sesame-7\nx,X,Y,open-sesame-7 \n",
        ),
        (
            &["user", "import", "-"],
            "username,name,country,password\nopen-sesame-7\n",
        ),
        (
            &["user", "import", "-"],
            "username,name,country,password_hash\nx,X,Y,open-sesame-7\n",
        ),
        (&["user", "list"], ""),
    ] {
        let ran = place.run_with_input(arguments, input);
        said += &ran.stdout;
        said += &ran.stderr;
    }
    said += &server.kill();
    assert!(
        said.contains("exists already"),
        "the commands did run: {said}"
    );
    for secret in [PASSWORD, OTHER_PASSWORD, "$argon2id$v="] {
        assert!(!said.contains(secret), "{said}");
    }
    for password in [PASSWORD, OTHER_PASSWORD] {
        assert!(!is_in_a_file(&place.data(), password));
    }
}

#[test]
fn a_password_that_no_client_could_send_is_refused() {
    let place = Place::new();
    let too_long = "p".repeat(129);
    for (input, expected) in [
        ("", "no password was given; nothing was changed"),
        ("a\nb\n", "more than the one line"),
        ("\n", "must have 1 to 128 bytes"),
        ("two words\n", "must have 1 to 128 bytes"),
        ("tab\there\n", "must have 1 to 128 bytes"),
        (&too_long, "must have 1 to 128 bytes"),
    ] {
        let complaint = place
            .run_with_input(&["user", "add", "zidane"], input)
            .refused(1);
        assert!(complaint.contains(expected), "{complaint}");
    }
    let longest = &too_long[1..];
    place
        .run_with_input(&["user", "add", "zidane"], longest)
        .ok();
}

#[test]
fn names_that_the_protocol_does_not_know_are_usage_errors() {
    let place = Place::new();
    for arguments in [
        &["user", "add", "Zinedine Zidane"][..],
        &["user", "add", ""],
        &["user", "add", "zidane", "--name", ""],
        &["user", "add", "zidane", "--country", "\u{1b}[2J"],
        &["user", "remove", "a..b", "--yes"],
    ] {
        place.run_with_input(arguments, PASSWORD).refused(2);
    }
}

#[test]
fn a_data_folder_that_is_not_there_is_not_made_by_looking_into_it() {
    let place = Place::new();
    for arguments in [
        &["user", "list"][..],
        &["user", "passwd", "zidane"],
        &["user", "remove", "zidane", "--yes"],
    ] {
        let complaint = place.run_with_input(arguments, PASSWORD).refused(1);
        assert!(complaint.contains("there is no data folder"), "{complaint}");
    }
    assert!(!place.data().exists());
}

#[test]
fn a_data_folder_that_is_made_is_told_of_once() {
    let place = Place::new();
    let first = place.run_with_input(&["user", "add", "zidane"], PASSWORD);
    let folder = place.data();
    assert_eq!(
        first.stderr,
        format!(
            "chatting-time: made a new data folder {}\n",
            folder.display()
        )
    );
    let second = place.run_with_input(&["user", "add", "maldini"], PASSWORD);
    assert_eq!(second.stderr, "");
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error_that_says_what_was_done() {
    let place = Place::new();
    add(&place, "zidane");
    for (arguments, expected) in [
        (&["user", "list"][..], "cannot write the output: "),
        (
            &["user", "remove", "zidane", "--yes"],
            "removed zidane, but cannot write the output: ",
        ),
    ] {
        let mut command = place.command(arguments);
        command.stdout(std::fs::File::create("/dev/full").unwrap());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert!(
            complaint.starts_with(&format!("chatting-time: {expected}")),
            "{complaint}"
        );
    }
    assert!(usernames(&place).is_empty());
}

#[test]
fn removing_asks_or_is_told_not_to() {
    let place = Place::new();
    add(&place, "zidane");
    let complaint = place
        .run_with_input(&["user", "remove", "zidane"], "y\n")
        .refused(1);
    assert!(complaint.contains("--yes"), "{complaint}");
    assert_eq!(usernames(&place), ["zidane"]);
}

#[test]
fn an_import_adds_everyone_with_or_without_a_server() {
    let place = Place::new();
    let file = place.write("class.csv", CLASS);
    let file = file.to_str().unwrap();
    assert_eq!(
        place.run(&["user", "import", file]).ok(),
        "imported 2 users\n"
    );

    let server = place.serve(&[]);
    let more = "username,name,country,password\npele,Pelé,Brasil,open-sesame-7\n";
    assert_eq!(
        place.run_with_input(&["user", "import", "-"], more).ok(),
        "imported 1 user\n"
    );
    for (username, password) in [
        ("zidane", PASSWORD),
        ("maldini", OTHER_PASSWORD),
        ("pele", PASSWORD),
    ] {
        assert!(
            is_logged_in(&server.ask(&format!("auth {username} {password}"))),
            "{username}"
        );
    }
    let listed = place.run(&["user", "list"]).ok();
    assert!(
        listed.contains("maldini   Maldini, Paolo   Italia"),
        "{listed}"
    );
}

#[test]
fn an_import_names_every_bad_row_and_adds_nobody() {
    let place = Place::new();
    add(&place, "zidane");
    let file = place.write(
        "class.csv",
        "username,name,country,password\n\
         good,Good,Here,p\n\
         bad name,Bad,Here,p\n\
         two,Two,Here\n\
         \n\
         three,,Here,p\n\
         four,Four,\u{7},p\n\
         five,Five,Here,\n\
         GOOD,Good,Here,p\n",
    );
    let complaint = place
        .run(&["user", "import", file.to_str().unwrap()])
        .refused(1);
    let lines: Vec<_> = complaint
        .lines()
        .map(|line| {
            line.rsplit_once("class.csv:")
                .map_or(line, |(_, rest)| rest)
        })
        .collect();
    let expected = [
        "3: \"bad name\" is no username",
        "4: has 3 columns instead of 4",
        "6: the name must have 1 to 128 bytes",
        "7: the country must have 1 to 128 bytes",
        "8: the password must have 1 to 128 bytes",
        "9: user good also stands in line 2",
        "chatting-time: nothing was imported",
    ];
    assert_eq!(lines.len(), expected.len(), "{complaint}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    assert_eq!(usernames(&place), ["zidane"]);
}

#[test]
fn an_import_names_every_user_that_exists_and_adds_nobody() {
    let place = Place::new();
    add(&place, "maldini");
    let check = || {
        let complaint = place
            .run_with_input(&["user", "import", "-"], CLASS)
            .refused(1);
        assert_eq!(
            complaint,
            "chatting-time: standard input:3: user maldini exists already\n\
             chatting-time: nothing was imported\n"
        );
        assert_eq!(usernames(&place), ["maldini"]);
    };
    check();
    let _server = place.serve(&[]);
    check();
}

#[test]
fn an_import_takes_hashes_as_they_are() {
    let place = Place::new();
    // Argon2id of "surabaya", of another cost than the settings say.
    let hash = "$argon2id$v=19$m=19456,t=2,p=1$ZG9jdW1lbnRlZCBzYWx0Lg$OEPP4THcxnMdiCO7qvrmMXQ1CVNFb4ttS3wLg0rC17I";
    let class = format!("username,name,country,password_hash\npele,Pele,Brasil,\"{hash}\"\n");
    place.run_with_input(&["user", "import", "-"], &class).ok();
    let server = place.serve(&[]);
    assert!(is_logged_in(&server.ask("auth pele surabaya")));
}

#[test]
fn a_hash_that_takes_too_much_to_check_is_refused_by_import_and_by_the_server() {
    let place = Place::new();
    let server = place.serve(&[]);
    for cost in [
        "m=8,t=4000000000,p=1",
        "m=4194304,t=1,p=1",
        "m=1024,t=1,p=100",
    ] {
        let hash = format!("$argon2id$v=19${cost}$YWFhYWFhYWE$YWFhYWFhYWFhYWE");
        let class = format!("username,name,country,password_hash\npele,Pele,Brasil,\"{hash}\"\n");
        let complaint = place.run_with_input(&["user", "import", "-"], &class);
        assert_eq!(
            complaint.refused(1),
            "chatting-time: standard input:2: the password hash costs too much to check; \
             it may have up to m=1048576, t=16 and p=64\n\
             chatting-time: nothing was imported\n"
        );
        let user = format!(
            r#"{{"username":"pele","name":"Pele","country":"Brasil","password":"{hash}"}}"#
        );
        let change = format!(r#"{{"username":"messi","password":"{hash}"}}"#);
        for (command, refused) in [
            (format!(r#"{{"AddUsers":[{user}]}}"#), "pele"),
            (format!(r#"{{"ChangePassword":{change}}}"#), "messi"),
        ] {
            let request = format!("{{\"version\":1,\"content\":{{\"Administer\":{command}}}}}\n");
            let refusal = format!(
                r#"{{"version":1,"content":{{"Refused":{{"CostlyPassword":"{refused}"}}}}}}"#
            );
            assert_eq!(ask_socket(&place.data(), &request), refusal + "\n");
        }
    }
    assert!(is_logged_in(&server.ask("auth messi surabaya")));
    assert_eq!(usernames(&place).len(), 3);
}

#[test]
fn a_password_is_hashed_at_the_cost_that_the_settings_say() {
    let place = Place::new();
    let mut command = place.command(&["user", "add", "zidane"]);
    command.env("CHATTING_TIME_PASSWORD_MEMORY_BYTES", "1MiB");
    command.env("CHATTING_TIME_PASSWORD_PASSES", "3");
    run(command, PASSWORD).ok();
    assert!(is_in_a_file(
        &place.data(),
        "$argon2id$v=19$m=1024,t=3,p=1$"
    ));
}

#[test]
fn only_the_user_who_runs_the_server_may_open_its_socket() {
    let place = Place::new();
    // A folder that others can look into, as one made beforehand may be.
    std::fs::create_dir_all(place.data()).unwrap();
    std::fs::set_permissions(place.data(), Permissions::from_mode(0o755)).unwrap();
    let _server = place.serve(&[]);
    let socket = place.data().join("admin.sock");
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_socket_of_a_server_that_was_killed_is_replaced() {
    let place = Place::new();
    place.serve(&[]).kill();
    assert!(place.data().join("admin.sock").exists());
    let server = place.serve(&[]);
    add(&place, "zidane");
    assert!(is_logged_in(
        &server.ask(&format!("auth zidane {PASSWORD}"))
    ));
}

#[test]
fn a_data_folder_may_have_a_longer_path_than_a_socket() {
    let place = Place::new();
    let data = place.path(&"d".repeat(150));
    let data = data.to_str().unwrap();
    let _server = place.serve(&["--data", data, "--demo-users"]);
    let listed = place.run(&["user", "list", "--data", data]).ok();
    assert!(listed.contains("messi"), "{listed}");
}

#[test]
fn a_command_waits_for_another_one_that_holds_the_data_folder() {
    let place = Place::new();
    add(&place, "zidane");
    let lock = FolderLock::acquire(&place.data()).unwrap();
    let mut command = place.command(&["user", "list"]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(lock);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stdout).unwrap().contains("zidane"));
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_one_stays_administrable() {
    let place = Place::new();
    let server = place.serve(&[]);
    let complaint = place
        .run(&["serve", "--listen", "127.0.0.1:0", "--http", "off"])
        .refused(1);
    assert!(
        complaint.contains(place.data().to_str().unwrap()),
        "{complaint}"
    );
    add(&place, "zidane");
    assert!(is_logged_in(
        &server.ask(&format!("auth zidane {PASSWORD}"))
    ));
}

#[test]
fn a_server_that_goes_away_is_told_with_what_to_do_about_what_was_asked() {
    let place = Place::new();
    add(&place, "ani");
    // Somebody who holds the folder, and hangs up on whoever asks.
    let _lock = FolderLock::acquire(&place.data()).unwrap();
    let listener = UnixListener::bind(place.data().join("admin.sock")).unwrap();
    for (arguments, expected) in [
        (
            &["user", "passwd", "ani"][..],
            "the password may be the old or the new one: change it again",
        ),
        (
            &["user", "kick", "ani"],
            "whether it was done, `chatting-time user sessions` shows",
        ),
        (
            &["user", "remove", "ani", "--yes"],
            "whether it was done, `chatting-time user list` shows",
        ),
        (&["user", "sessions"], "try again"),
    ] {
        let refused = std::thread::scope(|scope| {
            let ran = scope.spawn(|| place.run_with_input(arguments, "new\n"));
            let (asking, _) = listener.accept().unwrap();
            let mut asking = BufReader::new(asking);
            asking.read_line(&mut String::new()).unwrap();
            drop(asking);
            ran.join().unwrap().refused(1)
        });
        assert_eq!(
            refused,
            format!(
                "chatting-time: the server went away before it answered, as one that is stopped does; {expected}\n"
            )
        );
    }
}

#[test]
fn a_request_that_the_server_does_not_understand_is_answered_so() {
    let place = Place::new();
    let _server = place.serve(&[]);
    for request in [
        "{\"version\": 2, \"content\": {\"Something\": \"new\"}}\n",
        "{\"version\": 1, \"content\": \"DropEverything\"}\n",
        "not json\n",
        "{\"version\": 1, \"content\": \"ListUs",
    ] {
        let response = ask_socket(&place.data(), request);
        assert!(
            response.starts_with("{\"version\":1,\"content\":{\"NotUnderstood\":"),
            "{response}"
        );
        assert!(response.ends_with('\n'));
    }
    assert_eq!(usernames(&place).len(), 3);
}

fn ask_socket(data: &Path, request: &str) -> String {
    let mut stream = UnixStream::connect(data.join("admin.sock")).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}
