//! What must be nowhere: not in the log, not on the screen, not among the metrics, not in the list
//! of processes.

use std::fs;
use std::io::Write as _;
use std::net::TcpStream;

use chatting_time_tests::http;
use chatting_time_tests::process::ClientConnection;
use chatting_time_tests::server::{self, Server};

use chatting_time_tests::tls::TlsConnection;
use chatting_time_tests::websocket::WebSocketConnection;
use serde_json::Value;
use tempfile::TempDir;

const ANI: &str = "kunci-ani-8231";
const BUDI: &str = "kunci-budi-5507";
const BUDI_LATER: &str = "kunci-budi-lain-7714";
const WRONG: &str = "salah-sekali-6120";
const TEXT: &str = "teks-rahasia-4409";
const LONG: &str = "teks-panjang-9983";

#[test]
fn nothing_that_a_server_shows_of_a_full_run_holds_a_secret() {
    for format in ["text", "json"] {
        let mut run = Run::start(format);
        run.change_accounts();
        run.talk::<TcpStream>();
        run.look();
        run.talk::<TlsConnection>();
        run.talk::<WebSocketConnection<TcpStream>>();
        run.misbehave();
        run.server.kill().unwrap();
        run.start_again();
        run.go_on_after_a_restart();
        run.look();
        run.server.terminate().unwrap();
        assert_eq!(run.server.wait().unwrap().code(), Some(0));
        run.seen.push(run.server.printed());
        run.assert_clean();
    }
}

/// A server in all detail, what was kept from everybody, and what everybody could see.
struct Run {
    server: Server,
    data: TempDir,
    flags: Vec<String>,
    secrets: Vec<String>,
    seen: Vec<String>,
}

impl Run {
    fn start(format: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let own = ["--log-filter", "trace", "--log-format", format];
        let bounds = ["--admin-http", "127.0.0.1:0", "--line-time", "2s"];
        let own = [own, bounds].concat();
        let mut flags: Vec<String> = own.iter().map(|flag| (*flag).to_owned()).collect();
        flags.extend(TlsConnection::flags().unwrap());
        flags.extend(WebSocketConnection::<TcpStream>::flags().unwrap());
        let secrets = [ANI, BUDI, BUDI_LATER, WRONG, TEXT, LONG];
        Self {
            server: Server::start(data.path(), &flags).unwrap(),
            data,
            flags,
            secrets: secrets.map(str::to_owned).to_vec(),
            seen: Vec::new(),
        }
    }

    fn start_again(&mut self) {
        self.seen.push(self.server.printed());
        self.server = Server::start(self.data.path(), &self.flags).unwrap();
    }

    /// An operator at work.
    fn change_accounts(&self) {
        let user = |arguments: &[&str], input: &str| {
            let arguments = [&["user"], arguments].concat();
            server::run(&arguments, self.data.path(), input)
        };
        let add = |username| ["add", username, "--name", "Nama", "--country", "Indonesia"];
        user(&add("ani"), &format!("{ANI}\n")).unwrap();
        user(&add("budi"), &format!("{BUDI}\n")).unwrap();
        user(&add("citra"), &format!("{WRONG}\n")).unwrap();
        user(&["passwd", "budi"], &format!("{BUDI_LATER}\n")).unwrap();
        user(&["remove", "citra", "--yes"], "").unwrap();
        user(&["list"], "").unwrap();
        assert!(user(&add("ani"), &format!("{WRONG}\n")).is_err());
    }

    /// Everything that two people can say, right and wrong.
    fn talk<C: ClientConnection>(&mut self) {
        let mut ani = C::open(&self.server).unwrap();
        let mut budi = C::open(&self.server).unwrap();
        for line in [
            format!("auth ani {WRONG}"),
            format!("auth nobody {ANI}"),
            format!("auth ani {ANI} {ANI}"),
            format!("{TEXT} {ANI}"),
            format!("send budi {TEXT}"),
            format!("inbox {ANI}"),
        ] {
            assert_ne!(code(&ask(&mut ani, &line)), "", "{line}");
        }
        let token = log_in(&mut ani, "ani", ANI);
        let other = log_in(&mut budi, "budi", BUDI_LATER);
        for line in [
            format!("send budi {TEXT}"),
            format!("send {token} budi {TEXT}"),
            format!("list {token}"),
            "list".to_owned(),
            "help".to_owned(),
        ] {
            assert_eq!(code(&ask(&mut ani, &line)), "", "{line}");
        }
        let taken = ask(&mut budi, &format!("inbox {other}"));
        assert!(taken.to_string().contains(TEXT), "{taken}");
        for line in [
            format!("send {token} {TEXT} {TEXT}"),
            format!("send {TEXT} budi {TEXT}"),
            format!("send budi {}", LONG.repeat(4000)),
            LONG.repeat(6000),
        ] {
            assert_ne!(code(&ask(&mut ani, &line)), "", "{line:.80}");
        }
        assert_eq!(code(&ask(&mut budi, &format!("logout {other}"))), "");
        assert_ne!(code(&ask(&mut budi, &format!("inbox {other}"))), "");
        self.secrets.extend([token, other]);
    }

