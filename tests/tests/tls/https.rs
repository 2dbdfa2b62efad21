//! Pages and WebSockets with TLS.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use chatting_time_tests::server::PATIENCE;
use chatting_time_tests::tls::{Encrypted, client_config, shake_hands};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Error, Message};

use crate::client::Service;

const HTTPS: [&str; 2] = ["--https", "127.0.0.1:0"];

fn stream(service: &Service) -> TcpStream {
    let stream = TcpStream::connect(service.server.https_address().unwrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A connection of a browser, which would rather speak HTTP/2.
fn browser(service: &Service) -> Encrypted {
    let mut config = client_config(&service.certificate.path()).unwrap();
    let protocols = ["h2", "http/1.1"].map(|name| name.as_bytes().to_vec());
    Arc::get_mut(&mut config).unwrap().alpn_protocols = protocols.into();
    shake_hands(config, stream(service)).unwrap()
}

fn authority(service: &Service) -> String {
    format!(
        "localhost:{}",
        service.server.https_address().unwrap().port()
    )
}

#[test]
fn pages_are_served_over_https_beside_http() {
    let service = Service::start(&[&HTTPS[..], &["--http", "127.0.0.1:0"]].concat());
    service.server.http_address().unwrap();
    let mut browser = browser(&service);
    assert_eq!(browser.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let host = authority(&service);
    write!(
        browser,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    // It would be an error if the stream was cut off.
    browser.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("content-security-policy: "), "{answer}");
    assert!(answer.trim_end().ends_with("</html>"), "{answer}");
}

#[test]
fn the_protocol_goes_over_wss() {
    let service = Service::start(&HTTPS);
    let url = format!("wss://{}/ws", authority(&service));
    let (mut socket, _) = tungstenite::client(url, browser(&service)).unwrap();
    socket.send(Message::text("auth messi surabaya")).unwrap();
    let reply = socket.read().unwrap().into_text().unwrap();
    assert!(reply.contains("tokenid"), "{reply}");
    socket.send(Message::text("send messi halo")).unwrap();
    let reply = socket.read().unwrap().into_text().unwrap();
    assert!(reply.contains("Message Sent"), "{reply}");
    socket.close(None).unwrap();
    let ended = loop {
        if let Err(error) = socket.read() {
            break error;
        }
    };
    assert!(matches!(ended, Error::ConnectionClosed), "{ended}");
}

#[test]
fn a_page_that_came_without_encryption_gets_no_websocket_with_it() {
    let service = Service::start(&HTTPS);
    let authority = authority(&service);
    for (scheme, is_ours) in [("https", true), ("http", false)] {
        let mut request = format!("wss://{authority}/ws")
            .into_client_request()
            .unwrap();
        let origin = format!("{scheme}://{authority}");
        request
            .headers_mut()
            .insert("origin", origin.parse().unwrap());
        let opened = tungstenite::client(request, browser(&service));
        assert_eq!(opened.is_ok(), is_ours, "{scheme}");
    }
}

#[test]
fn who_does_not_finish_the_handshake_of_https_is_closed_in_time() {
    let service = Service::start(&[&HTTPS[..], &["--line-time", "250ms"]].concat());
    let mut rest = Vec::new();
    stream(&service).read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
    service.wait_for_log("TLS handshake failed: it was not finished in time");
}

#[test]
fn a_new_certificate_holds_for_https_too() {
    let service = Service::start(&HTTPS);
    let mut old = browser(&service);
    let new = service.renew();
    service.wait_for_log(" is in force");
    let config = client_config(&new.path()).unwrap();
    shake_hands(config, stream(&service)).unwrap();
    let host = authority(&service);
    write!(
        old,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    old.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}
