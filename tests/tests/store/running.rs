//! What a server that keeps everything in NATS tells while it runs.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use chatting_time_tests::http;
use chatting_time_tests::nats::{NatsCluster, NatsOptions};
use chatting_time_tests::server::{PATIENCE, run};

use super::starting::{Starting, complaints};

#[test]
fn nats_that_is_lost_is_told_when_it_begins_and_when_it_is_over_and_not_for_each_request() {
    let mut nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let mut client = Client::to(server.address());
    assert!(client.ask("auth messi surabaya").contains("token"));
    assert_eq!(metric(&server, "chatting_time_store_connected"), Some(1.0));
    nats.servers_mut()[0].pause().unwrap();
    wait_until_ready_is(&server, 503);
    let ready = http::get(server.admin_http(), "/readyz");
    assert!(
        ready.body.starts_with("storage refusing: NATS"),
        "{}",
        ready.body
    );
    assert!(!ready.body.contains("data folder"), "{}", ready.body);
    assert_eq!(http::get(server.admin_http(), "/healthz").status, 200);
    for _ in 0..5 {
        let reply = client.ask("auth messi surabaya");
        assert!(reply.contains("storage_unavailable"), "{reply}");
    }
    server.wait_for("the connection to NATS is lost");
    assert_eq!(metric(&server, "chatting_time_store_connected"), Some(0.0));
    nats.servers_mut()[0].go_on().unwrap();
    server.wait_for("connected to NATS again");
    server.wait_for("does again what is asked of it");
    wait_until_ready_is(&server, 200);
    assert!(client.ask("auth messi surabaya").contains("token"));
    assert_eq!(metric(&server, "chatting_time_store_connected"), Some(1.0));
    assert_eq!(
        metric(&server, "chatting_time_store_reconnects_total"),
        Some(1.0)
    );
    let (_, printed) = server.stop();
    // That the connection is lost, and that requests are refused.
    assert_eq!(complaints(&printed).len(), 2, "{printed:#?}");
}

#[test]
fn what_one_server_of_nats_kept_in_memory_is_made_again_when_it_has_started_anew() {
    let mut nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let address = server.address();
    wait_until(|| Client::to(address).is_served());
    nats.servers_mut()[0].kill().unwrap();
    server.wait_for("the connection to NATS is lost");
    nats.servers_mut()[0].start().unwrap();
    server.wait_for("connected to NATS again");
    // Both who is online and the right to a mailbox.
    wait_until(|| Client::to(address).is_served());
}

#[test]
fn what_is_kept_in_memory_is_made_again_when_somebody_has_removed_it() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let mut client = Client::to(server.address());
    assert!(client.is_served());
    for bucket in ["KV_chat_drains", "KV_chat_presence"] {
        nats.servers()[0].remove_stream(bucket).unwrap();
        wait_until(|| Client::to(server.address_again()).is_served());
    }
}

#[test]
fn what_is_lost_on_the_disk_is_named_and_not_made_anew() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let flags = ["--store", &store, "--store-replicas", "1"];
    let mut server = Starting::with(&flags);
    assert!(Client::to(server.address()).is_served());
    for stream in ["KV_chat_users", "chat_mail_3"] {
        nats.servers()[0].remove_stream(stream).unwrap();
    }
    server.wait_for("NATS has no KV_chat_users, chat_mail_3 any more: restore");
    let (code, printed) = Starting::with(&flags).end();
    assert_eq!(code, Some(1), "{printed:#?}");
    let [line] = &printed[..] else {
        panic!("not one line: {printed:#?}");
    };
    let words = "NATS has no KV_chat_users, chat_mail_3 any more, though KV_chat_sessions is there and holds something";
    assert!(line.contains(words), "{line}");
}

#[test]
fn whoever_waits_for_a_mailbox_keeps_nobody_from_the_same_address_waiting_and_may_leave() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let alone = ["--store-replicas", "1", "--address-requests", "1000"];
    let mut server = Starting::with(&[&["--store", &store], &alone[..]].concat());
    let mut waiting = Client::to(server.address());
    waiting.ask("auth messi surabaya");
    waiting.ask("send messi halo");
    // Another server has it, as far as anybody knows.
    let holder = nats.servers()[0].publish("$KV.chat_drains.messi", "x");
    holder.unwrap();
    writeln!(waiting.0.get_mut(), "help\ninbox").unwrap();
    let mut client = Client::to(server.address());
    client.ask("auth lineker surabaya");
    assert!(client.ask("list").contains("messi"));
    assert!(!client.ask("send messi halo lagi").contains("code"));
    let connections = "chatting_time_connections{transport=\"tcp\"}";
    assert_eq!(metric(&server, connections), Some(2.0));
    drop(waiting);
    wait_until(|| metric(&server, connections) == Some(1.0));
}

