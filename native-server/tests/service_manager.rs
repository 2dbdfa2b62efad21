//! The server beside a service manager such as systemd: sockets that it is passed, and what it tells.

mod program;

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

use program::{Place, Server};
use socket2::{Domain, Socket, Type};

/// After which a test gives up on what does not come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Passes standard input on as descriptor 3, as a service manager would.
const PASSING: &[&str] = &[
    "/bin/sh",
    "-c",
    "exec 3<&0 </dev/null; LISTEN_PID=$$ exec \"$@\"",
    "sh",
];

fn passing(place: &Place, socket: impl Into<OwnedFd>, name: &str, arguments: &[&str]) -> Command {
    let arguments = [&["serve", "--data", "data"], arguments].concat();
    let mut command = place.command_within(PASSING, &arguments);
    command
        .env("LISTEN_FDS", "1")
        .env("LISTEN_FDNAMES", name)
        .stdin(Stdio::from(socket.into()));
    command
}

fn listener(address: &str) -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// What a server says that cannot use what it was passed.
#[track_caller]
fn refusal(mut command: Command) -> String {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // One that starts says so, and would go on.
    let is_silent = child.stdout.as_mut().unwrap().read(&mut [0]).unwrap() == 0;
    if !is_silent {
        child.kill().unwrap();
    }
    let complaint = program::Ran::from(child.wait_with_output().unwrap()).refused(1);
    assert_eq!(complaint.lines().count(), 1, "{complaint}");
    complaint
}

#[test]
fn a_client_that_came_before_the_server_is_served_on_the_socket_that_it_was_passed() {
    let place = Place::new();
    let (socket, address) = listener("127.0.0.1:0");
    let mut early = TcpStream::connect(address).unwrap();
    early.write_all(b"help\n").unwrap();
    early.shutdown(std::net::Shutdown::Write).unwrap();
    let arguments = ["--listen", "192.0.2.1:1", "--http", "off"];
    let server = Server::start(passing(&place, socket, "listen", &arguments));
    assert_eq!(server.address, address);
    let mut reply = String::new();
    early.read_to_string(&mut reply).unwrap();
    assert!(reply.contains("\"OK\""), "{reply}");
    assert!(server.ask("auth messi surabaya").contains("tokenid"));
}

#[test]
fn a_socket_without_a_name_is_for_clients() {
    let place = Place::new();
    let (socket, address) = listener("127.0.0.1:0");
    let mut command = passing(&place, socket, "", &["--http", "off"]);
    command.env_remove("LISTEN_FDNAMES");
    assert_eq!(Server::start(command).address, address);
}

#[test]
fn http_is_served_on_a_passed_socket_also_where_it_is_off() {
    let place = Place::new();
    let (socket, address) = listener("127.0.0.1:0");
    let arguments = ["--listen", "127.0.0.1:0", "--http", "off"];
    let server = Server::start(passing(&place, socket, "http", &arguments));
    assert_ne!(server.address, address);
    let mut client = TcpStream::connect(address).unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    client.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    client.read_to_end(&mut response).unwrap();
    assert!(response.starts_with(b"HTTP/1.1 "));
}

#[test]
fn while_the_journal_is_read_whoever_asks_hears_it_and_who_stops_the_server_need_not_wait() {
    let place = Place::new();
    // Reading it waits until somebody writes.
    let data = place.path("data");
    fs::create_dir(&data).unwrap();
    let segment = data.join("00000000000000000001.segment");
    let made = Command::new("mkfifo").arg(&segment).status().unwrap();
    assert!(made.success());
    let (socket, address) = listener("127.0.0.1:0");
    let arguments = ["--listen", "127.0.0.1:0", "--http", "off"];
    let mut child = passing(&place, socket, "admin-http", &arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let ask = |path: &str| {
        let mut client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(PATIENCE)).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        client.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    };
    let (readiness, health) = (ask("/readyz"), ask("/healthz"));
    rustix::process::kill_process(
        rustix::process::Pid::from_child(&child),
        rustix::process::Signal::TERM,
    )
    .unwrap();
    // Nobody ever writes, so that it would wait for ever.
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(readiness.starts_with("HTTP/1.1 503 "), "{readiness}");
    assert!(readiness.contains("recovering"), "{readiness}");
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
}

#[test]
fn a_passed_socket_that_other_machines_reach_takes_the_same_word_as_an_address() {
    let place = Place::new();
    for (name, arguments) in [
        ("listen", &["--http", "off"][..]),
        ("http", &["--listen", "127.0.0.1:0"]),
        ("admin-http", &["--listen", "127.0.0.1:0", "--http", "off"]),
    ] {
        let (socket, address) = listener("0.0.0.0:0");
        let complaint = refusal(passing(&place, socket, name, arguments));
        assert!(complaint.contains("--allow-plaintext"), "{complaint}");
        assert!(complaint.contains(&address.to_string()), "{complaint}");
    }
    let (socket, address) = listener("0.0.0.0:0");
    let arguments = ["--http", "off", "--allow-plaintext"];
    let server = Server::start(passing(&place, socket, "listen", &arguments));
    assert_eq!(server.address, address);
}

