//! What is answered to requests for pages.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use chatting_time_tests::server::PATIENCE;
use socket2::{Domain, Socket, Type};

use crate::site::{Answer, Site, rest};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

#[track_caller]
fn assert_safe(answer: &Answer) {
    for (header, expected) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(header), expected, "{answer:?}");
    }
}

#[test]
fn every_answer_has_the_headers_that_protect_its_reader() {
    let site = Site::start(&[]);
    for (request, headers, status) in [
        ("GET /", &[][..], 200),
        ("HEAD /", &[], 200),
        ("GET /index.php", &[], 404),
        ("POST /", &[], 405),
        ("GET /", &["Content-Length: 1"], 413),
        ("GET /", &["Transfer-Encoding: chunked"], 413),
        ("GET /ws", &[], 426),
        ("GET /ws", &["Origin: http://stranger.example"], 403),
        ("HEAD /ws", &[], 405),
    ] {
        let answer = site.ask(request, headers);
        assert_eq!(answer.status, status, "{request} {headers:?}");
        assert_safe(&answer);
    }
    for (headers, status) in [
        (&["Host: stranger.example"][..], 403),
        (&["Host: localhost", "Host: localhost"], 400),
        (&[], 400),
    ] {
        let answer = site.ask_exactly("GET /", headers);
        assert_eq!(answer.status, status, "{headers:?}");
        assert_safe(&answer);
    }
}

#[test]
fn the_first_page_is_there_with_and_without_a_playground_in_the_program() {
    let site = Site::start(&[]);
    let answer = site.ask("GET /?from=somewhere", &[]);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-cache");
    assert!(
        answer.body.starts_with("<!doctype html>"),
        "{}",
        answer.body
    );
    let length = answer.body.len().to_string();
    assert_eq!(answer.header("content-length"), length);
}

#[test]
fn a_head_request_gets_the_headers_alone() {
    let site = Site::start(&[]);
    for path in ["/", "/none"] {
        let get = site.ask(&format!("GET {path}"), &[]);
        let head = site.ask(&format!("HEAD {path}"), &[]);
        assert_eq!(head.status, get.status);
        assert_eq!(head.lasting_headers(), get.lasting_headers());
        assert_eq!(head.body, "");
    }
}

#[test]
fn what_is_not_there_is_said_in_both_languages() {
    let answer = Site::start(&[]).ask("GET /none", &[]);
    assert!(answer.body.contains("lang=\"id\">"), "{}", answer.body);
    assert!(answer.body.contains("tidak ada"), "{}", answer.body);
    assert!(answer.body.contains("lang=\"en\">"), "{}", answer.body);
    assert!(answer.body.contains("no such page"), "{}", answer.body);
}

