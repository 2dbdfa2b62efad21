//! `chatting-time export` and `import`.

mod program;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{SystemTime, UNIX_EPOCH};

use program::{Place, Server};

const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0aGUgdGVzdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const TOKEN: &str = "d1f9020d-065f-4db0-a8d1-85c41fa9c5f1";
/// The last millisecond of the year 9999.
const LATEST: u64 = 253_402_300_799_999;
const FIRST: &str = r#"{"kind":"chatting_time_export","version":1,"sequence":0}"#;

#[test]
fn an_export_of_a_running_server_is_imported_whole() {
    let place = Place::new();
    let server = serve_with_messages(&place);
    let said = place.run(&["export", "chat.jsonl"]).ok();
    assert_eq!(
        said,
        "exported 3 users, 0 sessions and 2 undelivered messages to chat.jsonl\n"
    );
    drop(server);
    let exported = fs::read_to_string(place.path("chat.jsonl")).unwrap();
    assert_eq!(place.run(&["export"]).ok(), exported);
    assert!(!exported.contains("session\""), "{exported}");
    let mode = fs::metadata(place.path("chat.jsonl"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);

    let said = place
        .run(&["import", "chat.jsonl", "--data", "imported"])
        .ok();
    let folder = place.path("imported");
    assert_eq!(
        said,
        format!(
            "imported 3 users, 0 sessions and 2 undelivered messages into {}\n",
            folder.display()
        )
    );
    let again = place.run(&["export", "--data", "imported"]).ok();
    assert_eq!(without_first_line(&again), without_first_line(&exported));

    let imported = place.serve(&["--data", "imported"]);
    let reply = imported.ask("auth lineker surabaya\ninbox");
    assert!(reply.contains(r#"halo \"dunia\" \u2600"#), "{reply}");
    assert!(reply.contains("apa kabar"), "{reply}");
}

#[test]
fn sessions_are_exported_only_when_asked_for_and_live_on() {
    let place = Place::new();
    let server = serve_with_messages(&place);
    let reply = server.ask("auth messi surabaya");
    let token = token_in(&reply);
    let exported = place.run(&["export"]).ok();
    assert!(!exported.contains(&token));
    let exported = place.run(&["export", "--sessions"]).ok();
    assert!(exported.contains(&token));
    drop(server);
    place
        .run_with_input(&["import", "-", "--data", "imported"], &exported)
        .ok();
    let imported = place.serve(&["--data", "imported"]);
    let list = imported.ask(&format!("list {token}"));
    assert!(list.contains("messi"), "{list}");
}

#[test]
fn an_import_is_for_an_empty_folder() {
    let place = Place::new();
    drop(serve_with_messages(&place));
    place.run(&["export", "chat.jsonl"]).ok();
    let refused = place.run(&["import", "chat.jsonl"]).refused(1);
    assert!(refused.contains("is not empty, it has"), "{refused}");
    let refused = place.run(&["export", "chat.jsonl"]).refused(1);
    assert!(refused.contains("is not replaced"), "{refused}");
    let refused = place.run(&["import", "none"]).refused(1);
    assert!(
        refused.contains("cannot read none: No such file"),
        "{refused}"
    );
}

#[test]
fn an_export_without_anything_in_it_is_imported_as_a_folder_without_users() {
    let place = Place::new();
    let lines = [FIRST, &end(0, 0, 0)].join("\n");
    place.run_with_input(&["import", "-"], &lines).ok();
    assert_eq!(
        place.run(&["user", "list", "--format", "csv"]).ok(),
        "username,name,country\n"
    );
    let exported = place.run(&["export"]).ok();
    assert_eq!(exported, lines + "\n");
}

#[test]
fn a_line_that_is_wrong_is_named_and_nothing_is_imported() {
    let user = |name: &str| {
        format!(
            r#"{{"kind":"user","username":"{name}","name":"N","country":"C","password_hash":"{HASH}"}}"#
        )
    };
    let message = |to: &str, text: &str, at: u64| {
        format!(
            r#"{{"kind":"message","from":"gone","from_name":"Gone","to":"{to}","text":"{text}","at":{at}}}"#
        )
    };
    let session = |token: &str| {
        format!(r#"{{"kind":"session","token":"{token}","username":"ani","opened":1}}"#)
    };
    let used = |at: u64| format!(r#"{{"kind":"session_used","token":"{TOKEN}","at":{at}}}"#);
    let ani = user("ani");
    let older = FIRST.replace("\"version\":1", "\"version\":0");
    let newer = r#"{"kind":"chatting_time_export","version":2,"sequence":0,"more":1}"#;
    for (lines, expected) in [
        (vec![], "1: the file is empty"),
        (
            vec![&*ani],
            "1: no export begins so; its first line is {\"kind\":\"chatting_time_export\",\"version\":1",
        ),
        (
            vec![newer],
            "1: the export has version 2, and this release reads up to 1; use the release",
        ),
        (
            vec![&*older],
            "1: the export has version 0, which no release writes",
        ),
        (
            vec![FIRST],
            "2: the line of kind end is missing: the file is cut off",
        ),
        (
            vec![FIRST, &ani, &ani],
            "3: user ani stands in an earlier line already",
        ),
        (vec![FIRST, FIRST], "2: a first line stands here again"),
        (vec![FIRST, &user("Ani")], "2: username must be 1 to 32"),
        (
            vec![FIRST, &user("ani").replace("$v=19", "$v=x")],
            "2: password_hash must be an Argon2 hash",
        ),
        (
            vec![FIRST, &user("ani").replace("m=8", "m=2000000")],
            "2: password_hash takes too much memory",
        ),
        (
            vec![FIRST, &user("ani").replace("\"N\"", "\"\"")],
            "2: name must have 1 to 128 bytes",
        ),
        (
            vec![FIRST, r#"{"kind":"room","name":"x"}"#],
            "2: no line has this kind",
        ),
        (
            vec![FIRST, &ani.replace("country", "land")],
            "2: its kind has no such field",
        ),
        (
            vec![FIRST, r#"{"kind":"secret"}"#],
            "2: no line has this kind",
        ),
        (
            vec![FIRST, &ani.replace("\"C\"", "[\"secret\"]")],
            "2: a field is not of its type; nothing",
        ),
        (vec![FIRST, "", &ani], "2: the line is empty; nothing"),
        (
            vec![FIRST, r#"["user","ani","N","C","secret"]"#],
            "2: the line is no object; nothing",
        ),
        (
            vec![FIRST, &ani.replace(",\"country\":\"C\"", "")],
            "2: missing field `country`",
        ),
        (
            vec![FIRST, "{\"kind\":\"user\""],
            "2: the line is cut off (column ",
        ),
        (
            vec![r#"{"kind":"chatting_time_export","version":99999999999}"#],
            "1: the export has version 99999999999, and this release reads up to 1",
        ),
        (
            vec![FIRST, &message("ani", "x", 1)],
            "2: no earlier line has the user ani",
        ),
        (
            vec![FIRST, &ani, &message("ani", "x\\ny", 1)],
            "3: text must not have a line feed",
        ),
        (
            vec![FIRST, &ani, &message("ani", "x", LATEST + 1)],
            "3: at lies beyond the year 9999",
        ),
        (
            vec![FIRST, &ani, &message("ani", "x", u64::MAX)],
            "3: at lies beyond the year 9999",
        ),
        (
            vec![FIRST, &session(TOKEN)],
            "2: no earlier line has the user ani",
        ),
        (
            vec![FIRST, &ani, &session(TOKEN), &session(TOKEN)],
            "4: the session stands in an earlier line",
        ),
        (
            vec![FIRST, &ani, &session(TOKEN), &used(0)],
            "4: at lies before the session was opened",
        ),
        (
            vec![FIRST, &ani, &used(1)],
            "3: no earlier line has the session",
        ),
        (
            vec![FIRST, &ani, &session("1234")],
            "3: token must be a UUID",
        ),
        (
            vec![FIRST, &ani, &end(1, 0, 1)],
            "3: the line of kind end speaks of 1 user, 0 sessions and 1 undelivered message, but",
        ),
        (
            vec![FIRST, &ani, &end(1, 0, 0), &ani],
            "4: something follows the line of kind end",
        ),
    ] {
        let place = Place::new();
        let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let path = place.write("in.jsonl", lines);
        let refused = place.run(&["import", "in.jsonl"]).refused(1);
        assert!(
            refused.starts_with(&format!("chatting-time: in.jsonl:{expected}")),
            "{refused}"
        );
        assert!(refused.ends_with("nothing was imported\n"), "{refused}");
        assert!(!refused.contains(TOKEN), "{refused}");
        assert!(!refused.contains(HASH), "{refused}");
        assert!(!refused.contains("secret"), "{refused}");
        let _ = fs::remove_file(path);
        // As empty as before: what is right is imported.
        let right = [FIRST, &ani, &message("ani", "x", 1), &end(1, 0, 1), "\r\n"].join("\n");
        let right = format!("\u{feff}{right}");
        place.run_with_input(&["import", "-"], &right).ok();
    }
}

#[test]
fn times_in_the_future_are_imported_as_they_were_exported_and_told() {
    // In the year 9000, as no clock has it.
    const FUTURE: u64 = 221_845_392_000_000;
    let place = Place::new();
    let user = format!(
        r#"{{"kind":"user","username":"ani","name":"N","country":"C","password_hash":"{HASH}"}}"#
    );
    let session =
        format!(r#"{{"kind":"session","token":"{TOKEN}","username":"ani","opened":{FUTURE}}}"#);
    let message = format!(
        r#"{{"kind":"message","from":"ani","from_name":"N","to":"ani","text":"x","at":{FUTURE}}}"#
    );
    let lines = [FIRST, &user, &session, &message, &end(1, 1, 1), ""].join("\n");
    place.write("in.jsonl", &lines);
    let ran = place.run(&["import", "in.jsonl"]);
    let told = "chatting-time: in.jsonl:3: 9000-01-01T00:00:00Z lies in the future.";
    assert!(ran.stderr.starts_with(told), "{}", ran.stderr);
    ran.ok();
    // A server goes on with them, and what it leaves is exported and imported again.
    let server = place.serve(&[]);
    let reply = server.ask(&format!("send {TOKEN} ani y\nlist {TOKEN}"));
    assert_eq!(reply.matches("OK").count(), 2, "{reply}");
    drop(server);
    let exported = place.run(&["export", "--sessions"]).ok();
    place
        .run_with_input(&["import", "-", "--data", "again"], &exported)
        .ok();
    let again = place.run(&["export", "--sessions", "--data", "again"]).ok();
    assert_eq!(without_first_line(&again), without_first_line(&exported));
}

#[test]
fn text_that_is_not_utf_8_is_refused() {
    let place = Place::new();
    let mut bytes = format!("{FIRST}\n{{\"kind\":\"").into_bytes();
    bytes.push(0xff);
    place.write("in.jsonl", bytes);
    let refused = place.run(&["import", "in.jsonl"]).refused(1);
    assert!(
        refused.starts_with("chatting-time: in.jsonl:2: "),
        "{refused}"
    );
}

/// A server whose lineker has two messages waiting, on a connection that is over.
fn serve_with_messages(place: &Place) -> Server {
    let server = place.serve(&["--demo-users"]);
    let replies = server.ask(
        "auth henderson surabaya\nsend lineker halo \"dunia\" ☀\nsend lineker apa kabar\nlogout",
    );
    assert_eq!(replies.matches("OK").count(), 4, "{replies}");
    server
}

fn end(users: u64, sessions: u64, messages: u64) -> String {
    format!(r#"{{"kind":"end","users":{users},"sessions":{sessions},"messages":{messages}}}"#)
}

fn without_first_line(text: &str) -> &str {
    text.split_once('\n').unwrap().1
}

fn token_in(reply: &str) -> String {
    let (_, token) = reply.split_once("tokenid").expect("it is logged in");
    let token = token.trim_start_matches(|c: char| !c.is_ascii_hexdigit());
    token.split('"').next().unwrap().to_owned()
}

#[test]
fn a_clock_that_is_behind_what_is_on_record_is_told_at_the_start() {
    let start = |ahead: u64| {
        let place = Place::new();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let opened = now.as_millis() as u64 + ahead;
        let user = format!(
            r#"{{"kind":"user","username":"ani","name":"N","country":"C","password_hash":"{HASH}"}}"#
        );
        let session =
            format!(r#"{{"kind":"session","token":"{TOKEN}","username":"ani","opened":{opened}}}"#);
        let lines = [FIRST, &user, &session, &end(1, 1, 0), ""].join("\n");
        place.write("in", &lines);
        place.run(&["import", "in"]).ok();
        let server = place.serve(&[]);
        assert!(server.ask(&format!("list {TOKEN}")).contains("OK"));
        server.kill()
    };
    let logged = start(3_600_000);
    assert!(
        logged.contains("s behind the latest time in the data folder"),
        "{logged}"
    );
    let logged = start(0);
    assert!(!logged.contains("behind"), "{logged}");
}
