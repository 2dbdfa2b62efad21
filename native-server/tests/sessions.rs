//! Sessions as an operator sees, bounds and ends them.

mod program;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use program::{Place, Server};
use serde_json::Value;

const PASSWORD: &str = "open-sesame-7";
/// Nothing takes this long; a test that waits longer has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that stays.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    fn ask(&mut self, line: &str) -> Value {
        self.0
            .get_mut()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
        let mut reply = String::new();
        self.0.read_line(&mut reply).unwrap();
        self.0.read_line(&mut String::new()).unwrap();
        serde_json::from_str(&reply).unwrap()
    }

    /// Logs in and returns the token.
    fn log_in(&mut self, username: &str) -> String {
        let reply = self.ask(&format!("auth {username} {PASSWORD}"));
        reply["tokenid"]
            .as_str()
            .unwrap_or_else(|| panic!("{reply}"))
            .to_owned()
    }

    /// The code of the refusal, empty for a success.
    fn code(&mut self, line: &str) -> String {
        self.ask(line)["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

fn place_with(usernames: &[&str]) -> Place {
    let place = Place::new();
    for username in usernames {
        place
            .run_with_input(&["user", "add", username], PASSWORD)
            .ok();
    }
    place
}

/// What `user sessions` shows, as objects.
#[track_caller]
fn sessions(place: &Place, usernames: &[&str]) -> Vec<Value> {
    let arguments = [&["user", "sessions", "--format", "json"], usernames].concat();
    serde_json::from_str(&place.run(&arguments).ok()).unwrap()
}

fn names(sessions: &[Value]) -> Vec<String> {
    let names = sessions
        .iter()
        .map(|session| session["session"].as_str().unwrap().to_owned());
    names.collect()
}

#[test]
fn sessions_are_listed_without_their_tokens_whether_a_server_runs_or_not() {
    let place = place_with(&["zidane", "maldini"]);
    assert_eq!(
        place
            .run(&["user", "sessions", "zidane"])
            .ok()
            .lines()
            .count(),
        1
    );
    let server = place.serve(&["--presence-window", "0s"]);
    let mut zidane = Client::connect(&server);
    let mut tokens = vec![zidane.log_in("zidane"), zidane.log_in("zidane")];
    tokens.push(Client::connect(&server).log_in("maldini"));
    // The connection of maldini is gone, though the server may not know yet.
    let begin = Instant::now();
    let running = loop {
        let running = sessions(&place, &[]);
        if running[0]["connections"] == 0 {
            break running;
        }
        assert!(begin.elapsed() < PATIENCE, "{running:?}");
    };
    let column =
        |name: &str| -> Vec<&Value> { running.iter().map(|session| &session[name]).collect() };
    assert_eq!(column("username"), ["maldini", "zidane", "zidane"]);
    assert_eq!(column("connections"), [0, 1, 1]);
    assert_eq!(column("online"), [false, true, true]);
    for session in &running {
        for time in ["opened", "last_used"] {
            let time = session[time].as_str().unwrap();
            assert_eq!(time.len(), "2026-11-23T18:00:00Z".len(), "{time}");
        }
    }
    let shown: String = ["table", "csv", "json"]
        .map(|format| place.run(&["user", "sessions", "--format", format]).ok())
        .concat();
    for token in tokens {
        assert!(!shown.contains(&token), "{shown}");
        assert!(!shown.contains(&token[9..]), "{shown}");
    }
    assert_eq!(sessions(&place, &["zidane"]), &running[1..]);
    server.kill();
    let stopped = sessions(&place, &[]);
    assert_eq!(names(&stopped), names(&running));
    for session in stopped {
        assert_eq!(session["connections"], 0);
        assert_eq!(session["online"], false, "there is nothing to be online at");
    }
}

#[test]
fn a_kicked_user_has_to_log_in_again_and_nobody_else() {
    let place = place_with(&["zidane", "maldini"]);
    let server = place.serve(&[]);
    let mut zidane = Client::connect(&server);
    let mut other = Client::connect(&server);
    let tokens = [zidane.log_in("zidane"), other.log_in("zidane")];
    let mut maldini = Client::connect(&server);
    maldini.log_in("maldini");
    assert_eq!(
        place.run(&["user", "kick", "zidane"]).ok(),
        "ended 2 sessions of zidane\n"
    );
    assert_eq!(zidane.code("list"), "session_not_found");
    assert_eq!(
        other.code(&format!("list {}", tokens[0])),
        "session_not_found"
    );
    assert_eq!(maldini.code("list"), "");
    zidane.log_in("zidane");
    assert_eq!(zidane.code("list"), "");
    assert!(server.kill().contains("sessions of zidane ended: 2"));
}

#[test]
fn kicked_sessions_stay_dead_though_the_server_is_killed_right_behind() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&[]);
    let token = Client::connect(&server).log_in("zidane");
    place.run(&["user", "kick", "zidane"]).ok();
    server.kill();
    assert!(sessions(&place, &[]).is_empty());
    let server = place.serve(&[]);
    assert!(
        server
            .ask(&format!("list {token}"))
            .contains("session_not_found")
    );
}