#[test]
fn other_methods_are_told_which_there_are() {
    let site = Site::start(&[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "GREET"] {
        let target = match method {
            "CONNECT" => "stranger.example:80",
            _ => "/",
        };
        let answer = site.ask(&format!("{method} {target}"), &[]);
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let answer = site.ask("POST /ws", &[]);
    assert_eq!((answer.status, answer.header("allow")), (405, "GET"));
}

#[test]
fn a_client_that_sends_a_body_still_hears_why_it_is_not_wanted() {
    let site = Site::start(&[]);
    let mut stream = site.connect();
    let body = vec![b'x'; 1 << 20];
    let host = format!("Host: {}", site.address());
    write!(
        stream,
        "POST / HTTP/1.1\r\n{host}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    // It goes on sending when the answer is there.
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 405");
    for piece in body.chunks(64 << 10) {
        stream.write_all(piece).unwrap();
    }
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("no reset");
    assert!(rest.contains("GET atau HEAD"), "{rest}");
}

#[test]
fn one_connection_carries_several_requests() {
    let site = Site::start(&[]);
    let mut stream = site.connect();
    let host = format!("Host: {}", site.address());
    write!(stream, "GET /one HTTP/1.1\r\n{host}\r\n\r\n").unwrap();
    let mut start = [0; 12];
    stream.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 404");
    write!(
        stream,
        "GET /two HTTP/1.1\r\n{host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let answers = String::from_utf8(rest(&mut stream)).unwrap();
    assert_eq!(answers.matches("HTTP/1.1 404").count(), 1, "{answers}");
}

/// A request for a page that is not there, with a head of so many bytes.
fn request_of(site: &Site, bytes: usize) -> String {
    let start = format!("GET /none HTTP/1.1\r\nHost: {}\r\nx: ", site.address());
    let end = "\r\nConnection: close\r\n\r\n";
    let filling = "x".repeat(bytes - start.len() - end.len());
    format!("{start}{filling}{end}")
}

/// What is answered to these bytes before the server closes, gently: what it reads no more of must not break the
/// connection before its answer is there.
fn answer_to(site: &Site, request: &str) -> String {
    let mut stream = site.connect();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("no reset");
    answer
}

#[test]
fn what_is_no_http_is_refused_in_our_words_and_closed() {
    let site = Site::start(&[]);
    let large = request_of(&site, 1 << 20);
    let lines = "x: y\r\n".repeat(101);
    for (request, status, words) in [
        (
            "auth messi surabaya\r\n\r\n",
            400,
            ["bukan permintaan", "no valid HTTP"],
        ),
        (
            "GET / HTTP/3.0\r\n\r\n",
            400,
            ["bukan permintaan", "no valid HTTP"],
        ),
        (
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            400,
            ["bukan permintaan", "no valid HTTP"],
        ),
        (
            "GET / HTTP/1.1\r\na b: c\r\n\r\n",
            400,
            ["bukan permintaan", "no valid HTTP"],
        ),
        (&large, 431, ["terlalu besar", "too large"]),
        (
            &format!("GET / HTTP/1.1\r\n{lines}\r\n"),
            431,
            ["100 baris", "100 lines"],
        ),
    ] {
        let answer = Answer::parse(&answer_to(&site, request));
        assert_eq!(answer.status, status, "{answer:?}");
        assert_safe(&answer);
        assert_eq!(answer.header("connection"), "close");
        assert_eq!(
            answer.header("content-length"),
            answer.body.len().to_string()
        );
        for words in words {
            assert!(answer.body.contains(words), "{answer:?}");
        }
    }
    assert_eq!(site.ask("GET /", &[]).status, 200);
}

#[test]
fn a_head_may_have_so_many_bytes_and_no_more() {
    const HEAD_BYTES: usize = 16 << 10;
    let site = Site::start(&[]);
    for (bytes, status) in [(HEAD_BYTES, 404), (HEAD_BYTES + 1, 431)] {
        let answer = answer_to(&site, &request_of(&site, bytes));
        assert_eq!(Answer::parse(&answer).status, status, "{bytes}");
    }
}

#[test]
fn an_answer_that_was_asked_for_comes_before_the_refusal_of_what_follows_it() {
    let site = Site::start(&[]);
    let host = format!("Host: {}", site.address());
    for (requests, statuses) in [
        (format!("GET /none HTTP/1.1\r\n{host}\r\n\r\n"), [404, 400]),
        (
            format!("POST / HTTP/1.1\r\n{host}\r\nContent-Length: 1\r\n\r\nx"),
            [405, 400],
        ),
    ] {
        let answers = answer_to(&site, &format!("{requests}no request\r\n\r\n"));
        let mut answers = Answer::parse_all(&answers);
        for status in statuses {
            let answer = answers.next().expect("an answer");
            assert_eq!(answer.status, status);
            assert_safe(&answer);
        }
        assert!(answers.next().is_none());
    }
}

#[test]
fn a_refusal_waits_until_a_slow_reader_has_taken_the_answers_before_it() {
    let site = Site::start(&[]);
    // More than the buffers of an operating system take on the way, so the server has to wait.
    const REQUESTS: usize = 6000;
    let stream = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    stream.set_recv_buffer_size(64 << 10).unwrap();
    stream.set_send_buffer_size(1 << 20).unwrap();
    stream.connect(&site.address().into()).unwrap();
    let mut stream = TcpStream::from(stream);
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    let request = "GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let requests = request.repeat(REQUESTS) + "no request\r\n\r\n";
    stream.write_all(requests.as_bytes()).unwrap();

    let mut answers = String::new();
    stream.read_to_string(&mut answers).expect("no reset");
    assert!(answers.len() > 5 << 20, "{} bytes", answers.len());
    let statuses = Answer::parse_all(&answers).map(|answer| {
        assert_safe(&answer);
        answer.status
    });
    let mut expected = vec![404; REQUESTS];
    expected.push(400);
    assert!(statuses.eq(expected));
}
