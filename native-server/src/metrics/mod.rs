//! What the server counts while it works, and the page that tells it to Prometheus.
//!
//! Counting is on the way of every request: single additions to atomic numbers, with neither an
//! order among them nor a lock. So a page that is made meanwhile may show a request and not yet how
//! long it took. Labels come from sets that are known when the program is built: no name and no
//! address ever is one.

mod connections;
mod histogram;
mod journal;
mod page;
mod plain_text;
mod process;
mod requests;
mod store;

pub(crate) use connections::{Closed, ConnectionMetrics, Refused, Transport};
pub(crate) use histogram::Histogram;
pub(crate) use journal::JournalMetrics;
pub(crate) use page::{Form, page};
pub(crate) use requests::{RequestKind, RequestMetrics};
pub(crate) use store::StoreMetrics;

use std::sync::atomic::{AtomicU64, Ordering};

/// Something that is counted.
#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