#[test]
fn one_session_is_ended_by_its_name_whether_a_server_runs_or_not() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&[]);
    let mut clients = [(); 3].map(|()| Client::connect(&server));
    let tokens: Vec<_> = clients
        .iter_mut()
        .map(|client| client.log_in("zidane"))
        .collect();
    let found = names(&sessions(&place, &["zidane"]));
    let kick = |name: &str| place.run(&["user", "kick", "zidane", "--session", name]);
    assert_eq!(kick(&found[1]).ok(), "ended 1 session of zidane\n");
    let codes = clients.each_mut().map(|client| client.code("list"));
    assert_eq!(codes, ["", "session_not_found", ""]);
    let refused = kick(&found[1]).refused(1);
    assert!(
        refused.contains(&format!("zidane has no session {}", found[1])),
        "{refused}"
    );
    server.kill();
    assert_eq!(kick(&found[0]).ok(), "ended 1 session of zidane\n");
    assert_eq!(names(&sessions(&place, &["zidane"])), found[2..]);
    let server = place.serve(&[]);
    let is_live = |token| server.ask(&format!("list {token}")).contains("OK");
    let live: Vec<_> = tokens.iter().map(is_live).collect();
    assert_eq!(live, [false, false, true]);
}

#[test]
fn whom_nobody_knows_and_who_has_no_sessions_are_told_apart() {
    let place = place_with(&["zidane"]);
    let check = || {
        for command in [&["user", "sessions", "pele"], &["user", "kick", "pele"]] {
            let refused = place.run(command).refused(1);
            assert!(refused.contains("there is no user pele"), "{refused}");
        }
        assert_eq!(
            place.run(&["user", "kick", "zidane"]).ok(),
            "zidane had no sessions\n"
        );
        assert!(sessions(&place, &["zidane"]).is_empty());
        place
            .run(&["user", "kick", "zidane", "--session", "first"])
            .refused(2);
    };
    check();
    let _server = place.serve(&[]);
    check();
}

#[test]
fn a_changed_password_and_a_removed_user_end_sessions_on_live_connections() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&[]);
    let mut client = Client::connect(&server);
    let mut other = Client::connect(&server);
    let token = client.log_in("zidane");
    assert_eq!(other.code(&format!("list {token}")), "");
    place
        .run_with_input(&["user", "passwd", "zidane"], PASSWORD)
        .ok();
    assert_eq!(client.code("list"), "session_not_found");
    assert_eq!(other.code(&format!("list {token}")), "session_not_found");
    let token = client.log_in("zidane");
    other.log_in("zidane");
    place.run(&["user", "remove", "zidane", "--yes"]).ok();
    assert_eq!(client.code(&format!("inbox {token}")), "session_not_found");
    assert_eq!(other.code("list"), "session_not_found");
    assert!(sessions(&place, &[]).is_empty());
}

#[test]
fn a_session_that_is_not_used_ends_after_its_time() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&["--session-idle", "1s"]);
    let token = Client::connect(&server).log_in("zidane");
    let begin = Instant::now();
    // To look at it is no use.
    while !sessions(&place, &["zidane"]).is_empty() {
        assert!(begin.elapsed() < PATIENCE, "it lives");
    }
    assert!(
        server
            .ask(&format!("list {token}"))
            .contains("session_not_found")
    );
}

#[test]
fn a_session_that_is_used_all_the_time_ends_too() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&["--session-lifetime", "1s"]);
    let mut client = Client::connect(&server);
    client.log_in("zidane");
    let begin = Instant::now();
    while client.code("list") != "session_not_found" {
        assert!(begin.elapsed() < PATIENCE, "it lives");
    }
}

#[test]
fn one_session_too_many_ends_the_one_that_was_unused_the_longest() {
    let place = place_with(&["zidane"]);
    let server = place.serve(&["--user-sessions", "2"]);
    let mut clients = [(); 3].map(|()| Client::connect(&server));
    for client in &mut clients {
        client.log_in("zidane");
    }
    let codes = clients.each_mut().map(|client| client.code("list"));
    assert_eq!(codes, ["session_not_found", "", ""]);
    assert_eq!(sessions(&place, &["zidane"]).len(), 2);
}
