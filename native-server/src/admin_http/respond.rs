//! What is answered to which request.

use hyper::body::Body;
use hyper::header::CACHE_CONTROL;
use hyper::{Request, StatusCode};

use super::status::{Readiness, Status};
use crate::http::{Answer, Hosts, READING, check, content, protected, with};

const TEXT: &str = "text/plain; charset=utf-8";

/// Answers a request that a server with these names got.
pub(super) fn respond(request: &Request<impl Body>, hosts: &Hosts, status: &Status) -> Answer {
    let answer = match check(request, hosts, READING) {
        Ok(_) => route(request.uri().path(), status),
        Err(refusal) => *refusal,
    };
    protected(with(answer, CACHE_CONTROL, "no-store"))
}

fn route(path: &str, status: &Status) -> Answer {
    match path {
        "/healthz" => text(StatusCode::OK, "alive\n"),
        "/readyz" => readiness(status.readiness()),
        _ => text(
            StatusCode::NOT_FOUND,
            "there are /healthz and /readyz here\n",
        ),
    }
}

fn readiness(readiness: Readiness) -> Answer {
    let words = match readiness {
        Readiness::Ready => return text(StatusCode::OK, "ready\n"),
        Readiness::Recovering => {
            "recovering: the journal is being read, clients are not accepted yet\n"
        }
        Readiness::StorageRefusing => {
            "storage refusing: nothing can be made durable, see the log; all but help is refused\n"
        }
        Readiness::Stopping => "stopping: requests in hand are finished, no new clients\n",
    };
    text(StatusCode::SERVICE_UNAVAILABLE, words)
}

fn text(status: StatusCode, words: &'static str) -> Answer {
    let mut answer = content(TEXT, words.into());
    *answer.status_mut() = status;
    answer
}
