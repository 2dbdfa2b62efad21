//! What is answered to which request.

use std::sync::Arc;

use hyper::body::Body;
use hyper::header::{ACCEPT, CACHE_CONTROL};
use hyper::{HeaderMap, Request, StatusCode};
use tokio::task;
use tracing::error;

use super::status::{Readiness, Status};
use crate::http::{Answer, Hosts, READING, STRANGE_ADMIN_HOST, check, content, protected, with};
use crate::metrics::{self, Form};

const TEXT: &str = "text/plain; charset=utf-8";
/// What Prometheus asks for.
const OPEN_METRICS: &str = "application/openmetrics-text";
const OPEN_METRICS_1: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What a browser shows and older collectors ask for.
const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Answers a request that a server with these names got.
pub(super) async fn respond(
    request: Request<impl Body>,
    hosts: &Hosts,
    status: &Arc<Status>,
) -> Answer {
    let answer = match check(&request, hosts, READING, &STRANGE_ADMIN_HOST) {
        Ok(_) => route(&request, status).await,
        Err(refusal) => *refusal,
    };
    protected(with(answer, CACHE_CONTROL, "no-store"))
}

async fn route(request: &Request<impl Body>, status: &Arc<Status>) -> Answer {
    match request.uri().path() {
        "/metrics" => page(request.headers(), status).await,
        "/healthz" => text(StatusCode::OK, "alive\n"),
        "/readyz" => readiness(status.readiness()),
        _ => text(
            StatusCode::NOT_FOUND,
            "there are /metrics, /healthz and /readyz here\n",
        ),
    }
}

/// Made apart from what serves clients: the files of `/proc` and the mailboxes take a moment.
async fn page(headers: &HeaderMap, status: &Arc<Status>) -> Answer {
    let accepted = headers.get_all(ACCEPT).into_iter();
    let mut accepted = accepted.filter_map(|list| list.to_str().ok());
    let (form, content_type) = match accepted.any(|list| list.contains(OPEN_METRICS)) {
        true => (Form::OpenMetrics, OPEN_METRICS_1),
        false => (Form::PlainText, PROMETHEUS_TEXT),
    };
    let status = status.clone();
    match task::spawn_blocking(move || metrics::page(&status, form)).await {
        Ok(page) => content(content_type, page.into()),
        Err(failure) => {
            error!("the metrics cannot be told: {failure}");
            text(StatusCode::INTERNAL_SERVER_ERROR, "see the log\n")
        }
    }
}

fn readiness(readiness: Readiness) -> Answer {
    let words = match readiness {
        Readiness::Ready => return text(StatusCode::OK, "ready\n"),
        Readiness::Recovering => {
            "recovering: the journal is being read, clients are not accepted yet\n"
        }
        Readiness::Connecting => {
            "connecting: NATS cannot be used yet, see the log; clients are not accepted yet\n"
        }
        Readiness::NatsRefusing => {
            "storage refusing: NATS is lost, slow or without a majority, see the log; all but help is refused\n"
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