    /// What no client of ours does: no text, a line without an end, one who is gone before the reply.
    fn misbehave(&self) {
        let mut client = <TcpStream as ClientConnection>::open(&self.server).unwrap();
        ClientConnection::send(&mut client, &[TEXT.as_bytes(), b"\xff\n"].concat()).unwrap();
        assert_eq!(code(&reply(&mut client)), "not_utf8");
        ClientConnection::send(&mut client, format!("send budi {TEXT}").as_bytes()).unwrap();
        assert_eq!(code(&reply(&mut client)), "request_timeout");
        let mut gone = <TcpStream as ClientConnection>::open(&self.server).unwrap();
        ClientConnection::send(&mut gone, format!("auth ani {ANI}\n").as_bytes()).unwrap();
        drop(gone);
        // Secrets where they do not belong.
        let mut no_tls = http::connect(self.server.tls_address().unwrap());
        writeln!(no_tls, "auth ani {ANI}").unwrap();
        for address in [
            self.server.http_address().unwrap(),
            self.server.admin_http_address().unwrap(),
        ] {
            let path = format!("/{TEXT}?token={WRONG}");
            assert_eq!(http::get(address, &path).status, 404);
            http::ask(address, "GET /", &[&format!("Host: {TEXT}")]);
            http::ask(address, &format!("auth ani {ANI}"), &[]);
        }
    }

    fn go_on_after_a_restart(&mut self) {
        let mut ani = <TcpStream as ClientConnection>::open(&self.server).unwrap();
        let token = log_in(&mut ani, "ani", ANI);
        self.secrets.push(token);
        assert_eq!(code(&ask(&mut ani, &format!("send budi {TEXT}"))), "");
    }

    /// What other people on the machine can see.
    fn look(&mut self) {
        let metrics = http::get(self.server.admin_http_address().unwrap(), "/metrics");
        assert!(metrics.body.contains("chatting_time_requests_total"));
        self.seen.push(metrics.body);
        for file in ["cmdline", "environ"] {
            let path = format!("/proc/{}/{file}", self.server.process());
            self.seen
                .extend(fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
    }

    fn assert_clean(&self) {
        let seen = self.seen.concat();
        for shown in [
            "connection accepted",
            "listening on",
            "handshake failed",
            "process_open_fds",
        ] {
            assert!(seen.contains(shown), "it was looked at in detail: {seen}");
        }
        for secret in &self.secrets {
            assert!(!seen.contains(secret), "{secret} is shown: {seen}");
        }
        for username in ["ani\"", "budi\""] {
            assert!(
                !seen.contains(&format!("=\"{username}")),
                "{username} is a label"
            );
        }
    }
}

fn ask<C: ClientConnection>(client: &mut C, line: &str) -> Value {
    client.send(format!("{line}\n").as_bytes()).unwrap();
    reply(client)
}

fn reply<C: ClientConnection>(client: &mut C) -> Value {
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\n") {
        let piece = client.receive().unwrap();
        assert!(!piece.is_empty(), "the server closed");
        reply.extend(piece);
    }
    serde_json::from_slice(&reply).unwrap()
}

fn log_in<C: ClientConnection>(client: &mut C, username: &str, password: &str) -> String {
    let reply = ask(client, &format!("auth {username} {password}"));
    reply["tokenid"]
        .as_str()
        .unwrap_or_else(|| panic!("{reply}"))
        .to_owned()
}

/// The code of a refusal, empty for a success.
fn code(reply: &Value) -> &str {
    reply["code"].as_str().unwrap_or_default()
}
