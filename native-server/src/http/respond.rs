//! What is answered to which request, and the headers that every answer has.

use hyper::body::Body;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue,
    REFERRER_POLICY, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::http::uri::Authority;
use hyper::{Request, StatusCode};

use super::answer::{Answer, content, with};
use super::files;
use super::handshake;
use super::host::{Hosts, Stranger};
use super::notice::{self, Notice};

/// The path of the WebSocket.
const WEBSOCKET: &str = "/ws";

/// The methods that change nothing.
pub(crate) const READING: &str = "GET, HEAD";

/// Everything is refused but what the playground needs of its own server. `'wasm-unsafe-eval'`
/// lets WebAssembly be compiled, and no more.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Answers a request that a server with these names got.
pub(super) fn respond(request: &Request<impl Body>, hosts: &Hosts) -> Answer {
    protected(route(request, hosts))
}

/// The last word to a client whose request the library could not read.
pub(super) fn unreadable(error: &hyper::Error) -> Vec<u8> {
    let (status, words) = match error.is_parse_too_large() {
        true => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            &notice::LARGE_HEAD,
        ),
        false => (StatusCode::BAD_REQUEST, &notice::NO_HTTP),
    };
    last_word(notice(status, words), words)
}

/// The last word to a client that is one too many from its address.
pub(super) fn too_many() -> Vec<u8> {
    let words = &notice::TOO_MANY;
    let response = notice(StatusCode::SERVICE_UNAVAILABLE, words);
    last_word(with(response, RETRY_AFTER, "10"), words)
}

/// An answer as it goes over the wire where there is no request that the library could answer.
fn last_word(response: Answer, words: &Notice) -> Vec<u8> {
    let response = with(protected(response), CONNECTION, "close");
    let mut bytes = format!("HTTP/1.1 {}\r\n", response.status()).into_bytes();
    for (name, value) in response.headers() {
        let name = name.as_str().as_bytes();
        bytes.extend([name, b": ", value.as_bytes(), b"\r\n"].concat());
    }
    bytes.extend(b"\r\n");
    bytes.extend(words.to_html().into_bytes());
    bytes
}

/// The answer with the headers that every one has.
pub(crate) fn protected(mut response: Answer) -> Answer {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (OPENER_POLICY, "same-origin"),
        (RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn route(request: &Request<impl Body>, hosts: &Hosts) -> Answer {
    let is_websocket = request.uri().path() == WEBSOCKET;
    let allowed = match is_websocket {
        true => "GET",
        false => READING,
    };
    let host = match check(request, hosts, allowed, &notice::STRANGE_HOST) {
        Ok(host) => host,
        Err(refusal) => return *refusal,
    };
    if is_websocket {
        return match hosts.check_origin(request.headers(), &host) {
            Ok(()) => websocket(request),
            Err(stranger) => refuse(stranger, &notice::STRANGE_HOST),
        };
    }
    let path = request.uri().path();
    match files::find(path) {
        Some(file) => file.respond(request.headers()),
        None => without_file(path),
    }
}

/// The host that the request was meant for, or why the request is refused whatever it asks for:
/// it comes from elsewhere than it may, does not read, or has a body. `strange_host` is what is
/// said to one that was meant for another host.
pub(crate) fn check(
    request: &Request<impl Body>,
    hosts: &Hosts,
    allowed: &'static str,
    strange_host: &Notice,
) -> Result<Authority, Box<Answer>> {
    let host = hosts.check_host(request.headers());
    let host = host.map_err(|stranger| Box::new(refuse(stranger, strange_host)))?;
    if !allowed.split(", ").any(|method| request.method() == method) {
        let response = notice(StatusCode::METHOD_NOT_ALLOWED, &notice::ONLY_READING);
        return Err(Box::new(with(response, ALLOW, allowed)));
    }
    if !request.body().is_end_stream() {
        let response = notice(StatusCode::PAYLOAD_TOO_LARGE, &notice::NO_BODY);
        return Err(Box::new(with(response, CONNECTION, "close")));
    }
    Ok(host)
}

fn without_file(path: &str) -> Answer {
    match path {
        "/" => notice(StatusCode::OK, &notice::NO_PLAYGROUND),
        _ => notice(StatusCode::NOT_FOUND, &notice::NOT_FOUND),
    }
}

fn websocket<B>(request: &Request<B>) -> Answer {
    let Some(accept_key) = handshake::accept_key(request) else {
        let response = notice(StatusCode::UPGRADE_REQUIRED, &notice::NO_WEBSOCKET);
        let response = with(response, SEC_WEBSOCKET_VERSION, handshake::VERSION);
        return with(response, UPGRADE, "websocket");
    };
    let mut response = Answer::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    for (name, value) in handshake::headers(accept_key) {
        let value = value.try_into().expect("base64 is text");
        response.headers_mut().insert(name, value);
    }
    response
}

fn refuse(stranger: Stranger, strange_host: &Notice) -> Answer {
    match stranger {
        Stranger::NoHost => notice(StatusCode::BAD_REQUEST, &notice::NO_HOST),
        Stranger::Host => notice(StatusCode::FORBIDDEN, strange_host),
        Stranger::Origin => notice(StatusCode::FORBIDDEN, &notice::STRANGE_ORIGIN),
    }
}

fn notice(status: StatusCode, notice: &Notice) -> Answer {
    let mut response = content("text/html; charset=utf-8", notice.to_html().into());
    *response.status_mut() = status;
    with(response, CACHE_CONTROL, "no-cache")
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;

    async fn text(answer: Answer) -> String {
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_program_without_the_playground_says_how_to_build_it() {
        let answer = without_file("/");
        assert_eq!(answer.status(), StatusCode::OK);
        let page = text(answer).await;
        let [indonesian, english] = ["id", "en"].map(|language| {
            let begin = format!("<section lang=\"{language}\">");
            let (_, section) = page.split_once(&begin).expect("a section");
            section.split_once("</section>").expect("its end").0
        });
        for section in [indonesian, english] {
            for told in [
                "Node.js 20.19",
                "Rust 1.92",
                "cargo xtask run",
                "chatting-time connect",
            ] {
                assert!(section.contains(told), "{section}");
            }
        }
        assert_eq!(without_file("/none").status(), StatusCode::NOT_FOUND);
    }
}
