//! Clients that take their time, or come in numbers.

use std::io::Write as _;
use std::net::TcpStream;

use crate::site::{Answer, Site, Socket, code, is_cut_off, rest};

#[test]
fn a_request_whose_head_is_not_finished_in_time_is_given_up() {
    let site = Site::start(&["--line-time", "200ms"]);
    let mut never = site.connect();
    let mut half = site.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    let mut kept = site.connect();
    let host = site.address();
    write!(kept, "GET /none HTTP/1.1\r\nHost: {host}\r\n\r\n").unwrap();
    assert_eq!(rest(&mut never), b"");
    assert_eq!(rest(&mut half), b"");
    assert_eq!(
        Answer::read(&mut kept).status,
        404,
        "and is closed behind it"
    );
    assert_eq!(site.ask("GET /", &[]).status, 200);
}

#[test]
fn a_reader_that_takes_nothing_is_given_up() {
    let site = Site::start(&["--reply-time", "300ms"]);
    let mut stream = site.connect();
    let host = site.address();
    let requests = format!("GET /none HTTP/1.1\r\nHost: {host}\r\n\r\n").repeat(100);
    // Its operating system and the server's take some; then it waits until it is cut off.
    let error = loop {
        if let Err(error) = stream.write_all(requests.as_bytes()) {
            break error;
        }
    };
    assert!(is_cut_off(&error), "{error}");
    assert_eq!(site.ask("GET /", &[]).status, 200);
}

#[test]
fn websockets_take_no_place_of_pages() {
    let site = Site::start(&[]);
    let mut sockets: Vec<Socket> = (0..300).map(|_| site.websocket()).collect();
    assert_eq!(site.ask("GET /", &[]).status, 200);
    for socket in &mut sockets {
        assert_eq!(code(&socket.ask("help")), "");
    }
}

/// Plain HTTP connections at a time, and what else the server may have open.
#[cfg(target_os = "linux")]
const MOST_FILES: usize = 256 + 32;

#[test]
#[cfg(target_os = "linux")]
fn connections_that_ask_nothing_take_no_more_than_their_share_of_files() {
    let site = Site::start(&[]);
    let mut chat = site.line_client("messi");
    let idle: Vec<TcpStream> = (0..400).map(|_| site.connect()).collect();
    assert_eq!(code(&chat.ask("help")), "", "chat goes on");
    let files = format!("/proc/{}/fd", site.server.process());
    let mut most = 0;
    for _ in 0..100 {
        assert_eq!(code(&chat.ask("help")), "");
        most = most.max(std::fs::read_dir(&files).unwrap().count());
    }
    assert!(most <= MOST_FILES, "{most} files");
    drop(idle);
    assert_eq!(site.ask("GET /", &[]).status, 200);
}

#[test]
#[cfg(unix)]
fn where_few_files_may_be_open_most_of_them_are_for_the_chat() {
    // Tells its own limit and becomes what follows.
    let few_files = ["sh", "-c", "ulimit -n 256; exec \"$@\"", "sh"];
    for (http, most) in [("127.0.0.1:0", 256 - 64 - 64), ("off", 256 - 64)] {
        let site = Site::start_within(&few_files, &["--http", http]);
        let mut clients: Vec<_> = (0..=most).map(|_| site.stranger()).collect();
        let mut last = clients.pop().unwrap();
        for client in &mut clients {
            assert_eq!(code(&client.ask("help")), "");
        }
        assert_eq!(code(&last.reply()), "server_busy");
        if http != "off" {
            let idle: Vec<TcpStream> = (0..100).map(|_| site.connect()).collect();
            assert_eq!(code(&clients[0].ask("help")), "");
            drop(idle);
            assert_eq!(site.ask("GET /", &[]).status, 200);
        }
    }
}
