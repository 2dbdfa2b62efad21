//! The request that makes a connection a WebSocket, and its answer (RFC 6455, section 4).

use hyper::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::{HeaderMap, Request, Version};
use tungstenite::handshake::derive_accept_key;

/// The only version there is.
pub(super) const VERSION: &str = "13";
/// Sixteen bytes in base64.
const KEY_BYTES: usize = 24;

/// What the answer says in `Sec-WebSocket-Accept`; `None` when the request asks for no WebSocket
/// of this version.
pub(super) fn accept_key<B>(request: &Request<B>) -> Option<String> {
    let headers = request.headers();
    let is_asked = request.version() >= Version::HTTP_11
        && names(headers, UPGRADE, "websocket")
        && names(headers, CONNECTION, "upgrade")
        && names(headers, SEC_WEBSOCKET_VERSION, VERSION);
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| is_asked)?;
    (key.len() == KEY_BYTES).then(|| derive_accept_key(key.as_bytes()))
}

/// The headers of the answer that switches to the WebSocket.
pub(super) fn headers(accept_key: String) -> [(HeaderName, String); 3] {
    [
        (CONNECTION, "Upgrade".into()),
        (UPGRADE, "websocket".into()),
        (SEC_WEBSOCKET_ACCEPT, accept_key),
    ]
}

/// Whether a header, a list joined by commas, names the word.
fn names(headers: &HeaderMap, header: HeaderName, word: &str) -> bool {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case(word))
}