#[test]
fn sessions_in_nats_are_listed_without_their_connections_which_other_servers_may_have() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let mut client = Client::to(server.address());
    client.ask("auth messi surabaya");
    let folder = tempfile::tempdir().unwrap();
    let list = |format: &str| {
        let arguments = [
            "user", "sessions", "messi", "--format", format, "--store", &store,
        ];
        run(&arguments, folder.path(), "").unwrap()
    };
    let [table, csv, json] = ["table", "csv", "json"].map(list);
    assert!(table.trim_end().ends_with("-            yes"), "{table}");
    assert!(csv.trim_end().ends_with(",-,yes"), "{csv}");
    assert!(json.contains("\"connections\": null"), "{json}");
}

#[test]
fn metrics_are_those_of_nats_and_of_no_data_folder() {
    let nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let mut client = Client::to(server.address());
    client.ask("auth messi surabaya");
    assert_eq!(
        metric(&server, "chatting_time_users_online_here"),
        Some(1.0)
    );
    let series = "chatting_time_store_duration_seconds_count{operation=\"write\"}";
    assert_eq!(metric(&server, series), Some(1.0));
    let series = "chatting_time_store_duration_seconds_count{operation=\"fetch\"}";
    assert!(metric(&server, series).unwrap() > 0.0);
    assert!(metric(&server, "chatting_time_store_knowledge_age_seconds").unwrap() < 30.0);
    assert_eq!(
        metric(&server, "chatting_time_store_conflicts_total"),
        Some(0.0)
    );
    let page = http::get(server.admin_http(), "/metrics").body;
    for absent in [
        "journal",
        "chatting_time_data",
        "disk",
        "chatting_time_sessions",
        "chatting_time_users ",
    ] {
        assert!(!page.contains(absent), "{absent} is there: {page}");
    }
    drop(client);
    wait_until(|| metric(&server, "chatting_time_connections{transport=\"tcp\"}") == Some(0.0));
}

#[test]
fn nothing_that_a_server_shows_in_all_detail_holds_a_secret_of_nats_or_of_anybody() {
    const SECRETS: [&str; 4] = [
        "kunci-nats-7731",
        "surabaya",
        "teks-rahasia-4409",
        "salah-6120",
    ];
    let [of_nats, password, text, wrong] = SECRETS;
    let nats = NatsCluster::start_with(&NatsOptions {
        more: format!("authorization {{ user: ani, password: \"{of_nats}\" }}"),
        ..NatsOptions::default()
    });
    let mut nats = nats.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nats.txt");
    fs::write(&file, format!("ani:{of_nats}\n")).unwrap();
    let store = nats.store();
    let filter = "trace,async_nats=trace,async_nats::connection=trace";
    let mut server = Starting::with(&[
        "--store",
        &store,
        "--store-replicas",
        "1",
        "--store-credentials",
        file.to_str().unwrap(),
        "--log-filter",
        filter,
    ]);
    let mut client = Client::to(server.address());
    let reply = client.ask(&format!("auth messi {password}"));
    let token = reply.split('"').nth(7).unwrap().to_owned();
    assert_eq!(token.len(), 36, "{reply}");
    client.ask(&format!("auth messi {wrong}"));
    client.ask(&format!("send messi {text}"));
    assert!(client.ask("inbox").contains(text));
    nats.servers_mut()[0].kill().unwrap();
    server.wait_for("the connection to NATS is lost");
    nats.servers_mut()[0].start().unwrap();
    server.wait_for("connected to NATS again");
    let page = http::get(server.admin_http(), "/metrics").body;
    let (_, printed) = server.stop();
    // What the client of NATS says without detail was asked for by name.
    assert!(
        printed.iter().any(|line| line.contains("async_nats")),
        "{printed:#?}"
    );
    // In detail it tells messages, in base64.
    let is_detail =
        |line: &&String| line.contains("DEBUG async_nats") || line.contains("TRACE async_nats");
    assert_eq!(printed.iter().find(is_detail), None);
    for secret in SECRETS.into_iter().chain([token.as_str()]) {
        // The screen names the password of the documented accounts, which is known to everybody.
        let mut log = printed
            .iter()
            .filter(|line| !line.starts_with("demo users"));
        let shown = log.find(|line| line.contains(secret));
        assert_eq!(shown, None, "{secret} is in the log");
        assert!(!page.contains(secret), "{page}");
    }
}

fn metric(server: &Starting, series: &str) -> Option<f64> {
    let page = http::get(server.admin_http(), "/metrics").body;
    let mut lines = page.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(value.parse().unwrap())
}

fn wait_until_ready_is(server: &Starting, status: u16) {
    wait_until(|| http::get(server.admin_http(), "/readyz").status == status);
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "it never is");
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    fn to(address: SocketAddr) -> Self {
        Self(BufReader::new(http::connect(address)))
    }

    /// The reply to a line.
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.0.get_mut(), "{line}").unwrap();
        let mut reply = String::new();
        while !reply.ends_with("\r\n\r\n") {
            assert!(self.0.read_line(&mut reply).unwrap() > 0, "{reply}");
        }
        reply
    }

    /// Whether all that anybody can ask for is done.
    fn is_served(&mut self) -> bool {
        self.ask("auth messi surabaya").contains("OK")
            && self.ask("send messi halo").contains("OK")
            && self.ask("inbox").contains("halo")
            && self.ask("list").contains("messi")
    }
}
