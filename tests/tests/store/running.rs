//! What a server that keeps everything in NATS tells while it runs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use chatting_time_tests::http;
use chatting_time_tests::nats::NatsCluster;
use chatting_time_tests::server::PATIENCE;
use rustix::process::Signal;

use super::starting::{Starting, complaints};

#[test]
fn nats_that_is_lost_is_told_when_it_begins_and_when_it_is_over_and_not_for_each_request() {
    let mut nats = NatsCluster::start(1).unwrap();
    let store = nats.store();
    let mut server = Starting::with(&["--store", &store, "--store-replicas", "1"]);
    let mut client = Client::to(server.address());
    assert!(client.ask("auth messi surabaya").contains("token"));
    assert_eq!(metric(&server, "chatting_time_store_connected"), Some(1.0));
    nats.servers_mut()[0].signal(Signal::STOP).unwrap();
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
    nats.servers_mut()[0].signal(Signal::CONT).unwrap();
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