#[test]
fn clients_of_the_older_ip_on_a_socket_for_both_are_told_apart() {
    let place = Place::new();
    // A machine without IPv6 has no such socket.
    let Ok(socket) = TcpListener::bind("[::]:0") else {
        return;
    };
    let port = socket.local_addr().unwrap().port();
    let arguments = [
        "--http",
        "off",
        "--allow-plaintext",
        "--address-connections",
        "1",
    ];
    let _server = Server::start(passing(&place, socket, "listen", &arguments));
    let connect = |from: &str| {
        let client = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let from = SocketAddr::new(from.parse().unwrap(), 0);
        client.bind(&from.into()).unwrap();
        let to = SocketAddr::from(([127, 0, 0, 1], port));
        client.connect(&to.into()).unwrap();
        let mut client = TcpStream::from(client);
        client.write_all(b"help\n").unwrap();
        let mut start = [0; 15];
        client.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"{\"status\": \"OK\"", "{from}");
        client
    };
    let _connected = [connect("127.0.0.1"), connect("127.0.0.2")];
}

#[test]
fn what_takes_no_connections_is_refused_with_what_to_say_in_the_socket_unit() {
    let place = Place::new();
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let (_listener, address) = listener("127.0.0.1:0");
    let connected = TcpStream::connect(address).unwrap();
    for socket in [OwnedFd::from(datagrams), OwnedFd::from(connected)] {
        let complaint = refusal(passing(&place, socket, "listen", &["--http", "off"]));
        assert!(complaint.contains("ListenStream="), "{complaint}");
        assert!(complaint.contains("Accept=no"), "{complaint}");
    }
}

#[test]
fn a_socket_whose_purpose_is_unknown_is_refused_with_the_names_that_are_known() {
    let place = Place::new();
    let (socket, _) = listener("127.0.0.1:0");
    let complaint = refusal(passing(&place, socket, "chatting-time.socket", &[]));
    for part in [
        "\"chatting-time.socket\"",
        "FileDescriptorName=",
        "listen",
        "http",
    ] {
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn sockets_that_were_passed_to_another_process_are_left_alone() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--http", "off"]);
    command
        .env("LISTEN_PID", "1")
        .env("LISTEN_FDS", "1")
        .env("LISTEN_FDNAMES", "listen");
    assert!(Server::start(command).ask("help").contains("\"OK\""));
}

#[test]
fn the_service_manager_is_told_of_readiness_of_life_and_of_the_stop() {
    let place = Place::new();
    let manager = UnixDatagram::bind(place.path("notify")).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let told = || {
        let mut buffer = [0; 256];
        let length = manager.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--http", "off"]);
    command
        .env("NOTIFY_SOCKET", place.path("notify"))
        .env("WATCHDOG_USEC", "60000000");
    let server = Server::start(command);
    // The first sign of life may come before all is ready.
    let mut first = [told(), told()];
    first.sort();
    assert_eq!(first, ["READY=1", "WATCHDOG=1"]);
    assert_eq!(told(), "WATCHDOG=1");
    assert_eq!(server.stop(), Some(0));
    let last = std::iter::repeat_with(told).find(|word| word != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
}

#[test]
fn a_server_that_waits_for_nats_does_not_say_that_it_is_ready() {
    let place = Place::new();
    let manager = UnixDatagram::bind(place.path("notify")).unwrap();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--http", "off"]);
    let mut child = command
        .args(["--store", "nats://127.0.0.1:1"])
        .env("NOTIFY_SOCKET", place.path("notify"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let waits = lines.find(|line| line.as_ref().unwrap().contains("trying again"));
    assert!(waits.is_some());
    let process = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    manager.set_nonblocking(true).unwrap();
    let told = manager.recv(&mut [0; 256]).unwrap_err();
    assert_eq!(told.kind(), ErrorKind::WouldBlock);
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_manager_whose_socket_is_in_no_folder_is_told_too_and_gets_no_more_than_it_asks_for() {
    use std::os::linux::net::SocketAddrExt as _;
    let place = Place::new();
    let name = format!("chatting-time-test-{}", std::process::id());
    let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
    let manager = UnixDatagram::bind_addr(&address).unwrap();
    manager.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--http", "off"]);
    command.env("NOTIFY_SOCKET", format!("@{name}"));
    let server = Server::start(command);
    let mut buffer = [0; 256];
    let mut told = || {
        let length = manager.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    assert_eq!(told(), "READY=1");
    assert_eq!(server.stop(), Some(0));
    assert_eq!(told(), "STOPPING=1");
}

#[test]
fn a_service_manager_that_is_not_there_is_a_warning() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--listen", "127.0.0.1:0", "--http", "off"]);
    command.env("NOTIFY_SOCKET", place.path("gone"));
    let server = Server::start(command);
    assert!(server.ask("help").contains("\"OK\""));
    let logged = server.kill();
    assert!(
        logged.contains("cannot reach the service manager"),
        "{logged}"
    );
}
