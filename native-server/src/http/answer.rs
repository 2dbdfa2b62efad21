//! Answers to HTTP requests, as far as all are alike.

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};

/// An answer whose body is in memory.
pub(crate) type Answer = Response<Full<Bytes>>;

/// An answer with this body, which is not sent to a request by HEAD.
pub(crate) fn content(content_type: &'static str, body: Bytes) -> Answer {
    let length = HeaderValue::from(body.len());
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_LENGTH, length);
    with(response, CONTENT_TYPE, content_type)
}

pub(crate) fn with(mut response: Answer, name: HeaderName, value: &'static str) -> Answer {
    let value = HeaderValue::from_static(value);
    response.headers_mut().insert(name, value);
    response
}
